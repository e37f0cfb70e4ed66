"""What each procedure cost the liver, by ALBI: before it, at the worst, and when it was back. Nothing is asked twice.

Not in source: before is the last ALBI of the 90 days up to the procedure, the worst is of the 90 days after it, and it
is back when the modified ALBI grade is no worse than before. Child-Pugh stands with the days after each procedure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from django.utils.translation import gettext as _

from guidelines.scores.albi import Albi
from pathway import timeline_values
from patients.models import LabResult
from procedures import symptoms

WORST_WITHIN_DAYS = 90
BACK, NOT_BACK, NEXT_CAME, NOT_WORSE, NOT_KNOWN = "back", "not_back", "next_came", "not_worse", "not_known"
WIDTH, HEIGHT, MARGIN = 240, 44, 6


@dataclass(frozen=True)
class Intervention:
    """One procedure that was begun."""

    on: date
    words: str
    url: str


@dataclass(frozen=True)
class Value:
    """ALBI on one day; `day` counts from the procedure."""

    on: date
    day: int
    albi: Albi

    @property
    def words(self) -> str:
        """With the modified grade, by which it is told whether it is back."""
        said = {"score": f"{self.albi.value:.2f}".replace("-", "−"), "grade": self.albi.malbi}
        return _("%(score)s, grade %(grade)s") % said


@dataclass(frozen=True)
class Place:
    """One value in the small drawing."""

    x: float
    y: float
    title: str


@dataclass(frozen=True)
class Cost:
    """One line: None is not known. `before_y` is the height of what it was before; all lines share one scale."""

    intervention: Intervention
    before: Value | None
    after: list[Value]
    worst: Value | None
    back: Value | None
    state: str
    places: list[Place]
    before_y: float | None

    @property
    def rise(self) -> str:
        """How much ALBI rose at the worst: the liver is worse."""
        if not (self.before and self.worst):
            return ""
        return f"{self.worst.albi.value - self.before.albi.value:+.2f}".replace("-", "−")

    @property
    def line(self) -> str:
        return " ".join(f"{place.x},{place.y}" for place in self.places)


def costs_of(interventions: Iterable[Intervention], results: Iterable[LabResult]) -> list[Cost]:
    """Return one line a procedure, the first one first; what comes after the next procedure is not its cost."""
    listed = sorted(interventions, key=lambda one: one.on)
    values = list(timeline_values.albi_by_day(timeline_values.in_order(results)))
    amounts = [albi.value for _day, albi in values]
    scale = (min(amounts, default=0.0), max(amounts, default=0.0))
    ends = (one.on for one in listed[1:])
    return [_cost(one, end, values, scale) for one, end in zip_longest(listed, ends)]


def _cost(
    one: Intervention, end: date | None, values: Sequence[tuple[date, Albi]], scale: tuple[float, float]
) -> Cost:
    told = [Value(on, (on - one.on).days, albi) for on, albi in values]
    oldest = one.on - timedelta(days=symptoms.BASELINE_WITHIN_DAYS)
    before = next((value for value in reversed(told) if oldest <= value.on <= one.on), None)
    after = [value for value in told if value.on > one.on and (end is None or value.on <= end)]
    early = [value for value in after if value.day <= WORST_WITHIN_DAYS]
    worst = max(early, key=lambda value: value.albi.value, default=None)
    back = _back(before, worst, after)
    shown = [*([before] if before else []), *early]
    return Cost(
        one, before, after, worst, back, _state(before, worst, back, end),
        places=[_place(value, scale) for value in shown],
        before_y=_y(before.albi.value, scale) if before else None,
    )  # fmt: skip


def _back(before: Value | None, worst: Value | None, after: Iterable[Value]) -> Value | None:
    """The first value after the worst one whose grade is no worse than before."""
    if before is None or worst is None or worst.albi.malbi <= before.albi.malbi:
        return None
    later = (value for value in after if value.on > worst.on)
    return next((value for value in later if value.albi.malbi <= before.albi.malbi), None)


def _state(before: Value | None, worst: Value | None, back: Value | None, end: date | None) -> str:
    if before is None or worst is None:
        return NOT_KNOWN
    if worst.albi.malbi <= before.albi.malbi:
        return NOT_WORSE
    if back:
        return BACK
    return NEXT_CAME if end else NOT_BACK


def _place(value: Value, scale: tuple[float, float]) -> Place:
    """What was before stands at the left end, the days after it in scale."""
    share = min(max(value.day, 0), WORST_WITHIN_DAYS) / WORST_WITHIN_DAYS
    x = MARGIN + (WIDTH - 2 * MARGIN) * share
    return Place(round(x, 1), _y(value.albi.value, scale), value.words)


def _y(amount: float, scale: tuple[float, float]) -> float:
    """Worse is higher, as on the time axis."""
    low, high = scale
    share = (amount - low) / (high - low) if high > low else 0.5
    return round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * share, 1)
