"""How long the one page of a patient takes on the server with ten procedures, and each part that is fetched later.

`python -m bench.patient_page [ROUNDS]` makes a database of its own (SQLite in a temporary folder; PostgreSQL where
DATABASE_URL names an empty one) and prints one JSON line a benchmark. The whole request is timed, audit entry included.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROUNDS = 60
# As a browser asks for a part of the page.
HTMX = {"HX-Request": "true"}
PARTS = {"page": ("patient", {}), "vessels": ("last_vessel_map", HTMX), "doses": ("lifetime_doses", HTMX)}


def benchmarks(rounds: int) -> Iterator[dict]:
    """Time each request by the clock, and what this process worked whatever else the machine does."""
    from django.urls import reverse

    client, patient = _patient()
    for name, (view, headers) in PARTS.items():
        address = reverse(f"pathway:{view}", args=[patient.pk])
        for _warm in range(5):
            _milliseconds(client, address, headers)
        both = [_milliseconds(client, address, headers) for _round in range(rounds)]
        times, worked = sorted(took for took, _cpu in both), [cpu for _took, cpu in both]
        yield {
            "name": f"patient.{name}",
            "median": round(statistics.median(times), 1),
            "p95": round(times[int(len(times) * 0.95) - 1], 1),
            "cpu_median": round(statistics.median(worked), 1),
            "unit": "ms",
            "size": 10,
        }


def _patient() -> tuple:
    from django.test import Client
    from django.utils import timezone

    from accounts.roles import Role
    from tests.factories import accounts, patients
    from tests.pathway import ten_procedures

    team = accounts.TeamFactory(name="Benchmark")
    user = accounts.member(team, Role.CLINICIAN, email="bench@example.org", name="Dr B. Mark")
    patient = ten_procedures.make(patients.PatientFactory(team=team), user, on=timezone.localdate())
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, patient


def _milliseconds(client, address: str, headers: dict) -> tuple[float, float]:
    began, worked = time.perf_counter(), time.process_time()
    answer = client.get(address, headers=headers)
    took = (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"answered {answer.status_code}")
    return took


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
