"""Adds, changes, signs off, retires and brings back reference rows; each with who, when and why in the history."""

from datetime import date, datetime
from typing import TypeVar

from django.db import transaction

from accounts import audit
from accounts.models import User
from patients.actions import rows
from procedures.models import ReferenceRow
from procedures.reference import columns, kinds

Row = TypeVar("Row", bound=ReferenceRow)


@transaction.atomic
def add_row(*, row: Row, by: User, at: datetime, because: str) -> Row:
    """Keep a new row, not signed off yet."""
    row.is_signed_off = False
    audit.record_site_change(by=by, what="procedures.add_reference", at=at)
    return rows.keep_row(row, by=by, at=at, reason=because)


@transaction.atomic
def change_row(*, row: Row, by: User, at: datetime, because: str) -> Row:
    """Keep a changed row; the pharmacy's sign-off was for the numbers before, and goes when one of them changes."""
    if row.is_signed_off and changed_numbers(row):
        row.is_signed_off = False
    audit.record_site_change(by=by, what="procedures.change_reference", at=at)
    return rows.keep_row(row, by=by, at=at, reason=because)


@transaction.atomic
def sign_off_row(*, row: Row, by: User, at: datetime, because: str) -> Row:
    """Note that the local pharmacy stands by the numbers; `because` says who signed and where it is written."""
    row.is_signed_off = True
    audit.record_site_change(by=by, what="procedures.sign_off_reference", at=at)
    return rows.keep_row(row, by=by, at=at, reason=because)


@transaction.atomic
def retire_row(*, row: Row, by: User, on: date, at: datetime, because: str) -> Row:
    """Offer the row no longer; where it was chosen it stays."""
    row.retired_on = on
    audit.record_site_change(by=by, what="procedures.retire_reference", at=at)
    return rows.keep_row(row, by=by, at=at, reason=because)


@transaction.atomic
def bring_back_row(*, row: Row, by: User, at: datetime, because: str) -> Row:
    """Offer a retired row again."""
    row.retired_on = None
    audit.record_site_change(by=by, what="procedures.bring_back_reference", at=at)
    return rows.keep_row(row, by=by, at=at, reason=because)


def changed_numbers(row: ReferenceRow) -> list[str]:
    """Return the columns with another number than the stored row has; a new row has none."""
    stored = type(row)._default_manager.filter(pk=row.pk).first()
    if stored is None:
        return []
    kind = kinds.kind_of(row)
    numbers = [name for name in kind.columns if name not in kinds.NOT_NUMBERS]
    text = columns.text_of
    return [name for name in numbers if text(row, name) != text(stored, name)]
