"""Answer for what a reminder speaks of, until a day: reminders of it wait till then. Silence stops nothing."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts import audit
from accounts.models import User
from followup import settings_of
from followup.actions import held, pauses
from followup.models import Pause, Reminder
from patients.models import Patient, Task
from procedures.models import Procedure


class UnableToAcknowledge(Exception):
    """It was done or has ended meanwhile."""


class TooFar(Exception):
    """The day is not after today, or later than `latest`."""

    def __init__(self, latest: date) -> None:
        super().__init__(latest)
        self.latest = latest


@transaction.atomic
def acknowledge(*, reminder: Reminder, until: date, reason: str, note: str, by: User, at: datetime) -> Pause:
    """Pause the reminders of a review, a procedure or a task. Raises UnableToAcknowledge, TooFar."""
    if reminder.review is not None:
        try:
            return pauses.pause(review=reminder.review, until=until, reason=reason, note=note, by=by, at=at)
        except pauses.UnableToPause as refused:
            raise TooFar(refused.latest) from refused
        except held.UnableToWork as refused:
            raise UnableToAcknowledge from refused
    about = reminder.procedure or reminder.task
    if about is None:
        raise ValueError("A reminder is about something.")
    patient = held.lock_patient(about.patient)
    if patient.ended_because or not _is_waiting(about):
        raise UnableToAcknowledge
    check_day(patient, until, at=at)
    return _pause(about, patient, until=until, reason=reason, note=note, by=by, at=at)


def check_day(patient: Patient, until: date, *, at: datetime) -> None:
    """Refuse a day that has come, or that is further away than the team allows. Raises TooFar."""
    today = at.astimezone(ZoneInfo(patient.team.time_zone)).date()
    latest = today + timedelta(days=settings_of.settings_of(patient.team).longest_pause_days)
    if not today < until <= latest:
        raise TooFar(latest)


def _is_waiting(about: Procedure | Task) -> bool:
    about.refresh_from_db()
    return about.closed_at is None if isinstance(about, Task) else about.signed_at is None


def _pause(
    about: Procedure | Task, patient: Patient, *, until: date, reason: str, note: str, by: User, at: datetime
) -> Pause:
    """An earlier pause ends with this one; the same form sent twice makes one."""
    kind = "task" if isinstance(about, Task) else "procedure"
    today = at.astimezone(ZoneInfo(patient.team.time_zone)).date()
    standing = Pause.objects.filter(lifted_at=None, until__gt=today, **{kind: about})
    same = standing.filter(until=until, reason=reason, note=note).first()
    if same:
        return same
    for pause in standing:
        pause.lifted_at, pause.lifted_by = at, by
        pause.save(update_fields=["lifted_at", "lifted_by"])
    audit.record_change(by=by, team=patient.team, patient_id=patient.pk, what="followup.acknowledge", at=at)
    return Pause.objects.create(
        until=until, reason=reason, note=note, paused_at=at, paused_by=by, **{kind: about}
    )
