"""Add, confirm and discard the targets of a record that is open."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from procedures import questions
from procedures.actions import record
from procedures.models import Artery, Procedure, TargetVessel


class TooManyTargets(Exception):
    """More targets than a record can hold."""


@transaction.atomic
def add_target(*, procedure: Procedure, artery: Artery, by: User, at: datetime) -> TargetVessel:
    """Add a target at the end. Raises record.UnableToSave, TooManyTargets."""
    row = record.locked_record(procedure)
    if row.targets.filter(discarded_at=None).count() >= questions.MOST_TARGETS:
        raise TooManyTargets
    last = row.targets.filter(discarded_at=None).aggregate(last=Max("number"))["last"] or 0
    target = TargetVessel.objects.create(procedure=row, number=last + 1, artery=artery)
    record.keep(row, by=by, at=at)
    return target


@transaction.atomic
def discard_target(*, target: TargetVessel, by: User, at: datetime) -> TargetVessel:
    """Take a target off the record; the row stays. Raises record.UnableToSave."""
    row = record.locked_record(target.procedure)
    if target.discarded_at is None:
        target.discarded_at = at
        target.save()
        prefix = questions.of_target(target.pk, "")
        row.typed = {name: answer for name, answer in row.typed.items() if not name.startswith(prefix)}
        record.keep(row, by=by, at=at)
    return target


@transaction.atomic
def confirm_target(*, target: TargetVessel, by: User, at: datetime) -> TargetVessel:
    """Let a target that was copied from the last procedure count. Raises record.UnableToSave."""
    row = record.locked_record(target.procedure)
    if not target.is_confirmed:
        target.is_confirmed = True
        target.save()
        record.keep(row, by=by, at=at)
    return target
