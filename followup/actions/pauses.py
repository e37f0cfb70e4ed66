"""Snooze a review until a day, and wake it: somebody answers for it meanwhile. Silence pauses nothing."""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from followup import settings_of
from followup.actions import held
from followup.models import ImagingReview, Pause, ReviewEvent


class UnableToPause(held.UnableToWork):
    """The day is not after today, or after `latest`, the last that the team allows."""

    def __init__(self, review: ImagingReview, latest: date) -> None:
        super().__init__(review)
        self.latest = latest


def latest_pause(review: ImagingReview, *, on: date) -> date:
    """Return the last day until which the review may be snoozed."""
    return on + timedelta(days=settings_of.settings_of(review.patient.team).longest_pause_days)


def standing_pause(review: ImagingReview, *, on: date) -> Pause | None:
    """Return the pause that holds on a day; `until` is the first day on which reminders count again."""
    return review.pauses.filter(lifted_at=None, until__gt=on).first()


@transaction.atomic
def pause(
    *,
    review: ImagingReview,
    until: date,
    reason: str,
    note: str = "",
    by: User,
    at: datetime,
    revision: int | None = None,
) -> Pause:
    """Snooze until a day; an earlier snooze ends with it, and the same again changes nothing.

    Raises UnableToPause and what `held` raises.
    """
    row = held.lock_open(review)
    today = held.today_of(row, at)
    there = standing_pause(row, on=today)
    if there and (there.until, there.reason, there.note) == (until, reason, note):
        return there
    held.check_revision(row, revision)
    latest = latest_pause(row, on=today)
    if not today < until <= latest:
        raise UnableToPause(row, latest)
    lift_all(row, by=by, at=at)
    held.keep(
        row, ReviewEvent.Kind.PAUSED, changes={}, by=by, at=at, reason=reason, note=note,
        after={"until": until.isoformat()},
    )  # fmt: skip
    return Pause.objects.create(review=row, until=until, reason=reason, note=note, paused_at=at, paused_by=by)


@transaction.atomic
def lift_pause(*, review: ImagingReview, by: User, at: datetime) -> ImagingReview:
    """Wake a review; one that is awake stays so. Raises ReviewClosed, CourseEnded."""
    row = held.lock_open(review)
    if lift_all(row, by=by, at=at):
        held.keep(row, ReviewEvent.Kind.RESUMED, changes={}, by=by, at=at)
    return row


def lift_all(row: ImagingReview, *, by: User, at: datetime) -> int:
    """Lift what still holds of a held review; a pause that ran out needs no lifting.

    Imaging that was done or missed and a reading end a snooze too: it answered for what stood there before.
    """
    holding = row.pauses.filter(lifted_at=None, until__gt=held.today_of(row, at))
    return holding.update(lifted_at=at, lifted_by=by)
