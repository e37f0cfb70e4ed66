"""How long the record of a procedure answers with ten targets: the page, the live panel, a save that changes a dose.

`python -m bench.recording_page [ROUNDS]` makes a database of its own (SQLite in a temporary folder; PostgreSQL where
DATABASE_URL names an empty one) and prints one JSON line a benchmark. The whole request is timed, audit entry included.
"""

import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

ROUNDS = 60
TARGETS = 10
ARTERIES = ("a2", "a3", "a4a", "a4b", "a5", "a6", "a7", "a8", "right-inferior-phrenic", "cystic")
# As a browser sends it.
HTMX = {"headers": {"HX-Request": "true"}}


def benchmarks(rounds: int) -> Iterator[dict]:
    """Time each request, the first target open."""
    from django.urls import reverse

    client, procedure = _record()
    opened = procedure.targets.get(number=1).pk
    address = {
        name: reverse(f"procedures:{name}", args=[procedure.patient_id, procedure.pk])
        for name in ("record", "findings", "save")
    }

    def boxes() -> dict:
        from tests.procedures import screens

        return screens.boxes_of(client.get(address["record"], {"target": opened}).content.decode())

    sent, doses = boxes(), itertools.cycle(["11", "12"])

    def save() -> Callable:
        data = {**boxes(), f"t{opened}-g1-dose": next(doses)}
        return lambda: client.post(address["save"], data, **HTMX)

    requests = {
        "page": lambda: lambda: client.get(address["record"], {"target": opened}),
        "panel": lambda: lambda: client.post(address["findings"], sent, **HTMX),
        "save": save,
    }
    for name, prepare in requests.items():
        yield _line(f"record.{name}", prepare, rounds)


def _record() -> tuple:
    """A record in work of ten targets over five lesions, with two earlier sessions behind it."""
    from django.test import Client
    from django.utils import timezone

    from accounts.roles import Role
    from tests.factories import accounts, patients
    from tests.procedures import performed

    team = accounts.TeamFactory(name="Benchmark")
    user = accounts.member(team, Role.CLINICIAN, email="bench@example.org", name="Benchmark")
    patient, now = patients.PatientFactory(team=team), timezone.now()
    lesions = [patients.LesionFactory(patient=patient, number=n, segments=[str(n + 2)]) for n in range(1, 6)]
    for lesion in lesions:
        patients.LesionMeasurementFactory(lesion=lesion, measured_on=now.date(), entered_at=now)
    for days in (120, 60):
        performed.performed(patient, user, at=now - timedelta(days=days))
    procedure = performed.performed(patient, user, at=now, ended_at=None)
    for number, code in list(enumerate(ARTERIES, start=1))[2:]:
        performed.add_target(procedure, number, code, [lesions[number % 5]])
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, procedure


def _line(name: str, prepare: Callable[[], Callable], rounds: int) -> dict:
    for _warm in range(3):
        _milliseconds(prepare())
    both = [_milliseconds(prepare()) for _round in range(rounds)]
    times, worked = sorted(took for took, _cpu in both), [cpu for _took, cpu in both]
    return {
        "name": name,
        "median": round(statistics.median(times), 1),
        "p95": round(times[int(len(times) * 0.95) - 1], 1),
        "cpu_median": round(statistics.median(worked), 1),
        "unit": "ms",
        "size": TARGETS,
    }


def _milliseconds(request: Callable) -> tuple[float, float]:
    """By the clock, and what this process worked, whatever else the machine does."""
    began, worked = time.perf_counter(), time.process_time()
    answer = request()
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
