"""Adds, assigns, closes and reopens the dated next steps that are not imaging."""

from datetime import date, datetime

from django.db import transaction

from accounts import audit
from accounts.models import Membership, User
from patients.actions import rows
from patients.models import Patient, Task


class UnableToAssign(Exception):
    """The person is not an active member of the patient's team."""


class UnableToClose(Exception):
    """The task is closed already."""


class UnableToReopen(Exception):
    """The task is open, or the patient's course has ended."""


@transaction.atomic
def add_task(
    *,
    patient: Patient,
    by: User | None,
    at: datetime,
    kind: str,
    title: str,
    due_from: date,
    due_to: date,
    owner: User | None = None,
    fact: str = "",
) -> Task:
    """Add a dated next step; the very same open task is not added twice. Raises UnableToAssign."""
    check_owner(patient=patient, owner=owner)
    Patient.objects.select_for_update().get(pk=patient.pk)
    what = {"kind": kind, "title": title, "fact": fact, "due_from": due_from, "due_to": due_to}
    same = Task.objects.filter(patient=patient, closed_at=None, **what).first()
    if same:
        return same
    task = Task(patient=patient, owner=owner, created_at=at, created_by=by, **what)
    rows.keep_row(task, by=by, at=at)
    _record(task, "patients.add_task", by=by, at=at)
    return task


def check_owner(*, patient: Patient, owner: User | None) -> None:
    """Raise UnableToAssign unless the owner is nobody or an active member of the patient's team."""
    if owner and not Membership.objects.filter(user=owner, team=patient.team, is_active=True).exists():
        raise UnableToAssign(owner)


@transaction.atomic
def assign_task(*, task: Task, by: User, at: datetime, owner: User | None) -> Task:
    """Give the task an owner, or take the owner away. Raises UnableToAssign."""
    check_owner(patient=task.patient, owner=owner)
    rows.lock_row(task)
    task.owner = owner
    rows.keep_row(task, by=by, at=at)
    _record(task, "patients.assign_task", by=by, at=at)
    return task


@transaction.atomic
def close_task(*, task: Task, by: User | None, at: datetime, outcome: str, note: str = "") -> Task:
    """Close the task with its outcome. Raises UnableToClose."""
    rows.lock_row(task)
    if task.closed_at is not None:
        raise UnableToClose(task)
    task.closed_at, task.closed_by, task.outcome, task.outcome_note = at, by, outcome, note[:300]
    rows.keep_row(task, by=by, at=at)
    _record(task, "patients.close_task", by=by, at=at)
    return task


@transaction.atomic
def reopen_task(*, task: Task, by: User, at: datetime) -> Task:
    """Open a closed task again; its outcome stays in the history. Raises UnableToReopen."""
    rows.lock_row(task)
    if task.closed_at is None or task.patient.ended_because:
        raise UnableToReopen(task)
    task.closed_at, task.closed_by, task.outcome, task.outcome_note = None, None, "", ""
    rows.keep_row(task, by=by, at=at)
    _record(task, "patients.reopen_task", by=by, at=at)
    return task


def _record(task: Task, what: str, *, by: User | None, at: datetime) -> None:
    audit.record_change(by=by, team=task.patient.team, patient_id=task.patient_id, what=what, at=at)
