"""Forms of a meeting: its day, who is put on, the question, who attended; and what the meeting decided."""

from datetime import date, timedelta
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from assessments import guidance
from assessments.models import Assessment, decision_goes_against
from followup.forms.decisions import DecideForm
from followup.models import Decision, ImagingReview
from pathway.actions.meeting_decisions import NextStep
from pathway.meeting.proposals import LONGEST_QUESTION
from pathway.models import Meeting
from patients.actions import register
from patients.forms import dated, tasks
from patients.forms.register import helper
from patients.models import Patient, Task

# Not in source: a meeting further away than this is a slip of the year.
FURTHEST_DAYS = 366
COMES_BACK_DAYS = 14
ANOTHER_DAY = "another"


def _day(label: Any, **keywords: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **keywords
    )


def _question(**keywords: Any) -> forms.CharField:
    return dated.text(
        gettext_lazy("Question"),
        most=LONGEST_QUESTION,
        error_messages={"required": gettext_lazy("Write the question that the meeting is to answer.")},
        **keywords,
    )


def _check_ahead(day: date, on: date) -> date:
    """Refuse a day that has passed, or that is too far away to be meant."""
    if day < on:
        raise forms.ValidationError(_("This day has passed."))
    if day > on + timedelta(days=FURTHEST_DAYS):
        raise forms.ValidationError(_("This is more than %(days)d days away.") % {"days": FURTHEST_DAYS})
    return day


class FocusedRadios(forms.RadioSelect):
    """Radios of which the chosen one has the focus when the page opens, or else the first."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        groups: list[Any] = super().optgroups(name, value, attrs)
        options = [option for _name, options, _index in groups for option in options]
        chosen = next((option for option in options if option["selected"]), options[0])
        chosen["attrs"]["autofocus"] = True
        return groups


class DayForm(dated.DatedForm):
    """The day of a meeting."""

    marks_optional = False

    held_on = _day(gettext_lazy("Day of the meeting"))

    def clean_held_on(self) -> date:
        return _check_ahead(self.cleaned_data["held_on"], self.on)


class AddForm(forms.Form):
    """A patient by record number, with the question."""

    marks_optional = False

    mrn = dated.text(gettext_lazy("Record number"), most=64, required=True)
    question = _question(required=True)

    def __init__(self, *args: Any, team: Team, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.team = team
        self.patient: Patient | None = None

    def clean_mrn(self) -> str:
        mrn: str = self.cleaned_data["mrn"]
        self.patient = register.with_mrn(team=self.team, mrn=mrn)
        if self.patient is None:
            raise forms.ValidationError(_("No patient of the team has this record number."))
        if self.patient.ended_because:
            raise forms.ValidationError(_("This patient's course has ended."))
        return mrn


class ToMeetingForm(dated.DatedForm):
    """From a patient's page: which meeting, and the question."""

    marks_optional = False

    question = _question(required=True, rows=3)

    def __init__(self, *args: Any, meetings: list[Meeting], **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        days = [
            (one.held_on.isoformat(), date_format(one.held_on, "l j F Y"))
            for one in meetings
        ]  # fmt: skip
        if days:
            self.fields["coming"] = forms.ChoiceField(
                label=_("Meeting"), choices=[*days, (ANOTHER_DAY, _("Another day"))], widget=forms.RadioSelect,
                required=False, initial=days[0][0],
            )  # fmt: skip
        self.fields["held_on"] = _day(
            _("On another day") if days else _("Day of the meeting"), required=not days
        )
        self.order_fields(["coming", "held_on", "question"])
        self.helper = helper(Fieldset(_("The list of a meeting"), *self.fields, css_id="meeting"))

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        coming, other = known.get("coming"), known.get("held_on")
        if coming and coming != ANOTHER_DAY:
            known["held_on"] = date.fromisoformat(coming)
        elif other and "held_on" not in self.errors:
            self._check_other(other)
        elif "held_on" not in self.errors:
            self.add_error("held_on", _("Give the day of the meeting."))
        return known

    def _check_other(self, day: date) -> None:
        try:
            _check_ahead(day, self.on)
        except forms.ValidationError as refused:
            self.add_error("held_on", refused)


class QuestionForm(forms.Form):
    question = _question(required=True)


class AttendedForm(forms.Form):
    attended = dated.text(gettext_lazy("Who attended"), most=2000, rows=3)


class ReferralForm(forms.Form):
    """The meeting's answer to a referral; against the finding only with a reason."""

    marks_optional = True

    revision = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=gettext_lazy("The meeting decided"),
        choices=[
            (Assessment.Choice.PROCEED, Assessment.Choice.PROCEED.label),
            (Assessment.Choice.DO_NOT_PROCEED, Assessment.Choice.DO_NOT_PROCEED.label),
        ],
        widget=FocusedRadios,
        error_messages={"required": gettext_lazy("Choose what the meeting decided.")},
    )
    note = dated.text(gettext_lazy("Reason, or a note"), most=2000, rows=2)

    def __init__(self, *args: Any, assessment: Assessment, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.assessment = assessment
        self.verdict = guidance.weigh(assessment.facts, assessment.edition_settings).verdict
        self.initial = {"revision": assessment.revision}

    @property
    def goes_against(self) -> bool:
        return decision_goes_against(self.cleaned_data.get("decision", ""), self.verdict)

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        if self.goes_against and not known.get("note"):
            self.add_error("note", _("Write the meeting's reason for going against the finding."))
        return known


class ReviewForm(DecideForm):
    """The decision on a review as the meeting took it: against the recommendation only with a reason in words."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.fields["choice"].label = _("The meeting decided")
        self.fields["choice"].widget = FocusedRadios(choices=self.fields["choice"].choices)
        self.initial["interval_reason"] = ImagingReview.IntervalReason.CLINICAL
        # The meeting has just answered: it is asked once more only where it says so.
        self.initial["refer_kind"] = Task.Kind.OTHER

    def clean_against_because(self) -> str:
        return Decision.Against.MEETING

    def clean_interval_reason(self) -> str:
        return self.cleaned_data["interval_reason"] or ImagingReview.IntervalReason.CLINICAL

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        if known.get("choice") not in (None, self.card.decision) and not known.get("note"):
            self.add_error("note", _("Write the meeting's reason for going against the recommendation."))
        return known


class StepForm(dated.DatedForm):
    """What the meeting asks for, as a dated next step with an owner."""

    is_step = True

    title = dated.text(
        gettext_lazy("What is to be done"),
        required=True,
        widget=forms.TextInput(attrs={"autofocus": True}),
        error_messages={"required": gettext_lazy("Write what is to be done.")},
    )
    due_on = _day(gettext_lazy("By"))
    comes_back = forms.BooleanField(label=gettext_lazy("The meeting discusses it again then"), required=False)

    def __init__(self, *args: Any, team: Team, by: User, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.fields["owner"] = tasks.OwnerField(team=team)
        self.fields["owner"].required = True
        self.fields["owner"].error_messages["required"] = _(
            "Choose who does it: without an owner it is lost."
        )
        self.order_fields(["title", "owner", "due_on", "comes_back"])
        self.initial = {"owner": by.pk, "due_on": self.on + timedelta(days=COMES_BACK_DAYS)}

    def clean_due_on(self) -> date:
        return _check_ahead(self.cleaned_data["due_on"], self.on)

    def step(self) -> NextStep:
        known = self.cleaned_data
        return NextStep(
            title=known["title"], owner=known["owner"], due_on=known["due_on"], comes_back=known["comes_back"]
        )
