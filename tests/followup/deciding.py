"""A patient whose imaging was read, for the tests of the decision."""

from datetime import date, datetime, time, timedelta

from django.utils.timezone import make_aware

from followup.models import ImagingReview, Reading
from tests.factories import followup as factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as procedure_factories
from tests.factories.patients import NOW, TODAY

# The first intervention was four weeks before the images of TODAY.
TREATED_ON = TODAY - timedelta(days=28)
BILIRUBIN, ALBUMIN = "bilirubin_umol_per_l", "albumin_g_per_l"


def treated_patient(team, **columns):
    """Return a patient of whom it was asked whether anybody else treated the liver: nobody did."""
    patient = patient_factories.PatientFactory(team=team, **columns)
    patient_factories.DiagnosisFactory(patient=patient, earlier_treatments_asked_on=TREATED_ON)
    return patient


def moment(day: date) -> datetime:
    return make_aware(datetime.combine(day, time(9, 30)))


def treat(patient, day: date = TREATED_ON, **columns):
    """Return a procedure that was begun, ended and signed on a day."""
    begun = moment(day)
    return procedure_factories.ProcedureFactory(
        patient=patient, started_at=begun, ended_at=begun + timedelta(hours=1), planned_on=day, modality="TACE",
        signed_at=begun + timedelta(hours=2), signed_by=columns.pop("by", None) or _person(), **columns,
    )  # fmt: skip


def _person():
    return procedure_factories.UserFactory()


def read_review(procedure, reader, *, imaged_on: date = TODAY, is_open: bool = True, **answers) -> Reading:
    """Return the signed reading of the review after a procedure; without answers it shows what 7.4 asks for."""
    began_on = procedure.started_at.date()
    stage = {"read": True} if is_open else {"decided": True}
    review = factories.ImagingReviewFactory(
        patient=procedure.patient, after_procedure=procedure, counts_from=began_on, done_on=imaged_on,
        opened_by=reader, owner=reader, **stage,
    )  # fmt: skip
    return factories.ReadingFactory(review=review, reader=reader, **answers)


def ready_to_decide(team, reader, **answers) -> Reading:
    """Return the reading of the first review after the first intervention."""
    return read_review(treat(treated_patient(team), by=reader), reader, **answers)


def measured(patient, day: date, *, bilirubin: float | None = None, albumin: float | None = None, **more):
    """Record laboratory values of a day, in canonical units."""
    values = {BILIRUBIN: bilirubin, ALBUMIN: albumin, **more}
    for analyte, value in values.items():
        if value is not None:
            patient_factories.LabResultFactory(
                patient=patient, analyte=analyte, value=value, unit=_unit(analyte), taken_on=day
            )


def _unit(analyte: str) -> str:
    return {ALBUMIN: "g/L", "inr": "ratio", "platelets_10e9_per_l": "10^9/L"}.get(analyte, "umol/L")


def review_of(reading) -> ImagingReview:
    return ImagingReview.objects.get(pk=reading.review_id)


VIABLE = {"viable_tumour": "yes", "necrosis": "partial", "mrecist": "PR"}
PROGRESSED = {"viable_tumour": "yes", "necrosis": "partial", "enlargement": "yes", "mrecist": "PD"}
NOT_CERTAIN = {"lipiodol_deposition": "partial"}
AT = NOW + timedelta(hours=1)
