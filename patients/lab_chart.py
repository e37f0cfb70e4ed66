"""Draws values over time as a small chart: positions, ticks and the band of the limits. Numbers only, no colours."""

import math
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

WIDTH, HEIGHT = 320, 112
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 10, 22
LOGARITHMIC_FROM = 50  # largest to smallest: above, small values would lie on the axis


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
        return self.band[0] if self.band else 0

    @property
    def band_height(self) -> float:
        return round(self.band[1] - self.band[0], 1) if self.band else 0


@dataclass(frozen=True, slots=True)
class Dated:
    """One amount to draw, all of one unit; `title` is what the pointer reads."""

    on: date
    amount: float
    title: str
    is_open: bool = False


def draw(
    values: list[Dated],
    limits: tuple[float | None, float | None],
    *,
    logarithmic_from: float = LOGARITHMIC_FROM,
) -> Chart:
    """Return the chart of at least one value, from old to new."""
    amounts = [value.amount for value in values]
    shown = [*amounts, *(limit for limit in limits if limit is not None)]
    scale = _Scale.over(shown, amounts, logarithmic_from)
    first, last = values[0].on, values[-1].on
    points = [
        Point(_x(value.on, first, last), scale.y(value.amount), value.title, value.is_open)
        for value in values
    ]
    return Chart(points, scale.ticks(), _day_ticks(first, last), scale.band(limits), scale.is_logarithmic)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From an amount to a height in the drawing."""

    low: float
    high: float
    is_logarithmic: bool

    @classmethod
    def over(
        cls, shown: list[float], amounts: list[float], logarithmic_from: float = LOGARITHMIC_FROM
    ) -> "_Scale":
        smallest = min((amount for amount in amounts if amount > 0), default=0)
        is_logarithmic = bool(smallest) and min(amounts) > 0 and max(amounts) / smallest >= logarithmic_from
        if is_logarithmic:
            lowest = math.floor(math.log10(smallest))
            highest = max(math.ceil(math.log10(max(amounts))), lowest + 1)
            return cls(10**lowest, 10**highest, True)
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
            every = max(1, math.ceil(len(amounts) / 4))
            return [Tick(self.y(amount), _short(amount)) for amount in amounts[::every]]
        for parts in (3, 6, 12):
            step = _round_step((self.high - self.low) / parts)
            first, last = math.ceil(self.low / step), math.floor(self.high / step)
            if last > first:
                break
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


def _day(day: date) -> str:
    return date_format(day, "j M Y")
