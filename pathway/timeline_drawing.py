"""Draws a patient's course on one time axis: lanes of what happened, the lines of numbers below. No colours.

One drawing for the page and for paper; the table under it says the same day by day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pathway import timeline
from pathway.timeline import Happening
from pathway.timeline_values import Series
from patients import lab_chart

WIDTH, LEFT, RIGHT = 960, 190, 24
LANE_TOP, LANE_HEIGHT, PANEL_GAP, PANEL_HEIGHT, FOOT = 8, 24, 14, 100, 28
SHORTEST_DAYS, LONGEST_AHEAD_DAYS, MOST_TICKS = 28, 183, 8
LANES_END = LANE_TOP + LANE_HEIGHT * len(timeline.LANES)
MONTHS_BETWEEN_TICKS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
ALL, YEAR, PROCEDURE = "all", "year", "procedure"
SPANS = {ALL: _("Everything"), YEAR: _("One year"), PROCEDURE: _("Since the last procedure")}
# A few days before the last procedure, so that what was known at its begin is seen.
BEFORE_PROCEDURE_DAYS = 28


@dataclass(frozen=True)
class Axis:
    """The days from the left end to the right end."""

    first: date
    last: date

    def x(self, day: date) -> float:
        share = (min(max(day, self.first), self.last) - self.first).days / (self.last - self.first).days
        return round(LEFT + (WIDTH - LEFT - RIGHT) * share, 1)

    def holds(self, one: Happening) -> bool:
        return one.on <= self.last and (one.until or one.on) >= self.first


@dataclass(frozen=True)
class Mark:
    """One thing in its lane, from x for `width`."""

    lane: str
    x: float
    y: float
    width: float
    is_to_come: bool
    title: str


@dataclass(frozen=True)
class Panel:
    """One line of numbers; `chart` is None where none falls into the days shown."""

    series: Series
    top: int
    chart: lab_chart.Chart | None

    @property
    def foot(self) -> int:
        return self.top + lab_chart.HEIGHT - lab_chart.BOTTOM


@dataclass(frozen=True)
class Day:
    """One row of the table: a day with something on it; `cells` go with the lines of numbers."""

    on: date
    x: float
    happenings: list[Happening]
    cells: list[str]


@dataclass(frozen=True)
class Drawing:
    """The whole picture in the units of its viewBox, and the table that says the same."""

    height: int
    lanes: list[tuple[str | Promise, int]]
    marks: list[Mark]
    begun: list[float]
    panels: list[Panel]
    ticks: list[lab_chart.Tick]
    today: float
    days: list[Day]


def draw(happenings: list[Happening], series: list[Series], first: date, *, on: date) -> Drawing:
    """Return the drawing from a first day; to the right it reaches what is planned or due, half a year at most."""
    axis = _axis(happenings, first, on)
    shown = [one for one in happenings if axis.holds(one)]
    tops = [LANES_END + PANEL_GAP + PANEL_HEIGHT * number for number in range(len(series))]
    return Drawing(
        height=LANES_END + PANEL_GAP + PANEL_HEIGHT * len(series) + FOOT,
        lanes=[(label, _lane_y(lane)) for lane, label in timeline.LANES.items()],
        marks=[_mark(one, axis) for one in shown],
        begun=[axis.x(one.on) for one in shown if _is_begun(one) and one.on >= axis.first],
        panels=[_panel(each, top, axis) for each, top in zip(series, tops, strict=True)],
        ticks=_ticks(axis),
        today=axis.x(on),
        days=_days(shown, series, axis),
    )


def first_day(
    span: str, happenings: list[Happening], series: list[Series], begun_on: date | None, *, on: date
) -> date:
    """Return the first day of a span; everything begins with the first thing on record."""
    if span == YEAR:
        return on - timedelta(days=365)
    if span == PROCEDURE and begun_on:
        return begun_on - timedelta(days=BEFORE_PROCEDURE_DAYS)
    days = [one.on for one in happenings] + [value.on for each in series for value in each.values]
    return min([*days, on])


def _axis(happenings: list[Happening], first: date, on: date) -> Axis:
    ends = [one.until or one.on for one in happenings if one.is_to_come]
    last = min(max([on, *ends]), on + timedelta(days=LONGEST_AHEAD_DAYS))
    return Axis(min(first, last - timedelta(days=SHORTEST_DAYS)), last)


def _is_begun(one: Happening) -> bool:
    return one.lane == timeline.PROCEDURE and not one.is_to_come


def _lane_y(lane: str) -> int:
    return LANE_TOP + LANE_HEIGHT * list(timeline.LANES).index(lane) + LANE_HEIGHT // 2


def _mark(one: Happening, axis: Axis) -> Mark:
    x = axis.x(one.on)
    width = round(axis.x(one.until) - x, 1) if one.until else 0
    title = f"{date_format(one.on, 'j M Y')}: {one.words}"
    return Mark(one.lane, x, _lane_y(one.lane), width, one.is_to_come, title)


def _panel(series: Series, top: int, axis: Axis) -> Panel:
    """The heights and ticks are those of every chart of a value; across are the days of the axis."""
    values = series.since(axis.first, axis.last)
    if not values:
        return Panel(series, top, None)
    always = {"logarithmic_from": 1.0} if series.is_logarithmic else {"logarithmic_from": float("inf")}
    chart = lab_chart.draw(values, (None, None), **always)
    points = [
        replace(point, x=axis.x(value.on), title=f"{date_format(value.on, 'j M Y')}: {value.title}")
        for point, value in zip(chart.points, values, strict=True)
    ]
    ticks = [replace(tick, label=tick.label.replace("-", "−")) for tick in chart.ticks]
    return Panel(series, top, replace(chart, points=points, ticks=ticks))


def _ticks(axis: Axis) -> list[lab_chart.Tick]:
    """The first of some months, at most a few of them."""
    months = (axis.last.year - axis.first.year) * 12 + axis.last.month - axis.first.month + 1
    step = next((each for each in MONTHS_BETWEEN_TICKS if months / each <= MOST_TICKS), 600)
    start = axis.first.year * 12 + axis.first.month - 1
    found = []
    for month in range(-(-start // step) * step, start + months, step):
        day = date(month // 12, month % 12 + 1, 1)
        if axis.first <= day <= axis.last:
            found.append(lab_chart.Tick(axis.x(day), date_format(day, "M Y")))
    return found


def _days(shown: Sequence[Happening], series: Sequence[Series], axis: Axis) -> list[Day]:
    """Every day with something on it, the latest first."""
    values = [each.since(axis.first, axis.last) for each in series]
    days = {one.on for one in shown} | {value.on for column in values for value in column}
    return [
        Day(
            on=day,
            x=axis.x(day),
            happenings=[one for one in shown if one.on == day],
            cells=[", ".join(value.title for value in column if value.on == day) for column in values],
        )
        for day in sorted(days, reverse=True)
    ]
