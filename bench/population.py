"""Invents a hospital's worth of patients, with laboratory values, lesions and tasks: 100,000 in a few minutes.

`DATABASE_URL=… python -m bench.population [SIZE]` fills that database, to try the product by hand under load. The
benchmarks fill databases of their own. The same number gives the same patients.
"""

import itertools
import os
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta

from bench import find_patient

SIZE = 100_000
BATCH = 5_000
TODAY = date(2026, 3, 2)
# Analyte, unit, and what is usual: (name, unit, from, to).
ANALYTES = (
    ("bilirubin_umol_per_l", "umol/L", 6, 60),
    ("albumin_g_per_l", "g/L", 25, 48),
    ("platelets_10e9_per_l", "10^9/L", 40, 320),
    ("afp_ng_per_ml", "ng/mL", 2, 900),
)
OPEN_TASKS_EVERY = 20


def fill(team, owner, size: int = SIZE) -> None:
    """Put `size` patients into the team; one in twenty has an open task of `owner`."""
    from patients.models import Patient

    numbers = random.Random(2026)
    find_patient.fill(team, size, numbers)
    ids = Patient.objects.filter(team=team).order_by("pk").values_list("pk", flat=True).iterator(BATCH)
    for batch in _batches(ids):
        _add_laboratory_values(batch, numbers)
        _add_lesions(batch, numbers)
        _add_tasks(batch[::OPEN_TASKS_EVERY], owner, numbers)


def _batches(ids: Iterator[int]) -> Iterator[list[int]]:
    while batch := list(itertools.islice(ids, BATCH)):
        yield batch


def _add_laboratory_values(ids: list[int], numbers: random.Random) -> None:
    from django.utils import timezone

    from patients.models import LabResult

    now = timezone.now()
    LabResult.objects.bulk_create(
        LabResult(
            patient_id=patient_id,
            analyte=analyte,
            value=(value := numbers.randint(low, high)),
            unit=unit,
            canonical_value=value,
            taken_on=TODAY - timedelta(days=numbers.randrange(60)),
            entered_at=now,
        )
        for patient_id in ids
        for analyte, unit, low, high in ANALYTES
    )


def _add_lesions(ids: list[int], numbers: random.Random) -> None:
    from django.utils import timezone

    from patients.models import Lesion, LesionMeasurement

    now = timezone.now()
    lesions = Lesion.objects.bulk_create(
        Lesion(patient_id=patient_id, number=1, segments=[str(numbers.randint(5, 8))]) for patient_id in ids
    )
    LesionMeasurement.objects.bulk_create(
        LesionMeasurement(
            lesion=lesion, measured_on=TODAY, longest_mm=numbers.randint(8, 120), entered_at=now
        )
        for lesion in lesions
    )


def _add_tasks(ids: list[int], owner, numbers: random.Random) -> None:
    from django.utils import timezone

    from patients.models import Task

    now = timezone.now()
    due = [TODAY + timedelta(days=numbers.randrange(-30, 60)) for _ in ids]
    Task.objects.bulk_create(
        Task(
            patient_id=patient_id,
            kind=Task.Kind.RECHECK,
            title="Repeat platelets",
            due_from=day,
            due_to=day,
            owner=owner,
            created_at=now,
        )
        for patient_id, day in zip(ids, due, strict=True)
    )


def make_team(size: int):
    """Make the benchmark's team, its clinician and its patients; return the two."""
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import Membership, Team, User
    from accounts.roles import Role

    call_command("migrate", verbosity=0)
    team, is_new = Team.objects.get_or_create(name="Benchmark")
    user = User.objects.filter(email=find_patient.EMAIL).first() or User.objects.create_user(
        find_patient.EMAIL, name="Benchmark"
    )
    Membership.objects.get_or_create(user=user, team=team, role=Role.CLINICIAN)
    if is_new:
        fill(team, user, size)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return team, user


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    make_team(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
