"""Forms of the coordinator's work on a review: the call, the snooze, the owner, the window, the end of the course."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from followup import guidance, reasons, row_words, working_days
from followup.actions import course
from followup.forms import act
from followup.models import Contact, Pause
from patients.forms import dated
from patients.forms.tasks import OwnerField
from patients.models import Patient

SNOOZED_FOR_DAYS = 7
# The clocks of a ward and of the server are not the same to the minute.
AHEAD = timedelta(minutes=5)


class ContactForm(act.ActForm):
    """One attempt to reach the patient."""

    outcome = act.radios(
        gettext_lazy("What came of it"),
        Contact.Outcome.choices,
        error_messages={"required": gettext_lazy("Say what came of it.")},
    )
    next_try_on = act.day_field(
        gettext_lazy("Try again on"),
        required=False,
        help_text=gettext_lazy("Empty: the next working day, where the patient was not reached."),
    )
    note = dated.text(gettext_lazy("Note"), most=300)
    channel = act.radios(gettext_lazy("How"), Contact.Channel.choices, initial=Contact.Channel.PHONE)
    happened_at = forms.DateTimeField(
        label=gettext_lazy("When, if not now"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, now: datetime, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.now = now

    def clean_next_try_on(self) -> date | None:
        day = self.refuse_far(self.cleaned_data["next_try_on"])
        if day and day < self.on:
            raise forms.ValidationError(_("This day has passed."))
        return day

    def clean_happened_at(self) -> datetime | None:
        at = self.cleaned_data["happened_at"]
        if at and at > self.now + AHEAD:
            raise forms.ValidationError(_("This is in the future."))
        if at and at.year < dated.EARLIEST.year:
            raise forms.ValidationError(_("This is too long ago."))
        return min(at, self.now) if at else None

    def contact(self) -> dict[str, Any]:
        """Return the arguments of `log_contact`; who was not reached is tried again on the next working day."""
        known = self.cleaned_data
        names = ("channel", "outcome", "next_try_on", "note", "happened_at", "form_key")
        said = {name: known[name] for name in names}
        if said["next_try_on"] is None and said["outcome"] in row_words.UNREACHED:
            said["next_try_on"] = working_days.after(self.on, 1)
        return said


class SnoozeForm(act.ActForm):
    """Until when somebody answers for it, and why."""

    until = act.day_field(
        gettext_lazy("Until"), error_messages={"required": gettext_lazy("Say until which day.")}
    )
    reason = act.radios(
        gettext_lazy("Why"),
        Pause.Reason.choices,
        error_messages={"required": gettext_lazy("Choose the reason.")},
    )
    note = dated.text(gettext_lazy("In words"), most=300)

    def __init__(self, *args: Any, latest: date, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.latest = latest
        attributes = {"min": (self.on + timedelta(days=1)).isoformat(), "max": latest.isoformat()}
        self.fields["until"].widget.attrs.update(attributes)
        self.fields["until"].help_text = _("On that day it is back. At the latest %(day)s.") % {
            "day": date_format(latest, "j M Y")
        }

    def clean_until(self) -> date:
        until = self.cleaned_data["until"]
        if until <= self.on:
            raise forms.ValidationError(_("Choose a day after today."))
        if until > self.latest:
            latest = {"day": date_format(self.latest, "j M Y")}
            raise forms.ValidationError(_("The team allows a snooze until %(day)s.") % latest)
        return until

    def clean(self) -> dict:
        known = super().clean()
        self.ask_for_words(known)
        return known


def snooze_to_begin_with(*, on: date, latest: date) -> dict[str, Any]:
    """Return what stands in the boxes: a week, as far as the team allows."""
    return {"until": min(on + timedelta(days=SNOOZED_FOR_DAYS), latest)}


class AssignForm(act.ActForm):
    """Who owns it."""

    def __init__(self, *args: Any, team: Team, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.fields["owner"] = OwnerField(team=team)
        self.helper.layout.fields = ["owner", "form_key"]


class RescheduleForm(act.ActForm):
    """A window chosen by hand; one that ends later than the clause allows asks for the reason in words."""

    due_from = act.day_field(gettext_lazy("From"))
    due_to = act.day_field(gettext_lazy("To, this day included"))
    reason = act.radios(
        gettext_lazy("Why"),
        [one for one in reasons.Rescheduled.choices if one[0] != reasons.Rescheduled.PROCEDURE_MOVED],
    )
    note = dated.text(gettext_lazy("In words"), most=300)

    def __init__(self, *args: Any, allowed: guidance.Window, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.allowed = allowed

    def clean_due_from(self) -> date | None:
        return self.refuse_far(self.refuse_before_it_counts(self.cleaned_data["due_from"]))

    def clean_due_to(self) -> date | None:
        return self.refuse_far(self.cleaned_data["due_to"])

    def clean(self) -> dict:
        known = super().clean()
        first, last = known.get("due_from"), known.get("due_to")
        if first and last and first > last:
            self.add_error("due_to", _("The last day is before the first."))
        self.ask_for_words(known)
        if last and last > self.allowed.due_to and not known.get("note") and "note" not in self.errors:
            said = {"clause": self.allowed.clause, "day": date_format(self.allowed.due_to, "j M Y")}
            words = _("Clause %(clause)s asks for imaging until %(day)s. Write why it may be later.")
            self.add_error("note", words % said)
        return known


class EndForm(act.ActForm):
    """Why and when the course ended. Lost and declined are for a clinician to say."""

    because = act.radios(
        gettext_lazy("Ended because"), [], error_messages={"required": gettext_lazy("Choose the reason.")}
    )
    ended_on = dated.PastDateField(label=gettext_lazy("Ended on"))
    note = dated.text(gettext_lazy("Note"), most=300, help_text=gettext_lazy("Stays in the history."))

    def __init__(self, *args: Any, may_treat: bool, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        hidden = {*Patient.ENDED_OTHERWISE, *(() if may_treat else course.FOR_CLINICIANS)}
        self.fields["because"].choices = [
            (value, label) for value, label in Patient.EndedBecause.choices if value not in hidden
        ]
        if not may_treat:
            self.fields["because"].help_text = _("Lost and declined are for a clinician to say.")


class SaveViewForm(forms.Form):
    """A name for what the queue shows now."""

    name = forms.CharField(
        label=gettext_lazy("Name of this view"),
        max_length=60,
        error_messages={"required": gettext_lazy("Give the view a name.")},
    )
