"""Start, save, sign, correct and take back a reading; adjudicate between readers. What was signed stays said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from followup import reading_answers, reading_gaps, reading_record, reading_scans, reading_work, standing
from followup.actions import held, imaging, settle
from followup.models import ImagingReview, LesionReading, Reading, SignedReading
from followup.reading_answers import Answers
from patients.actions import labs
from patients.models import LabResult
from procedures import answers as told

# An autosave within this time adds no second row to the audit trail.
SAME_SITTING = timedelta(minutes=5)


class UnableToSave(Exception):
    """The reading is another person's, taken back, or signed and not being corrected; carries the row as it is now."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading.pk)
        self.reading = reading


class UnableToSign(Exception):
    """Something is open, or the reason is missing; carries the reading and what is open."""

    def __init__(self, reading: Reading, gaps: list[reading_gaps.Gap]) -> None:
        super().__init__(reading.pk)
        self.reading, self.gaps = reading, gaps


class UnableToCorrect(Exception):
    """It is not signed, was taken back, or is another person's."""


class UnableToRetract(Exception):
    """It was taken back before, or a decision rests on it: the decision is withdrawn first."""


class NotDisputed(held.UnableToWork):
    """There are no two signed readings to adjudicate between, or that was done."""


class TooManyRows(Exception):
    """A reading takes up to nine lesions that were not on record."""


@dataclass(frozen=True)
class Saved:
    """The draft as it is now, and the answers that were changed in another window since."""

    reading: Reading
    changed_elsewhere: frozenset[str] = frozenset()


@transaction.atomic
def start_reading(*, review: ImagingReview, by: User, at: datetime, has_seen_others: bool = False) -> Reading:
    """Return the person's own reading of a review that was imaged, begun now unless it is there.

    Raises imaging.NotImaged, and ReviewClosed and CourseEnded of `held`.
    """
    row = held.lock_to_read(review)
    own = row.readings.filter(reader=by, is_adjudication=False, retracted_at=None).first()
    return own or _begin(row, by=by, at=at, has_seen_others=has_seen_others)


@transaction.atomic
def start_adjudication(*, review: ImagingReview, by: User, at: datetime) -> Reading:
    """Begin the reading that decides between readers who disagree; a draft of another person is taken over.

    Raises NotDisputed, and ReviewClosed and CourseEnded of `held`.
    """
    row = held.lock_to_read(review)
    there = row.readings.filter(is_adjudication=True, retracted_at=None).first()
    if there and there.reader_id == by.pk:
        return there
    if standing.state_of(standing.signed_readings(row), asks_two=False) != standing.DISPUTED:
        raise NotDisputed(row)
    if there:
        _retract(there, because=_("Taken over by %(person)s") % {"person": by}, by=by, at=at)
    return _begin(row, by=by, at=at, is_adjudication=True)


def _begin(
    row: ImagingReview,
    *,
    by: User,
    at: datetime,
    is_adjudication: bool = False,
    has_seen_others: bool = False,
) -> Reading:
    if row.done_on is None:
        raise imaging.NotImaged(row)
    typed: Answers = {reading_answers.UNIT: {"value": "mm"}}
    if row.done_modality:
        typed["modality"] = {"value": row.done_modality}
    if has_seen_others:
        typed[reading_answers.SEEN_OTHERS] = {"value": "yes"}
    reading = Reading.objects.create(
        review=row, reader=by, is_adjudication=is_adjudication, imaged_on=row.done_on, modality=row.done_modality,
        typed=typed, started_at=at, saved_at=at,
    )  # fmt: skip
    _record(reading, "followup.start_reading", by=by, at=at)
    return reading


@transaction.atomic
def save_reading(*, reading: Reading, given: Answers, base: Answers, by: User, at: datetime) -> Saved:
    """Save what was changed since `base`, the answers that the page had shown. Raises UnableToSave."""
    row = _locked_draft(reading, by)
    mine = told.changed_from(base, given)
    elsewhere = {
        name for name in given.keys() - mine.keys() if _as_held(row, name, base) != base.get(name, told.NONE)
    }
    _keep_answers(row, reading_answers.written(row.typed, mine), by=by, at=at)
    return Saved(row, frozenset(elsewhere))


def _as_held(row: Reading, name: str, base: Answers) -> told.Answer:
    """What the draft holds; a target that nobody chose is the proposal that the page had shown."""
    proposed = base.get(name, told.NONE) if name.endswith("-target") else told.NONE
    return row.typed.get(name, proposed)


@transaction.atomic
def add_row(*, reading: Reading, by: User, at: datetime) -> str:
    """Add a row for a lesion that is not on record; return its slot. Raises TooManyRows, UnableToSave."""
    row = _locked_draft(reading, by)
    taken = reading_answers.slots_of(row.typed)
    slot = next((one for one in reading_answers.SLOTS if one not in taken), None)
    if slot is None:
        raise TooManyRows
    rows = {reading_answers.NEW_ROWS: {"value": sorted([*taken, slot])}}
    _keep_answers(row, row.typed | rows, by=by, at=at)
    return slot


@transaction.atomic
def drop_row(*, reading: Reading, slot: str, by: User, at: datetime) -> Reading:
    """Take a row that the reader added off the draft, with what was written in it. Raises UnableToSave."""
    row = _locked_draft(reading, by)
    left = [one for one in reading_answers.slots_of(row.typed) if one != slot]
    kept = {name: answer for name, answer in row.typed.items() if not name.startswith(f"{slot}-")}
    rows = {reading_answers.NEW_ROWS: {"value": left or None}}
    _keep_answers(row, reading_answers.written(kept, rows), by=by, at=at)
    return row


