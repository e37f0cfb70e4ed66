"""Changes what the record says of the disease, the risks, the allergies and earlier treatments."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from patients.actions import rows
from patients.models import Allergy, Diagnosis, Patient, PriorTreatment, StandingRisks


@transaction.atomic
def edit_diagnosis(*, patient: Patient, by: User, at: datetime, known: Mapping) -> Diagnosis:
    """Change what is known of the disease; makes the row where an import left none."""
    diagnosis = Diagnosis.objects.filter(patient=patient).first() or Diagnosis(patient=patient)
    return _change(diagnosis, patient, "patients.edit_diagnosis", by=by, at=at, columns=known)


@transaction.atomic
def edit_risks(*, patient: Patient, by: User, at: datetime, known: Mapping) -> StandingRisks:
    """Change the lasting risks that each procedure has to respect."""
    return _change(_risks(patient), patient, "patients.edit_risks", by=by, at=at, columns=known)


@transaction.atomic
def add_allergy(*, patient: Patient, by: User, at: datetime, on: date, known: Mapping) -> Allergy:
    """Add a substance that the patient reacts to; the same substance is not added twice."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    same = patient.allergies.filter(retracted_at=None, substance__iexact=known["substance"]).first()
    if same:
        return same
    allergy = Allergy(patient=patient, **known)
    _change(allergy, patient, "patients.add_allergy", by=by, at=at, columns={})
    rows.keep_row(_asked(_risks(patient), on=on), by=by, at=at)
    return allergy


@transaction.atomic
def confirm_allergies(*, patient: Patient, by: User, at: datetime, on: date) -> StandingRisks:
    """Record that the patient was asked on this day, and that the list is what there is to know."""
    risks = _asked(_risks(patient), on=on)
    return _change(risks, patient, "patients.confirm_allergies", by=by, at=at, columns={})


@transaction.atomic
def retract_allergy(*, allergy: Allergy, by: User, at: datetime, because: str) -> Allergy:
    """Mark an allergy that was recorded in error. With none left nobody has asked until somebody does."""
    rows.retract_row(allergy, by=by, at=at, because=because)
    patient = allergy.patient
    if not patient.allergies.filter(retracted_at=None).exists():
        rows.keep_row(_asked(_risks(patient), on=None), by=by, at=at)
    _record(patient, "patients.retract_allergy", by=by, at=at)
    return allergy


@transaction.atomic
def add_treatment(*, patient: Patient, by: User, at: datetime, known: Mapping) -> PriorTreatment:
    """Add an earlier treatment; the very same one is not added twice."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    same = PriorTreatment.objects.filter(patient=patient, retracted_at=None, **known).first()
    if same:
        return same
    return _change(
        PriorTreatment(patient=patient), patient, "patients.add_treatment", by=by, at=at, columns=known
    )


@transaction.atomic
def edit_treatment(*, treatment: PriorTreatment, by: User, at: datetime, known: Mapping) -> PriorTreatment:
    """Change what is known of an earlier treatment. Raises rows.UnableToChange."""
    rows.lock_standing(treatment)
    return _change(treatment, treatment.patient, "patients.edit_treatment", by=by, at=at, columns=known)


@transaction.atomic
def retract_treatment(*, treatment: PriorTreatment, by: User, at: datetime, because: str) -> PriorTreatment:
    """Mark an earlier treatment that was recorded in error."""
    rows.retract_row(treatment, by=by, at=at, because=because)
    _record(treatment.patient, "patients.retract_treatment", by=by, at=at)
    return treatment


@transaction.atomic
def confirm_no_treatments(*, patient: Patient, by: User, at: datetime, on: date) -> Diagnosis:
    """Record that the patient was asked on this day and had no earlier treatment of the liver."""
    return edit_diagnosis(patient=patient, by=by, at=at, known={"earlier_treatments_asked_on": on})


def _risks(patient: Patient) -> StandingRisks:
    return StandingRisks.objects.filter(patient=patient).first() or StandingRisks(patient=patient)


def _asked(risks: StandingRisks, *, on: date | None) -> StandingRisks:
    risks.allergies_asked_on = on
    return risks


def _change(row, patient: Patient, what: str, *, by: User, at: datetime, columns: Mapping):
    for column, value in columns.items():
        setattr(row, column, value)
    rows.keep_row(row, by=by, at=at)
    _record(patient, what, by=by, at=at)
    return row


def _record(patient: Patient, what: str, *, by: User, at: datetime) -> None:
    audit.record_change(by=by, team=patient.team, patient_id=patient.pk, what=what, at=at)
