"""What the laboratory page draws: a small chart for each analyte, and the table by day. Numbers only, no colours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext

from patients import analytes, lab_chart, measured, written_numbers
from patients.analytes import Analyte
from patients.models import LabResult

MOST_DAYS = 12


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
        return measured.unit_label(self.analyte.unit_named(self.result.unit))

    @property
    def canonical_text(self) -> str:
        """The same in the canonical unit, where another unit was entered."""
        unit = self.analyte.unit_named(self.result.unit)
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
        difference = self.result.canonical_value - (self.result.control_value or 0)
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
    chart: lab_chart.Chart | None
    on: date

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
    def age_days(self) -> int | None:
        """How old the newest value is."""
        return (self.on - self.latest.result.taken_on).days if self.latest else None

    @property
    def description(self) -> str:
        """The chart in words."""
        newest = self.counted[0]
        said: dict[str, object] = {"label": self.label, "n": len(self.counted), "latest": newest.text}
        said["day"] = _day(newest.result.taken_on)
        if len(self.counted) == 1:
            return gettext("%(label)s: %(latest)s on %(day)s.") % said
        said["first"], said["first_day"] = self.counted[-1].text, _day(self.counted[-1].result.taken_on)
        return gettext("%(label)s, %(n)d values: %(first)s on %(first_day)s, %(latest)s on %(day)s.") % said


@dataclass(frozen=True, slots=True)
class DayTable:
    """Analytes down, days across, newest day first."""

    days: list[date]
    rows: list[tuple[Analyte, list[list[Value]]]]
    more_days: int


def trends_of(results: Iterable[LabResult], *, on: date) -> list[Trend]:
    """The trend of every analyte that has a value, in the order of the screen. `results` from new to old."""
    by_name: dict[str, list[LabResult]] = {}
    for result in results:
        by_name.setdefault(result.analyte, []).append(result)
    return [
        _trend(analyte, [Value(result, analyte) for result in by_name[name]], on)
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


def _trend(analyte: Analyte, values: list[Value], on: date) -> Trend:
    counted = [value for value in values if value.result.retracted_at is None]
    return Trend(analyte, values, _chart(analyte, counted[::-1]) if counted else None, on)


def _chart(analyte: Analyte, values: list[Value]) -> lab_chart.Chart:
    """The chart of the values, old to new, in the unit of the newest."""
    unit = analyte.unit_named(values[-1].result.unit)
    drawn = [
        lab_chart.Dated(
            value.result.taken_on,
            float(value.result.canonical_value / unit.factor),
            f"{value.text}, {_day(value.result.taken_on)}",
            bool(value.result.comparator),
        )
        for value in values
    ]
    return lab_chart.draw(drawn, _limits(values[-1]))


def _limits(value: Value) -> tuple[float | None, float | None]:
    """The limits given with the newest value; they are in its unit, which is the unit of the chart."""
    low, high = value.result.reference_low, value.result.reference_high
    return (None if low is None else float(low), None if high is None else float(high))


def _day(day: date) -> str:
    return date_format(day, "j M Y")
