"""What was measured goes into the lesions' history: that of the reading that stands, and of no other.

When another reading comes to stand, the sizes of the first are taken back with the reason and stay to be seen.
"""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import User
from followup import reading_answers, reading_record, reading_work
from followup.models import ImagingReview, LesionReading, Reading
from patients.actions import lesions as actions
from patients.models import Lesion, LesionMeasurement
from procedures import answers as told
from procedures.models import TargetVessel

State = LesionReading.State
LONGEST_SOURCE = 60


def follow(
    *, review: ImagingReview, stands: Reading | None, because: str, by: User, at: datetime
) -> list[LesionMeasurement]:
    """Let the lesions' history hold the sizes of the reading that stands; return those that are new.

    `because` is written beside what is taken back.
    """
    for other in review.readings.all():
        if stands is None or other.pk != stands.pk:
            _take_back(other, because=because, by=by, at=at)
    return _write(stands, because=because, by=by, at=at) if stands else []


def _take_back(reading: Reading, *, because: str, by: User, at: datetime) -> None:
    for row in reading.lesions.filter(measurement__retracted_at=None, measurement__isnull=False):
        _retract(row.measurement, because=because, by=by, at=at)
    for lesion in _made_by(reading):
        _retract_lesion(lesion, reading, because=because, by=by, at=at)


def _made_by(reading: Reading) -> list[Lesion]:
    keys = list(reading_work.lesion_keys(reading.pk))
    return list(Lesion.objects.filter(form_key__in=keys, retracted_at=None).select_related("patient__team"))


def _retract_lesion(lesion: Lesion, reading: Reading, *, because: str, by: User, at: datetime) -> None:
    """Take back a lesion that only this reading saw; one that somebody else measured, read or treated stays."""
    others = LesionReading.objects.filter(lesion=lesion, reading__retracted_at=None).exclude(reading=reading)
    is_measured = lesion.measurements.filter(retracted_at=None).exists()
    is_treated = TargetVessel.lesions.through.objects.filter(lesion=lesion).exists()
    if not (others.exists() or is_measured or is_treated):
        actions.retract_lesion(lesion=lesion, by=by, at=at, because=because)


def _retract(measurement: LesionMeasurement | None, *, because: str, by: User, at: datetime) -> None:
    if measurement is not None and measurement.retracted_at is None:
        actions.retract_measurement(measurement=measurement, by=by, at=at, because=because)


def _write(reading: Reading, *, because: str, by: User, at: datetime) -> list[LesionMeasurement]:
    _make_lesions(reading, because=because, by=by, at=at)
    found = [
        _measure(row, reading, because=because, by=by, at=at)
        for row in reading_record.rows_of_lesions(reading)
    ]
    return [one for one in found if one is not None]


def _measure(
    row: LesionReading, reading: Reading, *, because: str, by: User, at: datetime
) -> LesionMeasurement | None:
    """Write the size of one lesion, unless it stands already as it is."""
    size = _size_of(row, reading)
    held = row.measurement if row.measurement and row.measurement.retracted_at is None else None
    if held and size == {
        name: getattr(held, name) for name in ("measured_on", "longest_mm", "viable_mm", "source")
    }:
        return None
    _retract(held, because=because, by=by, at=at)
    if size is None:
        return None
    row.lesion.patient = reading.review.patient
    measurement = actions.measure_lesion(lesion=row.lesion, by=by, at=at, size=size)
    row.measurement = measurement
    row.save(update_fields=["measurement"])
    return measurement


def _size_of(row: LesionReading, reading: Reading) -> dict | None:
    """Return the columns of a measurement; 0 mm where the lesion is gone or part of another, None where unknown."""
    source = _("Reading of %(person)s") % {"person": reading.reader}
    longest_mm, viable_mm = row.longest_mm, row.viable_mm
    if row.state == State.MERGED:
        source = _("Grown together with %(lesion)s") % {"lesion": row.merged_into}
    if row.state in (State.MERGED, State.DISAPPEARED):
        longest_mm = viable_mm = Decimal(0)
    if longest_mm is None:
        return None
    return {
        "measured_on": reading.imaged_on,
        "longest_mm": longest_mm,
        "viable_mm": viable_mm,
        "source": source[:LONGEST_SOURCE],
    }


def _make_lesions(reading: Reading, *, because: str, by: User, at: datetime) -> None:
    """Make a lesion of the patient of each one that the reader saw first; take back those of a row that is gone."""
    answers = reading_answers.signed(reading)
    slots = reading_answers.slots_of(answers)
    slot_of = reading_work.lesion_keys(reading.pk)
    made = {slot_of[lesion.form_key]: lesion for lesion in _made_by(reading) if lesion.form_key}
    for slot in set(made) - set(slots):
        for row in reading.lesions.filter(lesion=made[slot]).select_related("measurement"):
            _retract(row.measurement, because=because, by=by, at=at)
        _retract_lesion(made[slot], reading, because=because, by=by, at=at)
    if not slots:
        return
    work = reading_work.load(reading).with_rows_of(answers)
    for slot in slots:
        added = work.row(slot)
        lesion = made.get(slot) or _make_lesion(reading, slot, answers, by=by, at=at)
        columns = reading_record.lesion_columns(added, work, answers)
        LesionReading.objects.update_or_create(reading=reading, lesion=lesion, defaults=columns)


def _make_lesion(
    reading: Reading, slot: str, answers: reading_answers.Answers, *, by: User, at: datetime
) -> Lesion:
    keys = [reading_work.lesion_key(reading.pk, slot, time) for time in range(reading_work.MOST_TIMES)]
    used = set(Lesion.objects.filter(form_key__in=keys).values_list("form_key", flat=True))
    segments = reading_answers.value(answers, slot, "segments") or []
    return actions.add_lesion(
        patient=reading.review.patient,
        by=by,
        at=at,
        seen={
            "segments": segments,
            "first_seen_on": reading.imaged_on,
            "note": told.value_of(answers, reading_answers.of_lesion(slot, "note")) or "",
        },
        form_key=next((key for key in keys if key not in used), None),
    )
