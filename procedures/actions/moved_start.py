"""The days after follow the day of the procedure: where its start is corrected to another day, its tasks move."""

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
def move_tasks(*, procedure: Procedure, of_former_day: Iterable[Task], by: User, at: datetime) -> list[Task]:
    """Close what is open of the former day, calls and skin check, and make the calls of the day that it is now.

    The skin check of the new day is made where every save looks whether one is due.
    """
    for task in of_former_day:
        if task.closed_at is None:
            tasks.close_task(
                task=task, by=by, at=at, outcome=Task.Outcome.NOT_NEEDED,
                note=_("The procedure was on another day."),
            )  # fmt: skip
    return watch.open_watch_calls(procedure=procedure, by=by, at=at)
