"""Draws how values are spread, one lying box a row: the middle half, the outer tenths, the median, reference levels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pathway.cohort import masking, spread
from pathway.cohort.axes import RIGHT, TOP, WIDTH, Tick
from pathway.cohort.spread import Sample, Spread

LEFT, THICK, ROOM = 230, 16, 56
# A row of one common axis; a row with an axis of its own.
LINE, OWN_LINE, FOOT = 34, 58, 42
STEPS = (1, 2, 2.5, 5, 10)
MOST_STEPS = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """A reference level, drawn across its row."""

    x: float
    title: str
    is_second: bool


@dataclass(frozen=True, slots=True)
class Box:
    """One row. `whisker` and `box` are from x and how wide; None where they may not be shown."""

    label: str
    note: str
    top: float
    middle: float
    floor: float
    whisker: tuple[float, float] | None
    box: tuple[float, float] | None
    median: float | None
    words: str
    marks: list[Mark]
    ticks: list[Tick]
    title: str


@dataclass(frozen=True, slots=True)
class Boxes:
    width: int
    height: float
    top: float
    floor: float
    left: int
    right: float
    thick: int
    boxes: list[Box]
    # The one axis of all rows; empty where each row has its own.
    ticks: list[Tick]
    # Where nothing changed; None where no value is below it.
    zero: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From a value to x, between two round ends."""

    low: float
    high: float
    step: float

    @classmethod
    def over(cls, values: Sequence[float]) -> "Scale":
        low, high = min(0.0, *values), max(0.0, *values)
        step = _step((high - low) or 1.0)
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        return cls(step * first, step * max(last, first + 1), step)

    def x(self, value: float) -> float:
        inside = WIDTH - LEFT - RIGHT - ROOM
        return round(LEFT + inside * (value - self.low) / (self.high - self.low), 1)

    def ticks(self) -> list[Tick]:
        count = round((self.high - self.low) / self.step)
        values = [round(self.low + self.step * place, 6) for place in range(count + 1)]
        return [Tick(self.x(value), spread.words(value)) for value in values]


def _step(span: float) -> float:
    """Return 1, 2, 2.5 or 5 of the power of ten that makes few steps of the span."""
    power = 10 ** math.floor(math.log10(span / MOST_STEPS))
    return next(power * step for step in STEPS if span / (power * step) <= MOST_STEPS)


def draw(
    samples: Sequence[Sample], *, is_masked: bool, words: str = "", has_own_axes: bool = False
) -> Boxes | None:
    """Return one box a sample; None where none of them may be drawn. `words`: what the common axis is of."""
    found = [(one, known) for one in samples if (known := spread.spread_of(one, is_masked=is_masked))]
    if not found:
        return None
    line = OWN_LINE if has_own_axes else LINE
    common = Scale.over([value for one, known in found for value in _reach(one, known)])
    boxes = [
        _box(one, known, TOP + line * place, Scale.over(_reach(one, known)) if has_own_axes else common, has_own_axes)
        for place, (one, known) in enumerate(found)
    ]  # fmt: skip
    floor = TOP + line * len(boxes)
    return Boxes(
        width=WIDTH,
        height=floor + (8 if has_own_axes else FOOT),
        top=TOP,
        floor=floor,
        left=LEFT,
        right=WIDTH - RIGHT - ROOM,
        thick=THICK,
        boxes=boxes,
        ticks=[] if has_own_axes else common.ticks(),
        zero=None if has_own_axes or common.low >= 0 else common.x(0),
        words=words,
    )


def _reach(sample: Sample, known: Spread) -> list[float]:
    return [*known.known, *(level.at for level in sample.levels)]


def _box(sample: Sample, known: Spread, top: float, scale: Scale, has_own_axis: bool) -> Box:
    middle = top + LINE / 2
    return Box(
        label=sample.label,
        note=sample.note,
        top=middle - THICK / 2,
        middle=middle,
        floor=middle + THICK / 2 + 4,
        whisker=_between(scale, known.tenth, known.nine_tenths),
        box=_between(scale, known.quarter, known.three_quarters),
        median=None if known.median is None else scale.x(known.median),
        words=spread.words(known.median) if known.median is not None else "",
        marks=[Mark(scale.x(level.at), level.label, level.is_second) for level in sample.levels],
        ticks=scale.ticks() if has_own_axis else [],
        title=said_of(sample, known),
    )


def _between(scale: Scale, low: float | None, high: float | None) -> tuple[float, float] | None:
    """From x and how wide; what is one value is a thin line and not nothing."""
    if low is None or high is None:
        return None
    return scale.x(low), max(1.5, round(scale.x(high) - scale.x(low), 1))


def said_of(sample: Sample, known: Spread) -> str:
    """Say one row in words, for the pointer and the arrow keys."""
    parts = [_("median %(value)s %(unit)s") % {"value": spread.words(known.median), "unit": sample.unit}]
    if known.quarter is not None:
        parts.append(
            _("middle half %(range)s") % {"range": spread.range_words(known.quarter, known.three_quarters)}
        )
    if known.tenth is not None:
        parts.append(
            _("middle eight tenths %(range)s") % {"range": spread.range_words(known.tenth, known.nine_tenths)}
        )
    parts += [f"{level.label} {spread.words(level.at)}" for level in sample.levels]
    return f"{sample.label}: {', '.join(parts)}"


def count_words(sample: Sample, *, is_masked: bool) -> str:
    """Say how many values a row has, as far as it may be said."""
    return masking.FEW if is_masked and 0 < sample.patients < masking.FEWEST else str(len(sample.values))
