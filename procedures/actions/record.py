"""Save a record while it is made: what one person changed is kept beside what another changed meanwhile."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts import audit
from accounts.models import User
from patients.models import Task
from procedures import answers as told
from procedures import course, stages, working
from procedures.actions import columns, moved_start, skin_check, watch
from procedures.models import Procedure

# An autosave of the same person within this time adds no second row to the audit trail.
SAME_SITTING = timedelta(minutes=5)


class UnableToSave(Exception):
    """The record is not open: not started, cancelled or signed. It carries the row as it is now."""

    def __init__(self, procedure: Procedure) -> None:
        super().__init__(procedure.pk)
        self.procedure = procedure


@dataclass(frozen=True)
class Saved:
    """The record as it is now; what two people answered differently, and what another alone changed."""

    work: working.Work
    answers: told.Answers
    conflicts: dict[str, told.Answer] = field(default_factory=dict)
    changed_by_others: frozenset[str] = frozenset()


def locked_record(procedure: Procedure) -> Procedure:
    """Return the row for writing; raise UnableToSave where its record is not open."""
    rows = Procedure.objects.select_for_update().select_related("patient__team")
    row = rows.get(pk=procedure.pk)
    if not stages.is_open_to_record(row):
        raise UnableToSave(row)
    return row


@transaction.atomic
def save_record(
    *,
    procedure: Procedure,
    given: told.Answers,
    base: told.Answers,
    by: User,
    at: datetime,
    overrule: Collection[str] = (),
    read: working.Work | None = None,
) -> Saved:
    """Save what this person changed since `base`, the answers that the page had shown. Raises UnableToSave.

    Where both changed the same answer, the earlier one stays and is told, until one is chosen; those in `overrule`
    this person has chosen. `read` is the record as it was read before; it holds unless somebody saved since.
    """
    row = locked_record(procedure)
    work = _as_it_stands(row, read)
    stored = told.answers_of(work)
    mine = told.changed_from(base, given)
    theirs = {name for name in given if stored.get(name, told.NONE) != base.get(name, told.NONE)}
    conflicts = {
        name: stored.get(name, told.NONE)
        for name in mine.keys() & theirs
        if mine[name] != stored.get(name, told.NONE) and name not in overrule
    }
    to_write = {
        name: answer
        for name, answer in mine.items()
        if name not in conflicts and answer != stored.get(name, told.NONE)
    }
    if to_write:
        work = _write(work, stored | to_write, to_write, by=by, at=at)
    unseen = theirs - mine.keys() - conflicts.keys()
    return Saved(work, told.answers_of(work), conflicts, frozenset(unseen))


def _as_it_stands(row: Procedure, read: working.Work | None) -> working.Work:
    """Every change of a record counts its revision up: the same one is the same record."""
    if read and read.procedure.revision == row.revision:
        return working.on_row(read, row)
    return working.load(row.patient, row)


def _write(
    work: working.Work, answers: told.Answers, to_write: told.Answers, *, by: User, at: datetime
) -> working.Work:
    """Write the answers, and what follows from them: calls of the day that it is now, a skin check."""
    row = work.procedure
    was_on = course.day_of(row)
    of_former_day = _tasks_of(row, was_on) if "started_at" in to_write else []
    columns.write(work, answers, to_write, at=at)
    keep(row, by=by, at=at)
    if course.day_of(row) != was_on:
        moved_start.move_tasks(procedure=row, of_former_day=of_former_day, by=by, at=at)
    work = working.reread(work)
    skin_check.set_task(work, by=by, at=at)
    return work


def _tasks_of(row: Procedure, day: date) -> list[Task]:
    check = skin_check.task_of(row, day)
    return [*watch.calls_of(row), *([check] if check else [])]


def keep(row: Procedure, *, by: User, at: datetime) -> None:
    """Save the record under the next revision."""
    is_same_sitting = row.saved_by_id == by.pk and at - row.saved_at < SAME_SITTING and row.revision > 1
    row.revision += 1
    row.saved_by, row.saved_at = by, at
    row.save()
    if not is_same_sitting:
        audit.record_change(
            by=by, team=row.patient.team, patient_id=row.patient_id, what="procedures.save", at=at
        )
