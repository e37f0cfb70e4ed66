"""The reminders of the demonstration team: a night and a morning of sweeps, and a patient who died between the two."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from accounts.models import Team, User
from followup import settings_of
from followup.actions import course, sweep
from patients.models import Patient

# In quiet hours reminders are written and wait; in the morning they are gathered into messages.
IN_THE_EVENING, LATER_THAT_EVENING, IN_THE_MORNING = time(20), time(22), time(9)
# The reminders of this patient wait when the patient dies: nothing goes out.
DIED = "Whitlock"


def sweep_and_lose_one(team: Team, people: Mapping[str, User], at: datetime) -> None:
    """Sweep on the last evening, note the death, and sweep on the last morning. The worker sends what was gathered."""
    _send_no_mail(team, at)
    morning = _last_morning(at)
    evening = datetime.combine((morning - timedelta(days=1)).date(), IN_THE_EVENING, tzinfo=at.tzinfo)
    sweep.sweep(at=evening)
    died_at = datetime.combine(evening.date(), LATER_THAT_EVENING, tzinfo=at.tzinfo)
    patient = Patient.objects.get(team=team, family_name=DIED)
    course.end_course(patient=patient, because="died", on=died_at.date(), by=people["clinician"], at=died_at)
    sweep.sweep(at=morning)


def _send_no_mail(team: Team, at: datetime) -> None:
    """Its addresses are invented: messages stay in the application, and off the terminal."""
    numbers = settings_of.settings_of(team)
    numbers.sends_email, numbers.saved_at = False, at
    numbers.save()


def _last_morning(at: datetime) -> datetime:
    today = datetime.combine(at.date(), IN_THE_MORNING, tzinfo=at.tzinfo)
    return today if today <= at else today - timedelta(days=1)
