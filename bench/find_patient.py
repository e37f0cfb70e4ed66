"""How long the search answers with 100,000 patients in one team: the whole request, audit entry included.

`python -m bench.find_patient` makes a database of its own (SQLite in a temporary folder; PostgreSQL where
DATABASE_URL names an empty one) and prints one JSON line a benchmark.
"""

import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

SIZE = 100_000
ROUNDS = 25
BATCH = 5_000
EMAIL = "bench@example.org"
FAMILY_SYLLABLES = (
    "an",
    "ber",
    "chen",
    "da",
    "el",
    "fors",
    "gar",
    "han",
    "ing",
    "jo",
    "kov",
    "li",
    "mar",
    "ner",
)
GIVEN = (
    "Ana",
    "Bo",
    "Chen",
    "Dan",
    "Elin",
    "Farid",
    "Grace",
    "Henri",
    "Inés",
    "Jürgen",
    "Kenji",
    "Li",
    "Måns",
    "Noor",
)
SEARCHES = {
    "empty": "",
    "one_letter": "l",
    "two_letters": "li",
    "common_word": "ana",
    "two_common_words": "li an",
    "whole_name": "{family} {given}",
    "record_number": "{mrn}",
    "birth_date": "{born}",
    "name_and_year": "{family} {year}",
    "year": "{year}",
    "nobody": "zzyzx li",
}


def names(numbers: random.Random) -> tuple[str, str]:
    """Return an invented family and given name; the commonest family names are very common, as in life."""
    syllables = numbers.choices(FAMILY_SYLLABLES, k=1 if numbers.random() < 0.1 else 3)
    return "".join(syllables).capitalize(), numbers.choice(GIVEN)


def fill(team, count: int, numbers: random.Random) -> None:
    """Put `count` patients with their search words into the team."""
    from django.utils import timezone

    from patients import search
    from patients.models import Patient, SearchWord

    for start in range(0, count, BATCH):
        patients = []
        for number in range(start, min(start + BATCH, count)):
            family, given = names(numbers)
            born = date(1930, 1, 1) + timedelta(days=numbers.randrange(25_000))
            patients.append(
                Patient(
                    team=team,
                    mrn=f"{number:04d} {numbers.randrange(10_000):04d}",
                    family_name=family,
                    given_name=given,
                    search_name=search.sort_name(family, given),
                    birth_date=born,
                    birth_year=born.year,
                    registered_at=timezone.now(),
                )
            )
        Patient.objects.bulk_create(patients)
        SearchWord.objects.bulk_create(
            SearchWord(patient=patient, team=team, word=word)
            for patient in patients
            for word in search.words_of(patient)
        )


def benchmarks(team, user) -> Iterator[dict]:
    """Time each kind of search ROUNDS times, each time for another patient."""
    from django.test import Client

    from patients.models import Patient

    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    size = Patient.objects.filter(team=team).count()
    some = list(Patient.objects.filter(team=team).order_by("pk")[: size - 1 : max(size // ROUNDS, 1)])
    for name, pattern in SEARCHES.items():
        client.get("/patients/", {"q": "warm"})
        times = sorted(_milliseconds(client, _text(pattern, patient)) for patient in some[:ROUNDS])
        yield {
            "name": f"find_patient.{name}",
            "median": round(statistics.median(times), 1),
            "p95": round(times[int(len(times) * 0.95) - 1], 1),
            "unit": "ms",
            "size": size,
        }


def _text(pattern: str, patient) -> str:
    return pattern.format(
        family=patient.family_name,
        given=patient.given_name,
        mrn=patient.mrn,
        born=f"{patient.birth_date:%d.%m.%Y}",
        year=patient.birth_year,
    )


def _milliseconds(client, text: str) -> float:
    began = time.perf_counter()
    answer = client.get("/patients/", {"q": text})
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{text!r} answered {answer.status_code}")
    return took


def main(size: int) -> None:
    """Make the database, fill it, time the searches, print the lines."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import Membership, Team, User
    from accounts.roles import Role

    call_command("migrate", verbosity=0)
    team, _made = Team.objects.get_or_create(name="Benchmark")
    user = User.objects.filter(email=EMAIL).first() or User.objects.create_user(EMAIL, name="Benchmark")
    Membership.objects.get_or_create(user=user, team=team, role=Role.CLINICIAN)
    fill(team, size, random.Random(2026))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for line in benchmarks(team, user):
        print(json.dumps({**line, "database": connection.vendor}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
