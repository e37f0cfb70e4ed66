"""A substantial radiation dose makes a skin check due, once a procedure."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from patients.actions import tasks
from patients.models import Task
from procedures import guidance
from procedures.models import Procedure
from procedures.working import Work


def set_task(work: Work, *, by: User, at: datetime) -> Task | None:
    """Set the task when a substantial level is reached and none was set for this procedure yet."""
    window = guidance.skin_check_window(work)
    if window is None:
        return None
    title = _title(guidance.day_of(work))
    patient = work.procedure.patient
    if Task.objects.filter(patient=patient, title=title).exists():
        return None
    return tasks.add_task(
        patient=patient,
        by=by,
        at=at,
        kind=Task.Kind.OTHER,
        title=title,
        due_from=window[0],
        due_to=window[1],
    )


def task_of(procedure: Procedure, day: date) -> Task | None:
    """Return the open skin check of a procedure that was on that day."""
    open_tasks = Task.objects.filter(patient_id=procedure.patient_id, closed_at=None, title=_title(day))
    return open_tasks.first()


def _title(day: date) -> str:
    return _("Skin check after the procedure of %(day)s") % {"day": date_format(day, "j M Y")}
