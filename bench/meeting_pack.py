"""How long the pack of a meeting takes a patient: the demonstration's treated patients, from the rows to the PDF.

`python -m bench.meeting_pack` makes a database of its own (SQLite in a temporary folder; PostgreSQL where DATABASE_URL
names an empty one) and prints one JSON line a benchmark. `cold` is the first patient of a process: fonts and template
are read for it.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

ROUNDS = 5


def benchmarks(rounds: int) -> Iterator[dict[str, Any]]:
    """Time one patient in a cold process, then the whole list."""
    from pathway.actions import packs

    meeting, person = _meeting()
    listed = packs.discussed(meeting)
    yield _line("meeting_pack.cold", [_per_patient(meeting, listed[:1], person, 0)], 1)
    times = [_per_patient(meeting, listed, person, number) for number in range(1, rounds + 1)]
    yield _line("meeting_pack.patient", times, len(listed))


def _meeting() -> tuple[Any, Any]:
    from django.utils import timezone

    from accounts.models import User
    from pathway.actions import meetings
    from pathway.demonstration import build
    from patients.models import Patient

    now, today = timezone.now(), timezone.localdate()
    team = build.make_demonstration(at=now)
    person = User.objects.filter(memberships__team=team, memberships__role="clinician").earliest("pk")
    meeting = meetings.open_meeting(team=team, held_on=today, by=person, at=now)
    treated = Patient.objects.filter(team=team, ended_because="", procedures__started_at__isnull=False)
    for patient in treated.distinct():
        meetings.put_on(
            meeting=meeting, patient=patient, question="What next?", why="by_hand", by=person, at=now
        )
    return meeting, person


def _per_patient(meeting: Any, listed: list, person: Any, number: int) -> float:
    """Return the milliseconds a patient; each round is of another minute, so that no page is a copy of the last."""
    from django.utils import timezone

    from pathway.papers import pack

    at = timezone.now() + timedelta(minutes=number)
    began = time.perf_counter()
    pack.make(meeting, listed, by=person, on=timezone.localdate(), at=at, step=lambda _count: None)
    return (time.perf_counter() - began) * 1000 / len(listed)


def _line(name: str, times: list[float], size: int) -> dict[str, Any]:
    return {
        "name": name,
        "median": round(statistics.median(times), 1),
        "p95": round(max(times), 1),
        "unit": "ms a patient",
        "size": size,
    }


def main(rounds: int) -> None:
    """Make the database, time the packs, print the lines."""
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
