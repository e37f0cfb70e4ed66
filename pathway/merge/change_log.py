"""Columns of rows before and after a merge, as plain JSON, and back again."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from django.db import models

from accounts.models import User
from pathway.merge import covered
from patients.actions import rows

Entry = dict[str, Any]


class ChangeLog:
    """What a merge changed of each row, in its order."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def change(
        self, row: models.Model, *, by: User, at: datetime, reason: str, columns: dict[str, Any]
    ) -> None:
        """Set the columns of a held row, with its history where it has one."""
        if columns:
            with self.watched(row, columns):
                write(row, columns, by=by, at=at, reason=reason)

    @contextmanager
    def watched(self, row: models.Model, names: Iterable[str]) -> Iterator[None]:
        """Log what becomes of these columns while an action of another room works on the row."""
        names = list(names)
        before = written(row, names)
        yield
        row.refresh_from_db(fields=names)
        entry = {"row": row._meta.label, "key": row.pk, "before": before, "after": written(row, names)}
        if entry["before"] != entry["after"]:
            self.entries.append(entry)


def write(row: models.Model, columns: dict[str, Any], *, by: User, at: datetime, reason: str) -> None:
    """Set and save columns, by the names of their fields; a key is given as the row or as its number."""
    for name, value in columns.items():
        field = row._meta.get_field(name)
        setattr(row, name if isinstance(value, models.Model) else getattr(field, "attname", name), value)
    if hasattr(row, "history"):
        rows.keep_row(row, by=by, at=at, reason=reason)
    else:
        row.save(update_fields=list(columns))


def written(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """Return columns as the log holds them."""
    return {name: _plain(getattr(row, row._meta.get_field(name).attname)) for name in names}  # type: ignore[union-attr]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def read(row: models.Model, held: dict[str, Any]) -> dict[str, Any]:
    """Return columns as `write` takes them."""
    found = {}
    for name, value in held.items():
        field: Any = row._meta.get_field(name)
        found[name] = value if value is None or field.is_relation else field.to_python(value)
    return found


def row_of(entry: Entry, *, hold: bool = False) -> models.Model:
    """Return the row as it is now."""
    manager = covered.model_of(entry["row"])._default_manager
    return (manager.select_for_update() if hold else manager).get(pk=entry["key"])
