"""End a patient's course from the follow-up: died, transferred, declined, discharged, lost."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Membership, User
from accounts.roles import Capability
from patients.actions import register
from patients.models import Patient


class NeedsClinician(Exception):
    """Lost to follow-up and declined are for a clinician to say."""


# Design §5: what only they say.
FOR_CLINICIANS = Patient.ENDED_BY_CLINICIANS


@transaction.atomic
def end_course(
    *, patient: Patient, because: str, on: date, reason: str = "", by: User, at: datetime
) -> Patient:
    """End the course; the open review stays as it is, in no queue, and is there again when the end is taken back.

    Raises NeedsClinician, and UnableToEnd (of patients.actions.register) when it has ended already.
    """
    if because in FOR_CLINICIANS and not _is_clinician(patient, by):
        raise NeedsClinician(patient.pk)
    return register.end_course(patient=patient, by=by, at=at, because=because, on=on, reason=reason)


def _is_clinician(patient: Patient, person: User) -> bool:
    membership = Membership.objects.active().filter(user=person, team=patient.team).first()
    return membership is not None and membership.may(Capability.TREAT_PATIENTS)
