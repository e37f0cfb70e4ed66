"""Which rung of the reminder ladder a thing stands on, on a day. Dates in, rungs out: no row, no clock.

There is a ladder for each audience, and only its highest rung counts: after a sweep that failed for weeks each person
is told once, of how things stand, and not of every rung that was missed. A rung is due from its day on; a pause that
ended after that day makes it due again, on the day on which reminders count again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from followup import working_days
from followup.models import Reminder

Kind = Reminder.Rung
WEEK = timedelta(weeks=1)
A_DAY = timedelta(days=1)


class Audience(StrEnum):
    """Who is told: the one who looks after it, the clinician who treats, the leads of the team."""

    OWNER = "owner"
    CLINICIAN = "clinician"
    LEAD = "lead"


@dataclass(frozen=True)
class Rung:
    """A rung that fell due: for whom, what, and since which day."""

    audience: Audience
    kind: Kind
    on: date


class Numbers(Protocol):
    """The numbers of the ladder, as a team's follow-up settings hold them."""

    soon_days: int
    escalate_after_days: list[int]
    unread_working_days: int
    undecided_working_days: int
    unsigned_working_days: int
    unstarted_working_days: int


# Higher is worse: one person who stands in several audiences is told of the worst.
SEVERITY = {
    Kind.SOON: 0, Kind.TASK: 1, Kind.DUE: 2, Kind.LATE: 3, Kind.TASK_LATE: 3, Kind.UNSIGNED: 3, Kind.UNSTARTED: 3,
    Kind.UNREAD: 3, Kind.UNDECIDED: 3, Kind.ESCALATED: 4, Kind.WEEKLY: 5,
}  # fmt: skip


def of_window(*, due_from: date, due_to: date, numbers: Numbers, on: date) -> list[Rung]:
    """Return the rungs of imaging that is not done: soon, due, late; then escalated, then every week.

    Escalation counts in days late: 7 is the day on which the queue says "7 days late".
    """
    if on <= due_to:
        kind, since = (
            (Kind.DUE, due_from) if on >= due_from else (Kind.SOON, due_from - _days(numbers.soon_days))
        )
        return [Rung(Audience.OWNER, kind, since)] if since <= on else []
    late = Rung(Audience.OWNER, Kind.LATE, due_to + A_DAY)
    steps = sorted({n for n in numbers.escalate_after_days if n > 0})
    reached = [n for n in steps if due_to + _days(n) <= on]
    if steps and not reached:
        return [late]
    return [late, *_escalated(due_to, reached, is_at_top=reached == steps, on=on)]


def _escalated(due_to: date, reached: list[int], *, is_at_top: bool, on: date) -> list[Rung]:
    """Return the rungs above late: the clinician's last one stands while the leads hear of it every week."""
    since = due_to + _days(reached[-1] if reached else 1)
    told = [Rung(Audience.CLINICIAN, Kind.ESCALATED, since)] if reached else []
    weeks = (on - since) // WEEK if is_at_top else 0
    if weeks:
        return [*told, Rung(Audience.LEAD, Kind.WEEKLY, since + weeks * WEEK)]
    return [*told, Rung(Audience.LEAD, Kind.ESCALATED, since)] if reached else []


def of_unread(*, done_on: date, numbers: Numbers, on: date) -> list[Rung]:
    """Return the rungs of images that nobody has read."""
    return _unfinished(Kind.UNREAD, working_days.after(done_on, numbers.unread_working_days), on=on)


def of_undecided(*, read_on: date, numbers: Numbers, on: date) -> list[Rung]:
    """Return the rungs of a reading on which nobody has decided."""
    return _unfinished(Kind.UNDECIDED, working_days.after(read_on, numbers.undecided_working_days), on=on)


def of_unsigned(*, performed_on: date, numbers: Numbers, on: date) -> list[Rung]:
    """Return the rungs of a procedure that was performed and that nobody has signed."""
    return _unfinished(Kind.UNSIGNED, working_days.after(performed_on, numbers.unsigned_working_days), on=on)


def of_unstarted(*, planned_on: date, numbers: Numbers, on: date) -> list[Rung]:
    """Return the rungs of a procedure whose day has passed and that was neither begun nor cancelled."""
    return _unfinished(Kind.UNSTARTED, working_days.after(planned_on, numbers.unstarted_working_days), on=on)


def of_task(*, due_from: date, due_to: date, on: date) -> list[Rung]:
    """Return the rungs of a task: due, late, then every week, from the first week on to the leads too."""
    if on <= due_to:
        return [Rung(Audience.OWNER, Kind.TASK, due_from)] if on >= due_from else []
    return _repeated(Audience.OWNER, Kind.TASK_LATE, due_to + A_DAY, on=on)


def _unfinished(kind: Kind, since: date, *, on: date) -> list[Rung]:
    return _repeated(Audience.CLINICIAN, kind, since, on=on)


def _repeated(audience: Audience, kind: Kind, since: date, *, on: date) -> list[Rung]:
    """Return the rung of this week; after the first week the leads stand on it too (not in source)."""
    if on < since:
        return []
    weeks = (on - since) // WEEK
    reached = since + weeks * WEEK
    leads = [Rung(Audience.LEAD, kind, reached)] if weeks else []
    return [Rung(audience, kind, reached), *leads]


def after_pause(rungs: Iterable[Rung], *, resumed_on: date | None) -> list[Rung]:
    """Let the rungs fall due again on the day on which a pause ended, where that is later than their own day."""
    if resumed_on is None:
        return list(rungs)
    return [replace(rung, on=max(rung.on, resumed_on)) for rung in rungs]


def _days(count: int) -> timedelta:
    return timedelta(days=count)
