"""A real database of either kind for the backup drill: filled, written to, read row by row, held up and destroyed."""

import contextlib
import re
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.house import processes

# Written to during the backup, or left out of it: everything else must come back as it was.
NOT_COMPARED = {"django_content_type", "django_session"}
# PostgreSQL writes the same condition with other casts and brackets once it was dumped and loaded.
CASTS_AND_BRACKETS = re.compile(r"::(?:text|character varying)(?:\[\])?|[()\[\]]")


@dataclass(frozen=True)
class Database:
    """A migrated database with the demonstration in it."""

    url: str

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def path(self) -> Path:
        return Path(self.url.removeprefix("sqlite:///"))

    @property
    def env(self) -> dict[str, str]:
        return processes.environment(
            self.url, SECRET_KEY="k7Qw-3vZp9sLxN2mTr8yBd5fGh1jKc4uWe6iOa0zXq-RsVtYnMbP"
        )

    def manage(self, *arguments: str, code: int = 0, **settings: str) -> str:
        return processes.manage(*arguments, env=self.env | settings, code=code)

    @contextlib.contextmanager
    def opened(self) -> Iterator[sqlite3.Connection | psycopg.Connection]:
        if self.is_sqlite:
            opened = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        else:
            opened = psycopg.connect(self.url.replace("postgres:", "postgresql:", 1), autocommit=True)
        with contextlib.closing(opened):
            yield opened

    def fetch(self, sql: str) -> list[tuple]:
        with self.opened() as opened:
            return opened.execute(sql).fetchall()

    def tables(self) -> list[str]:
        of_sqlite = (
            r"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'"
        )
        of_postgresql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        return sorted(name for (name,) in self.fetch(of_sqlite if self.is_sqlite else of_postgresql))

    def rows(self) -> dict[str, list[str]]:
        """Return every row of every table that is compared."""
        what = "*" if self.is_sqlite else "t::text"
        return {
            table: sorted(repr(row) for row in self.fetch(f'SELECT {what} FROM "{table}" t'))  # noqa: S608
            for table in self.tables()
            if table not in NOT_COMPARED
        }

    def shape(self) -> list[str]:
        """Return tables, indexes, constraints, triggers and functions as the database itself writes them down."""
        if self.is_sqlite:
            return sorted(
                str(sql) for (sql,) in self.fetch("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
            )
        command = ["pg_dump", "--schema-only", "--no-owner", "--no-privileges", "--schema=public", self.url]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        # The schema's own comment is PostgreSQL's; a key of \restrict differs with every dump.
        passed_over = ("\\", "--", "COMMENT ON SCHEMA public")
        lines = [line for line in done.stdout.splitlines() if line and not line.startswith(passed_over)]
        return [CASTS_AND_BRACKETS.sub("", line) for line in lines]

    def written(self) -> list[str]:
        """Return what the writer wrote, in its order."""
        names = self.fetch("SELECT model FROM django_content_type WHERE app_label = 'load' ORDER BY id")
        return [name for (name,) in names]

    @contextlib.contextmanager
    def written_to(self) -> Iterator[threading.Event]:
        """Write pairs of rows, each pair in one transaction, until the block ends; the event says that it began."""
        began, enough = threading.Event(), threading.Event()
        thread = threading.Thread(target=self._write, args=(began, enough))
        thread.start()
        try:
            assert began.wait(60)
            yield began
        finally:
            enough.set()
            thread.join()

    def _write(self, began: threading.Event, enough: threading.Event) -> None:
        with self.opened() as opened:
            number = 0
            while not enough.is_set():
                opened.execute("BEGIN")
                for half in "ab":
                    opened.execute(
                        f"INSERT INTO django_content_type (app_label, model) VALUES ('load', '{number}{half}')"  # noqa: S608
                    )
                opened.execute("COMMIT")
                number += 1
                if number == 20:
                    began.set()
                enough.wait(0.002)

    @contextlib.contextmanager
    def held_up(self) -> Iterator[None]:
        """Let nobody read a table until the block ends."""
        with self.opened() as opened:
            if self.is_sqlite:
                opened.execute("PRAGMA locking_mode = EXCLUSIVE")
                opened.execute("BEGIN EXCLUSIVE")
            else:
                opened.execute("BEGIN")
                opened.execute("LOCK TABLE patients_patient IN ACCESS EXCLUSIVE MODE")
            yield
            opened.execute("ROLLBACK")

    def destroy(self) -> None:
        """Lose everything: the file is overwritten, the schema is dropped."""
        if self.is_sqlite:
            for end in ("-wal", "-shm"):
                self.path.with_name(self.path.name + end).unlink(missing_ok=True)
            self.path.write_bytes(b"\xe5" * self.path.stat().st_size)
            return
        with self.opened() as opened:
            opened.execute("DROP SCHEMA public CASCADE")
            opened.execute("CREATE SCHEMA public")


def filled(url: str) -> Database:
    """Return the database after it was migrated and the demonstration was made in it."""
    database = Database(url)
    database.manage("migrate", "-v0", "--noinput")
    database.manage("make_demonstration")
    return database
