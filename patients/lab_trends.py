"""What the laboratory page draws: a small chart for each analyte, and the table by day. Numbers only, no colours."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext

from guidelines import units
from guidelines.units import Unit
from patients import analytes, measured, written_numbers
from patients.analytes import Analyte
from patients.models import LabResult

WIDTH, HEIGHT = 320, 112
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 10, 22
LOGARITHMIC_FROM = 50  # largest to smallest: above, small values would lie on the axis
MOST_DAYS = 12


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """One value in the chart; `is_open` where the laboratory gave only < or >."""

    x: float
    y: float
    title: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing, in the units of its viewBox."""

    points: list[Point]
    ticks: list[Tick]
    days: list[Tick]
    band: tuple[float, float] | None
    is_logarithmic: bool

    @property
    def line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def band_y(self) -> float:
        return self.band[0]

    @property
    def band_height(self) -> float:
        return round(self.band[1] - self.band[0], 1)


@dataclass(frozen=True, slots=True)
class Value:
    """One recorded value with the words for it."""

    result: LabResult
    analyte: Analyte

    @property
    def text(self) -> str:
        """The value as entered, with its unit."""
        return f"{self.number} {self.unit}".strip()

    @property
    def number(self) -> str:
        return f"{self.result.comparator}{written_numbers.as_text(self.result.value)}"

    @property
    def unit(self) -> str:
        return measured.unit_label(_unit(self.analyte, self.result.unit))

    @property
    def canonical_text(self) -> str:
        """The same in the canonical unit, where another unit was entered."""
        unit = _unit(self.analyte, self.result.unit)
        if unit.factor == 1:
            return ""
        amount = Decimal(f"{self.result.canonical_value:.4g}")
        label = measured.unit_label(self.analyte.unit)
        return f"{self.result.comparator}{written_numbers.as_text(amount)} {label}".strip()

    @property
    def limits(self) -> str:
        """The limits of the laboratory, as given: 3–21, below 7, above 60."""
        low, high = self.result.reference_low, self.result.reference_high
        if low is not None and high is not None:
            return f"{written_numbers.as_text(low)}–{written_numbers.as_text(high)}"
        if high is not None:
            return f"< {written_numbers.as_text(high)}"
        return "" if low is None else f"> {written_numbers.as_text(low)}"

    @property
    def control(self) -> str:
        if self.result.control_value is None:
            return ""
        return written_numbers.as_text(self.result.control_value)

    @property
    def over_control(self) -> str:
        difference = self.result.canonical_value - self.result.control_value
        return f"{'+' if difference > 0 else ''}{written_numbers.as_text(difference)}"

    @property
    def side(self) -> str:
        """`above` or `below` the limits of the laboratory, or nothing; a < or > value only where it is certain."""
        low, high = self.result.reference_low, self.result.reference_high
        is_at_most = self.result.comparator in {"<", "≤"}
        is_at_least = self.result.comparator in {">", "≥"}
        if high is not None and self.result.value > high and not is_at_most:
            return "above"
        return "below" if low is not None and self.result.value < low and not is_at_least else ""


@dataclass(frozen=True, slots=True)
class Trend:
    """One analyte: its values from new to old, retracted ones too, and the chart of those that count."""

    analyte: Analyte
    values: list[Value]
    chart: Chart | None

    @property
    def label(self) -> str:
        return gettext(self.analyte.label)

    @property
    def counted(self) -> list[Value]:
        return [value for value in self.values if value.result.retracted_at is None]

    @property
    def latest(self) -> Value | None:
        return self.counted[0] if self.counted else None

    @property
    def description(self) -> str:
        """The chart in words."""
        said = {"label": self.label, "n": len(self.counted), "latest": self.latest.text}
        said["day"] = _day(self.latest.result.taken_on)
        said["first"], said["first_day"] = self.counted[-1].text, _day(self.counted[-1].result.taken_on)
        return gettext("%(label)s, %(n)d values: %(first)s on %(first_day)s, %(latest)s on %(day)s.") % said


@dataclass(frozen=True, slots=True)
class DayTable:
    """Analytes down, days across, newest day first."""

    days: list[date]
    rows: list[tuple[Analyte, list[list[Value]]]]
    more_days: int


def trends_of(results: Iterable[LabResult]) -> list[Trend]:
    """The trend of every analyte that has a value, in the order of the screen. `results` from new to old."""
    by_name: dict[str, list[LabResult]] = {}
    for result in results:
        by_name.setdefault(result.analyte, []).append(result)
    return [
        _trend(analyte, [Value(result, analyte) for result in by_name[name]])
        for name, analyte in analytes.ALL.items()
        if name in by_name
    ]


