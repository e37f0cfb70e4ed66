"""The form of an assessment, made from `guidelines.facts`; and how its answers become JSON and come back.

The names of sections, their order and what is asked when are in `assessments.sections`.
"""

import json
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Team
from accounts.roles import CAPABILITIES, Capability
from assessments import answers, entries, guidance, sections
from assessments.models import Assessment, EditionSettings, decision_goes_against
from guidelines import facts as declared
from patients import fields as fact_fields

# In the order of the page, after the sections.
DECISION_FIELDS = ("decision", "reason_against_finding", "meeting_owner", "meeting_on", "individual_plan")
LONGEST_TEXT = 4000
CLAUSE_OF_FREE_FIELD = {"why_not_surgery": ["2.2"], "individual_plan": ["1.3"]}


class AssessmentForm(forms.Form):
    """Every fact and the decision. Nothing is required until it is signed: unknown is an answer."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=Assessment.Choice, widget=forms.RadioSelect, required=False
    )
    meeting_owner = forms.TypedChoiceField(
        label=_("Who takes it to the meeting"), coerce=int, empty_value=None, required=False
    )
    meeting_on = forms.DateField(
        label=_("Meeting on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    reason_against_finding = forms.CharField(
        label=_("Reason for going against the finding"),
        help_text=_("Kept with the assessment and shown wherever it is shown."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_TEXT,
        required=False,
    )
    why_not_surgery = forms.CharField(
        label=_("Why not surgery"),
        help_text=_("The reason for which surgery is not suitable, or is declined: age, severe cirrhosis …"),
        max_length=300,
        required=False,
    )
    individual_plan = forms.CharField(
        label=_("Individual plan"),
        help_text=_("What this patient needs beside the standard, and why."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_TEXT,
        required=False,
    )

    def __init__(
        self,
        data: QueryDict,
        *,
        team: Team,
        edition_settings: EditionSettings,
        **keywords: Any,
    ) -> None:
        super().__init__(data, **keywords)
        self.edition_settings = edition_settings
        for name in sections.IN_ORDER:
            several = name in sections.OFTEN_SEVERAL or f"{name}_possible" in data
            self.fields[name] = fact_fields.for_fact(declared.ALL[name], several=several)
            self.fields[name].clauses = sections.clauses_beside(name)
        for name, clauses in CLAUSE_OF_FREE_FIELD.items():
            self.fields[name].clauses = clauses
        self.order_fields([*sections.IN_PAGE_ORDER, *DECISION_FIELDS])
        self.fields["meeting_owner"].choices = [("", gettext("Choose a person")), *people_of(team)]
        self.unreadable: set[str] = set()

    def clean(self) -> dict[str, Any]:
        """Tell contradictions beside the fact; what could not be read is told already."""
        self.unreadable = set(self.errors)
        for name, message in self.weighed.left_out.items():
            self.add_error(name, message)
        return self.cleaned_data

    @cached_property
    def weighed(self) -> guidance.Answer:
        """What the engine says of the readable answers; an unreadable one counts as unknown."""
        return guidance.weigh(self.held, self.edition_settings)

    @cached_property
    def held(self) -> dict[str, entries.Entry]:
        """The readable facts in the shape of `Assessment.facts`, without provenance; read once cleaned."""
        return {
            name: entries.entry_of(entries.normal(name, value), on=None, source=entries.TYPED)
            for name in sections.IN_ORDER
            if (value := self.cleaned_data.get(name)) is not None
        }

    @cached_property
    def given(self) -> dict[str, answers.Answer]:
        """Every answer as JSON can hold it; an unreadable one as it was typed."""
        self.full_clean_once()
        given = {name: {"value": entries.contract_value(entry)} for name, entry in self.held.items()}
        for name in answers.FREE_FIELDS:
            if value := self.cleaned_data.get(name):
                given[name] = {"value": value.isoformat() if isinstance(value, date) else plain(value)}
        as_typed = {
            name for name in sections.IN_ORDER if self[name].data == answers.NOT_KNOWN
        } | self.unreadable
        given |= {name: {"raw": plain(self[name].data)} for name in as_typed if name in answers.ALL_FIELDS}
        return json.loads(json.dumps(given))

    def full_clean_once(self) -> None:
        self.errors  # noqa: B018 (reading it cleans the form)

    @property
    def left_out(self) -> dict[str, list[str]]:
        """What was left out of the finding, and why: the unreadable, and what contradicts another answer."""
        self.full_clean_once()
        names = [name for name in self.errors if name in self.unreadable or name in self.weighed.left_out]
        return {name: [str(message) for message in self.errors[name]] for name in names}

    @property
    def decision_error_count(self) -> int:
        return sum(name in self.errors for name in (*DECISION_FIELDS, "amendment_reason"))

    @property
    def goes_against_finding(self) -> bool:
        self.full_clean_once()
        return decision_goes_against(self.cleaned_data.get("decision") or "", self.weighed.verdict)

    def is_ready_to_sign(self, *, on: date) -> bool:
        """Say whether it may be signed; what is still open is told at its field."""
        self.full_clean_once()
        facts = self.held
        if not self.cleaned_data.get("decision"):
            self._ask("decision", _("Choose what you decide."))
        if self.goes_against_finding and not self.cleaned_data.get("reason_against_finding"):
            self._ask("reason_against_finding", _("Write your reason for going against the finding."))
        if sections.is_asked("why_not_surgery", facts) and not self.cleaned_data.get("why_not_surgery"):
            self._ask("why_not_surgery", _("Write why surgery is not suitable or is declined."))
        if self.cleaned_data.get("decision") == Assessment.Choice.REFER:
            self._check_meeting(on=on)
        return not self.errors

    def _check_meeting(self, *, on: date) -> None:
        if not self.cleaned_data.get("meeting_owner"):
            self._ask("meeting_owner", _("Choose who takes the patient to the meeting."))
        meeting_on = self.cleaned_data.get("meeting_on")
        if not meeting_on:
            self._ask("meeting_on", _("Give the day of the meeting."))
        elif meeting_on < on:
            self._ask("meeting_on", _("The meeting must be today or later."))

    def _ask(self, name: str, message: Any) -> None:
        if name not in self.errors:
            self.add_error(name, message)


class AmendmentForm(AssessmentForm):
    """The same form on a signed assessment: nothing changes without a reason."""

    amendment_reason = forms.CharField(
        label=_("Why do you amend it?"),
        help_text=_("Stands at the new version for ever; the version before it stays readable."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=LONGEST_TEXT,
        error_messages={"required": _("Write why you amend a signed assessment.")},
    )


class DiscardForm(forms.Form):
    because = forms.CharField(
        label=_("Why is this draft not needed?"),
        max_length=300,
        error_messages={"required": _("Write why this draft is not needed.")},
    )


def plain(typed: Any) -> Any:
    """Return what was typed as JSON keeps it: one kind of line end, and no NUL, which PostgreSQL refuses."""
    if isinstance(typed, list):
        return [plain(part) for part in typed]
    return typed.replace("\x00", "").replace("\r\n", "\n") if isinstance(typed, str) else typed


def people_of(team: Team) -> list[tuple[int, str]]:
    """Return the team's active people who see patients, for a choice of owner."""
    roles = [role for role, may in CAPABILITIES.items() if Capability.SEE_PATIENTS in may]
    members = Membership.objects.filter(team=team, is_active=True, role__in=roles).select_related("user")
    return [(member.user_id, str(member.user)) for member in members]


def data_of(given: answers.Answers, form_fields: dict[str, forms.Field]) -> QueryDict:
    """Return the answers as a browser would send them, so that a stored draft is shown through the same form."""
    data = QueryDict(mutable=True)
    for name, field in form_fields.items():
        answer = given.get(name, {})
        raw = answer["raw"] if "raw" in answer else boxes_of(field, answer.get("value"))
        _put(data, name, field, raw)
    return data


def boxes_of(field: forms.Field, value: Any) -> Any:
    """Return what stands in the boxes of a field for a value of the contract's shape."""
    prepared = field.prepare_value(value)
    if isinstance(field.widget, forms.MultiWidget) and not isinstance(prepared, list):
        return field.widget.decompress(prepared)
    return prepared


def _put(data: QueryDict, name: str, field: forms.Field, raw: Any) -> None:
    if isinstance(field.widget, forms.MultiWidget):
        for suffix, box in zip(field.widget.widgets_names, raw or [], strict=False):
            data[name + suffix] = "" if box is None else str(box)
    elif isinstance(raw, list):
        data.setlist(f"{name}_possible", raw)
    elif raw is not None:
        data[name] = str(raw)
