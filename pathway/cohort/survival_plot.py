"""Draws Kaplan-Meier curves with their bands, the marks of who is no longer watched, and the numbers at risk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pathway.cohort import masking
from pathway.cohort.axes import BOTTOM, LEFT, TOP, WIDTH, Across, Tick
from pathway.cohort.survival import Curve, Step

TALL, ROW, HALF_A_MARK = 280, 40, 4


@dataclass(frozen=True, slots=True)
class Drawn:
    """One curve: its line, its band, where somebody was no longer watched, and its row of numbers."""

    number: int
    label: str
    line: str
    band: str
    marks: list[tuple[float, float, float]]
    row_y: float
    at_risk: list[Tick]


@dataclass(frozen=True, slots=True)
class Plot:
    width: int
    height: float
    floor: float
    right: float
    curves: list[Drawn]
    weeks: list[Tick]
    shares: list[Tick]
    words_y: float


def draw(curves: Sequence[Curve], *, is_masked: bool) -> Plot:
    """Return the drawing of at least one curve with a step."""
    across = Across.over(max(curve.last_weeks for curve in curves))
    floor = TOP + TALL
    first_row = floor + BOTTOM + ROW + 16
    return Plot(
        width=WIDTH,
        height=first_row + ROW * (len(curves) - 1) + 12,
        floor=floor,
        right=across.x(across.end),
        curves=[
            _drawn(number, curve, across, first_row + ROW * number, is_masked)
            for number, curve in enumerate(curves)
        ],
        weeks=across.ticks(),
        shares=[Tick(_y(share / 100), f"{share} %") for share in (0, 25, 50, 75, 100)],
        words_y=floor + BOTTOM + 12,
    )


def _y(share: float) -> float:
    return round(TOP + TALL * (1 - share), 1)


def _drawn(number: int, curve: Curve, across: Across, row_y: float, is_masked: bool) -> Drawn:
    risk = [
        Tick(across.x(week), masking.number(curve.at_risk(week), is_masked=is_masked))
        for week in across.weeks
    ]
    marks = dict.fromkeys((across.x(step.weeks), _y(step.share)) for step in curve.steps if step.censored)
    return Drawn(
        number,
        curve.label,
        _line(curve, across),
        _band(curve, across),
        [(x, y - HALF_A_MARK, y + HALF_A_MARK) for x, y in marks],
        row_y,
        risk,
    )


def _corners(steps: Sequence[Step], across: Across, share_of: Any) -> list[str]:
    """The corners of a stair; steps that fall on one point of the drawing are one."""
    corners, at = [], _y(1)
    for step in steps:
        down = _y(share_of(step))
        if down != at:
            x = across.x(step.weeks)
            corners += [f"{x},{at}", f"{x},{down}"]
            at = down
    return [f"{LEFT},{_y(1)}", *corners, f"{across.x(steps[-1].weeks)},{at}"] if steps else []


def _line(curve: Curve, across: Across) -> str:
    return " ".join(_corners(curve.steps, across, lambda step: step.share))


def _band(curve: Curve, across: Across) -> str:
    """Up along the lower edge and back along the upper, as far as the band is known."""
    known: list[Step] = []
    for step in curve.steps:
        if step.low is None:
            break
        known.append(step)
    low = _corners(known, across, lambda step: step.low)
    return " ".join([*low, *reversed(_corners(known, across, lambda step: step.high))])