def by_day(trends: Iterable[Trend]) -> DayTable:
    """The values that count as a table; the newest days only, with the number of those left out."""
    trends = [trend for trend in trends if trend.counted]
    days = sorted({value.result.taken_on for trend in trends for value in trend.counted}, reverse=True)
    shown = days[:MOST_DAYS]
    rows = []
    for trend in trends:
        cells = [[value for value in trend.counted if value.result.taken_on == day] for day in shown]
        if any(cells):
            rows.append((trend.analyte, cells))
    return DayTable(shown, rows, len(days) - len(shown))


def _trend(analyte: Analyte, values: list[Value]) -> Trend:
    counted = [value for value in values if value.result.retracted_at is None]
    return Trend(analyte, values, _chart(analyte, counted[::-1]) if len(counted) > 1 else None)


def _chart(analyte: Analyte, values: list[Value]) -> Chart:
    """The chart of at least two values, old to new, in the unit of the newest."""
    unit = _unit(analyte, values[-1].result.unit)
    amounts = [_amount(value.result.canonical_value, unit) for value in values]
    limits = _limits(values[-1], unit)
    scale = _Scale.over([*amounts, *(limit for limit in limits if limit is not None)], amounts)
    first, last = values[0].result.taken_on, values[-1].result.taken_on
    points = [
        Point(
            _x(value.result.taken_on, first, last),
            scale.y(amount),
            f"{value.text}, {_day(value.result.taken_on)}",
            bool(value.result.comparator),
        )
        for value, amount in zip(values, amounts, strict=True)
    ]
    return Chart(points, scale.ticks(), _day_ticks(first, last), scale.band(limits), scale.is_logarithmic)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From an amount to a height in the drawing."""

    low: float
    high: float
    is_logarithmic: bool

    @classmethod
    def over(cls, shown: list[float], amounts: list[float]) -> "_Scale":
        smallest = min((amount for amount in amounts if amount > 0), default=0)
        is_logarithmic = bool(smallest) and min(amounts) > 0 and max(amounts) / smallest >= LOGARITHMIC_FROM
        if is_logarithmic:
            return cls(
                10 ** math.floor(math.log10(smallest)), 10 ** math.ceil(math.log10(max(amounts))), True
            )
        low, high = min(shown), max(shown)
        margin = (high - low) * 0.1 or abs(high) * 0.1 or 1
        bottom = low - margin
        return cls(max(0, bottom) if low >= 0 else bottom, high + margin, False)

    def y(self, amount: float) -> float:
        inside = min(max(amount, self.low), self.high)
        if self.is_logarithmic:
            share = math.log(inside / self.low) / math.log(self.high / self.low)
        else:
            share = (inside - self.low) / (self.high - self.low)
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - share), 1)

    def ticks(self) -> list[Tick]:
        if self.is_logarithmic:
            powers = range(round(math.log10(self.low)), round(math.log10(self.high)) + 1)
            amounts = [10.0**power for power in powers]
            step = max(1, math.ceil(len(amounts) / 4))
            return [Tick(self.y(amount), _short(amount)) for amount in amounts[::step]]
        step = _round_step((self.high - self.low) / 3)
        first = math.ceil(self.low / step)
        last = math.floor(self.high / step)
        return [Tick(self.y(number * step), _short(number * step)) for number in range(first, last + 1)]

    def band(self, limits: tuple[float | None, float | None]) -> tuple[float, float] | None:
        """The reference band, from its upper to its lower edge in the drawing; open ends reach the frame."""
        low, high = limits
        if low is None and high is None:
            return None
        return self.y(self.high if high is None else high), self.y(self.low if low is None else low)


def _x(day: date, first: date, last: date) -> float:
    span = (last - first).days
    share = (day - first).days / span if span else 0.5
    return round(LEFT + (WIDTH - LEFT - RIGHT) * share, 1)


def _day_ticks(first: date, last: date) -> list[Tick]:
    if first == last:
        return [Tick(_x(first, first, last), _day(first))]
    return [Tick(LEFT, _day(first)), Tick(WIDTH - RIGHT, _day(last))]


def _round_step(rough: float) -> float:
    """The next of 1, 2, 5 × a power of ten."""
    power = 10 ** math.floor(math.log10(rough))
    return next((factor * power for factor in (1, 2, 5) if factor * power >= rough), 10 * power)


def _short(amount: float) -> str:
    """An axis label of few characters: 0.5, 40, 1200, 60 000 as 60k."""
    if amount >= 10_000:
        return f"{amount / 1e6:g}M" if amount >= 1e6 else f"{amount / 1e3:g}k"
    return f"{amount:.4g}"


def _limits(value: Value, unit: Unit) -> tuple[float | None, float | None]:
    """The limits given with the newest value; they are in its unit, which is the unit of the chart."""
    low, high = value.result.reference_low, value.result.reference_high
    return (None if low is None else float(low), None if high is None else float(high))


def _amount(canonical: Decimal, unit: Unit) -> float:
    return float(canonical / unit.factor)


def _unit(analyte: Analyte, symbol: str) -> Unit:
    return units.find(analyte.units, symbol) or analyte.unit


def _day(day: date) -> str:
    return date_format(day, "j M Y")
