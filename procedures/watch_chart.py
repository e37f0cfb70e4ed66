"""Draws the course after a procedure: values against its days, with the days of the expected course as a band."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from guidelines import embolisation_syndrome
from patients import analytes, lab_chart, lab_trends, measured
from patients.models import LabResult
from procedures import symptoms
from procedures.course import Course
from procedures.models import SymptomEntry

LABORATORY = (
    "alt_u_per_l",
    "bilirubin_umol_per_l",
    "leukocytes_10e9_per_l",
    "creatinine_umol_per_l",
    "platelets_10e9_per_l",
)
# What was measured before the procedure stands one day before it, whenever it was.
BEFORE, SHORT_END = -1, 14


@dataclass(frozen=True)
class Curve:
    """One drawing. `usual` and `late` are the days of the expected course (6.4), from x to x."""

    label: str
    unit: str
    chart: lab_chart.Chart
    description: str
    usual: tuple[float, float]
    late: tuple[float, float]
    # Where the limits of the laboratory lie; one that was not given is not drawn.
    limits: tuple[float, ...]

    @property
    def usual_width(self) -> float:
        return round(self.usual[1] - self.usual[0], 1)

    @property
    def late_width(self) -> float:
        return round(self.late[1] - self.late[0], 1)


@dataclass(frozen=True)
class _Drawn:
    """One value with its day, ready to be drawn."""

    day: int
    amount: float
    title: str
    is_open: bool = False


def curves_of(followed: Course) -> list[Curve]:
    """Return a curve of everything that was measured at least once after the procedure."""
    temperature = _asked(followed, _("%(n)s °C"), lambda entry: entry.temperature_c)
    pain = _asked(followed, _("pain %(n)s"), lambda entry: entry.pain)
    drawn = [
        _curve(_("Temperature"), "°C", temperature, (None, None)),
        _curve(_("Pain"), _("0 to 10"), pain, (None, None)),
        *(_laboratory(followed, name) for name in LABORATORY),
    ]
    return [curve for curve in drawn if curve is not None]


def _asked(followed: Course, title: str, value: Callable[[SymptomEntry], object]) -> list[_Drawn]:
    return [
        _Drawn(
            followed.day_of_entry(entry),
            float(str(value(entry))),
            f"{_day_words(followed.day_of_entry(entry))}: {title % {'n': value(entry)}}",
        )
        for entry in followed.entries
        if value(entry) is not None and followed.day_of_entry(entry) <= symptoms.WATCHED_FOR_DAYS
    ]


def _laboratory(followed: Course, name: str) -> Curve | None:
    """The baseline and what came after, in the unit of the newest value, with the limits of its laboratory."""
    after, baseline = followed.after(name), followed.baseline_of(name)
    if not after:
        return None
    shown = [*([baseline] if baseline else []), *after]
    analyte, newest = analytes.ALL[name], after[-1]
    unit = analyte.unit_named(newest.unit)
    drawn = [
        _Drawn(
            max(followed.day_of_result(result), BEFORE),
            float(result.canonical_value / unit.factor),
            f"{_day_words(followed.day_of_result(result))}: {lab_trends.Value(result, analyte).text}",
            bool(result.comparator),
        )
        for result in shown
    ]
    return _curve(_(analyte.label), measured.unit_label(unit), drawn, _limits(newest))


def _limits(result: LabResult) -> tuple[float | None, float | None]:
    low, high = result.reference_low, result.reference_high
    return (None if low is None else float(low), None if high is None else float(high))


def _curve(
    label: str, unit: str, drawn: list[_Drawn], limits: tuple[float | None, float | None]
) -> Curve | None:
    if not drawn:
        return None
    last_day = SHORT_END if drawn[-1].day <= SHORT_END else symptoms.WATCHED_FOR_DAYS
    # The heights, the ticks and the limits are those of every chart of a laboratory value.
    day_0 = date(2000, 1, 1)
    dated = [
        lab_chart.Dated(day_0 + timedelta(days=one.day), one.amount, one.title, one.is_open) for one in drawn
    ]
    chart = lab_chart.draw(dated, limits)
    points = [replace(point, x=_x(one.day, last_day)) for point, one in zip(chart.points, drawn, strict=True)]
    days = [lab_chart.Tick(_x(day, last_day), str(day)) for day in (0, 7, 14, 30) if day <= last_day]
    usual_from, usual_to = embolisation_syndrome.USUAL_FROM_DAYS, embolisation_syndrome.USUAL_TO_DAYS
    return Curve(
        label=label,
        unit=unit,
        chart=replace(chart, points=points, days=days),
        description=f"{label}. {'; '.join(one.title for one in drawn)}.",
        usual=(_x(0, last_day), _x(usual_from, last_day)),
        late=(_x(usual_from, last_day), _x(usual_to, last_day)),
        limits=_heights(chart, limits),
    )


def _heights(chart: lab_chart.Chart, limits: tuple[float | None, float | None]) -> tuple[float, ...]:
    """The band runs from the upper to the lower limit; an open end reaches the frame and is no limit."""
    if chart.band is None:
        return ()
    low, high = limits
    return tuple(at for at, limit in zip(chart.band, (high, low), strict=True) if limit is not None)


def _x(day: int, last_day: int) -> float:
    width = lab_chart.WIDTH - lab_chart.LEFT - lab_chart.RIGHT
    return round(lab_chart.LEFT + width * (day - BEFORE) / (last_day - BEFORE), 1)


def _day_words(day: int) -> str:
    if day < 0:
        return _("%(days)d days before") % {"days": -day}
    return _("day %(day)d") % {"day": day}
