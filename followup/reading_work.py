"""What a reading is read against: the patient's lesions with their sizes before treatment, and what stood before.

The baseline is what was measured up to the day of our first intervention. Loaded in few statements, whatever the number
of lesions: the live panel asks at every pause of typing.
"""

import dataclasses
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from followup import guidance, reading_answers, standing
from followup.models import LesionReading, Reading
from guidelines.target_lesions import Candidate
from patients.models import LabResult, Lesion, LesionMeasurement
from procedures.models import TargetVessel

NAMESPACE = uuid.UUID("3a1f6a52-0e0b-4c38-9f0e-6d1c7a4f2b11")
# A lesion that was taken back with its reading and is there again gets a row of its own.
MOST_TIMES = 5
ENHANCES: Mapping[str, bool] = {Lesion.Vascularity.HIGH: True, Lesion.Vascularity.MODERATE: True}


@dataclass
class Row:
    """One lesion in the table. `label` is its name on the page and in the arithmetic."""

    key: str
    label: str
    lesion: Lesion | None = None
    baseline: LesionMeasurement | None = None
    last: LesionMeasurement | None = None
    before: LesionReading | None = None
    treated_on: date | None = None
    is_new: bool = False

    @property
    def as_candidate(self) -> Candidate:
        """The lesion as it was before treatment; a viable part says by itself that it enhanced."""
        viable_mm = self.baseline.viable_mm if self.baseline else None
        vascularity = self.lesion.vascularity if self.lesion else ""
        enhances = ENHANCES.get(vascularity) if viable_mm is None else viable_mm > 0
        return Candidate(
            key=self.key,
            longest_mm=self.baseline.longest_mm if self.baseline else None,
            viable_mm=viable_mm,
            is_enhancing_in_arterial_phase=enhances,
        )

    @property
    def is_added(self) -> bool:
        """Whether it is only in this reading, and not (yet) a lesion of the patient."""
        return self.lesion is None


@dataclass
class Earlier:
    """What stood of an earlier review."""

    reading: Reading
    lesions: list[LesionReading]


@dataclass
class Work:
    """One reading in work; `earlier` from old to new."""

    reading: Reading
    first_on: date
    rows: list[Row]
    earlier: list[Earlier] = field(default_factory=list)
    afp: LabResult | None = None
    # What became a lesion of the patient when this reading came to stand: still a row of the reader's own.
    made: dict[str, Lesion] = field(default_factory=dict)

    @property
    def fixed_targets(self) -> set[str] | None:
        """The target lesions as the first signed readings chose them; None while they can still be chosen."""
        if not self.earlier:
            return None
        chosen = {one.lesion_id for earlier in self.earlier for one in earlier.lesions if one.is_target}
        return {row.key for row in self.rows if row.lesion and row.lesion.pk in chosen}

    @property
    def proposed_targets(self) -> set[str]:
        """The lesions that the criteria would measure, by their sizes before treatment."""
        return guidance.proposed_targets([row.as_candidate for row in self.rows if row.baseline])

    def row(self, key: str) -> Row:
        return next(row for row in self.rows if row.key == key)

    def with_rows_of(self, answers: reading_answers.Answers) -> "Work":
        """Return the same with a row for each lesion that the reader added."""
        on_record = [row for row in self.rows if row.lesion]
        added = [
            Row(key=slot, label=self._name_of(slot), is_new=True)
            for slot in reading_answers.slots_of(answers)
        ]
        return dataclasses.replace(self, rows=on_record + added)

    def _name_of(self, slot: str) -> str:
        return str(self.made[slot]) if slot in self.made else f"N{slot[1:]}"


def load(reading: Reading) -> Work:
    """Return the reading with everything that it is read against."""
    review = reading.review
    patient = review.patient
    began = guidance.interventions(patient)
    first_on = began[0] if began else review.counts_from
    earlier = _earlier(reading)
    slots, others = lesion_keys(reading.pk), _made_by_others(reading)
    standing_lesions = list(patient.lesions.filter(retracted_at=None))
    made = {slots[lesion.form_key]: lesion for lesion in standing_lesions if lesion.form_key in slots}
    lesions = [lesion for lesion in standing_lesions if lesion.form_key not in others | slots.keys()]
    sizes = _sizes(lesions, reading)
    treated = _treated(reading, lesions)
    before = {one.lesion_id: one for each in earlier for one in each.lesions}
    rows = [
        _row(lesion, sizes[lesion.pk], first_on, treated.get(lesion.pk), before.get(lesion.pk))
        for lesion in lesions
    ]
    return Work(reading, first_on, rows, earlier, _afp(reading), made)