@transaction.atomic
def sign_reading(
    *, reading: Reading, by: User, at: datetime, reason: str = "", because: str = ""
) -> SignedReading:
    """Sign the reading as it is saved; a correction with its `reason`, an adjudication with `because` it stands:
    given here, or as the answer "why".

    Raises UnableToSave, UnableToSign, and CourseEnded of `held`.
    """
    review = held.lock(reading.review)
    if review.patient.ended_because:
        raise held.CourseEnded(review)
    row = _locked_draft(reading, by)
    row.review = review
    number = row.versions.count() + 1
    answers, work = row.typed, reading_work.load(row).with_rows_of(row.typed)
    why = told.value_of(answers, reading_answers.WHY) or ""
    reason, because = reason or why, row.adjudicated_because or because or why
    gaps = reading_gaps.gaps_of(work, answers, reading_scans.weigh(work, answers).refused)
    if gaps or (number > 1 and not reason) or (row.is_adjudication and not because):
        raise UnableToSign(row, gaps)
    record = reading_record.record_of(work, answers)
    _write_columns(work, answers, because=because, by=by, at=at)
    version = SignedReading.objects.create(
        reading=row,
        number=number,
        record=record,
        signed_at=at,
        signed_by=by,
        reason=reason if number > 1 else "",
    )
    _record(row, "followup.sign_reading" if number == 1 else "followup.sign_correction", by=by, at=at)
    _record_afp(row, answers, by=by, at=at)
    settle.settle(review=review, because=version.reason, by=by, at=at)
    return version


def _write_columns(
    work: reading_work.Work, answers: Answers, *, because: str, by: User, at: datetime
) -> None:
    """Write the working rows; a lesion that the reader added gets its row when the reading stands."""
    row = work.reading
    for name, value in reading_record.columns_of(work, answers).items():
        setattr(row, name, value)
    row.adjudicated_because = because if row.is_adjudication else ""
    row.typed, row.signed_by, row.signed_at, row.saved_at = {}, by, row.signed_at or at, at
    row.revision += 1
    row.save()
    for each in work.rows:
        if each.lesion:
            columns = reading_record.lesion_columns(each, work, answers)
            LesionReading.objects.update_or_create(reading=row, lesion=each.lesion, defaults=columns)


def _record_afp(row: Reading, answers: Answers, *, by: User, at: datetime) -> None:
    entry = reading_answers.afp_entry(answers)
    if entry:
        labs.record_labs(
            patient=row.review.patient, entries=[entry], by=by, at=at, source=LabResult.Source.TYPED
        )


@transaction.atomic
def open_correction(*, reading: Reading, by: User, at: datetime) -> Reading:
    """Let the reader change a signed reading; until it is signed again the old version stands.

    Raises UnableToCorrect.
    """
    row = _locked(reading)
    if row.signed_at is None or row.retracted_at is not None or row.reader_id != by.pk:
        raise UnableToCorrect
    if not row.typed:
        _keep_answers(row, reading_answers.to_correct(row), by=by, at=at)
    return row


@transaction.atomic
def drop_correction(*, reading: Reading, by: User, at: datetime) -> Reading:
    """Leave a signed reading as it was signed. Raises UnableToSave."""
    row = _locked_draft(reading, by)
    if row.signed_at is None:
        raise UnableToSave(row)
    _keep_answers(row, {}, by=by, at=at)
    return row


@transaction.atomic
def retract_reading(*, reading: Reading, because: str, by: User, at: datetime) -> Reading:
    """Take a reading back with the reason; its row stays. Raises UnableToRetract."""
    review = held.lock(reading.review)
    row = _locked(reading)
    row.review = review
    if row.retracted_at is not None or row.decisions.filter(withdrawn_at=None).exists():
        raise UnableToRetract
    _retract(row, because=because, by=by, at=at)
    if row.signed_at is not None:
        settle.settle(review=review, because=because, by=by, at=at)
    return row


def _retract(row: Reading, *, because: str, by: User, at: datetime) -> None:
    row.retracted_at, row.retracted_by, row.retracted_because = at, by, because
    row.save()
    _record(row, "followup.retract_reading", by=by, at=at)


def _locked(reading: Reading) -> Reading:
    rows = Reading.objects.select_for_update(of=("self",)).select_related("review__patient__team", "reader")
    return rows.get(pk=reading.pk)


def _locked_draft(reading: Reading, by: User) -> Reading:
    """Hold a reading that this person may write. Raises UnableToSave."""
    row = _locked(reading)
    is_open = row.signed_at is None or reading_answers.is_being_corrected(row)
    if row.retracted_at is not None or not is_open or row.reader_id != by.pk:
        raise UnableToSave(row)
    return row


def _keep_answers(row: Reading, answers: Answers, *, by: User, at: datetime) -> None:
    if answers == row.typed:
        return
    is_same_sitting = at - row.saved_at < SAME_SITTING and row.revision > 0
    row.typed, row.saved_at = answers, at
    # A correction that is not signed yet changes nothing of what was signed.
    row.revision += 0 if row.signed_at else 1
    row.save(update_fields=["typed", "saved_at", "revision"])
    if not is_same_sitting:
        _record(row, "followup.save_reading", by=by, at=at)


def _record(row: Reading, what: str, *, by: User, at: datetime) -> None:
    patient = row.review.patient
    audit.record_change(by=by, team=patient.team, patient_id=patient.pk, what=what, at=at)
