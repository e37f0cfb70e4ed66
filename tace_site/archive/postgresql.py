"""A dump of a PostgreSQL database by its own tools, and its way back in one transaction."""

import os
import re
import shutil
import subprocess  # nosec B404
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from tace_site.archive.container import ArchiveError, Contents

PART = "database.dump"
KEPT = "before_restore_"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
CHECK = (
    'IF (SELECT count(*) FROM public."{name}") <> {count} THEN '
    "RAISE EXCEPTION 'The table {name} does not hold the rows that the archive names.'; END IF;"
)
COUNT = 'SELECT count(*) FROM public."{name}"'
# Two seconds for our own connections to end; then nobody else may be at work.
ALONE = """
DO $alone$ BEGIN
  FOR attempt IN 1..20 LOOP
    PERFORM pg_stat_clear_snapshot();
    IF NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
      AND backend_type = 'client backend' AND pid <> pg_backend_pid()) THEN RETURN; END IF;
    PERFORM pg_sleep(0.1);
  END LOOP;
  RAISE EXCEPTION 'Other programs are connected to the database. Stop the product first, then restore.';
END $alone$;
"""
# A new schema with the rights that PostgreSQL gives to "public" in a new database.
NEW_SCHEMA = "CREATE SCHEMA public AUTHORIZATION pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC;"


def server_version() -> str:
    return f"PostgreSQL {_fetch('SHOW server_version')[0][0]}"


def dump(part: Path) -> Contents:
    """Dump the database as it stands at one moment; count its rows at that same moment."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = _fetch("SELECT pg_export_snapshot()")[0][0]
        contents = _contents()
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        # Whoever holds a session's key is signed in: none leaves the database with a backup.
        options += ["--exclude-table-data=public.django_session", f"--exclude-schema={KEPT}*"]
        _run("pg_dump", [*options, f"--file={part}"])
    return contents


def restore(part: Path, expected: Contents, *, replace: bool, at: datetime) -> str | None:
    """Put a dump in the place of the tables; return the schema that keeps the old ones, if there were any."""
    kept = f"{KEPT}{at:%Y%m%d_%H%M%S}" if _fetch(TABLES) else None
    if kept and not replace:
        raise ArchiveError("The database is not empty. To put the backup in its place, say --replace.")
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone has one
    script, before, after = (part.with_name(name) for name in ("restore.sql", "before.sql", "after.sql"))
    _run("pg_restore", ["--no-owner", "--no-privileges", f"--file={script}", str(part)], connects=False)
    before.write_text(ALONE + (f"ALTER SCHEMA public RENAME TO {kept}; {NEW_SCHEMA}" if kept else ""))
    after.write_text(_comparison(expected), encoding="utf-8")
    # One transaction: killed in the middle, or found different at its end, the old tables stand.
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    _run("psql", [*options, *(f"--file={path}" for path in (before, script, after))])
    return f"schema {kept}" if kept else None


def _comparison(expected: Contents) -> str:
    """Return SQL that fails unless each table holds as many rows as the archive says."""
    checks = [CHECK.format(name=name, count=int(count)) for name, count in expected.tables.items()]
    return f"DO $check$ BEGIN {' '.join(checks)} END $check$; ANALYZE;"


def _contents() -> Contents:
    tables = {name: _fetch(COUNT.format(name=name))[0][0] for (name,) in _fetch(TABLES)}
    if "django_migrations" not in tables:
        raise ArchiveError("The database holds no tables of the product: there is nothing to keep.")
    tables["django_session"] = 0
    return Contents(
        tables, [list(r) for r in _fetch("SELECT app, name FROM django_migrations ORDER BY 1, 2")]
    )


def _fetch(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _run(program: str, options: list[str], *, connects: bool = True) -> None:
    """Run a tool of PostgreSQL; the password goes by its environment, where no list of processes shows it."""
    path = shutil.which(program)
    if path is None:
        raise ArchiveError(f"{program} is not installed on this machine (Debian: postgresql-client).")
    (_psql, *where), secrets = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    done = subprocess.run(  # noqa: S603  # nosec B603 - a tool of PostgreSQL, options of our own
        [path, *options, *(where if connects else [])],
        env={**os.environ, **(secrets or {})},
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line.lower()] or [done.stderr]
        raise ArchiveError(f"{program}: {re.sub(r'^.*?error: *', '', said[0].strip(), flags=re.IGNORECASE)}")
