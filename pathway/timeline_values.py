"""The numbers over the time axis: AFP, ALBI, the sum of the viable diameters and platelets, each in one unit.

Nothing is carried over from one day to another: a value stands on the day on which all of it was known.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup.models import Reading, SignedReading
from guidelines.scores import albi
from patients import analytes, lab_chart, measured, written_numbers
from patients.lesion_sizes import LesionSizes
from patients.models import LabResult

AFP, PLATELETS = "afp_ng_per_ml", "platelets_10e9_per_l"
BILIRUBIN, ALBUMIN = "bilirubin_umol_per_l", "albumin_g_per_l"
MILLIMETRES = "mm"


@dataclass(frozen=True)
class Series:
    """One line of numbers, from old to new; `is_logarithmic` where its axis is."""

    key: str
    label: str | Promise
    unit: str
    values: list[lab_chart.Dated]
    is_logarithmic: bool = False

    def since(self, first: date, last: date) -> list[lab_chart.Dated]:
        return [value for value in self.values if first <= value.on <= last]


def series_of(
    results: Iterable[LabResult], lesions: Iterable[LesionSizes], standing: Sequence[Reading]
) -> list[Series]:
    """Return the four lines; one without a value is there and empty."""
    counted = in_order(results)
    return [
        _laboratory(AFP, counted, is_logarithmic=True),
        Series("albi", _("ALBI score"), "", list(_albi(counted))),
        Series("viable", _("Viable diameters, sum"), MILLIMETRES, _viable(lesions, standing)),
        _laboratory(PLATELETS, counted),
    ]


def in_order(results: Iterable[LabResult]) -> list[LabResult]:
    """Return what was not taken back, from old to new."""
    counted = [result for result in results if result.retracted_at is None]
    return sorted(counted, key=lambda result: (result.taken_on, result.entered_at, result.pk))


def _laboratory(name: str, counted: Iterable[LabResult], *, is_logarithmic: bool = False) -> Series:
    analyte = analytes.ALL[name]
    unit = measured.unit_label(analyte.unit)
    values = [
        lab_chart.Dated(
            result.taken_on,
            float(result.canonical_value),
            f"{result.comparator}{_number(result.canonical_value)}",
            bool(result.comparator),
        )
        for result in counted
        if result.analyte == name
    ]
    return Series(name, gettext_lazy(analyte.label), unit, values, is_logarithmic)


def _number(amount: Any) -> str:
    return written_numbers.as_text(Decimal(f"{amount:.4g}"))


def albi_by_day(counted: Iterable[LabResult]) -> Iterator[tuple[date, albi.Albi]]:
    """Where bilirubin and albumin are of the same day, and neither is only < or >; the results from old to new."""
    days: dict[date, dict[str, LabResult]] = {}
    for result in counted:
        if result.analyte in (BILIRUBIN, ALBUMIN):
            days.setdefault(result.taken_on, {})[result.analyte] = result
    for day, known in days.items():
        if len(known) == 2 and not any(result.comparator for result in known.values()):
            yield day, albi.score(*(float(known[name].canonical_value) for name in (BILIRUBIN, ALBUMIN)))


def albi_words(score: albi.Albi) -> str:
    """Say the score and its grade, with a true minus sign."""
    return (_("%(score).2f, grade %(grade)s") % {"score": score.value, "grade": score.grade}).replace(
        "-", "−"
    )


def _albi(counted: Iterable[LabResult]) -> Iterator[lab_chart.Dated]:
    for day, score in albi_by_day(counted):
        yield lab_chart.Dated(day, score.value, albi_words(score))


def _viable(lesions: Iterable[LesionSizes], standing: Sequence[Reading]) -> list[lab_chart.Dated]:
    """The targets of the readings, their baseline first; before anybody has read, all lesions of a day."""
    read = sorted((one for one in standing if one.viable_sum_mm is not None), key=lambda one: one.imaged_on)
    if not read:
        return list(_measured(list(lesions)))
    points = [
        lab_chart.Dated(one.imaged_on, float(one.viable_sum_mm), f"{_number(one.viable_sum_mm)} mm")
        for one in read
        if one.viable_sum_mm is not None
    ]
    return [*_baseline(read[0]), *points]


def _baseline(first: Reading) -> Iterator[lab_chart.Dated]:
    """What the first reading that stands was compared with, as it was signed."""
    version = SignedReading.objects.filter(reading=first).order_by("-number").first()
    record = version.record if version else {}
    amount = record.get("responses", {}).get("mrecist", {}).get("targets", {}).get("baseline_mm")
    days = [
        lesion["baseline"]["measured_on"]
        for lesion in record.get("lesions", [])
        if lesion.get("is_target") and lesion.get("baseline")
    ]
    if amount is not None and days:
        on = date.fromisoformat(max(days))
        if on < first.imaged_on:
            yield lab_chart.Dated(on, float(amount), _("%(sum)s mm, baseline") % {"sum": _number(amount)})


def _measured(lesions: list[LesionSizes]) -> Iterator[lab_chart.Dated]:
    """The days on which every lesion that was known by then was measured, its viable part too."""
    days = sorted({size.measured_on for each in lesions for size in each.sizes})
    for day in days:
        known = [each for each in lesions if each.first and each.first.measured_on <= day]
        sizes = [_size_on(each, day) for each in known]
        if all(size is not None for size in sizes):
            amount = sum(size for size in sizes if size is not None)
            yield lab_chart.Dated(day, float(amount), f"{_number(amount)} mm")


def _size_on(each: LesionSizes, day: date) -> Any:
    """The last viable diameter that was entered for a day; None where it was not measured."""
    sizes = [size for size in each.sizes if size.measured_on == day]
    return sizes[-1].viable_mm if sizes else None
