"""What the rows know of a patient on a day, gathered once for a letter. Nothing here is worded."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from assessments.models import Assessment
from followup import current_step, standing
from followup.models import Decision, ImagingReview, Reading
from pathway.letters.rows import Letterhead
from patients.models import Diagnosis, Patient
from procedures import course, record_page
from procedures.kept_record import Kept
from procedures.models import AdverseEvent, Procedure


@dataclass(frozen=True)
class Treatment:
    """The last intervention with us: its record as it was signed, or as it stands while it is not."""

    procedure: Procedure
    on: date
    kept: Kept
    is_signed: bool
    # How many there were with us, this one included, and the day of the first.
    count: int
    first_on: date
    events: list[AdverseEvent] = field(default_factory=list)
    # The last day on which somebody asked how the patient is.
    asked_on: date | None = None


@dataclass(frozen=True)
class Imaging:
    """The last reading that stands, with the record that was signed; empty where none was kept."""

    reading: Reading
    record: dict[str, Any]


@dataclass(frozen=True)
class Known:
    """Everything that a letter may say."""

    patient: Patient
    on: date
    head: Letterhead | None
    diagnosis: Diagnosis | None
    assessment: Assessment | None
    treatment: Treatment | None
    imaging: Imaging | None
    decision: Decision | None
    review: ImagingReview | None
    planned: Procedure | None
    step: current_step.Step | None


def known_of(patient: Patient, *, on: date) -> Known:
    """Gather what is on record on a day."""
    signed = patient.assessments.filter(signed_at__isnull=False).select_related("signed_by")
    planned = patient.procedures.filter(started_at=None, cancelled_at=None, planned_on__gte=on)
    return Known(
        patient=patient,
        on=on,
        head=Letterhead.objects.filter(team=patient.team).first(),
        diagnosis=Diagnosis.objects.filter(patient=patient).first(),
        assessment=signed.order_by("-signed_at", "-pk").first(),
        treatment=_treatment(patient),
        imaging=_imaging(patient),
        decision=_decision(patient),
        review=None if patient.ended_because else patient.reviews.filter(closed_at=None).first(),
        planned=None if patient.ended_because else planned.order_by("planned_on", "pk").first(),
        step=current_step.current_step(patient, on=on),
    )


def _treatment(patient: Patient) -> Treatment | None:
    begun = list(patient.procedures.filter(started_at__isnull=False).order_by("started_at", "pk"))
    if not begun:
        return None
    last = begun[-1]
    for procedure in (begun[0], last):
        procedure.patient = patient
    version = record_page.latest_version(last)
    asked = last.symptom_entries.filter(retracted_at=None).order_by("asked_at").last()
    return Treatment(
        procedure=last,
        on=course.day_of(last),
        kept=record_page.kept_of(last, version),
        is_signed=version is not None,
        count=len(begun),
        first_on=course.day_of(begun[0]),
        events=list(last.adverse_events.filter(retracted_at=None).order_by("onset_on", "pk")),
        asked_on=course.local_date(last, asked.asked_at) if asked else None,
    )


def _imaging(patient: Patient) -> Imaging | None:
    readings = standing.standing_by_review(patient).values()
    last = max(readings, key=lambda one: (one.imaged_on, one.pk), default=None)
    if last is None:
        return None
    version = last.versions.order_by("-number").first()
    return Imaging(last, version.record if version else {})


def _decision(patient: Patient) -> Decision | None:
    made = Decision.objects.filter(review__patient=patient, withdrawn_at=None).select_related("decided_by")
    return made.order_by("-decided_at", "-pk").first()


def decided_on(known: Known, decision: Decision) -> date:
    """Return the day of a decision where the team works."""
    return decision.decided_at.astimezone(ZoneInfo(known.patient.team.time_zone)).date()
