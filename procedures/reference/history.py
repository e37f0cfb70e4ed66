"""The history of a reference row in words: who changed what, when, from what to what, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from procedures.models import ReferenceRow
from procedures.reference import columns, kinds


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Event:
    """What one person did to the row at one moment."""

    at: datetime
    by: User | None
    is_new: bool
    reason: str
    changes: tuple[Change, ...]


def events_of(row: ReferenceRow) -> list[Event]:
    """Return everything that happened to the row, newest first."""
    versions = list(row.history.select_related("history_user").order_by("history_date", "history_id"))
    return [
        Event(
            at=version.history_date,
            by=version.history_user,
            is_new=before is None,
            reason=version.history_change_reason or "",
            changes=tuple(changes_between(before.instance, version.instance)) if before else (),
        )
        for before, version in zip([None, *versions], versions, strict=False)
    ][::-1]


def changes_between(old: ReferenceRow, new: ReferenceRow) -> Iterator[Change]:
    """Say each column that differs, in the order of the page."""
    kind = kinds.kind_of(new)
    for name in (*kind.columns, *kind.told_only):
        if columns.text_of(old, name) != columns.text_of(new, name):
            yield Change(
                label=columns.label_of(kind.model, name),
                old=columns.words_of(old, name),
                new=columns.words_of(new, name),
            )
