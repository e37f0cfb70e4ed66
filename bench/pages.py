"""How long the pages that people open all day take on the server, with 100,000 patients in one team.

`python -m bench.pages [SIZE]` makes a database of its own (SQLite in a temporary folder; PostgreSQL where DATABASE_URL
names an empty one). The whole request is timed, audit entry included.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROUNDS = 30


def benchmarks(team, user) -> Iterator[dict]:
    """Time each page ROUNDS times, each time for another patient."""
    from django.test import Client
    from django.urls import reverse

    from assessments.models import Assessment
    from patients.models import Patient

    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    size = Patient.objects.filter(team=team).count()
    some = list(Patient.objects.filter(team=team).order_by("pk")[: size : max(size // ROUNDS, 1)])[:ROUNDS]
    draft = _draft(client, some[0], Assessment)
    pages: dict[str, Callable] = {
        "home": lambda patient: client.get(reverse("pathway:home")),
        "patient": lambda patient: client.get(reverse("pathway:patient", args=[patient.pk])),
        "lesions": lambda patient: client.get(reverse("patients:lesions", args=[patient.pk])),
        "labs": lambda patient: client.get(reverse("patients:labs", args=[patient.pk])),
        "my_tasks": lambda patient: client.get(reverse("patients:my_tasks")),
        "history": lambda patient: client.get(reverse("patients:history", args=[patient.pk])),
        "assessment_form": lambda patient: client.get(
            reverse("assessments:edit", args=[some[0].pk, draft.pk])
        ),
        "findings": lambda patient: client.post(
            reverse("assessments:findings", args=[some[0].pk, draft.pk]), FORM, headers={"HX-Request": "true"}
        ),
    }
    for name, ask in pages.items():
        ask(some[0])
        times = sorted(_milliseconds(ask, patient) for patient in some)
        yield {
            "name": f"page.{name}",
            "median": round(statistics.median(times), 1),
            "p95": round(times[int(len(times) * 0.95) - 1], 1),
            "unit": "ms",
            "size": size,
        }


# What is typed when the panel is asked: half a form, as in the middle of the work.
FORM = {"ecog": "1", "ascites": "none", "encephalopathy": "none", "portal_trunk": "patent", "pvtt": "vp0"}


def _draft(client, patient, assessment_model):
    from django.urls import reverse

    client.post(reverse("assessments:start", args=[patient.pk]))
    return assessment_model.objects.get(patient=patient)


def _milliseconds(ask: Callable, patient) -> float:
    began = time.perf_counter()
    answer = ask(patient)
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.request['PATH_INFO']} answered {answer.status_code}")
    return took


def main(size: int) -> None:
    """Make the database, fill it, time the pages, print the lines."""
    import django

    django.setup()
    from django.db import connection

    from bench import population

    for line in benchmarks(*population.make_team(size)):
        print(json.dumps({**line, "database": connection.vendor}), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
