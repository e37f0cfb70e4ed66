"""A substantial radiation dose makes a skin check due, once a procedure."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from patients.actions import tasks
from patients.models import Task
from procedures import guidance
from procedures.working import Work


def set_task(work: Work, *, by: User, at: datetime) -> Task | None:
    """Set the task when a substantial level is reached and none was set for this procedure yet."""
    window = guidance.skin_check_window(work)
    if window is None:
        return None
    day = date_format(guidance.day_of(work), "j M Y")
    title = _("Skin check after the procedure of %(day)s") % {"day": day}
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
