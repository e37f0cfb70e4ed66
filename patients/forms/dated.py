"""What the forms of this room share: days that cannot be in the future, and choices with "Not known" last."""

import uuid
from datetime import date

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EARLIEST = date(1900, 1, 1)
LONGEST_TEXT = 4000


class PastDateField(forms.DateField):
    """A day that has come: not after today, not before the patient was born."""

    def __init__(self, **keywords) -> None:
        keywords.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**keywords)
        self.latest: date | None = None
        self.birth_date: date | None = None

    def limit(self, *, latest: date, birth_date: date | None = None) -> None:
        """Say what today is, and when the patient was born."""
        self.latest, self.birth_date = latest, birth_date
        self.widget.attrs["max"] = latest.isoformat()

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.latest and value > self.latest:
            raise forms.ValidationError(_("This day is in the future."), code="future")
        if self.birth_date and value < self.birth_date:
            raise forms.ValidationError(_("This day is before the patient was born."), code="unborn")
        if value < EARLIEST:
            raise forms.ValidationError(_("This day is too long ago."), code="too_long_ago")


class DatedForm(forms.Form):
    """A form that knows what today is (`on`) and, for an existing patient, when the patient was born."""

    marks_optional = True

    def __init__(self, *args, on: date, birth_date: date | None = None, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.on = on
        for field in self.fields.values():
            if isinstance(field, PastDateField):
                field.limit(latest=on, birth_date=birth_date)


class OnceForm(DatedForm):
    """A form with a key of its own: sent twice, it does its work once."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.fields["form_key"].initial = uuid.uuid4

    def clean_form_key(self) -> uuid.UUID:
        return self.cleaned_data.get("form_key") or uuid.uuid4()


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("Stays with the record.")
    )


def one_of(label, choices: type[TextChoices], **keywords) -> forms.ChoiceField:
    """Return a choice that must be answered; "Not known" is an answer."""
    keywords.setdefault("widget", forms.RadioSelect)
    keywords.setdefault("error_messages", {"required": gettext_lazy("Choose one; “Not known” is an answer.")})
    return forms.ChoiceField(label=label, choices=choices.choices, **keywords)


def text(label, *, most: int = 200, rows: int = 0, required: bool = False, **keywords) -> forms.CharField:
    """Return a text of at most `most` characters, in a box of several rows if asked."""
    if rows:
        keywords["widget"] = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=required, **keywords)
