"""Radiation of a procedure and of the last six months: units, and substantial radiation dose levels.

Stecker 2009, J Vasc Interv Radiol 20:S263, doi:10.1016/j.jvir.2009.04.037: first notification levels (watch),
substantial levels (over: follow up, skin check), over 15 Gy (sentinel: review). A level that is reached counts.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from guidelines.meter import NOT_KNOWN, OVER, SENTINEL, WATCH, WITHIN, Meter
from guidelines.units import Unit

# 1 Gy·cm² = 100 cGy·cm² = 100 µGy·m²; the first unit of each is canonical.
DOSE_AREA_PRODUCT = (
    Unit("Gy·cm²", spellings=("Gy*cm2", "Gycm2", "Gy.cm2", "Gy cm²")),
    Unit("cGy·cm²", Decimal("0.01"), ("cGy*cm2", "cGycm2", "cGy.cm2", "cGy cm²")),
    Unit("µGy·m²", Decimal("0.01"), ("uGy*m2", "uGym2", "µGym²", "uGy.m2", "µGy m²")),
    Unit("mGy·cm²", Decimal("0.001"), ("mGy*cm2", "mGycm2", "mGy.cm2", "mGy cm²")),
)
AIR_KERMA = (Unit("mGy"), Unit("Gy", Decimal(1000)), Unit("cGy", Decimal(10)))
FLUOROSCOPY = (Unit("min", spellings=("minutes",)), Unit("s", Decimal(1) / Decimal(60), ("sec", "seconds")))
CONTRAST = (Unit("mL", spellings=("ml",)),)

STECKER = "Stecker 2009, J Vasc Interv Radiol 20:S263"


class Levels(NamedTuple):
    """First notification and substantial level of one quantity."""

    name: str
    unit: str
    notify_from: float
    substantial_from: float


# doi:10.1016/j.jvir.2009.04.037, tables of notification and substantial levels.
KERMA = Levels("Air kerma at the reference point", "mGy", 3000, 5000)
KERMA_OF_SIX_MONTHS = Levels("Air kerma of six months", "mGy", 3000, 5000)
PRODUCT = Levels("Dose-area product", "Gy·cm²", 300, 500)
TIME = Levels("Fluoroscopy time", "min", 30, 60)
SKIN = Levels("Peak skin dose", "mGy", 2000, 3000)
# Over this a review as of a sentinel event.
SENTINEL_OVER_MGY = 15_000
# Skin sites overlap when TACE is repeated: what was given in the last six months counts together.
COUNTED_MONTHS = 6
SKIN_CHECK_FROM_DAYS, SKIN_CHECK_TO_DAYS = 10, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One procedure's dose report; None is unknown."""

    on: date
    air_kerma_mgy: float | None = None
    dose_area_product_gy_cm2: float | None = None
    fluoroscopy_min: float | None = None
    peak_skin_dose_mgy: float | None = None


def levels(today: Exposure, earlier: Sequence[Exposure]) -> list[Meter]:
    """Air kerma, dose-area product, fluoroscopy time, peak skin dose where known, air kerma of six months."""
    skin = (
        []
        if today.peak_skin_dose_mgy is None
        else [_of("peak_skin_dose", SKIN, today.peak_skin_dose_mgy, "")]
    )
    return [
        _of("air_kerma", KERMA, today.air_kerma_mgy, "air_kerma_mgy"),
        _of("dose_area_product", PRODUCT, today.dose_area_product_gy_cm2, "dose_area_product_gy_cm2"),
        _of("fluoroscopy", TIME, today.fluoroscopy_min, "fluoroscopy_min"),
        *skin,
        air_kerma_of_six_months(today, earlier),
    ]


def judge(quantity: Levels, amount: float) -> str:
    """The gravest level that is reached."""
    if quantity.unit == "mGy" and amount > SENTINEL_OVER_MGY:
        return SENTINEL
    if amount >= quantity.substantial_from:
        return OVER
    return WATCH if amount >= quantity.notify_from else WITHIN


SAYS = {
    WITHIN: "Below the first notification level, {notify} {unit}.",
    WATCH: "First notification level, {notify} {unit}, is reached.",
    OVER: "Substantial level, {substantial} {unit}, is reached: skin check after {days_from} to {days_to} days.",
    SENTINEL: "Over {sentinel} mGy: review as a sentinel event; skin check after {days_from} to {days_to} days.",
    NOT_KNOWN: "Not all dose reports say it.",
}


def _of(
    aspect: str,
    quantity: Levels,
    amount: float | None,
    fact: str,
    *,
    before: float = 0.0,
    is_lower_end: bool = False,
) -> Meter:
    verdict = NOT_KNOWN if amount is None else judge(quantity, amount)
    if is_lower_end and verdict not in (OVER, SENTINEL):
        verdict = NOT_KNOWN
    return Meter(
        key=f"radiation.{aspect}",
        name=quantity.name,
        unit=quantity.unit,
        verdict=verdict,
        amount=amount,
        before=before,
        is_lower_end=is_lower_end,
        warn_from=quantity.notify_from,
        limit=quantity.substantial_from,
        says=SAYS[verdict],
        values={
            "notify": quantity.notify_from,
            "substantial": quantity.substantial_from,
            "unit": quantity.unit,
            "sentinel": SENTINEL_OVER_MGY,
            "days_from": SKIN_CHECK_FROM_DAYS,
            "days_to": SKIN_CHECK_TO_DAYS,
        },
        missing=(fact,) if amount is None or is_lower_end else (),
        source=STECKER,
    )


def air_kerma_of_six_months(today: Exposure, earlier: Sequence[Exposure]) -> Meter:
    """Today's air kerma with that of the six months before."""
    since = months_before(today.on, COUNTED_MONTHS)
    counted = [one.air_kerma_mgy for one in earlier if since <= one.on <= today.on]
    before = round(sum(kerma for kerma in counted if kerma is not None), 6)
    is_lower_end = today.air_kerma_mgy is None or None in counted
    amount = round(before + (today.air_kerma_mgy or 0.0), 6)
    is_known_at_all = today.air_kerma_mgy is not None or before > 0
    return _of(
        "air_kerma_six_months",
        KERMA_OF_SIX_MONTHS,
        amount if is_known_at_all else None,
        "air_kerma_mgy",
        before=before,
        is_lower_end=is_lower_end,
    )


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month; a day that the month lacks becomes its last."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def needs_skin_check(found: Sequence[Meter]) -> bool:
    """Whether any substantial level is reached: a skin check 10 to 14 days after."""
    return any(level.verdict in (OVER, SENTINEL) for level in found)


def skin_check_window(on: date) -> tuple[date, date]:
    """First and last day of the skin check after a procedure on that day."""
    return on + timedelta(days=SKIN_CHECK_FROM_DAYS), on + timedelta(days=SKIN_CHECK_TO_DAYS)
