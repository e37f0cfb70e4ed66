"""A share month by month against its control limits, and its drawing: a p-chart.

Shewhart WA, Economic Control of Quality of Manufactured Product, 1931; Benneyan JC, Lloyd RC, Plsek PE, Qual Saf Health
Care 2003;12:458-464. Three standard deviations either side of the whole; the fewer a month has, the wider.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pathway.cohort.axes import BOTTOM, LEFT, RIGHT, TOP, WIDTH, Tick

TALL, MOST_LABELS = 220, 8
SIGMAS = 3


@dataclass(frozen=True, slots=True)
class Month:
    """One month: how many of how many, and its limits, as shares."""

    first: date
    kept: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.kept / self.of

    @property
    def is_outside(self) -> bool:
        return not self.low - 1e-9 <= self.share <= self.high + 1e-9


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    is_outside: bool
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: float
    top: float
    floor: float
    right: float
    middle: float
    middle_words: str
    run: str
    low: str
    high: str
    points: list[Point]
    months: list[Tick]
    shares: list[Tick]


def months_of(counted: Sequence[tuple[date, int, int]]) -> list[Month]:
    """Return months (first day, kept, of) with their limits; a month without any is left out."""
    told = [(first, kept, of) for first, kept, of in counted if of]
    all_of = sum(of for _first, _kept, of in told)
    if not all_of:
        return []
    middle = sum(kept for _first, kept, _of in told) / all_of
    return [_month(first, kept, of, middle) for first, kept, of in told]


def _month(first: date, kept: int, of: int, middle: float) -> Month:
    reach = SIGMAS * math.sqrt(middle * (1 - middle) / of)
    return Month(first, kept, of, max(0.0, middle - reach), min(1.0, middle + reach))


def draw(months: Sequence[Month]) -> Chart:
    """Return the drawing of at least one month."""
    middle = sum(month.kept for month in months) / sum(month.of for month in months)
    step = (WIDTH - LEFT - RIGHT) / len(months)
    points = [_point(month, round(LEFT + step * (n + 0.5), 1)) for n, month in enumerate(months)]
    every = math.ceil(len(months) / MOST_LABELS)
    floor = TOP + TALL
    return Chart(
        width=WIDTH,
        height=floor + BOTTOM,
        top=TOP,
        floor=floor,
        right=WIDTH - RIGHT,
        middle=_y(middle),
        middle_words=_("the whole: %(share).0f %%") % {"share": 100 * middle},
        run=" ".join(f"{point.x},{point.y}" for point in points),
        low=_stair([month.low for month in months], step),
        high=_stair([month.high for month in months], step),
        points=points,
        months=[
            Tick(point.x, date_format(month.first, "M Y"))
            for n, (point, month) in enumerate(zip(points, months, strict=True))
            if n % every == 0
        ],
        shares=[Tick(_y(share / 100), f"{share} %") for share in (0, 25, 50, 75, 100)],
    )


def _y(share: float) -> float:
    return round(TOP + TALL * (1 - share), 1)


def _stair(limits: Sequence[float], step: float) -> str:
    """A limit holds for the whole of its month."""
    corners = []
    for n, limit in enumerate(limits):
        corners += [f"{LEFT + step * n:.1f},{_y(limit)}", f"{LEFT + step * (n + 1):.1f},{_y(limit)}"]
    return " ".join(corners)


def _point(month: Month, x: float) -> Point:
    words = {
        "month": date_format(month.first, "F Y"), "kept": month.kept, "of": month.of, "share": 100 * month.share,
        "low": 100 * month.low, "high": 100 * month.high,
    }  # fmt: skip
    title = _("%(month)s: %(kept)d of %(of)d, %(share).0f %%; limits %(low).0f–%(high).0f %%") % words
    if month.is_outside:
        title = _("%(title)s; outside of the limits") % {"title": title}
    return Point(x, _y(month.share), month.is_outside, title)
