"""Make the recheck of a value that treatment or waiting can change a dated task."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from assessments import words
from assessments.models import EditionSettings
from patients.actions import tasks
from patients.models import Patient, Task


def add_recheck_task(
    *,
    patient: Patient,
    change: dict[str, Any],
    edition_settings: EditionSettings,
    by: User,
    on: date,
    at: datetime,
) -> Task:
    """Add the recheck that `change` (of the engine's `would_change`) asks for; the same open one is not added twice."""
    already = patient.tasks.filter(kind=Task.Kind.RECHECK, fact=change["fact"], closed_at=None).first()
    if already:
        return already
    from_days, to_days = edition_settings.recheck_from_days, edition_settings.recheck_to_days
    return tasks.add_task(
        patient=patient,
        kind=Task.Kind.RECHECK,
        title=words.recheck_title(change, from_days=from_days, to_days=to_days),
        fact=change["fact"],
        due_from=on + timedelta(days=from_days),
        due_to=on + timedelta(days=to_days),
        owner=by,
        by=by,
        at=at,
    )
