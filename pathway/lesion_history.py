"""A patient's lesions through time: one small segment map for each day on which they were measured.

A lesion that nobody measured on a day keeps its last size there and says so. Nothing here asks the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from patients import segment_map, written_numbers
from patients.lesion_sizes import LesionSizes
from patients.models import LesionMeasurement

# Of more days than this the first and the last are drawn; the table has all.
MOST_DRAWN = 8
# Across the segment map.
MIDDLE = 240


@dataclass(frozen=True)
class Treatment:
    """One procedure that was begun, and the lesions that its confirmed targets supplied."""

    on: date
    words: str
    url: str
    lesion_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Treated:
    """A procedure with the lesions that it treated, by their labels: L1, L2."""

    treatment: Treatment
    lesions: str


@dataclass(frozen=True)
class Drawn:
    """One lesion on one map. `state` is viable, gone or unknown, as on every segment map."""

    mark: segment_map.Mark
    is_treated: bool
    is_measured: bool
    words: str

    @property
    def treated_radius(self) -> float:
        """Of the ring round what was treated: outside of the lesion and of its first size."""
        return max(self.mark.radius, self.mark.first_radius or 0) + 6

    @property
    def anchor(self) -> str:
        """The name stands outside of the outermost ring: a small lesion has no room for it."""
        return "end" if self.mark.x < MIDDLE else "start"

    @property
    def label_x(self) -> float:
        away = self.treated_radius * 0.75 + 4
        return round(self.mark.x + (-away if self.anchor == "end" else away), 1)

    @property
    def label_y(self) -> float:
        return round(self.mark.y + self.treated_radius * 0.75 + 8, 1)


@dataclass(frozen=True)
class Day:
    """What was measured on one day; `treated` lies between the last one and this one."""

    on: date
    lesions: list[Drawn]
    treated: list[Treated]
    cells: list[str]


@dataclass(frozen=True)
class History:
    """Every day with a size, the first one first; `since` are the treatments that no later imaging has shown."""

    days: list[Day]
    labels: list[str]
    never_measured: list[str]
    since: list[Treated]

    @property
    def is_course(self) -> bool:
        """One day is no course: the map of the present says it all."""
        return len(self.days) > 1

    @property
    def drawn(self) -> list[Day]:
        if len(self.days) <= MOST_DRAWN:
            return self.days
        return [self.days[0], *self.days[1 - MOST_DRAWN :]]

    @property
    def left_out(self) -> int:
        """How many days between the first and the last ones are only in the table."""
        return len(self.days) - len(self.drawn)


def history_of(lesions: Sequence[LesionSizes], treatments: Iterable[Treatment]) -> History:
    """Return the lesions day by day; `lesions` hold their sizes in order (`lesion_sizes.sizes_of`)."""
    days = sorted({size.measured_on for each in lesions for size in each.sizes})
    in_order = sorted(treatments, key=lambda one: one.on)
    before: list[date | None] = [None, *days][: len(days)]
    return History(
        days=[
            _day(lesions, day, [one for one in in_order if _is_between(one, last, day)])
            for last, day in zip(before, days, strict=True)
        ],
        labels=[str(each.lesion) for each in lesions],
        never_measured=[str(each.lesion) for each in lesions if not each.sizes],
        since=_told(lesions, [one for one in in_order if not days or one.on >= days[-1]]),
    )


def _told(lesions: Sequence[LesionSizes], treatments: Iterable[Treatment]) -> list[Treated]:
    return [
        Treated(one, ", ".join(str(each.lesion) for each in lesions if each.lesion.pk in one.lesion_ids))
        for one in treatments
    ]


def _is_between(one: Treatment, last: date | None, day: date) -> bool:
    """What was measured on the day of a procedure was measured before it."""
    return (last is None or one.on >= last) and one.on < day


def _day(lesions: Sequence[LesionSizes], day: date, treatments: list[Treatment]) -> Day:
    treated_ids = {key for one in treatments for key in one.lesion_ids}
    sizes = [_size(each, day) for each in lesions]
    # All lesions are laid out each time, so that each keeps its place from map to map.
    marks = segment_map.marks_for(
        _mapped(each, size) for each, size in zip(lesions, sizes, strict=True)
    )  # fmt: skip
    return Day(
        on=day,
        lesions=[
            Drawn(mark, each.lesion.pk in treated_ids, size.measured_on == day, _words(size))
            for each, size, mark in zip(lesions, sizes, marks, strict=True)
            if size is not None
        ],
        treated=_told(lesions, treatments),
        cells=[_words(size) if size and size.measured_on == day else "" for size in sizes],
    )


def _size(each: LesionSizes, day: date) -> LesionMeasurement | None:
    """The last size up to a day; None where the lesion was not known yet."""
    return next((size for size in reversed(each.sizes) if size.measured_on <= day), None)


def _mapped(each: LesionSizes, size: LesionMeasurement | None) -> segment_map.MappedLesion:
    first = each.first
    return segment_map.MappedLesion(
        label=str(each.lesion),
        segments=tuple(each.lesion.segments),
        longest_mm=_number(size.longest_mm) if size else None,
        viable_mm=_number(size.viable_mm) if size else None,
        first_mm=_number(first.longest_mm) if first and size and first != size else None,
    )


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _words(size: LesionMeasurement) -> str:
    """Viable of longest: 31 / 44; ? where the viable part was not measured."""
    viable = "?" if size.viable_mm is None else written_numbers.as_text(size.viable_mm)
    return f"{viable} / {written_numbers.as_text(size.longest_mm)}"
