"""Which reading of a review stands, whether its readers agree, and who may see whose numbers.

An adjudication stands before every other; without one the first that was signed, as long as all agree.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from accounts.models import User
from followup.models import ImagingReview, Reading
from patients.models import Patient

NOT_READ, WAITS, DISPUTED, STANDS = "not_read", "waits", "disputed", "stands"


def signed_readings(review: ImagingReview) -> list[Reading]:
    """Return the signed readings that nobody took back, the first signed first."""
    rows = review.readings.filter(signed_at__isnull=False, retracted_at=None)
    return list(rows.select_related("reader", "signed_by").order_by("signed_at", "pk"))


def standing_reading(review: ImagingReview) -> Reading | None:
    """Return the reading that stands; None where nobody read it, or the readers disagree."""
    if review.read_at is None:
        return None
    found = first_or_adjudication(signed_readings(review))
    if found is not None:
        found.review = review
    return found


def standing_by_review(patient: Patient, *, with_lesions: bool = False) -> Mapping[int, Reading]:
    """Return what stands of each review of the patient, by the review's key."""
    rows = Reading.objects.filter(
        review__patient=patient, review__read_at__isnull=False, signed_at__isnull=False, retracted_at=None
    )
    if with_lesions:
        rows = rows.prefetch_related("lesions")
    by_review: dict[int, list[Reading]] = defaultdict(list)
    for row in rows.select_related("review", "reader", "signed_by").order_by("signed_at", "pk"):
        by_review[row.review_id].append(row)
    found = {key: first_or_adjudication(readings) for key, readings in by_review.items()}
    return {key: reading for key, reading in found.items() if reading is not None}


def first_or_adjudication(signed: Iterable[Reading]) -> Reading | None:
    """Return the adjudication, or else the first of these."""
    listed = list(signed)
    adjudication = next((one for one in listed if one.is_adjudication), None)
    return adjudication or next(iter(listed), None)


def state_of(signed: Iterable[Reading], *, asks_two: bool) -> str:
    """Say what the signed readings of one review come to."""
    listed = list(signed)
    if not listed:
        return NOT_READ
    if any(one.is_adjudication for one in listed):
        return STANDS
    if do_differ(listed):
        return DISPUTED
    return WAITS if asks_two and len(listed) < 2 else STANDS


def do_differ(signed: Iterable[Reading]) -> bool:
    """Whether they come to different responses; one that says nothing differs from one that does."""
    return len({(one.mrecist, one.recist_1_1) for one in signed}) > 1


def is_disputed(review: ImagingReview) -> bool:
    """Whether the readers disagree and nobody has adjudicated."""
    return state_of(signed_readings(review), asks_two=False) == DISPUTED


def hides_from(signed: Iterable[Reading], drafts: Iterable[Reading], person: User) -> bool:
    """Whether a person who reads ought to read first: manners, so that a second reading is independent."""
    listed = list(signed)
    has_signed = any(one.reader_id == person.pk or one.is_adjudication for one in listed)
    return not has_signed and (bool(listed) or any(True for _draft in drafts))
