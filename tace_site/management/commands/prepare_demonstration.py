"""What `make run` does before it starts anything: database, static files, demonstration team, and the sign-ins."""

import hashlib
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from pathway.demonstration import people


class Command(BaseCommand):
    help = "Bring database and static files up to date; on a new database make the demonstration team."
    # The checks run in `migrate` and in the programs that start next: twice would only cost time.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("The demonstration does not start with production settings.")
        try:
            self._bring_up_to_date()
        except OperationalError as problem:
            raise CommandError(
                f"The database cannot be used: {problem}. Is the disk full, or the file read-only?"
            ) from problem

    def _bring_up_to_date(self) -> None:
        self._migrate()
        self._collect_static_files()
        if not User.objects.exists():
            self._say("Making the demonstration team ...")
            call_command("make_demonstration", stdout=StringIO())
        self._say_sign_ins()

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("Preparing the database ...")
            call_command("migrate", verbosity=0, interactive=False)

    def _collect_static_files(self) -> None:
        """Collect when a file changed: hashing and compressing them all takes seconds."""
        stamp = Path(settings.STATIC_ROOT) / ".made-from"
        made_from = _digest_of_static_files()
        if stamp.exists() and stamp.read_text() == made_from:
            return
        self._say("Collecting the static files ...")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(made_from)

    def _say_sign_ins(self) -> None:
        """Print who can sign in; people of another database have passwords of their own, so they are not shown."""
        there = set(User.objects.values_list("email", flat=True))
        shown = [person for person in people.PEOPLE if person.email in there]
        if shown:
            self._say(f"\n  Sign in with the password: {people.PASSWORD}")
        for person in shown:
            role = "site admin" if person.is_site_admin else "lead" if person.is_lead else person.role.label
            self._say(f"    {person.email:<34} {role}")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def _digest_of_static_files() -> str:
    """Return a digest of every file that would be collected: where, how large, how new."""
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
