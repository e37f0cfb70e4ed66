"""Holds a review to change it, keeps the change with its event, and says why something cannot be done."""

from collections.abc import Iterable
from datetime import date, datetime, time
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


def lock(review: ImagingReview, *, revision: int | None = None) -> ImagingReview:
    """Hold the patient and the review, open or closed. Raises ChangedMeanwhile where `revision` is an older one."""
    patient = lock_patient(review.patient)
    row = ImagingReview.objects.select_for_update().get(pk=review.pk)
    row.patient = patient
    if revision is not None and row.revision != revision:
        raise ChangedMeanwhile(row)
    return row


def lock_open(review: ImagingReview, *, revision: int | None = None) -> ImagingReview:
    """Hold a review that can be worked. Raises ReviewClosed, CourseEnded, ChangedMeanwhile."""
    row = lock(review, revision=revision)
    if row.closed_at is not None:
        raise ReviewClosed(row)
    if row.patient.ended_because:
        raise CourseEnded(row)
    return row


def lock_to_image(review: ImagingReview, *, revision: int | None = None) -> ImagingReview:
    """Hold an open review whose imaging is still to be done. Raises AlreadyImaged besides."""
    row = lock_open(review, revision=revision)
    if row.done_on is not None:
        raise AlreadyImaged(row)
    return row


def today_of(review: ImagingReview, at: datetime) -> date:
    """Return the day of a moment where the patient's team works."""
    return at.astimezone(ZoneInfo(review.patient.team.time_zone)).date()


def written(row: ImagingReview, names: Iterable[str]) -> dict[str, Any]:
    """Return columns as an event holds them."""
    columns = {name: getattr(row, row._meta.get_field(name).attname) for name in names}
    return {
        name: value.isoformat() if isinstance(value, date | time) else value
        for name, value in columns.items()
    }


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
