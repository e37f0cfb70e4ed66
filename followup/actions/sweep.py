"""The sweep: finds what fell due in every team and writes it down, each reminder once however often it runs.

A rung, its day and its recipient are the key of a reminder; a conflict means that it was said already. So a sweep may
be killed at any point, run twice at once, or not run for weeks: the next one writes what is missing and nothing twice.
A row that cannot be worked is recorded and skipped.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import Team
from followup import due
from followup.actions import database, gathering, heal
from followup.models import Message, Reminder, SweepFault, SweepRun

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def sweep(*, at: datetime, clock: Clock | None = None) -> SweepRun:
    """Write the reminders that are due at a moment, gather them into messages, and say when it was finished.

    `clock` tells the moment of the end; without one it is `at`.
    """
    run = SweepRun.objects.create(started_at=at)
    fault = _recorder(run, at=at)
    with _recorded(fault, "reviews"):
        run.reviews_opened = heal.open_missing_reviews(at=at, fault=fault)
    for team in Team.objects.filter(is_research=False).order_by("pk"):
        with _recorded(fault, f"team:{team.pk}"):
            run.reminders_written += _sweep_team(team, fault, at=at)
    run.messages_gathered = gathering.gather(at=at, fault=fault)
    run.fault_count = run.faults.count()
    run.finished_at = clock() if clock else at
    run.save()
    return run


def is_due(*, at: datetime) -> bool:
    """Say whether a sweep is to be started: in every new hour, and soon again where the last one did not end."""
    period = timedelta(seconds=settings.SWEEP_PERIOD_SECONDS)
    runs = SweepRun.objects.order_by("-started_at")
    if runs.filter(started_at__gte=_period_of(at, period), finished_at__isnull=False).exists():
        return False
    patience = timedelta(seconds=settings.SWEEP_RETRY_SECONDS)
    return not runs.filter(started_at__gt=at - patience, finished_at=None).exists()


def _period_of(at: datetime, period: timedelta) -> datetime:
    """Return the beginning of the period in which a moment lies: the full hour."""
    epoch = datetime(2000, 1, 1, tzinfo=UTC)
    return epoch + (at - epoch) // period * period


def _sweep_team(team: Team, fault: due.Fault, *, at: datetime) -> int:
    day = due.day_of(team, at=at)
    if not day.staff.leads:
        raise NobodyToTell(team.pk)
    return sum(_write(chunk, fault) for chunk in due.reminders(day, at=at, fault=fault))


class NobodyToTell(Exception):
    """The team has no active member who works with patients."""


def _write(found: list[Reminder], fault: due.Fault) -> int:
    """Write the reminders that are not there yet, or were never said; return how many those were."""
    keys = [reminder.key for reminder in found]
    there = _there(keys) if keys else {}
    new = [reminder for reminder in found if reminder.key not in there]
    again = _let_wait_again([pk for pk, was_said in there.values() if not was_said])
    if not new:
        return again
    try:
        with transaction.atomic():
            Reminder.objects.bulk_create(new, ignore_conflicts=True)
    except database.AWAY:
        raise
    except Exception:
        return again + sum(_write_one(reminder, fault) for reminder in new)
    return again + len(new)


def _there(keys: list[str]) -> dict[str, tuple[int, bool]]:
    """Return what is written already, by its key: the row, and whether it waits to be said or was."""
    rows = Reminder.objects.filter(key__in=keys)
    columns = rows.values_list("key", "pk", "dropped_because", "message__withheld_at")
    return {key: (pk, not dropped and withheld_at is None) for key, pk, dropped, withheld_at in columns}


def _let_wait_again(keys: list[int]) -> int:
    """Let reminders wait that were dropped or withheld and are due all the same: an end, a day that was taken back."""
    if not keys:
        return 0
    rows = Reminder.objects.filter(pk__in=keys)
    messages = Message.objects.filter(reminders__in=keys, withheld_at__isnull=False)
    withheld = list(messages.values_list("pk", flat=True))
    # The conditions stand in the update itself: another sweep may have been faster, and theirs may be said by now.
    dropped = rows.exclude(dropped_because="").update(dropped_because="")
    return dropped + rows.filter(message__in=withheld).update(message=None)


def _write_one(reminder: Reminder, fault: due.Fault) -> int:
    try:
        with transaction.atomic():
            Reminder.objects.bulk_create([reminder], ignore_conflicts=True)
    except database.AWAY:
        raise
    except Exception as error:
        fault(reminder.key.split("/")[0], error)
        return 0
    return 1


def _recorder(run: SweepRun, *, at: datetime) -> due.Fault:
    """Return what records a row that could not be worked; the log names its number only, never what it holds."""

    def record(subject: str, error: Exception) -> None:
        logger.error("The sweep could not work %s: %s", subject, type(error).__name__)
        words = f"{type(error).__name__}: {error}".replace("\0", "")
        SweepFault.objects.create(run=run, subject=subject[:40], error=words[:300], at=at)

    return record


@contextlib.contextmanager
def _recorded(fault: due.Fault, subject: str) -> Iterator[None]:
    """Record what fails in the block and go on; a database that is away ends the run."""
    try:
        yield
    except database.AWAY:
        raise
    except Exception as error:
        fault(subject, error)
