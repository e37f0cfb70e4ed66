"""Counts by kind, each with the number of patients behind it; the exact band of a share."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Count:
    """How many, and of how many patients."""

    number: int = 0
    patients: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """One colour of the bars with its word."""

    key: str
    label: Any


@dataclass(frozen=True, slots=True)
class Row:
    """One bar: a count for each kind, all of them together, and what the shares are of."""

    label: str
    counts: Sequence[Count]
    together: Count
    of: Count


def row_of(label: str, found: Iterable[tuple[Hashable, int]], kinds: Sequence[Kind], of: Count) -> Row:
    """Count pairs of a kind's key and a patient."""
    pairs = list(found)
    return Row(
        label,
        [count_of(patient for key, patient in pairs if key == kind.key) for kind in kinds],
        count_of(patient for _key, patient in pairs),
        of,
    )


def count_of(patients: Iterable[int]) -> Count:
    """Count things by their patients."""
    listed = list(patients)
    return Count(len(listed), len(set(listed)))


def band(number: int, of: int) -> tuple[float, float]:
    """Return the 95 % band of a share. `of`: at least 1.

    Exact: Clopper CJ, Pearson ES, Biometrika 1934;26:404-413.
    """
    # scipy takes long to load: only who asks for a band waits for it.
    from scipy import special

    half = (1 - CONFIDENCE) / 2
    low = 0.0 if number == 0 else float(special.betaincinv(number, of - number + 1, half))
    high = 1.0 if number == of else float(special.betaincinv(number + 1, of - number, 1 - half))
    return low, high
