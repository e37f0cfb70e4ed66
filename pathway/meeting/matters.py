"""What waits for a patient of the list: a referred assessment, a review that was read, or a next step to be said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessments.models import Assessment
from followup import standing
from followup.models import ImagingReview, Reading
from pathway.meeting import proposals
from patients.models import Patient

REFERRAL, REVIEW, STEP = "referral", "review", "step"


@dataclass(frozen=True)
class Matter:
    """One of the three kinds, with the row that the decision goes to."""

    kind: str
    assessment: Assessment | None = None
    review: ImagingReview | None = None

    @property
    def reading(self) -> Reading | None:
        return standing.standing_reading(self.review) if self.review else None


def matter_of(patient: Patient) -> Matter:
    """Return what waits for one patient."""
    return matters_of([patient])[patient.pk]


def matters_of(patients: Iterable[Patient]) -> Mapping[int, Matter]:
    """Return what waits for each patient, in two queries: what was referred to the meeting comes first."""
    keys = [patient.pk for patient in patients]
    referred = Assessment.objects.filter(proposals.last_signed_that_refers(), patient__in=keys)
    related = ("patient__team", "edition_settings")
    assessments = {row.patient_id: row for row in referred.select_related(*related)}
    open_reviews = ImagingReview.objects.filter(patient__in=keys, closed_at=None, read_at__isnull=False)
    reviews = {row.patient_id: row for row in open_reviews.select_related("patient__team")}
    return {key: _matter(assessments.get(key), reviews.get(key)) for key in keys}


def _matter(assessment: Assessment | None, review: ImagingReview | None) -> Matter:
    if assessment:
        return Matter(REFERRAL, assessment=assessment)
    return Matter(REVIEW, review=review) if review else Matter(STEP)
