"""Begin a procedure and open its review, together or not at all."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from followup.actions import held, reviews
from procedures.actions import plan
from procedures.models import Procedure


class UnableToStart(Exception):
    """The patient's course has ended."""


@transaction.atomic
def start_procedure(*, procedure: Procedure, by: User, at: datetime) -> Procedure:
    """Begin the procedure and open its review; an older open review is closed as treated again.

    Begun twice it is begun once. Raises UnableToStart, and UnableToChange (of procedures.actions.plan) where the plan
    was cancelled.
    """
    patient = held.lock_patient(procedure.patient)
    if patient.ended_because:
        raise UnableToStart(procedure.pk)
    begun = plan.start_procedure(procedure=procedure, by=by, at=at)
    reviews.open_review(procedure=begun, by=by, at=at)
    return begun
