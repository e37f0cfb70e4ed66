"""Open the reviews that are missing and move the windows whose procedure moved: what was missed is made good."""

import logging
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import Team, User
from followup import current_step, guidance
from followup.actions import held, reviews
from followup.models import ImagingReview, ReviewEvent
from followup.reasons import Rescheduled
from patients.models import Patient
from procedures.models import Procedure

log = logging.getLogger(__name__)
Fault = Callable[[str, Exception], None]
# The clause of the review that counts from the intervention itself.
FIRST_REVIEW = "7.1"
# Rows held in memory together.
AT_ONCE = 1000


def open_missing_reviews(*, at: datetime, team: Team | None = None, fault: Fault | None = None) -> int:
    """Heal every patient in care whose review is missing or counts from a wrong day; return how many were healed.

    One patient that fails is told to `fault` (or the log, by number), and never stops the others.
    """
    tell = fault or _tell_log
    missing = sum(_healed(_open_missing, patient_id, at, tell) for patient_id in _without_review(team))
    return missing + sum(_healed(_move_window, patient_id, at, tell) for patient_id in _moved(team))


def follow_start(*, patient_id: int, by: User, at: datetime) -> bool:
    """Move the window of the patient's open review where the start that it counts from was corrected just now."""
    return bool(_move_window(patient_id, at, by=by))


def _healed(heal: Callable[[int, datetime], int], patient_id: int, at: datetime, tell: Fault) -> int:
    try:
        return heal(patient_id, at)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next run begins anew
    except Exception as error:
        tell(f"patient:{patient_id}", error)
        return 0


def _tell_log(subject: str, error: Exception) -> None:
    log.error("The reviews of %s could not be healed: %s", subject, type(error).__name__)


def _without_review(team: Team | None) -> list[int]:
    """Patients in care who were treated and have no open review, but for those on the way to the next treatment.

    These may be thousands, and none of them is to be locked every hour. Of a procedure without any review the first is
    opened all the same.
    """
    began = Procedure.objects.filter(patient=OuterRef("pk"), started_at__isnull=False)
    still_open = ImagingReview.objects.filter(patient=OuterRef("pk"), closed_at=None)
    never_reviewed = began.filter(~Exists(ImagingReview.objects.filter(after_procedure=OuterRef("pk"))))
    in_care = _of(team).filter(Exists(began), ~Exists(still_open))
    wanting = in_care.filter(Exists(never_reviewed) | ~current_step.are_on_the_way_to_treatment())
    return list(wanting.order_by("pk").values_list("pk", flat=True))


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
    before = patient.reviews.order_by("-closed_at", "-pk").first()
    if before is None or current_step.is_on_the_way_to_treatment(patient):
        return 0
    reviews.open_next_review(review=before, interval_months=None, reason="", note="", by=None, at=at)
    return 1


def _moved(team: Team | None) -> list[int]:
    """Patients whose open review, with a window that nobody chose, may not count from what really happened.

    A later review's window besides hangs on which review counted first: it is looked at anew after an amendment.
    """
    began = Procedure.objects.filter(patient=OuterRef("patient"), started_at__isnull=False)
    done = ImagingReview.objects.filter(patient=OuterRef("patient"), closed_at__isnull=False)
    waiting = ImagingReview.objects.filter(
        closed_at=None, done_on=None, is_rescheduled=False, patient__in=_of(team)
    ).annotate(
        began_at=Subquery(began.order_by("-started_at").values("started_at")[:1]),
        last_done_on=Subquery(done.filter(done_on__isnull=False).order_by("-done_on").values("done_on")[:1]),
        is_amended=Exists(began.filter(saved_at__gt=OuterRef("opened_at"))),
    )
    columns = (
        "patient_id",
        "clause",
        "counts_from",
        "began_at",
        "last_done_on",
        "is_amended",
        "team__time_zone",
    )
    rows = waiting.order_by("pk").values_list(*columns).iterator(AT_ONCE)
    return [row[0] for row in rows if _may_have_moved(*row[1:])]


def _may_have_moved(
    clause: str,
    counts_from: date,
    began_at: datetime | None,
    done_on: date | None,
    is_amended: bool,
    zone: str,
) -> bool:
    if began_at is None:
        return False
    began_on = began_at.astimezone(ZoneInfo(zone)).date()
    if clause == FIRST_REVIEW or done_on is None:
        return counts_from != began_on
    return is_amended or counts_from != max(began_on, done_on)


@transaction.atomic
def _move_window(patient_id: int, at: datetime, by: User | None = None) -> int:
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
        row, ReviewEvent.Kind.RESCHEDULED, changes=changes, by=by, at=at, reason=Rescheduled.PROCEDURE_MOVED
    )
    return 1
