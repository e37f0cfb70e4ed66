"""Adds lesions and their sizes, changes them, and retracts the wrong ones with a reason."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts import audit
from accounts.models import User
from patients.actions import rows
from patients.models import Lesion, LesionMeasurement, Patient


@transaction.atomic
def add_lesion(
    *,
    patient: Patient,
    by: User | None,
    at: datetime,
    seen: Mapping,
    size: Mapping | None = None,
    form_key: uuid.UUID | None = None,
) -> Lesion:
    """Add a lesion under the next number, with its first size; the same `form_key` again gives the same lesion.

    `seen` holds columns of Lesion, `size` columns of LesionMeasurement.
    """
    # Two people adding at once wait for each other here, so that no number is given twice.
    Patient.objects.select_for_update().get(pk=patient.pk)
    made = Lesion.objects.filter(patient=patient, form_key=form_key).first() if form_key else None
    if made:
        return made
    highest = Lesion.objects.filter(patient=patient).aggregate(highest=Max("number"))["highest"] or 0
    lesion = Lesion(patient=patient, number=highest + 1, form_key=form_key, **seen)
    if size and lesion.first_seen_on is None:
        lesion.first_seen_on = size["measured_on"]
    rows.keep_row(lesion, by=by, at=at)
    if size:
        rows.keep_row(LesionMeasurement(lesion=lesion, entered_by=by, entered_at=at, **size), by=by, at=at)
    _record(patient, "patients.add_lesion", by=by, at=at)
    return lesion


@transaction.atomic
def edit_lesion(*, lesion: Lesion, by: User, at: datetime, seen: Mapping) -> Lesion:
    """Change where the lesion is and what it looks like. Raises rows.UnableToChange."""
    rows.lock_standing(lesion)
    for column, value in seen.items():
        setattr(lesion, column, value)
    rows.keep_row(lesion, by=by, at=at)
    _record(lesion.patient, "patients.edit_lesion", by=by, at=at)
    return lesion


@transaction.atomic
def measure_lesion(*, lesion: Lesion, by: User, at: datetime, size: Mapping) -> LesionMeasurement:
    """Add a size of the lesion; the very same size of the same day is not added twice."""
    Patient.objects.select_for_update().get(pk=lesion.patient_id)
    same = LesionMeasurement.objects.filter(lesion=lesion, retracted_at=None, **size).first()
    if same:
        return same
    measurement = LesionMeasurement(lesion=lesion, entered_by=by, entered_at=at, **size)
    rows.keep_row(measurement, by=by, at=at)
    _record(lesion.patient, "patients.measure_lesion", by=by, at=at)
    return measurement


@transaction.atomic
def retract_lesion(*, lesion: Lesion, by: User, at: datetime, because: str) -> Lesion:
    """Mark a lesion that was entered in error; its number is not given again."""
    rows.retract_row(lesion, by=by, at=at, because=because)
    _record(lesion.patient, "patients.retract_lesion", by=by, at=at)
    return lesion


@transaction.atomic
def retract_measurement(
    *, measurement: LesionMeasurement, by: User, at: datetime, because: str
) -> LesionMeasurement:
    """Mark a wrong size; it stays in the table, struck through, with the reason."""
    rows.retract_row(measurement, by=by, at=at, because=because)
    _record(measurement.lesion.patient, "patients.retract_measurement", by=by, at=at)
    return measurement


def _record(patient: Patient, what: str, *, by: User | None, at: datetime) -> None:
    audit.record_change(by=by, team=patient.team, patient_id=patient.pk, what=what, at=at)
