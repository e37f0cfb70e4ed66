"""A copy of an SQLite database, made while others write, and put back the same way."""

import contextlib
import importlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import connection

from tace_site.archive.container import ArchiveError, Contents

PART = "database.sqlite3"
BUSY_SECONDS = 5
# The tables' checks call functions that Django adds to SQLite; its type stubs do not know the module.
FUNCTIONS = importlib.import_module("django.db.backends.sqlite3._functions")


def server_version() -> str:
    return f"SQLite {sqlite3.sqlite_version}"


def dump(part: Path) -> Contents:
    """Copy the database into a file as it stands at one moment; say what the copy holds."""
    path = _path()
    if not _is_there(path):
        raise ArchiveError(f"There is no database at {path}.")
    with _opened(path) as live, _opened(part) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        # Whoever holds a session's key is signed in: none leaves the database with a backup.
        copy.execute("PRAGMA secure_delete = ON")
        copy.execute("DELETE FROM django_session")
        copy.commit()
        _refuse_damage(copy, path)
        return _contents(copy)


def restore(part: Path, expected: Contents, *, replace: bool, at: datetime) -> str | None:
    """Put a copy in the place of the database; return where the old one is kept, if there was one."""
    path = _path()
    with _opened(part) as copy:
        _refuse_damage(copy, part)
        _refuse_difference(copy, expected)
    kept = _keep(path, replace=replace, at=at) if _is_there(path) else None
    with _opened(part) as copy, _opened(path) as live:
        copy.backup(live)  # one transaction of SQLite: killed in the middle, the old one stands
        live.execute("PRAGMA journal_mode = WAL")
        _refuse_difference(live, expected)
    return str(kept) if kept else None


def _path() -> Path:
    name = str(connection.settings_dict["NAME"])
    if ":memory:" in name or "mode=memory" in name:
        raise ArchiveError("The database lives in memory only: there is nothing to keep.")
    return Path(name)


def _is_there(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as opened:
        FUNCTIONS.register(opened)
        yield opened


def _keep(path: Path, *, replace: bool, at: datetime) -> Path:
    """Set the old database aside: a checked copy, or the file itself where it cannot be read any more."""
    if not replace:
        raise ArchiveError(
            f"The database {path} is not empty. To put the backup in its place, say --replace."
        )
    kept = path.with_name(f"{path.name}.before-restore-{at:%Y%m%dT%H%M%S}")
    if kept.exists():
        raise ArchiveError(f"{kept} is there already.")
    try:
        with _opened(path) as live, _opened(kept) as copy:
            _refuse_writers(live)
            live.backup(copy)
            _refuse_damage(copy, path)
    except (sqlite3.DatabaseError, ArchiveError) as error:
        kept.unlink(missing_ok=True)
        if isinstance(error, _BusyError):
            raise
        _set_aside(path, kept)
    return kept


class _BusyError(ArchiveError):
    """Others are writing."""


def _refuse_writers(live: sqlite3.Connection) -> None:
    try:
        live.execute("BEGIN EXCLUSIVE")
        live.rollback()
    except sqlite3.OperationalError as error:
        raise _BusyError(
            "Somebody is writing to the database. Stop the product first, then restore."
        ) from error


def _set_aside(path: Path, kept: Path) -> None:
    """Move a damaged database with what belongs to it: its log must never meet another database."""
    for end in ("-wal", "-shm", ""):
        beside = path.with_name(path.name + end)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + end))


def _refuse_damage(copy: sqlite3.Connection, path: Path) -> None:
    if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
        raise ArchiveError(f"{path} is damaged: SQLite finds errors in it.")
    if copy.execute("PRAGMA foreign_key_check").fetchone():
        raise ArchiveError(f"{path} is damaged: rows in it point to rows that are not there.")


def _refuse_difference(copy: sqlite3.Connection, expected: Contents) -> None:
    if _contents(copy) != expected:
        raise ArchiveError("The copy does not hold the rows that its list names.")


def _contents(copy: sqlite3.Connection) -> Contents:
    names = copy.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    tables = {
        name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  # nosec B608
        for (name,) in names.fetchall()
    }
    migrations = copy.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    return Contents(tables, [list(row) for row in migrations])
