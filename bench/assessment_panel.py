"""How long the assessment answers: the live panel (the whole form is posted), a save of the draft, the form itself.

`python -m bench.assessment_panel` makes a database of its own (SQLite in a temporary folder; PostgreSQL where
DATABASE_URL names an empty one) and prints one JSON line a benchmark.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

ROUNDS = 60
# As a browser sends it.
HTMX = {"content_type": "application/x-www-form-urlencoded", "headers": {"HX-Request": "true"}}
EMAIL = "bench@example.org"


def benchmarks(rounds: int) -> Iterator[dict]:
    """Time each request for a patient of whom all is known, and for one of whom nothing is."""
    from django.urls import reverse

    from assessments.forms import layout
    from assessments.views import pages

    client, drafts = _drafts()
    for known, draft in drafts.items():
        address = {
            name: reverse(f"assessments:{name}", args=[draft.patient_id, draft.pk])
            for name in ("edit", "findings", "save")
        }
        data = urlencode({**pages.stored_form(draft).data.dict(), "base": layout.base_of(draft)})
        requests = {
            "panel": lambda: client.post(address["findings"], data, **HTMX),  # noqa: B023
            "save": lambda: client.post(address["save"], data, **HTMX),  # noqa: B023
            "form": lambda: client.get(address["edit"]),  # noqa: B023
        }
        for name, request in requests.items():
            yield _line(f"assessment.{name}.{known}", request, rounds)


def _drafts() -> tuple:
    from django.test import Client
    from django.utils import timezone

    from accounts.roles import Role
    from assessments.actions import drafts
    from tests.factories import accounts, assessments, patients

    team = accounts.TeamFactory(name="Benchmark")
    user = accounts.member(team, Role.CLINICIAN, email=EMAIL, name="Benchmark")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    today, now = timezone.localdate(), timezone.now()
    whole = assessments.draft(patients.PatientFactory(team=team), user, on=today, at=now)
    nobody = patients.PatientFactory(team=team, birth_date=None, sex="not_known")
    blank = drafts.start_draft(patient=nobody, by=user, on=today, at=now)
    return client, {"all_known": whole, "nothing_known": blank}


def _line(name: str, request: Callable, rounds: int) -> dict:
    for _warm in range(3):
        request()
    times = sorted(_milliseconds(request) for _round in range(rounds))
    return {
        "name": name,
        "median": round(statistics.median(times), 1),
        "p95": round(times[int(len(times) * 0.95) - 1], 1),
        "unit": "ms",
        "size": 1,
    }


def _milliseconds(request: Callable) -> float:
    began = time.perf_counter()
    answer = request()
    took = (time.perf_counter() - began) * 1000
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
