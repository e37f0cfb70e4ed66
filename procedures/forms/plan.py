"""Forms of a plan: what is planned, the checklist, and why it is cancelled."""

from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assessment
from patients.forms import dated
from patients.forms.register import helper
from patients.models import Lesion, Patient
from procedures import basis, checklist
from procedures.actions import plan as actions
from procedures.models import Agent, Artery, Modality, Procedure

# A plan further away than this is a slip of the year.
FURTHEST_DAYS = 366
LONGEST_KEY = 18
FEEDERS = (Artery.Kind.HEPATIC, Artery.Kind.SEGMENTAL, Artery.Kind.VARIANT, Artery.Kind.EXTRAHEPATIC)
NO_TECHNIQUE = ("", gettext_lazy("Not decided"))


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows as boxes to tick, named as the page names them."""

    def __init__(self, model: Any, label: Any, **keywords: Any) -> None:
        widget = forms.CheckboxSelectMultiple
        super().__init__(model.objects.none(), required=False, label=label, widget=widget, **keywords)
        self.is_inline = True

    def clean(self, value: Any) -> Any:
        """No database holds a key of more digits than this."""
        for key in value or ():
            if len(str(key)) > LONGEST_KEY:
                raise forms.ValidationError(_("This is not one of the choices."), code="invalid_choice")
        return super().clean(value)

    def label_from_instance(self, row: Any) -> str:
        segments = getattr(row, "segments_in_words", "")
        return f"{row} ({segments})" if segments else str(row)


class PlanForm(dated.OnceForm):
    """What is planned; without a decision to proceed, why it cannot wait."""

    emergency_reason = dated.text(
        gettext_lazy("Emergency: why without a decision to proceed"),
        most=1000,
        rows=2,
        help_text=gettext_lazy(
            "The guideline treats on a signed assessment (1.2). Stays with the procedure."
        ),
    )
    planned_on = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Give the day.")},
    )
    place = dated.text(gettext_lazy("Room"), most=60)
    planned_modality = dated.one_of(
        gettext_lazy("Modality"), Modality, error_messages={"required": gettext_lazy("Choose the modality.")}
    )
    technique = forms.ChoiceField(
        label=gettext_lazy("Technique"),
        choices=[*Procedure.Technique.choices, NO_TECHNIQUE],
        required=False,
        widget=forms.RadioSelect,
    )
    lesions = RowsField(Lesion, gettext_lazy("Lesions"))
    feeders = RowsField(Artery, gettext_lazy("Expected feeders"))
    agents = RowsField(Agent, gettext_lazy("Agents"))
    plan_note = dated.text(gettext_lazy("Plan"), most=2000, rows=3)

    PLAN = (
        "planned_on",
        "place",
        "planned_modality",
        "technique",
        "lesions",
        "feeders",
        "agents",
        "plan_note",
    )

    def __init__(
        self,
        *args: Any,
        patient: Patient,
        assessment: Assessment | None,
        procedure: Procedure | None = None,
        **kw: Any,
    ) -> None:
        self.procedure, self.is_decided = procedure, basis.Basis(assessment).is_decided
        kw.setdefault("initial", _initial(procedure, assessment))
        super().__init__(*args, **kw)
        self.fields["lesions"].queryset = patient.lesions.filter(retracted_at=None)
        self.fields["feeders"].queryset = Artery.objects.in_use().filter(kind__in=FEEDERS)
        self.fields["agents"].queryset = Agent.objects.in_use()
        names = self.PLAN if self.is_decided else ("emergency_reason", *self.PLAN)
        if self.is_decided:
            del self.fields["emergency_reason"]
        self.helper = helper(Fieldset(_("Plan"), *names, "form_key", css_id="plan"))

    def clean_planned_on(self) -> Any:
        day = self.cleaned_data["planned_on"]
        is_new = self.procedure is None or day != self.procedure.planned_on
        if is_new and day < self.on:
            raise forms.ValidationError(_("This day has passed."))
        if (day - self.on).days > FURTHEST_DAYS:
            raise forms.ValidationError(_("This is more than a year away."))
        return day

    def clean_emergency_reason(self) -> str:
        reason = self.cleaned_data["emergency_reason"].strip()
        if not reason:
            raise forms.ValidationError(_("Write why this cannot wait for a decision to proceed."))
        return reason

    def plan(self) -> actions.Plan:
        """Return what the form says."""
        known = {name: self.cleaned_data[name] for name in self.PLAN}
        for name in ("lesions", "feeders", "agents"):
            known[name] = list(known[name])
        return actions.Plan(**known, emergency_reason=self.cleaned_data.get("emergency_reason", ""))


def _initial(procedure: Procedure | None, assessment: Assessment | None) -> dict[str, Any]:
    if procedure is None:
        suggested = assessment.modality if assessment else ""
        return {"planned_modality": suggested if suggested in Modality.values else None}
    names = ("planned_on", "place", "planned_modality", "technique", "plan_note", "emergency_reason")
    return {
        **{name: getattr(procedure, name) for name in names},
        "lesions": list(procedure.planned_lesions.all()),
        "feeders": list(procedure.expected_feeders.all()),
        "agents": list(procedure.planned_agents.all()),
    }


class ChecklistForm(forms.Form):
    """Every point of the checklist with its answer and a note."""

    def __init__(self, *args: Any, points: list[checklist.Point], procedure: Procedure, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.points = points
        for point in points:
            held = procedure.checklist.get(point.key, {})
            self.fields[point.key] = forms.ChoiceField(
                label=point.label,
                choices=list(checklist.ANSWERS.items()),
                required=False,
                widget=forms.RadioSelect,
                initial=held.get("answer", ""),
            )
            self.fields[f"{point.key}_note"] = dated.text(
                gettext_lazy("Note"), most=200, initial=held.get("note", "")
            )

    def given(self) -> dict[str, dict[str, str]]:
        """Return what was answered; a point that nobody touched is left out."""
        known = self.cleaned_data
        answers = {
            point.key: {"answer": known[point.key], "note": known[f"{point.key}_note"]}
            for point in self.points
        }
        return {key: answer for key, answer in answers.items() if answer["answer"] or answer["note"]}


class CancelForm(forms.Form):
    because = dated.text(
        gettext_lazy("Why is it cancelled?"),
        most=300,
        required=True,
        error_messages={"required": gettext_lazy("Write why it is cancelled.")},
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.helper = helper(Fieldset(_("Reason"), "because", css_id="reason"))
