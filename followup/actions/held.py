"""Holds a review to change it, keeps the change with its event, and says why something cannot be done."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from accounts import audit
from accounts.models import User
from followup.models import ImagingReview, ReviewEvent
from patients.models import Patient

BOOKING = ("booked_for", "booked_at_time", "booked_modality", "booked_dynamic", "booked_place")
DONE = (
    "done_on", "done_modality", "done_dynamic", "done_place", "is_elsewhere", "outside_report",
    "done_recorded_at", "done_recorded_by",
)  # fmt: skip
WINDOW = ("counts_from", "clause", "due_from", "due_to", "is_rescheduled")
CLOSING = ("decided_at", "closed_at", "closed_by", "closed_because", "closing_note")


class UnableToWork(Exception):
    """A review cannot be changed like this; it carries the review as it is now. What follows says why."""

    def __init__(self, review: ImagingReview) -> None:
        super().__init__(review.pk)
        self.review = review


class ReviewClosed(UnableToWork):
    """It is closed."""


class CourseEnded(UnableToWork):
    """The patient's course has ended."""


class ChangedMeanwhile(UnableToWork):
    """Somebody changed it since it was read."""


class AlreadyImaged(UnableToWork):
    """The imaging was done: there is nothing to book or to move any more."""


def lock_patient(patient: Patient) -> Patient:
    """Hold the patient: whoever opens, closes or changes a review of theirs waits here."""
    rows = Patient.objects.select_for_update(of=("self",)).select_related("team")
    return rows.get(pk=patient.pk)


def lock(review: ImagingReview) -> ImagingReview:
    """Hold the patient and the review, open or closed."""
    patient = lock_patient(review.patient)
    row = ImagingReview.objects.select_for_update().get(pk=review.pk)
    row.patient = patient
    return row


def lock_open(review: ImagingReview) -> ImagingReview:
    """Hold a review that can be worked. Raises ReviewClosed, CourseEnded."""
    row = lock(review)
    if row.closed_at is not None:
        raise ReviewClosed(row)
    if row.patient.ended_because:
        raise CourseEnded(row)
    return row


def lock_to_read(review: ImagingReview) -> ImagingReview:
    """Hold a review that may be read: an open one, or one whose patient was treated again before it was read."""
    row = lock(review)
    if row.closed_at is not None and not row.is_to_read:
        raise ReviewClosed(row)
    if row.patient.ended_because:
        raise CourseEnded(row)
    return row


def lock_to_image(review: ImagingReview) -> ImagingReview:
    """Hold an open review whose imaging is still to be done. Raises AlreadyImaged besides."""
    row = lock_open(review)
    if row.done_on is not None:
        raise AlreadyImaged(row)
    return row


def is_as(row: ImagingReview, columns: dict[str, Any]) -> bool:
    """Say whether the review holds this already: the same form sent twice changes nothing and is no conflict."""
    return all(getattr(row, name) == value for name, value in columns.items())


def check_revision(row: ImagingReview, revision: int | None) -> None:
    """Raise ChangedMeanwhile where the person had read an older revision; None asks nothing."""
    if revision is not None and row.revision != revision:
        raise ChangedMeanwhile(row)


def today_of(review: ImagingReview, at: datetime) -> date:
    """Return the day of a moment where the patient's team works."""
    return at.astimezone(ZoneInfo(review.patient.team.time_zone)).date()


def written(row: ImagingReview, names: Iterable[str]) -> dict[str, Any]:
    """Return columns as an event holds them."""
    return {name: _written(_column(row, name)) for name in names}


def _column(row: ImagingReview, name: str) -> Any:
    field: Any = row._meta.get_field(name)
    return getattr(row, field.attname)


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date | time) else value


def put_back(row: ImagingReview, held: dict[str, Any]) -> dict[str, Any]:
    """Return columns as an event holds them, ready for `keep`: a person again, a day again."""
    return {name: _read(row._meta.get_field(name), value) for name, value in held.items()}


def _read(field: Any, value: Any) -> Any:
    if value is None:
        return None
    return User.objects.get(pk=value) if field.is_relation else field.to_python(value)


def keep(
    row: ImagingReview,
    kind: str,
    *,
    changes: dict[str, Any],
    by: User | None,
    at: datetime,
    reason: str = "",
    note: str = "",
    after: dict[str, Any] | None = None,
) -> ReviewEvent:
    """Change the columns of a held review, with the event and the audit entry. Nothing else writes a review."""
    before = written(row, changes)
    for name, value in changes.items():
        setattr(row, name, value)
    row.revision += 1
    row.save(update_fields=[*changes, "revision"])
    told = written(row, changes) | (after or {})
    return add_event(row, kind, before=before, after=told, by=by, at=at, reason=reason, note=note)


def add_event(
    row: ImagingReview,
    kind: str,
    *,
    by: User | None,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    note: str = "",
) -> ReviewEvent:
    """Write what was done to the review, and the audit entry."""
    audit.record_change(
        by=by, team=row.patient.team, patient_id=row.patient_id, what=f"followup.{kind}", at=at
    )
    return ReviewEvent.objects.create(
        review=row, kind=kind, at=at, by=by, reason=reason, note=note, before=before or {}, after=after or {}
    )
