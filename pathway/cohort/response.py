"""How the viable tumour changed: of each patient every change that could be measured, and the best."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pathway.cohort.people import Person

# More patients than this are no longer told apart in one drawing; the file holds all of them.
MOST_SHOWN = 100
# A doubled sum and more is drawn at the edge: its number stands in the table.
MOST_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One reading: weeks from the first procedure and the change of the viable sum in per cent of the sum before."""

    weeks: float | None
    percent: float
    mrecist: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One patient with every change that could be measured."""

    person: Person
    changes: Sequence[Change]

    @property
    def best(self) -> Change:
        return min(self.changes, key=lambda change: change.percent)


def changed(people: Iterable[Person]) -> list[Changed]:
    """Return who has a viable sum before and after, from the largest growth to the largest fall."""
    found = [Changed(person, changes) for person in people if (changes := changes_of(person))]
    return sorted(found, key=lambda one: (-one.best.percent, one.person.pk))


def changes_of(person: Person) -> list[Change]:
    if person.imported:
        return _imported(person)
    if person.first_on is None:
        return []
    return [
        Change(
            (read.on - person.first_on).days / 7,
            _percent(read.viable_before_mm, read.viable_sum_mm),
            read.mrecist,
        )
        for read in person.readings
        if read.viable_before_mm and read.viable_sum_mm is not None
    ]


def _imported(person: Person) -> list[Change]:
    row = person.imported or {}
    before, after, weeks = (
        row["viable_sum_before_mm"], row["viable_sum_after_mm"], row["weeks_to_first_imaging"],
    )  # fmt: skip
    if not before or after is None:
        return []
    percent = _percent(float(before), float(after))
    return [Change(None if weeks is None else float(weeks), percent, row["mrecist"])]


def _percent(before: float, after: float) -> float:
    return round(100 * (after - before) / before, 1)
