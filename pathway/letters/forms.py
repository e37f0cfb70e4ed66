"""The forms of a letter in work, of how it was sent, and of the head of a team's paper."""

import re
import uuid
from datetime import date
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.letters.rows import Kind, LetterDraft, Letterhead, LetterSending
from patients.forms.register import helper

MOST_LINES = 6
# Digits, with what people write between them; an extension in words is too much for a tired patient.
A_PHONE = RegexValidator(
    re.compile(r"^\+?[0-9][0-9 ()/.-]{3,}$"),
    gettext_lazy("Write the number in digits, such as 020 7946 0100 or +46 8 123 45 67."),
)


def _lines(value: str) -> str:
    """Each line by itself, without what a browser adds."""
    lines = [line.strip() for line in value.replace("\r", "").split("\n")]
    return "\n".join(lines).strip()


class LinesField(forms.CharField):
    """A few lines, such as a name and an address."""

    def __init__(self, *, rows: int, **keywords: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **keywords)

    def clean(self, value: Any) -> str:
        lines = _lines(super().clean(value))
        if lines.count("\n") >= MOST_LINES:
            raise forms.ValidationError(_("At most %(most)d lines.") % {"most": MOST_LINES})
        return lines


class LetterForm(forms.Form):
    """What a person adds to a letter. `seen` is the digest of the letter as this page showed it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.PATIENT_LANGUAGES)
    recipient = LinesField(
        label=gettext_lazy("To"),
        rows=3,
        max_length=300,
        required=False,
        help_text=gettext_lazy("Name and address, as they stand on the envelope."),
    )
    added = LinesField(
        label=gettext_lazy("Add a sentence"),
        rows=4,
        max_length=600,
        required=False,
        help_text=gettext_lazy("Stands after what the record says, in the language of the letter."),
    )

    def __init__(self, *args: Any, draft: LetterDraft, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        shown = ("language", "recipient", "added", "revision")
        self.initial = {name: getattr(draft, name) for name in shown}
        names = ["language", "recipient", "added"]
        if draft.kind == Kind.REFERRER:
            # Between colleagues one language: that of the record.
            del self.fields["language"]
            names.remove("language")
        self.helper = helper(Fieldset(_("What you add"), *names, css_id="letter"))
        self.draft = draft

    def written(self) -> dict[str, str]:
        """Return the columns of LetterDraft."""
        kept = {"language": self.draft.language}
        return kept | {
            name: self.cleaned_data[name]
            for name in ("language", "recipient", "added")
            if name in self.fields
        }

    def show_again(self, draft: LetterDraft) -> None:
        """Let what is typed stay, now that somebody else's change was told: saving once more is a choice."""
        typed: Any = self.data
        self.data = {**typed.dict(), "revision": draft.revision}


class SendingForm(forms.Form):
    """How a letter left the house."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    way = forms.ChoiceField(label=gettext_lazy("How"), choices=LetterSending.Way, widget=forms.RadioSelect)
    sent_on = forms.DateField(
        label=gettext_lazy("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, on: date, issued_on: date, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.on, self.issued_on = on, issued_on
        self.initial = {"sent_on": on, "way": LetterSending.Way.POST, "form_key": uuid.uuid4()}
        self.helper = helper(Fieldset(_("Note how it was sent"), "way", "sent_on", css_id="sending"))

    def clean_sent_on(self) -> date:
        day = self.cleaned_data["sent_on"]
        if day > self.on:
            raise forms.ValidationError(_("That day is still to come."))
        if day < self.issued_on:
            raise forms.ValidationError(_("The letter was issued after that day."))
        return day


class LetterheadForm(forms.ModelForm):
    """Who writes, and whom to call."""

    phone = forms.CharField(
        label=gettext_lazy("Phone, on working days"),
        max_length=40,
        validators=[A_PHONE],
        help_text=gettext_lazy("Stands on every letter: a patient with a red flag calls it."),
    )
    urgent_phone = forms.CharField(
        label=gettext_lazy("Phone, at night and on other days"),
        max_length=40,
        required=False,
        validators=[A_PHONE],
    )
    address = LinesField(
        label=gettext_lazy("Name and address"),
        rows=4,
        max_length=300,
        required=False,
        help_text=gettext_lazy("Below the name of the team: department, hospital, street, town."),
    )

    class Meta:
        model = Letterhead
        fields = ["phone", "urgent_phone", "address"]

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.helper = helper(
            Fieldset(_("On every letter"), "phone", "urgent_phone", "address", css_id="head")
        )
