"""The form of a team's follow-up settings: no number of it is in the source."""

from datetime import UTC, datetime
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.core.validators import URLValidator
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup import gateway_host
from followup.models import FollowUpSettings
from followup.settings_history import TOLD
from patients.forms.register import helper

MOST_RUNGS, FURTHEST_RUNG_DAYS = 6, 180


class DaysField(forms.CharField):
    """Days in a row: 7, 14, 28; cleaned to a list of whole numbers that rise."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(one) for one in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[int]:
        parts = [part.strip() for part in super().to_python(value).replace(";", ",").split(",")]
        words = [part for part in parts if part]
        if any(not (word.isascii() and word.isdecimal() and len(word) < 4) for word in words):
            raise forms.ValidationError(_("Write whole days with commas between them, such as 7, 14, 28."))
        return [int(word) for word in words]

    def validate(self, value: list[int]) -> None:
        if not value:
            raise forms.ValidationError(_("Give at least one day: without it nobody is told."))
        if value != sorted(set(value)):
            raise forms.ValidationError(_("Each day comes after the one before it."))
        if value[0] < 1 or value[-1] > FURTHEST_RUNG_DAYS:
            said = {"most": FURTHEST_RUNG_DAYS}
            raise forms.ValidationError(_("Days are from 1 to %(most)d.") % said)
        if len(value) > MOST_RUNGS:
            raise forms.ValidationError(_("At most %(most)d days.") % {"most": MOST_RUNGS})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


_capitalised = lazy(capfirst, str)


def _label(name: str) -> Any:
    """The column's own words; translated when they are shown."""
    return _capitalised(FollowUpSettings._meta.get_field(name).verbose_name)


def _days(name: str, least: int, most: int, help_text: Any = "") -> forms.IntegerField:
    label = _label(name)
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


def _time(name: str, help_text: Any = "") -> forms.TimeField:
    label = _label(name)
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, help_text=help_text)


def _box(name: str, help_text: Any = "") -> forms.BooleanField:
    label = _label(name)
    return forms.BooleanField(label=label, required=False, help_text=help_text)


class FollowUpSettingsForm(forms.Form):
    """How a team follows up."""

    seen_at = forms.CharField(widget=forms.HiddenInput, required=False)
    soon_days = _days("soon_days", 0, 60)
    escalate_after_days = DaysField(
        label=_label("escalate_after_days"),
        max_length=60,
        help_text=gettext_lazy("After the last of them the lead is told every week."),
    )
    unread_working_days = _days("unread_working_days", 1, 30)
    undecided_working_days = _days("undecided_working_days", 1, 30)
    unsigned_working_days = _days("unsigned_working_days", 1, 30)
    unstarted_working_days = _days(
        "unstarted_working_days", 1, 30, gettext_lazy("From then on a plan is no next step any more.")
    )
    longest_pause_days = _days("longest_pause_days", 1, 180)
    quiet_from = _time("quiet_from")
    quiet_until = _time(
        "quiet_until",
        gettext_lazy("On the team’s own clock. The same hour twice: nothing waits for the morning."),
    )
    sends_email = _box("sends_email", gettext_lazy("No message to staff names a patient."))
    reminds_patients = _box(
        "reminds_patients",
        gettext_lazy("Only who agreed, by the way that they chose; the text names no disease."),
    )
    webhook_url = forms.URLField(
        label=_label("webhook_url"),
        required=False,
        assume_scheme="https",
        max_length=200,
        validators=[
            URLValidator(schemes=["https"], message=gettext_lazy("The address begins with https://"))
        ],
    )
    images_early_after_each = _box(
        "images_early_after_each",
        gettext_lazy(
            "The guideline prints it for the first intervention (7.1). Counts for reviews that open from now on."
        ),
    )
    asks_two_readers = _box(
        "asks_two_readers", gettext_lazy("A review counts as read when two have signed and agree.")
    )

    def __init__(self, *args: Any, numbers: FollowUpSettings, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.numbers = numbers
        self.initial = {name: getattr(numbers, name) for name in TOLD}
        self.initial["seen_at"] = numbers.saved_at.isoformat()
        self.helper = helper(
            Fieldset(
                _("Reminders"), "soon_days", "escalate_after_days", "unread_working_days",
                "undecided_working_days", "unsigned_working_days", "unstarted_working_days", "longest_pause_days",
                css_id="reminders",
            ),
            Fieldset(_("When nothing goes out"), "quiet_from", "quiet_until", css_id="quiet"),
            Fieldset(_("How it goes out"), "sends_email", "reminds_patients", "webhook_url", css_id="channels"),
            Fieldset(_("Imaging and reading"), "images_early_after_each", "asks_two_readers", css_id="imaging"),
        )  # fmt: skip

    def clean_webhook_url(self) -> str:
        address = self.cleaned_data["webhook_url"]
        refused = gateway_host.why_refused(address)
        if refused:
            raise forms.ValidationError(refused)
        return address

    def clean(self) -> dict[str, Any]:
        known = super().clean()
        if known.get("reminds_patients") and not known.get("webhook_url") and not known.get("sends_email"):
            words = _("Without e-mail and without a gateway no patient can be reminded.")
            self.add_error("reminds_patients", words)
        return known

    @property
    def seen(self) -> datetime:
        """When the settings that the form showed were saved; a form that does not say has seen nothing."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen_at"])
        except ValueError:
            return datetime.min.replace(tzinfo=UTC)

    def numbers_given(self) -> dict[str, Any]:
        """Return the columns of FollowUpSettings."""
        return {name: self.cleaned_data[name] for name in TOLD}

    def show_again(self, numbers: FollowUpSettings) -> None:
        """Let what is typed stay, now that somebody else's change was told: saving once more is a choice."""
        typed: Any = self.data
        self.data = {**typed.dict(), "seen_at": numbers.saved_at.isoformat()}
