"""A hospital's worth of follow-up, written by COPY: three reviews a patient, ten events, and each stage of the queue.

For PostgreSQL. `DATABASE_URL=… python -m bench.followed [PATIENTS]` fills an empty database, to try the product by hand
under load; 100,000 patients take a minute or two. The same number and day give the same patients.
"""

import json
import os
import random
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from bench import course, find_patient

SIZE, BATCH, SEED = 100_000, 20_000, 2026
COORDINATORS, CLINICIANS = 8, 12
# Who asks in the benchmarks: one who may do all that the queue offers.
ASKS = "clinician0@example.org"


def make_people(on: date) -> course.People:
    """Make the team: coordinators (the first of them leads and asks), clinicians, one who left and one who is away."""
    from accounts.models import Membership, Team, User
    from accounts.roles import Role

    team = Team.objects.create(name="Benchmark")

    def member(name: str, role: str, **fields) -> int:
        user = User.objects.create_user(f"{name}@example.org", name=name.capitalize())
        Membership.objects.create(user=user, team=team, role=role, **fields)
        return user.pk

    coordinators = [
        member(f"coordinator{number}", Role.COORDINATOR, is_lead=number == 0)
        for number in range(COORDINATORS)
    ]
    clinicians = [member(f"clinician{number}", Role.CLINICIAN) for number in range(CLINICIANS)]
    away = {"away_from": on - timedelta(days=2), "away_until": on + timedelta(days=7)}
    lost = [
        member("left", Role.COORDINATOR, is_active=False),
        member("away", Role.COORDINATOR, **away),
    ]
    user = User.objects.get(email=ASKS)
    return course.People(team, user, [*coordinators, *clinicians[:2]], lost, clinicians)


def copy(model: Any, rows: Iterable[course.Fields]) -> None:
    """Write rows as they are, past the ORM; a column that is not given has its default."""
    from django.db import connection

    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    fixed = _defaults(model, first)
    names = [*first, *fixed]
    connection.ensure_connection()
    statement = f"COPY {model._meta.db_table} ({', '.join(names)}) FROM STDIN"
    with connection.connection.cursor() as cursor, cursor.copy(statement) as pipe:
        for row in (first, *rows):
            pipe.write_row([*(row[name] for name in first), *fixed.values()])


def _defaults(model: Any, row: course.Fields) -> course.Fields:
    """The columns that a row leaves out and that may not be left empty."""
    left_out = [
        field
        for field in model._meta.concrete_fields
        if field.column not in row and not field.primary_key and not field.null
    ]
    found = {field.column: field.get_default() for field in left_out}
    return {
        name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in found.items()
    }


def fill(size: int, *, on: date) -> course.People:
    """Make the team and put so many patients into it; the database is left as one that is in use for long."""
    from django.core.management.color import no_style
    from django.db import connection

    from assessments.actions import edition
    from followup import models as followup
    from patients import models as patients

    people, numbers = make_people(on), random.Random(SEED)
    edition_key = edition.settings_in_force(on=on, at=course.at(on)).pk
    for first in range(1, size + 1, BATCH):
        courses = [
            course.Course(key, people, numbers, on) for key in range(first, min(first + BATCH, size + 1))
        ]
        _write(courses, edition_key, numbers)
    models = [patients.Patient, followup.ImagingReview, *_models()]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
        # A hospital's reviews lie in the order of time, not patient by patient.
        cursor.execute("CREATE INDEX by_time ON followup_imagingreview (opened_at)")
        cursor.execute("CLUSTER followup_imagingreview USING by_time")
        cursor.execute("DROP INDEX by_time")
        cursor.execute("VACUUM ANALYZE")
    return people


def _models() -> list[Any]:
    from assessments.models import Assessment
    from procedures.models import Procedure

    return [Assessment, Procedure]


def _write(courses: list[course.Course], edition_key: int, numbers: random.Random) -> None:
    from followup import models as followup
    from patients import models as patients

    named = [(one, find_patient.names(numbers)) for one in courses]
    rows = [_patient(one, name, numbers) for one, name in named]
    copy(patients.Patient, rows)
    copy(patients.SearchWord, _words(rows))
    assessments, procedures = _models()
    copy(assessments, (row for one in courses for row in one.assessments(edition_key)))
    copy(procedures, (row for one in courses for row in one.procedures()))
    copy(followup.ImagingReview, (row for one in courses for row in one.reviews()))
    copy(followup.ReviewEvent, (row for one in courses for row in one.events()))
    copy(followup.Reading, (row for one in courses for row in one.readings()))
    copy(followup.Contact, (row for one in courses for row in one.contacts()))
    copy(followup.Pause, (row for one in courses for row in one.pauses()))
    copy(patients.Task, (row for one in courses for row in one.tasks()))


def _patient(one: course.Course, name: tuple[str, str], numbers: random.Random) -> course.Fields:
    from patients import search

    born = date(1930, 1, 1) + timedelta(days=numbers.randrange(25_000))
    return one.patient(name, born, search.sort_name(*name))


def _words(rows: list[course.Fields]) -> Iterator[course.Fields]:
    from patients import search
    from patients.models import Patient

    for row in rows:
        for word in search.words_of(Patient(**row)):
            yield {"patient_id": row["id"], "team_id": row["team_id"], "word": word}


def ensure(size: int) -> Any:
    """Make the tables and fill them, unless they are filled; return who asks."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from accounts.models import User

    call_command("migrate", verbosity=0)
    if not User.objects.filter(email=ASKS).exists():
        fill(size, on=timezone.localdate())
    return User.objects.get(email=ASKS)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    ensure(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
