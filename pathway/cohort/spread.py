"""How values are spread: the median, the quarters and the outer tenths, as far as they may be shown."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pathway.cohort import masking

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class Level:
    """A reference level: where it lies and what it is."""

    at: float
    label: str
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of one row, of how many patients, and the levels that they are held against."""

    label: str
    unit: str
    values: Sequence[float]
    patients: int
    levels: Sequence[Level] = ()
    # Said small below the label, such as where the levels come from.
    note: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """None: fewer than five patients lie on its outer side, and who looks is shown no small number."""

    tenth: float | None
    quarter: float | None
    median: float | None
    three_quarters: float | None
    nine_tenths: float | None

    @property
    def known(self) -> list[float]:
        found = (self.tenth, self.quarter, self.median, self.three_quarters, self.nine_tenths)
        return [value for value in found if value is not None]


def spread_of(sample: Sample, *, is_masked: bool) -> Spread | None:
    """Return how the values are spread; None without values, or where nothing of them may be shown."""
    if not sample.values or masking.is_too_few(sample.patients, is_masked=is_masked):
        return None
    numbers = np.quantile(np.array(sample.values, dtype=float), SHARES).tolist()
    shown = [masking.shows_share(share, sample.patients, is_masked=is_masked) for share in SHARES]
    spread = Spread(*(value if may else None for value, may in zip(numbers, shown, strict=True)))
    return spread if spread.known else None


def words(value: float | None) -> str:
    """Write a number as short as it is told apart: 4, 0.25, 1280."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}".removesuffix(".0") if abs(value) >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def range_words(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"{words(low)} – {words(high)}"
