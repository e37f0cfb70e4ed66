"""What the page of one patient shows at once: each thing loaded once, for its list, the time axis and the maps."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.formats import date_format

from assessments.models import Assessment
from followup import current_step
from pathway import lesion_history, liver_costs, timeline_page
from patients import lab_trends, lesion_sizes
from patients.models import Patient
from procedures import red_days, stages
from procedures.models import Procedure, TargetVessel

SHOWN = 5


def context_of(patient: Patient, span: str, *, on: date, at: datetime) -> dict[str, Any]:
    """Return the next step, the course on one time axis, the lists, the maps and the costs."""
    # Fetched once for the step, the lists and the time axis.
    prefetch_related_objects([patient], _assessments(), _procedures())
    assessments = sorted(patient.assessments.all(), key=lambda one: one.created_at, reverse=True)
    tasks = patient.tasks.filter(closed_at=None).select_related("owner").order_by("due_to")
    return {
        "patient": patient,
        "today": on,
        "step": current_step.current_step(patient, on=on),
        "assessments": assessments[:SHOWN],
        "red_days": red_days.of_patient(patient, on=on),
        "open_tasks": tasks[:SHOWN],
        **_course(patient, span, on, at),
    }


def _assessments() -> Prefetch:
    """Without the long texts of a draft."""
    rows = Assessment.objects.select_related("signed_by", "saved_by", "decided_by")
    return Prefetch("assessments", queryset=rows.defer("facts", "typed", "conflicts"))


def _procedures() -> Prefetch:
    return Prefetch("procedures", queryset=Procedure.objects.select_related("saved_by", "created_by"))


def _course(patient: Patient, span: str, on: date, at: datetime) -> dict[str, Any]:
    procedures = list(patient.procedures.all())
    begun = begun_in_order(procedures)
    results = list(patient.lab_results.filter(taken_on__lte=on))
    lesions = lesion_sizes.sizes_of(patient, on=on)
    axis = timeline_page.context_of(
        patient, span, procedures=procedures, results=results, lesions=lesions, on=on
    )
    return {
        "procedures": [_listed(procedure, at) for procedure in procedures[:SHOWN]],
        "last_begun": begun[-1] if begun else None,
        "lesions": lesions,
        "lesion_history": lesion_history.history_of(lesions, _treatments(patient, begun)),
        "liver_costs": liver_costs.costs_of(_interventions(patient, begun), results),
        "lab_trends": lab_trends.trends_of(results, on=on),
        **lesion_sizes.map_context(lesions),
        **axis,
    }


def _listed(procedure: Procedure, at: datetime) -> dict[str, Any]:
    return {
        "procedure": procedure,
        "words": stages.words_for(procedure),
        "is_late": stages.is_signature_late(procedure, at=at),
    }


def begun_in_order(procedures: Iterable[Procedure]) -> list[Procedure]:
    """Return those that were begun, the first one first."""
    begun = [one for one in procedures if one.started_at]
    return sorted(begun, key=lambda one: (one.started_at, one.pk))


def _treatments(patient: Patient, begun: Sequence[Procedure]) -> list[lesion_history.Treatment]:
    """What each procedure treated, in one query; what nobody confirmed counts nowhere."""
    supplied: dict[int, set[int]] = defaultdict(set)
    for procedure_id, lesion_id in _confirmed_links(begun):
        supplied[procedure_id].add(lesion_id)
    return [
        lesion_history.Treatment(one.on, one.words, one.url, frozenset(supplied[procedure.pk]))
        for procedure, one in zip(begun, _interventions(patient, begun), strict=True)
    ]


def _confirmed_links(begun: Sequence[Procedure]) -> Iterable[tuple[int, int]]:
    if not begun:
        return []
    links = TargetVessel.lesions.through.objects.filter(
        targetvessel__procedure__in=[one.pk for one in begun],
        targetvessel__discarded_at=None,
        targetvessel__is_confirmed=True,
    )
    return links.values_list("targetvessel__procedure_id", "lesion_id")


def _interventions(patient: Patient, begun: Iterable[Procedure]) -> list[liver_costs.Intervention]:
    zone = ZoneInfo(patient.team.time_zone)
    return [
        liver_costs.Intervention(
            moment.astimezone(zone).date(),
            f"{one.modality or one.planned_modality}, {date_format(moment.astimezone(zone), 'j M Y')}",
            reverse("procedures:detail", args=[patient.pk, one.pk]),
        )
        for one in begun
        for moment in [one.started_at]
        if moment
    ]
