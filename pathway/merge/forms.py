"""What a person says to merge two records, and to take a merge back."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.merge.preview import Preview
from pathway.merge.questions import BOTH, KEPT, OTHER, Comparison
from patients.models import Patient


@dataclass(frozen=True)
class Line:
    """One line of the comparison: what each record says, and the boxes where one has to be chosen."""

    label: Any
    kept_words: str
    other_words: str
    is_filled: bool = False
    field: forms.BoundField | None = None


class MergeForm(forms.Form):
    """One choice for each answer that differs, why it is one person, and that somebody looked."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why it is one person"), max_length=300,
        help_text=gettext_lazy("Identity card, national number, what the hospital’s own system says. Stays with both."),
    )  # fmt: skip
    is_same = forms.BooleanField(
        label=gettext_lazy("I compared name, date of birth and both record numbers: this is one person."),
        error_messages={"required": gettext_lazy("Say that you compared them.")},
    )

    def __init__(self, *args: Any, preview: Preview, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.preview = preview
        for one in preview.comparisons:
            if one.differs:
                self.fields[one.question.key] = _choice_of(one)
        for choice in preview.choices:
            options = [(KEPT, choice.kept_words), (OTHER, choice.other_words)]
            self.fields[choice.key] = _choice(choice.label, options)
        self.order_fields([*preview.to_choose, "reason", "is_same", "seen"])

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        if known.get("seen") != self.preview.digest:
            raise forms.ValidationError(
                _("One of the records was changed since you looked. This is how they are now.")
            )
        way = self._stands("message_channel", known)
        needs = {Patient.Channel.EMAIL: "email", Patient.Channel.TEXT_MESSAGE: "phone"}.get(way)
        if needs and not self._stands(needs, known) and not self.errors:
            told = {"email": _("an e-mail address"), "phone": _("a phone number")}[needs]
            raise forms.ValidationError(
                _("Messages by this way need %(what)s: choose again.") % {"what": told}
            )
        return known

    def _stands(self, column: str, known: dict[str, Any]) -> Any:
        """Return what a column of the patient holds after the merge."""
        for one in self.preview.comparisons:
            if column in one.question.columns and one.question.row is Patient:
                stands = one.answer(known.get(one.question.key) or KEPT)
                return stands[one.question.columns.index(column)]
        return ""

    def chosen(self) -> dict[str, str]:
        """Return for each answer that differs whose stands."""
        return {key: self.cleaned_data[key] for key in self.preview.to_choose}

    def lines(self) -> list[Line]:
        """Return the comparison for the page, each choice with its boxes."""
        answers = [
            Line(
                one.question.label, one.kept_words, one.other_words, one.is_filled,
                self[one.question.key] if one.differs else None,
            )
            for one in self.preview.comparisons
        ]  # fmt: skip
        choices = [
            Line(c.label, c.kept_words, c.other_words, field=self[c.key]) for c in self.preview.choices
        ]
        return [*_registered(self.preview), *answers, *choices]


def _registered(seen: Preview) -> list[Line]:
    ours, theirs = (date_format(one.registered_at, "j M Y") for one in (seen.kept, seen.other))
    return [Line(_("Registered on"), ours, theirs)]


def _choice_of(one: Comparison) -> forms.ChoiceField:
    """The kept record's answer is chosen beforehand, but never where a mistake would harm."""
    options = [(KEPT, one.kept_words), (OTHER, one.other_words)]
    if one.may_be_both:
        options.append((BOTH, _("Both, one below the other")))
    return _choice(one.question.label, options, initial=None if one.question.must_choose else KEPT)


def _choice(label: Any, options: list[tuple[str, str]], *, initial: str | None = None) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=options, initial=initial, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one.")},
    )  # fmt: skip


class UndoForm(forms.Form):
    """Why a merge was wrong; where something was recorded since, that somebody looks at it."""

    reason = forms.CharField(
        label=gettext_lazy("Why it was wrong"),
        max_length=300,
        help_text=gettext_lazy("Stays with both records."),
    )
    is_looked_at = forms.BooleanField(
        label=gettext_lazy(
            "I will look through what was recorded since and correct what is the other person’s."
        ),
        error_messages={"required": gettext_lazy("Say that you will look at it.")},
    )

    def __init__(self, *args: Any, has_new: bool, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        if not has_new:
            del self.fields["is_looked_at"]
