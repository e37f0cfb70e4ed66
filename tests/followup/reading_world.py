"""A patient treated once, imaged four weeks later, with two lesions that were measured before: to be read."""

from datetime import date, timedelta

from followup.actions import readings
from followup.models import ImagingReview, Reading
from tests.factories import followup as factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as procedure_factories
from tests.factories.patients import NOW, TODAY

TREATED_ON = TODAY - timedelta(days=28)
BEFORE = TREATED_ON - timedelta(days=10)


def lesion(patient, number: int, longest_mm=None, viable_mm=None, *, on: date = BEFORE, **columns):
    """Return a lesion that was measured before treatment; without a size it was only seen."""
    row = patient_factories.LesionFactory(patient=patient, number=number, first_seen_on=on, **columns)
    if longest_mm is not None:
        patient_factories.LesionMeasurementFactory(
            lesion=row, measured_on=on, longest_mm=longest_mm, viable_mm=viable_mm, source="CT"
        )
    return row


def imaged(team, **columns) -> ImagingReview:
    """Return a review that was imaged today; L1 was 50 mm, all viable, L2 34 mm with 30 mm viable."""
    review = factories.ImagingReviewFactory(patient__team=team, done=True, **columns)
    lesion(review.patient, 1, 50, 50)
    lesion(review.patient, 2, 34, 30, segments=["6"])
    return review


def treat(procedure, *lesions):
    target = procedure_factories.TargetVesselFactory(procedure=procedure)
    target.lesions.set(lesions)


def lesions_of(review):
    return list(review.patient.lesions.order_by("number"))


def sizes(review, *each, **whole):
    """Return answers: (longest, viable) of each lesion in order, and of the whole scan."""
    answers = {}
    for row, (longest_mm, viable_mm) in zip(lesions_of(review), each, strict=False):
        answers[f"l{row.pk}-longest"] = {"value": longest_mm}
        answers[f"l{row.pk}-viable"] = {"value": viable_mm}
    said = {"dynamic_enhanced": "yes", "new_lesions": "no", **whole}
    return answers | {name: {"value": value} for name, value in said.items()}


def draft(review, reader, answers, at=NOW) -> Reading:
    reading = readings.start_reading(review=review, by=reader, at=at)
    return readings.save_reading(reading=reading, given=answers, base={}, by=reader, at=at).reading


def sign(review, reader, answers, at=NOW, **words) -> Reading:
    """Return a reading that was begun, written and signed."""
    reading = draft(review, reader, answers, at=at)
    readings.sign_reading(reading=reading, by=reader, at=at, **words)
    return Reading.objects.get(pk=reading.pk)


def next_review(review, imaged_on: date | None = None) -> ImagingReview:
    """Return the review after this one, which was decided; imaged two months later unless another day is named."""
    row = again(review)
    row.closed_at, row.closed_because, row.decided_at = NOW, "decided", NOW
    row.save()
    return factories.ImagingReviewFactory(
        patient=row.patient, after_procedure=None, after_review=row, counts_from=row.done_on,
        done_on=imaged_on or row.done_on + timedelta(days=60), done_recorded_at=NOW, opened_by=row.opened_by,
    )  # fmt: skip


def again(row):
    return type(row).objects.get(pk=row.pk)


PARTIAL = ((40, 20), (30, 10))
PROGRESSED = ((60, 60), (40, 36))
