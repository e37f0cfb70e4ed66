"""Open a review, open the next, move its window, give it an owner, close it, open it again, undo what was done.

Beside it: `imaging` (book, missed, done), `pauses`, `contacts`, `course` (the end of a patient's course), `heal`
(what was missed), `held` (what all of them refuse, and why).
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Membership, Team, User
from accounts.roles import Capability
from followup import guidance, owners, standing
from followup.actions import held
from followup.models import ImagingReview, ReviewEvent
from patients.actions import tasks
from patients.models import Patient, Task
from procedures.models import Procedure

Kind, Because = ReviewEvent.Kind, ImagingReview.ClosedBecause
# What `undo` can put back: the other events have an action of their own that takes them back.
UNDOABLE = (
    Kind.RESCHEDULED, Kind.ASSIGNED, Kind.BOOKED, Kind.BOOKING_CANCELLED, Kind.DID_NOT_ATTEND, Kind.DONE,
)  # fmt: skip


class UnableToOpen(Exception):
    """The course has ended, the procedure was not begun, or another review of the patient is open."""


class UnableToReschedule(held.UnableToWork):
    """The window is not in order, begins before the day that it counts from, or ends late without a word why."""


class UnableToAssign(held.UnableToWork):
    """The person is no active member of the team who works its queue."""


class UnableToClose(held.UnableToWork):
    """Decided is only what was read."""


class UnableToReopen(held.UnableToWork):
    """It is open, or another review of the patient is."""


class UnableToUndo(held.UnableToWork):
    """It was changed since, or this kind of event has an action of its own that takes it back."""


@transaction.atomic
def open_review(*, procedure: Procedure, by: User | None, at: datetime) -> ImagingReview:
    """Open the review of a procedure that was begun; once opened, the same one is returned.

    An older open review is closed as treated again. Raises UnableToOpen.
    """
    patient = held.lock_patient(procedure.patient)
    there = ImagingReview.objects.filter(after_procedure=procedure).order_by("-opened_at").first()
    if there:
        there.patient = patient
        return there
    began_at = Procedure.objects.values_list("started_at", flat=True).get(pk=procedure.pk)
    if patient.ended_because or began_at is None:
        raise UnableToOpen(procedure.pk)
    older = ImagingReview.objects.select_for_update().filter(patient=patient, closed_at=None).first()
    if older:
        older.patient = patient
        _close_as_treated_again(older, by=by, at=at)
    owner = _first_owner(patient.team, older.owner if older else None, by, on=_day(patient, at))
    return _open(patient, after_procedure=procedure, owner=owner, by=by, at=at)


@transaction.atomic
def open_next_review(
    *,
    review: ImagingReview,
    interval_months: int | None,
    reason: str,
    note: str,
    by: User | None,
    at: datetime,
) -> ImagingReview:
    """Open the review after a closed one; asked twice it is opened once. Raises UnableToOpen, CourseEnded.

    `reason` is one of ImagingReview.IntervalReason; without an interval the whole of 7.2 is the window.
    """
    row = held.lock(review)
    if row.patient.ended_because:
        raise held.CourseEnded(row)
    there = ImagingReview.objects.filter(patient=row.patient, closed_at=None).first()
    if there and there.after_review_id == row.pk:
        there.patient = row.patient
        return there
    if there:
        raise UnableToOpen(there.pk)
    owner = _first_owner(row.patient.team, row.owner, by, on=held.today_of(row, at))
    chosen = {"interval_months": interval_months, "interval_reason": reason, "interval_note": note}
    return _open(row.patient, after_review=row, owner=owner, by=by, at=at, **chosen)


@transaction.atomic
def reschedule(
    *,
    review: ImagingReview,
    due_from: date,
    due_to: date,
    reason: str,
    note: str = "",
    by: User,
    at: datetime,
    revision: int | None = None,
) -> ImagingReview:
    """Move the window by hand, with one of reasons.Rescheduled; later than the clause allows only with a `note`.

    Raises UnableToReschedule and what `held` raises.
    """
    row = held.lock_to_image(review)
    changes = {"due_from": due_from, "due_to": due_to, "is_rescheduled": True}
    if held.is_as(row, changes):
        return row
    held.check_revision(row, revision)
    is_late = due_to > guidance.allowed_window(row, on=held.today_of(row, at)).due_to
    if not row.counts_from <= due_from <= due_to or (is_late and not note):
        raise UnableToReschedule(row)
    held.keep(row, Kind.RESCHEDULED, changes=changes, by=by, at=at, reason=reason, note=note)
    return row


@transaction.atomic
def assign(
    *, review: ImagingReview, owner: User | None, by: User, at: datetime, revision: int | None = None
) -> ImagingReview:
    """Give the review an owner, or take the owner away. Raises UnableToAssign and what `held` raises."""
    row = held.lock_open(review)
    if held.is_as(row, {"owner": owner}):
        return row
    held.check_revision(row, revision)
    if owner and not _may_own(row.patient.team, owner):
        raise UnableToAssign(row)
    held.keep(row, Kind.ASSIGNED, changes={"owner": owner}, by=by, at=at)
    return row


@transaction.atomic
def close(
    *,
    review: ImagingReview,
    because: str,
    note: str = "",
    by: User | None,
    at: datetime,
    revision: int | None = None,
) -> ImagingReview:
    """Close an open review; DECIDED sets the decision's moment and asks that it was read.

    Raises UnableToClose, and ReviewClosed, CourseEnded, ChangedMeanwhile.
    """
    row = held.lock_open(review)
    held.check_revision(row, revision)
    is_decided = because == Because.DECIDED
    if is_decided and row.read_at is None:
        raise UnableToClose(row)
    _close(row, because, note=note, by=by, at=at)
    return row


@transaction.atomic
def reopen(*, review: ImagingReview, reason: str, note: str = "", by: User, at: datetime) -> ImagingReview:
    """Open a closed review again as it was, with one of reasons.Reopened. Raises UnableToReopen, CourseEnded."""
    row = held.lock(review)
    if row.patient.ended_because:
        raise held.CourseEnded(row)
    others = ImagingReview.objects.filter(patient=row.patient, closed_at=None)
    if row.closed_at is None or others.exists():
        raise UnableToReopen(row)
    is_decided = row.closed_because == Because.DECIDED
    changes = {
        "decided_at": None, "closed_at": None, "closed_by": None, "closed_because": "", "closing_note": "",
    }  # fmt: skip
    kind = Kind.DECISION_WITHDRAWN if is_decided else Kind.REOPENED
    held.keep(row, kind, changes=changes, by=by, at=at, reason=reason, note=note)
    return row


@transaction.atomic
def undo(*, event: ReviewEvent, by: User, at: datetime) -> ImagingReview:
    """Put back what one event changed, where nothing of it was changed since. Raises UnableToUndo and as `held`."""
    row = held.lock_open(event.review)
    is_as_left = held.written(row, event.after) == event.after
    if event.kind not in UNDOABLE or not event.after or not is_as_left or row.read_at:
        raise UnableToUndo(row)
    if event.kind == Kind.DONE and row.readings.filter(retracted_at=None).exists():
        raise UnableToUndo(row)
    before = held.put_back(row, event.before)
    held.keep(row, Kind.UNDONE, changes=before, by=by, at=at, reason=event.kind)
    return row


def _open(patient: Patient, *, by: User | None, at: datetime, **columns) -> ImagingReview:
    window = guidance.window(patient, on=_day(patient, at), interval_months=columns.get("interval_months"))
    review = ImagingReview.objects.create(
        team=patient.team, patient=patient, opened_at=at, opened_by=by, counts_from=window.counts_from,
        clause=window.clause, due_from=window.due_from, due_to=window.due_to, **columns,
    )  # fmt: skip
    after = held.written(review, [*held.WINDOW, "interval_months", "owner"])
    held.add_event(review, Kind.OPENED, after=after, by=by, at=at, reason=columns.get("interval_reason", ""))
    return review


def _close(row: ImagingReview, because: str, *, note: str = "", by: User | None, at: datetime) -> None:
    is_decided = because == Because.DECIDED
    changes = {
        "decided_at": at if is_decided else None, "closed_at": at, "closed_by": by, "closed_because": because,
        "closing_note": note,
    }  # fmt: skip
    kind = Kind.DECIDED if is_decided else Kind.CLOSED
    held.keep(row, kind, changes=changes, by=by, at=at, reason="" if is_decided else because, note=note)


def _close_as_treated_again(row: ImagingReview, *, by: User | None, at: datetime) -> None:
    """What was left open is not forgotten with its review: a task says so.

    Images that nobody read, a reading on which nobody decided, a booking that still stands. A reading may show what
    the new treatment does not reach: who read it is asked first, for an owner who books cannot decide.
    """
    reading = standing.standing_reading(row)
    _close(row, Because.TREATED_AGAIN, by=by, at=at)
    left = _left_undone(row)
    if not left:
        return
    today = held.today_of(row, at)
    read_by = (reading.signed_by, reading.reader) if reading else ()
    tasks.add_task(
        patient=row.patient, by=by, at=at, kind=Task.Kind.OTHER, due_from=today, due_to=today, title=left,
        owner=_first_owner(row.patient.team, *read_by, row.owner, by, on=today),
    )  # fmt: skip


def _left_undone(row: ImagingReview) -> str:
    if row.done_on is not None and row.read_at is None:
        when = {"when": date_format(row.done_on, "j M Y")}
        return _("Look at the imaging of %(when)s: treated again before it was read") % when
    if row.done_on is not None:
        when = {"when": date_format(row.done_on, "j M Y")}
        return _("Decide what the reading of %(when)s asks for: treated again before it was decided") % when
    if row.done_on is None and row.booked_for is not None:
        when = {"when": date_format(row.booked_for, "j M Y")}
        return _("Move or cancel the imaging booked for %(when)s: treated again before it") % when
    return ""


def _first_owner(team: Team, *people: User | None, on: date) -> User | None:
    """The first of these for whom somebody answers that day; nobody otherwise, so that the whole team sees it."""
    there = (person for person in people if person and _may_own(team, person))
    return next((person for person in there if owners.answering(team, person, on=on)), None)


def _may_own(team: Team, person: User) -> bool:
    membership = Membership.objects.active().filter(Q(user=person), team=team).first()
    return membership is not None and membership.may(Capability.WORK_QUEUE)


def _day(patient: Patient, at: datetime) -> date:
    return at.astimezone(ZoneInfo(patient.team.time_zone)).date()
