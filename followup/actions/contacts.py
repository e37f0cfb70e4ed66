"""Keep the attempts to reach a patient: how, what came of it, and when to try again."""

import uuid
from datetime import date, datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from followup.actions import held
from followup.models import Contact, ImagingReview
from patients.models import Patient


class UnableToLog(Exception):
    """The review is of another patient, or the moment has not come yet."""


@transaction.atomic
def log_contact(
    *,
    patient: Patient,
    review: ImagingReview | None = None,
    channel: str,
    outcome: str,
    next_try_on: date | None = None,
    note: str = "",
    happened_at: datetime | None = None,
    by: User,
    at: datetime,
    form_key: uuid.UUID | None = None,
) -> Contact:
    """Keep one attempt, about a review or not, however that stands; the same form sent twice makes one.

    `happened_at` is when it was, now without it. Raises UnableToLog.
    """
    patient = held.lock_patient(patient)
    same = Contact.objects.filter(patient=patient, form_key=form_key).first() if form_key else None
    if same:
        return same
    when = happened_at or at
    if when > at or (review is not None and review.patient_id != patient.pk):
        raise UnableToLog(patient.pk)
    contact = Contact.objects.create(
        patient=patient, review=review, at=when, channel=channel, outcome=outcome, next_try_on=next_try_on,
        note=note, by=by, form_key=form_key,
    )  # fmt: skip
    audit.record_change(by=by, team=patient.team, patient_id=patient.pk, what="followup.log_contact", at=at)
    return contact
