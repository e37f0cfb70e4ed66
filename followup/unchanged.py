"""“No change”: what the last reading showed, laid out to be confirmed as a whole on new images, where that can be.

It can be where the last reading is what 7.4 asks for and every lesion on record was in it; everything else is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from followup import reading_answers, reading_last, reading_scans, reading_work, standing
from followup.models import ImagingReview, LesionReading, Reading
from followup.reading_answers import Answers
from followup.reading_work import Work
from guidelines.lesion_sums import MRECIST
from patients import written_numbers
from patients.models import YesNo

# What a person has to have seen for 7.4 to hold; beside it nothing is larger and nothing is new.
RESTS = {"lipiodol_deposition": "dense", "necrosis": "complete", "viable_tumour": YesNo.NO}
# What stands in a draft as it begins: nobody has answered anything yet.
BEGUN_WITH = {reading_answers.UNIT, "modality"}


@dataclass(frozen=True)
class LesionRow:
    """One lesion as it was, and is to be confirmed."""

    name: str
    where: str
    state: str
    longest: str
    viable: str


@dataclass(frozen=True)
class Unchanged:
    """What is confirmed: the answers, and how they read. `why_not` is empty where it can be confirmed."""

    review: ImagingReview
    last: Reading | None
    answers: Answers
    lesions: list[LesionRow]
    whole: list[tuple[str, str]]
    mrecist: str
    why_not: str


def unchanged(review: ImagingReview, *, by: User) -> Unchanged:
    """Return what this person would confirm on the images of a review."""
    work = reading_work.load(own_reading(review, by=by) or _not_begun(review, by))
    last = reading_last.last_reading(work)
    why_not = next(_why_not(review, work, last), "")
    answers = answers_of(review, work)
    return Unchanged(
        review=review,
        last=last,
        answers=answers,
        lesions=list(_lesions(work)),
        whole=list(_whole(last)) if last else [],
        mrecist="" if why_not else _mrecist(work, answers),
        why_not=why_not,
    )


def own_reading(review: ImagingReview, *, by: User) -> Reading | None:
    own = review.readings.filter(reader=by, is_adjudication=False, retracted_at=None)
    found = own.select_related("review__patient__team").first()
    if found is not None:
        found.review = review
    return found


def _not_begun(review: ImagingReview, by: User) -> Reading:
    return Reading(review=review, reader=by, imaged_on=review.done_on or review.due_to)


def answers_of(review: ImagingReview, work: Work) -> Answers:
    """Everything as before, on a dynamic enhanced scan: that is confirmed with the rest (7.7)."""
    answers = reading_last.same_as_last(work) | {"dynamic_enhanced": {"value": YesNo.YES}}
    if review.done_modality:
        answers["modality"] = {"value": review.done_modality}
    return answers


def _why_not(review: ImagingReview, work: Work, last: Reading | None) -> Iterator[str]:
    """Each reason for which the images have to be read instead."""
    yield from _of_review(review)
    yield from _of_readers(review, work.reading)
    if last is None:
        yield _("There is no earlier reading to compare with.")
    elif any(getattr(last, name) != value for name, value in RESTS.items()):
        yield _("The last reading was not dense oil, complete necrosis and nothing viable (7.4).")
    missed = [row.label for row in work.rows if row.before is None]
    if missed:
        yield _("Not in the last reading: %(lesions)s.") % {"lesions": ", ".join(missed)}


def _of_review(review: ImagingReview) -> Iterator[str]:
    if review.patient.ended_because:
        yield _("The course has ended. Open it again first.")
    if not review.is_open:
        yield _("This review is closed.")
    if review.done_on is None:
        yield _("The imaging is not recorded as done yet.")
    if review.done_dynamic == YesNo.NO:
        yield _("This scan was not dynamic enhanced: it cannot show that nothing is viable (7.7).")


def _of_readers(review: ImagingReview, own: Reading) -> Iterator[str]:
    if own.signed_at is not None:
        yield _("You have read these images already.")
    elif review.readings.filter(signed_at__isnull=False, retracted_at=None).exists():
        yield _(
            "Somebody else has read these images already: read them for yourself, without the last values."
        )
    elif own.typed.keys() - BEGUN_WITH:
        yield _("You have begun to read these images: go on there.")


def _lesions(work: Work) -> Iterator[LesionRow]:
    for row in work.rows:
        before, lesion = row.before, row.lesion
        if before is not None and lesion is not None:
            state = "" if before.state == LesionReading.State.MEASURED else before.get_state_display()
            longest, viable = _millimetres(before.longest_mm), _millimetres(before.viable_mm)
            yield LesionRow(row.label, lesion.segments_in_words, state, longest, viable)


def _millimetres(size: Any) -> str:
    return "" if size is None else f"{written_numbers.as_text(size)} mm"


def _whole(last: Reading) -> Iterator[tuple[str, str]]:
    yield _("Oil"), last.get_lipiodol_deposition_display()
    yield _("Necrosis"), last.get_necrosis_display()
    yield _("Viable tumour"), last.get_viable_tumour_display()
    yield _("Enlargement"), str(YesNo.NO.label)
    yield _("New lesions"), str(YesNo.NO.label)
    for label, said in (
        (_("Other lesions"), last.get_non_target_display()),
        (_("Tumour thrombus"), last.get_thrombus_display()),
        (_("Spread outside the liver"), last.get_spread_display()),
    ):
        if said:
            yield label, said


def _mrecist(work: Work, answers: Answers) -> str:
    return reading_scans.responses_of(work, answers)[MRECIST].overall or ""


def sentence(last: Reading) -> str:
    """What the reading says of itself."""
    day = {"day": date_format(last.imaged_on, "j M Y")}
    return _("No change since the imaging of %(day)s: every value confirmed.") % day


def is_offered(review: ImagingReview) -> bool:
    """Say whether it is worth asking: unread images, and a last reading that was quiet. The page says the rest."""
    done_on = review.done_on
    if done_on is None or not review.is_open or review.read_at or review.done_dynamic == YesNo.NO:
        return False
    stands = standing.standing_by_review(review.patient)
    earlier = [one for key, one in stands.items() if key != review.pk and one.imaged_on <= done_on]
    last = max(earlier, key=lambda one: (one.imaged_on, one.pk), default=None)
    return last is not None and all(getattr(last, name) == value for name, value in RESTS.items())
