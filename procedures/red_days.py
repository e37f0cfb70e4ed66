"""Who needs looking at in the days after: courses that are red, and symptoms or events still open after day 7.

It asks in as many statements for a whole team as for one patient.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Team
from guidelines import embolisation_syndrome as syndrome
from patients.models import LabResult, Patient
from procedures import course, event_words, symptoms, watch_words
from procedures.models import AdverseEvent, Procedure, SymptomEntry


@dataclass(frozen=True)
class Reason:
    """Why one course is shown; `is_red` is false of what only has to be asked again."""

    text: str
    is_red: bool = True


@dataclass
class RedDays:
    """One procedure whose days after need looking at."""

    procedure: Procedure
    day: int
    reasons: list[Reason] = field(default_factory=list)

    @property
    def is_red(self) -> bool:
        return any(reason.is_red for reason in self.reasons)


def of_team(team: Team, *, on: date) -> list[RedDays]:
    """Return those of the team's patients in care, the red ones first, then the longest ago first."""
    return _gather(Procedure.objects.filter(patient__team=team, patient__ended_because=""), team, on)


def of_patient(patient: Patient, *, on: date) -> list[RedDays]:
    """Return those of one patient; none once the course has ended."""
    if patient.ended_because:
        return []
    return _gather(Procedure.objects.filter(patient=patient), patient.team, on)


def _gather(procedures: QuerySet[Procedure], team: Team, on: date) -> list[RedDays]:
    found: dict[int, RedDays] = {}
    for followed in _courses(procedures, team, on):
        reasons = _reasons(followed)
        if reasons:
            found[followed.procedure.pk] = RedDays(followed.procedure, followed.today, reasons)
    for event in _open_events(procedures):
        procedure = event.procedure
        day = (on - course.day_of(procedure)).days
        if day > syndrome.USUAL_TO_DAYS:
            row = found.setdefault(procedure.pk, RedDays(procedure, day))
            row.reasons.append(Reason(_open_event(event)))
    return sorted(found.values(), key=lambda row: (not row.is_red, -row.day, row.procedure.pk))


def _courses(procedures: QuerySet[Procedure], team: Team, on: date) -> list[course.Course]:
    """The courses that are still looked at; of each patient the last, to which what is logged now belongs."""
    first_day = on - timedelta(days=symptoms.WATCHED_FOR_DAYS)
    begun_at = datetime.combine(first_day, time.min, ZoneInfo(team.time_zone))
    begun = procedures.filter(started_at__gte=begun_at).select_related("patient__team")
    last = {procedure.patient_id: procedure for procedure in begun.order_by("started_at", "pk")}
    entries = _entries(last.values())
    results = _results(last, first_day, on)
    return [
        course.Course(procedure, on, entries[procedure.pk], _since(procedure, results[procedure.patient_id]))
        for procedure in last.values()
        if course.day_of(procedure) <= on
    ]


def _entries(procedures: Iterable[Procedure]) -> dict[int, list[SymptomEntry]]:
    asked = SymptomEntry.objects.filter(procedure__in=list(procedures), retracted_at=None)
    found: dict[int, list[SymptomEntry]] = defaultdict(list)
    for entry in asked.order_by("asked_at", "pk"):
        found[entry.procedure_id].append(entry)
    return found


def _results(patient_ids: Iterable[int], first_day: date, on: date) -> dict[int, list[LabResult]]:
    measured = LabResult.objects.filter(
        patient_id__in=list(patient_ids),
        analyte__in=syndrome.ANALYTES,
        retracted_at=None,
        taken_on__gte=first_day - timedelta(days=symptoms.BASELINE_WITHIN_DAYS),
        taken_on__lte=on,
    )
    found: dict[int, list[LabResult]] = defaultdict(list)
    for result in measured.order_by("taken_on", "entered_at", "pk"):
        found[result.patient_id].append(result)
    return found


def _since(procedure: Procedure, results: list[LabResult]) -> list[LabResult]:
    """What counts for this procedure: as `course.course_of` takes it."""
    first = course.day_of(procedure) - timedelta(days=symptoms.BASELINE_WITHIN_DAYS)
    return [result for result in results if result.taken_on >= first]


def _reasons(followed: course.Course) -> list[Reason]:
    """What is red, and which symptom nobody has asked about since day 7."""
    judgement = followed.judgement
    said = watch_words.reasons(judgement)
    is_late = followed.today > syndrome.USUAL_TO_DAYS
    return [
        Reason(words.sentence, words.is_red)
        for reason, words in zip(judgement.reasons, said, strict=True)
        if words.is_red or (is_late and reason.key in syndrome.SYMPTOMS)
    ]


def _open_events(procedures: QuerySet[Procedure]) -> QuerySet[AdverseEvent]:
    events = AdverseEvent.objects.filter(
        procedure__in=procedures, resolved_on=None, retracted_at=None, procedure__started_at__isnull=False
    )
    return events.select_related("procedure__patient__team").order_by("onset_on", "pk")


def _open_event(event: AdverseEvent) -> str:
    named = event.other_term or event_words.term_words(event.term)
    said = {"event": named, "day": date_format(event.onset_on, "j M Y")}
    return _("%(event)s since %(day)s, not resolved.") % said
