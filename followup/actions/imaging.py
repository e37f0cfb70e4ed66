"""Book the imaging, cancel the booking, note who did not come, record that it was done, take that back."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from accounts.models import User
from followup.actions import held, pauses
from followup.models import ImagingReview, ReviewEvent
from patients.models import YesNo

Kind = ReviewEvent.Kind
NOT_BOOKED: dict[str, Any] = {
    "booked_for": None, "booked_at_time": None, "booked_modality": "", "booked_dynamic": YesNo.NOT_KNOWN,
    "booked_place": "",
}  # fmt: skip
NOT_DONE: dict[str, Any] = {
    "done_on": None, "done_modality": "", "done_dynamic": YesNo.NOT_KNOWN, "done_place": "",
    "is_elsewhere": False, "outside_report": "", "done_recorded_at": None, "done_recorded_by": None,
}  # fmt: skip


class NotBooked(held.UnableToWork):
    """Nothing is booked that could be cancelled or missed."""


class NotImaged(held.UnableToWork):
    """No imaging is recorded that could be taken back."""


class IsRead(held.UnableToWork):
    """The imaging has readings: these are taken back first."""


class BeforeItCounts(held.UnableToWork):
    """The day is before the day that the review counts from."""


class InTheFuture(held.UnableToWork):
    """The day has not come yet."""


@dataclass(frozen=True, kw_only=True)
class Booking:
    """When, how and where."""

    booked_for: date
    booked_at_time: time | None = None
    booked_modality: str = ""
    booked_dynamic: str = YesNo.NOT_KNOWN
    booked_place: str = ""

    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in held.BOOKING}


@dataclass(frozen=True, kw_only=True)
class Imaged:
    """What was done, when and where; of imaging elsewhere, what its report said."""

    done_on: date
    done_modality: str = ""
    done_dynamic: str = YesNo.NOT_KNOWN
    done_place: str = ""
    is_elsewhere: bool = False
    outside_report: str = ""

    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in NOT_DONE if not name.startswith("done_recorded")}


@transaction.atomic
def book(
    *, review: ImagingReview, booking: Booking, by: User, at: datetime, revision: int | None = None
) -> ImagingReview:
    """Book the imaging, or book it anew; the same again changes nothing. Raises BeforeItCounts and as `held`."""
    row = held.lock_to_image(review)
    changes = booking.columns()
    if held.is_as(row, changes):
        return row
    held.check_revision(row, revision)
    if booking.booked_for < row.counts_from:
        raise BeforeItCounts(row)
    held.keep(row, Kind.BOOKED, changes=changes, by=by, at=at)
    return row


@transaction.atomic
def cancel_booking(
    *,
    review: ImagingReview,
    reason: str,
    note: str = "",
    by: User,
    at: datetime,
    revision: int | None = None,
) -> ImagingReview:
    """Cancel what is booked, with one of reasons.BookingCancelled. Raises NotBooked and as `held`."""
    row = held.lock_to_image(review)
    if row.booked_for is None:
        raise NotBooked(row)
    held.check_revision(row, revision)
    held.keep(row, Kind.BOOKING_CANCELLED, changes=NOT_BOOKED, by=by, at=at, reason=reason, note=note)
    return row


@transaction.atomic
def record_missed(
    *,
    review: ImagingReview,
    reason: str,
    note: str = "",
    by: User,
    at: datetime,
    revision: int | None = None,
) -> ImagingReview:
    """Note that the patient did not come to what was booked, with one of reasons.Missed; the review waits again.

    Raises NotBooked, InTheFuture where the day has not come, and as `held`.
    """
    row = held.lock_to_image(review)
    if row.booked_for is None:
        raise NotBooked(row)
    held.check_revision(row, revision)
    if row.booked_for > held.today_of(row, at):
        raise InTheFuture(row)
    pauses.lift_all(row, by=by, at=at)
    held.keep(row, Kind.DID_NOT_ATTEND, changes=NOT_BOOKED, by=by, at=at, reason=reason, note=note)
    return row


@transaction.atomic
def record_done(
    *, review: ImagingReview, imaged: Imaged, by: User, at: datetime, revision: int | None = None
) -> ImagingReview:
    """Record that the imaging was done; recorded twice alike it is recorded once.

    Raises BeforeItCounts, InTheFuture, AlreadyImaged (with another content) and as `held`.
    """
    row = held.lock_open(review)
    changes = imaged.columns()
    if held.is_as(row, changes):
        return row
    if row.done_on is not None:
        raise held.AlreadyImaged(row)
    held.check_revision(row, revision)
    if imaged.done_on < row.counts_from:
        raise BeforeItCounts(row)
    if imaged.done_on > held.today_of(row, at):
        raise InTheFuture(row)
    changes |= {"done_recorded_at": at, "done_recorded_by": by}
    pauses.lift_all(row, by=by, at=at)
    held.keep(row, Kind.DONE, changes=changes, by=by, at=at)
    return row


@transaction.atomic
def take_back_done(
    *,
    review: ImagingReview,
    reason: str,
    note: str = "",
    by: User,
    at: datetime,
    revision: int | None = None,
) -> ImagingReview:
    """Take back that imaging was done, with one of reasons.TakenBack. Raises NotImaged, IsRead and as `held`."""
    row = held.lock_open(review)
    if row.done_on is None:
        raise NotImaged(row)
    held.check_revision(row, revision)
    if row.read_at is not None or row.readings.filter(retracted_at=None).exists():
        raise IsRead(row)
    held.keep(row, Kind.DONE_TAKEN_BACK, changes=NOT_DONE, by=by, at=at, reason=reason, note=note)
    return row
