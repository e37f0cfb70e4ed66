"""The days after follow the day of the procedure: where its start is corrected to another day, its calls move."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from patients.actions import tasks
from patients.models import Task
from procedures.actions import watch
from procedures.models import Procedure


@transaction.atomic
def move_calls(*, procedure: Procedure, calls: Iterable[Task], by: User, at: datetime) -> list[Task]:
    """Close the open `calls`, those of the former day, and make those of the day that it is now."""
    for call in calls:
        if call.closed_at is None:
            tasks.close_task(
                task=call, by=by, at=at, outcome=Task.Outcome.NOT_NEEDED,
                note=_("The procedure was on another day."),
            )  # fmt: skip
    return watch.open_watch_calls(procedure=procedure, by=by, at=at)
