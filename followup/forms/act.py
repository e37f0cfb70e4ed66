"""What the forms of the queue share: the review they act on, its days, and a helper without a card of its own."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext as _

from followup.models import ImagingReview
from patients.forms import dated

# A booking or a call further away than this is a slip of the year.
FURTHEST_DAYS = 366


class ActForm(dated.OnceForm):
    """A form that does something to one review, or to several (`review` is None then)."""

    def __init__(self, *args: Any, review: ImagingReview | None, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.review = review
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.form_show_errors = False
        self.helper.layout = Layout(*self.fields)

    def refuse_far(self, day: date | None) -> date | None:
        """Return the day; refuse one that is more than a year away."""
        if day and (day - self.on).days > FURTHEST_DAYS:
            raise forms.ValidationError(_("This is more than a year away."))
        return day

    def refuse_before_it_counts(self, day: date | None) -> date | None:
        """Return the day; refuse one before the day that the review counts from."""
        if day and self.review and day < self.review.counts_from:
            raise forms.ValidationError(
                _("This is before %(day)s, from which the review counts.")
                % {"day": self.review.counts_from.isoformat()}
            )
        return day

    def ask_for_words(self, known: dict, *, name: str = "note", other: str = "other") -> None:
        """Ask for the reason in words where it is none of the list."""
        if known.get("reason") == other and not known.get(name):
            self.add_error(name, _("Say which other reason."))


def day_field(label: Any, **keywords: Any) -> forms.DateField:
    """Return a day, in the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **keywords)


def radios(label: Any, choices: list, **keywords: Any) -> forms.ChoiceField:
    """Return a choice of few, one of which has to be chosen unless `required` says otherwise."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **keywords)
