"""A patient with ten procedures, ten reviews read and decided, and all that the one page shows of them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from patients import analytes
from tests.factories import followup as factories
from tests.factories.patients import LabResultFactory, LesionFactory, LesionMeasurementFactory, TaskFactory
from tests.factories.procedures import AdverseEventFactory
from tests.procedures import performed

PROCEDURES, DAYS_BETWEEN = 10, 70
LESIONS = (("8",), ("5",), ("4a", "4b"))


def make(patient, by, *, on: date):
    """Fill the patient's record up to a day, and return the patient."""
    lesions = [
        LesionFactory(patient=patient, number=number, segments=list(segments))
        for number, segments in enumerate(LESIONS, start=1)
    ]
    _measure(lesions, on - timedelta(days=DAYS_BETWEEN * PROCEDURES + 7), 60)
    for number in range(PROCEDURES):
        _course(patient, by, lesions, on - timedelta(days=DAYS_BETWEEN * (PROCEDURES - number)), number)
    TaskFactory(patient=patient, owner=by, due_to=on + timedelta(days=3))
    return patient


def _course(patient, by, lesions, day: date, number: int) -> None:
    """One procedure, an adverse event, values before and after, the review with its reading and decision."""
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("UTC"))
    procedure = performed.performed(
        patient, by, at=moment, signed_at=moment + timedelta(hours=3), signed_by=by,
        height_cm=Decimal(172), weight_kg=Decimal(70),
    )  # fmt: skip
    AdverseEventFactory(procedure=procedure, onset_on=day, ctcae_grade=1, resolved_on=day + timedelta(days=5))
    imaged_on = day + timedelta(days=35)
    review = factories.ImagingReviewFactory(
        patient=patient, after_procedure=procedure, counts_from=day, decided=True, done_on=imaged_on
    )
    reading = factories.ReadingFactory(
        review=review, reader=by, viable_sum_mm=60 - 4 * number, imaged_on=imaged_on, mrecist="PR"
    )
    factories.DecisionFactory(reading=reading)
    _measure(lesions, imaged_on, 56 - 4 * number)
    for days, bilirubin, albumin in ((-2, 16, 39), (4, 31, 34), (35, 18, 38)):
        _values(patient, day + timedelta(days=days), bilirubin + number, albumin, 900 - 80 * number)


def _measure(lesions, day: date, longest_mm: int) -> None:
    for place, lesion in enumerate(lesions):
        LesionMeasurementFactory(
            lesion=lesion, measured_on=day, longest_mm=longest_mm - 8 * place,
            viable_mm=max(longest_mm - 20 * place - 10, 0),
        )  # fmt: skip


def _values(patient, day: date, bilirubin: int, albumin: int, afp: int) -> None:
    values = {
        "bilirubin_umol_per_l": bilirubin,
        "albumin_g_per_l": albumin,
        "afp_ng_per_ml": afp,
        "platelets_10e9_per_l": 150 - day.month,
    }
    for name, value in values.items():
        LabResultFactory(
            patient=patient, analyte=name, value=value, canonical_value=value, taken_on=day,
            unit=analytes.ALL[name].unit.symbol,
        )  # fmt: skip
