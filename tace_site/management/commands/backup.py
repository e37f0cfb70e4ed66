"""`manage.py backup FILE`: the whole database in one checked file, while people go on working."""

import sqlite3
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from tace_site.archive import actions
from tace_site.archive.container import ArchiveError


class Command(BaseCommand):
    help = "Write the whole database into one checked file; an older file of that name stays until the new is whole."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where the backup goes")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"].absolute()
        try:
            manifest = actions.back_up(file=file, at=timezone.now())
        except (ArchiveError, OSError, sqlite3.Error, DatabaseError) as error:
            raise CommandError(f"No backup was made. {error}") from error
        rows = sum(manifest.contents.tables.values())
        size_mb = file.stat().st_size / 1e6
        self.stdout.write(
            f"{file}: {len(manifest.contents.tables)} tables, {rows} rows, {size_mb:.1f} MB, read back and whole."
        )
        self.stdout.write("The keys in the environment (.env) are not in it: keep them elsewhere.")
