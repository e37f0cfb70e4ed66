"""`manage.py restore FILE`: put a backup in the place of the database; `--check` only says whether it could be."""

import sqlite3
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from tace_site.archive import actions
from tace_site.archive.container import ArchiveError, Manifest


class Command(BaseCommand):
    help = "Put a backup in the place of the database. What was there before is kept."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `manage.py backup` made")
        parser.add_argument("--replace", action="store_true", help="when the database is not empty")
        parser.add_argument("--check", action="store_true", help="only read the file and say what it holds")

    def handle(self, *args: Any, **options: Any) -> None:
        file, kept = options["file"].absolute(), None
        try:
            if options["check"]:
                manifest = actions.check(file=file)
            else:
                manifest, kept = actions.restore(file=file, replace=options["replace"], at=timezone.now())
        except (ArchiveError, OSError, sqlite3.Error, DatabaseError) as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        self._say(manifest, "Whole" if options["check"] else "Restored")
        if kept:
            self.stdout.write(f"What was there before is kept in {kept}.")
        if not options["check"]:
            self.stdout.write(
                "Now run `manage.py migrate`, then start the product. Everybody signs in again."
            )

    def _say(self, manifest: Manifest, what: str) -> None:
        tables = manifest.contents.tables
        self.stdout.write(
            f"{what}: the backup of {manifest.made_at}, {len(tables)} tables, {sum(tables.values())} rows,"
            f" {manifest.versions['database']}."
        )
        if not actions.has_our_key(manifest):
            self.stderr.write(
                "It was made under another SECRET_KEY: put that one into SECRET_KEY_FALLBACKS, or nobody with a"
                " second factor can sign in and no gateway's secret can be read."
            )
