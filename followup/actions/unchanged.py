"""“No change, hold”: confirm the last reading on new images, sign it, and decide to hold, in one movement."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from followup import guidance, standing, unchanged
from followup.actions import decisions, held, readings
from followup.models import Decision, ImagingReview, Reading
from followup.on_record import OnRecord


class UnableToConfirm(held.UnableToWork):
    """It has to be read instead, or another reading is the last one now; the words say why."""

    def __init__(self, review: ImagingReview, why: str) -> None:
        super().__init__(review)
        self.why = why


@dataclass(frozen=True)
class Confirmed:
    """The signed reading, and the decision to hold: None where the guideline does not suggest it, or a second reader
    is awaited."""

    reading: Reading
    decision: Decision | None


@transaction.atomic
def confirm_and_hold(*, review: ImagingReview, last_id: int, by: User, at: datetime) -> Confirmed:
    """Sign what was confirmed, and hold where the guideline says so; `last_id` is the reading that was shown.

    Raises UnableToConfirm, and ReviewClosed and CourseEnded of `held`.
    """
    row = held.lock_open(review)
    shown = unchanged.unchanged(row, by=by)
    if shown.why_not or shown.last is None or shown.last.pk != last_id:
        raise UnableToConfirm(row, shown.why_not)
    reading = readings.start_reading(review=row, by=by, at=at)
    given = shown.answers | {"impression": {"value": unchanged.sentence(shown.last)}}
    readings.save_reading(reading=reading, given=given, base={}, by=by, at=at)
    readings.sign_reading(reading=reading, by=by, at=at)
    return Confirmed(reading, _hold(row, by=by, at=at))


def _hold(review: ImagingReview, *, by: User, at: datetime) -> Decision | None:
    row = held.lock_open(review)
    stands = standing.standing_reading(row)
    if stands is None:
        return None
    on = held.today_of(row, at)
    record = OnRecord(row.patient)
    step = guidance.next_step_of(stands, on=on, record=record)
    if step.decision != Decision.Choice.HOLD:
        return None
    proposal = guidance.interval_advice(stands, on=on, step=step, record=record)
    return decisions.decide(
        review=row,
        reading=stands,
        choice=Decision.Choice.HOLD,
        interval_months=proposal.months or proposal.earliest_months,
        by=by,
        at=at,
    )
