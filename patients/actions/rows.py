"""Saves one row with its history: who changed it, when and why. Every other action saves through here."""

from datetime import datetime
from typing import TypeVar

from django.db import models, transaction

from accounts.models import User
from patients.models import Retractable

Row = TypeVar("Row", bound=models.Model)
Retracted = TypeVar("Retracted", bound=Retractable)


class UnableToRetract(Exception):
    """The row was retracted before."""


class UnableToChange(Exception):
    """The row was retracted before: what is written into it now would bring it back."""


def lock_row(row: Row) -> Row:
    """Bring `row` up to date and hold it until the transaction ends: somebody may have been faster."""
    row.refresh_from_db(from_queryset=type(row)._default_manager.select_for_update())
    return row


def lock_standing(row: Retracted) -> Retracted:
    """Hold `row` to change it. Raises UnableToChange where somebody has taken it back."""
    if lock_row(row).retracted_at is not None:
        raise UnableToChange(row)
    return row


def keep_row(row: Row, *, by: User | None, at: datetime, reason: str = "") -> Row:
    """Save `row`, and its history with the person, the moment and the reason."""
    row._history_user = by
    row._history_date = at
    row._change_reason = reason or None
    row.save()
    return row


@transaction.atomic
def retract_row(row: Retracted, *, by: User | None, at: datetime, because: str) -> Retracted:
    """Mark `row` as wrong, with the reason; it stays to be seen. Raises UnableToRetract."""
    lock_row(row)
    if row.retracted_at is not None:
        raise UnableToRetract(row)
    row.retracted_at, row.retracted_by, row.retracted_because = at, by, because
    return keep_row(row, by=by, at=at, reason=because)
