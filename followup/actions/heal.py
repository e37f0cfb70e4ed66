"""Open the reviews that are missing and move the windows whose procedure moved: what was missed is made good."""

import logging
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import Team
from followup import current_step, guidance
from followup.actions import held, reviews
from followup.models import ImagingReview, ReviewEvent
from followup.reasons import Rescheduled
from patients.models import Patient
from procedures.models import Procedure

log = logging.getLogger(__name__)
AT_ONCE = 500


def open_missing_reviews(*, at: datetime, team: Team | None = None) -> int:
    """Heal every patient in care whose review is missing or counts from a wrong day; return how many were healed.

    One patient that fails is written to the log by number, and never stops the others.
    """
    healed = 0
    for heal, candidates in ((_open_missing, _without_review(team)), (_move_window, _moved(team))):
        for patient_id in candidates:
            try:
                healed += heal(patient_id, at)
            except Exception:
                log.exception("The reviews of patient %s could not be healed.", patient_id)
    return healed


def _without_review(team: Team | None) -> list[int]:
    """Patients in care who were treated and have no open review, but for those on the way to the next treatment."""
    began = Procedure.objects.filter(patient=OuterRef("pk"), started_at__isnull=False)
    still_open = ImagingReview.objects.filter(patient=OuterRef("pk"), closed_at=None)
    in_care = _of(team).filter(Exists(began), ~Exists(still_open))
    return list(in_care.order_by("pk").values_list("pk", flat=True))


def _of(team: Team | None) -> QuerySet[Patient]:
    in_care = Patient.objects.filter(ended_because="")
    return in_care.filter(team=team) if team else in_care


@transaction.atomic
def _open_missing(patient_id: int, at: datetime) -> int:
    patient = held.lock_patient(Patient(pk=patient_id))
    if patient.ended_because or patient.reviews.filter(closed_at=None).exists():
        return 0
    last = patient.procedures.filter(started_at__isnull=False).order_by("-started_at", "-pk").first()
    if last is None:
        return 0
    if not last.reviews.exists():
        reviews.open_review(procedure=last, by=None, at=at)
        return 1
    if current_step.is_on_the_way_to_treatment(patient):
        return 0
    before = patient.reviews.order_by("-closed_at", "-pk").first()
    reviews.open_next_review(review=before, interval_months=None, reason="", note="", by=None, at=at)
    return 1


def _moved(team: Team | None) -> Iterator[int]:
    """Patients whose open review, with a window that nobody chose, does not count from what really happened."""
    began = Procedure.objects.filter(patient=OuterRef("patient"), started_at__isnull=False)
    done = ImagingReview.objects.filter(patient=OuterRef("patient"), closed_at__isnull=False)
    waiting = ImagingReview.objects.filter(
        closed_at=None, done_on=None, is_rescheduled=False, patient__in=_of(team)
    ).annotate(
        last_began_at=Subquery(began.order_by("-started_at").values("started_at")[:1]),
        last_done_on=Subquery(done.filter(done_on__isnull=False).order_by("-done_on").values("done_on")[:1]),
    )
    rows = waiting.order_by("pk").values_list(
        "patient_id", "clause", "counts_from", "last_began_at", "last_done_on", "team__time_zone"
    )
    for patient_id, clause, counts_from, began_at, done_on, zone in rows.iterator(chunk_size=AT_ONCE):
        if began_at and counts_from != _counts_from(
            clause, began_at.astimezone(ZoneInfo(zone)).date(), done_on
        ):
            yield patient_id


def _counts_from(clause: str, began_on: date, done_on: date | None) -> date:
    """The first review counts from the intervention, a later one from whatever came last."""
    return began_on if clause == "7.1" or done_on is None else max(began_on, done_on)


@transaction.atomic
def _move_window(patient_id: int, at: datetime) -> int:
    patient = held.lock_patient(Patient(pk=patient_id))
    row = ImagingReview.objects.select_for_update().filter(patient=patient, closed_at=None).first()
    if row is None or row.done_on or row.is_rescheduled or patient.ended_because:
        return 0
    row.patient = patient
    window = guidance.window(patient, on=held.today_of(row, at), interval_months=row.interval_months, but=row)
    changes = {name: getattr(window, name) for name in ("counts_from", "clause", "due_from", "due_to")}
    if all(getattr(row, name) == value for name, value in changes.items()):
        return 0
    held.keep(
        row, ReviewEvent.Kind.RESCHEDULED, changes=changes, by=None, at=at, reason=Rescheduled.PROCEDURE_MOVED
    )
    return 1