def _row(
    lesion: Lesion,
    sizes: list[LesionMeasurement],
    first_on: date,
    treated_on: date | None,
    before: LesionReading | None,
) -> Row:
    baseline = next((size for size in reversed(sizes) if size.measured_on <= first_on), None)
    was_seen_later = lesion.first_seen_on is not None and lesion.first_seen_on > first_on
    return Row(
        key=reading_answers.key_of(lesion.pk),
        label=str(lesion),
        lesion=lesion,
        baseline=baseline,
        last=sizes[-1] if sizes else None,
        before=before,
        treated_on=treated_on,
        is_new=baseline is None and was_seen_later,
    )


def _made_by_others(reading: Reading) -> set[uuid.UUID]:
    """The lesions that another reader of the same review saw first: whoever reads for themselves is not shown them."""
    if reading.is_adjudication:
        return set()
    others = Reading.objects.filter(review=reading.review_id).exclude(pk=reading.pk)
    return {key for pk in others.values_list("pk", flat=True) for key in lesion_keys(pk)}


def lesion_keys(reading_id: int) -> dict[uuid.UUID, str]:
    """Return the form keys of the lesions that a reading may have added, each with its slot."""
    return {
        lesion_key(reading_id, slot, time): slot
        for slot in reading_answers.SLOTS
        for time in range(MOST_TIMES)
    }


def lesion_key(reading_id: int, slot: str, time: int) -> uuid.UUID:
    """Return the key under which a lesion that a reader added is made once."""
    return uuid.uuid5(NAMESPACE, f"{reading_id}-{slot}-{time}")


def _sizes(lesions: list[Lesion], reading: Reading) -> Mapping[int, list[LesionMeasurement]]:
    """The sizes before these images, the oldest first."""
    found: dict[int, list[LesionMeasurement]] = defaultdict(list)
    rows = LesionMeasurement.objects.filter(
        lesion__in=lesions, retracted_at=None, measured_on__lt=reading.imaged_on
    )
    for size in rows.order_by("measured_on", "pk"):
        found[size.lesion_id].append(size)
    return found


def _treated(reading: Reading, lesions: list[Lesion]) -> dict[int, date]:
    """When each lesion was last treated, by the targets of the procedures that were begun."""
    links = TargetVessel.lesions.through.objects.filter(
        lesion__in=lesions,
        targetvessel__discarded_at=None,
        targetvessel__is_confirmed=True,
        targetvessel__procedure__started_at__isnull=False,
    )
    began_at = "targetvessel__procedure__started_at"
    zone = ZoneInfo(reading.review.patient.team.time_zone)
    began = [
        (key, at.astimezone(zone).date())
        for key, at in links.order_by(began_at).values_list("lesion", began_at)
    ]
    return {key: day for key, day in began if day <= reading.imaged_on}


def _earlier(reading: Reading) -> list[Earlier]:
    found = standing.standing_by_review(reading.review.patient)
    readings = [
        one for key, one in found.items() if key != reading.review_id and one.imaged_on <= reading.imaged_on
    ]
    rows: dict[int, list[LesionReading]] = defaultdict(list)
    lesions = LesionReading.objects.filter(reading__in=readings, lesion__retracted_at=None)
    for row in lesions.select_related("lesion", "merged_into", "split_from"):
        rows[row.reading_id].append(row)
    in_order = sorted(readings, key=lambda one: (one.imaged_on, one.pk))
    return [Earlier(one, rows[one.pk]) for one in in_order]


def _afp(reading: Reading) -> LabResult | None:
    results = LabResult.objects.filter(
        patient=reading.review.patient_id, analyte="afp_ng_per_ml", retracted_at=None
    )
    return results.order_by("-taken_on", "-entered_at", "-pk").first()
