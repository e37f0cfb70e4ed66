"""How long a reading of ten lesions answers, with three reviews read before: the page, the live panel, a save.

`python -m bench.reading_screen [ROUNDS]` makes a database of its own (SQLite in a temporary folder; PostgreSQL where
DATABASE_URL names an empty one) and prints one JSON line a benchmark. The whole request is timed, audit entry included.
"""

import itertools
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from bench import recording_page

ROUNDS = 60
LESIONS = 10
HTMX = recording_page.HTMX


def benchmarks(rounds: int) -> Iterator[dict]:
    """Time each request."""
    from django.urls import reverse

    from tests.procedures import screens

    client, reading = _reading()
    address = {
        name: reverse(f"followup:{name}", args=[reading.review.patient_id, reading.pk])
        for name in ("reading", "weigh_reading", "save_reading")
    }

    def boxes() -> dict:
        parser = screens.Boxes("reading")
        parser.feed(client.get(address["reading"]).content.decode())
        return parser.sent

    sent, sizes = boxes(), itertools.cycle(["31", "32"])
    first = next(name for name in sent if name.endswith("-longest"))

    def save() -> Callable:
        data = {**boxes(), first: next(sizes)}
        return lambda: client.post(address["save_reading"], data, **HTMX)

    requests = {
        "page": lambda: lambda: client.get(address["reading"]),
        "panel": lambda: lambda: client.post(address["weigh_reading"], sent, **HTMX),
        "save": save,
    }
    for name, prepare in requests.items():
        yield recording_page._line(f"reading.{name}", prepare, rounds) | {"size": LESIONS}


def _reading() -> tuple:
    """A reading in work, every lesion measured, after three reviews that were read and decided."""
    from django.test import Client

    from accounts.roles import Role
    from tests.factories import accounts
    from tests.factories.patients import NOW
    from tests.followup import reading_world as world

    team = accounts.TeamFactory(name="Benchmark")
    user = accounts.member(team, Role.CLINICIAN, email="bench@example.org", name="Benchmark")
    review = world.imaged(team)
    for number in range(3, LESIONS + 1):
        world.lesion(review.patient, number, 20, 20)
    world.treat(review.after_procedure, *world.lesions_of(review))
    for days in (40, 80, 120):
        answers = world.sizes(review, *[(30, 10)] * LESIONS, non_target="non_progressive")
        world.sign(review, user, answers)
        review = world.next_review(review, imaged_on=review.done_on + timedelta(days=days))
    reading = world.draft(review, user, world.sizes(review, *[(30, 10)] * LESIONS), at=NOW)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, reading


def main(rounds: int) -> None:
    """Make the database, time the requests, print the lines."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    for line in benchmarks(rounds):
        print(json.dumps({**line, "database": connection.vendor}), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
