"""Where a review stands, worked out from its dates and never stored: once in Python, once in SQL, tested equal.

A patient whose course ended is in no queue: ask `reviews_in_care`. The review itself is left as it is, so that it is
there again when the end is taken back.
"""

from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from followup.models import ImagingReview

UPCOMING, IN_WINDOW, OVERDUE = "upcoming", "in_window", "overdue"
IMAGED, READ, CLOSED = "imaged", "read", "closed"
WORDS = {
    UPCOMING: _("Upcoming"),
    IN_WINDOW: _("In window"),
    OVERDUE: _("Overdue"),
    IMAGED: _("Imaged, not read"),
    READ: _("Read, not decided"),
    CLOSED: _("Closed"),
}
# Those that a coordinator gets done, and those that a clinician does; red are the ones that wait for somebody.
TO_IMAGE, TO_JUDGE = (UPCOMING, IN_WINDOW, OVERDUE), (IMAGED, READ)
RED = (OVERDUE, IMAGED, READ)


def stage_of(review: ImagingReview, *, on: date) -> str:
    """Return the stage on a day in the team's time zone."""
    if review.closed_at is not None:
        return CLOSED
    if review.read_at is not None:
        return READ
    if review.done_on is not None:
        return IMAGED
    if on > review.due_to:
        return OVERDUE
    return IN_WINDOW if on >= review.due_from else UPCOMING


def days_late(review: ImagingReview, *, on: date) -> int:
    """Days since the window closed; once imaged, days since the imaging that nobody read or decided. Never below 0."""
    if review.closed_at is not None:
        return 0
    return max((on - (review.done_on or review.due_to)).days, 0)


def words_for(review: ImagingReview, *, on: date) -> Any:
    """Return the stage in words."""
    return WORDS[stage_of(review, on=on)]


class _DaysBetween(Func):
    """Whole days from the second day to the first, as a number on both databases."""

    output_field = IntegerField()
    arity = 2

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(
            compiler, connection, template="CAST(julianday(%(expressions)s) AS INTEGER)",
            arg_joiner=") - julianday(", **context,
        )  # fmt: skip

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(
            compiler, connection, template="((%(expressions)s))", arg_joiner=") - (", **context
        )


# The day since which somebody waits: sorting by it is sorting by days late, and needs no day of today.
WAITS_SINCE = Coalesce("done_on", "due_to")


def with_stage(queryset: QuerySet[ImagingReview], *, on: date) -> QuerySet[ImagingReview]:
    """Annotate `stage` and `days_late` as `stage_of` and `days_late` give them."""
    today = Value(on, output_field=DateField())
    return queryset.annotate(
        stage=Case(
            *(When(condition_of(stage, on=on), then=Value(stage)) for stage in WORDS),
            output_field=CharField(),
        ),
        days_late=Case(
            When(closed_at__isnull=False, then=Value(0)),
            default=Greatest(_DaysBetween(today, Coalesce(F("done_on"), F("due_to"))), Value(0)),
        ),
    )


def condition_of(stage: str, *, on: date) -> Q:
    """Return the condition of a stage on the bare columns, which the indexes know: nothing is worked out per row."""
    to_image = Q(closed_at=None, done_on=None)
    return {
        CLOSED: Q(closed_at__isnull=False),
        READ: Q(closed_at=None, read_at__isnull=False),
        IMAGED: Q(closed_at=None, done_on__isnull=False, read_at=None),
        OVERDUE: to_image & Q(due_to__lt=on),
        IN_WINDOW: to_image & Q(due_to__gte=on, due_from__lte=on),
        UPCOMING: to_image & Q(due_from__gt=on),
    }[stage]


def in_stage(queryset: QuerySet[ImagingReview], stage: str, *, on: date) -> QuerySet[ImagingReview]:
    """Return the reviews in a stage."""
    return queryset.filter(condition_of(stage, on=on))


def reviews_in_care(team: Team) -> QuerySet[ImagingReview]:
    """Return the team's open reviews of patients whose course has not ended."""
    # The database's own copy of `patient.ended_because == ""` (migration 0003): the indexes hold nobody else.
    return ImagingReview.objects.filter(team=team, closed_at=None, in_care=True)
