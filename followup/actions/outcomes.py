"""Keeps what an imported cohort says of its patients after the treatment."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from followup.models import ImportedOutcome
from patients.models import Patient


@transaction.atomic
def record_imported_outcome(
    *, patient: Patient, outcome: Mapping[str, object], by: User | None, at: datetime
) -> ImportedOutcome:
    """Keep the outcome of an imported patient. `outcome`: columns of the model, numbers as floats."""
    fields = {name: _stored(name, value) for name, value in outcome.items()}
    made = ImportedOutcome.objects.create(patient=patient, imported_by=by, imported_at=at, **fields)
    audit.record_change(
        by=by, team=patient.team, patient_id=patient.pk, what="followup.record_imported_outcome", at=at
    )
    return made


def _stored(name: str, value: object) -> object:
    """A number as its column keeps it, rounded here and not by the database."""
    if not isinstance(value, float):
        return value
    field: Any = ImportedOutcome._meta.get_field(name)
    return round(Decimal(str(value)), field.decimal_places)
