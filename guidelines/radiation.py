"""Radiation of a procedure and of the last six months: units, and substantial radiation dose levels.

Stecker 2009, J Vasc Interv Radiol 20:S263, doi:10.1016/j.jvir.2009.04.037: first notification levels (watch),
substantial levels (over: follow up, skin check), over 15 Gy (sentinel: review).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from guidelines.meter import Meter
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One procedure's dose report; None is unknown."""

    on: date
    air_kerma_mgy: float | None = None
    dose_area_product_gy_cm2: float | None = None
    fluoroscopy_min: float | None = None
    peak_skin_dose_mgy: float | None = None


def levels(today: Exposure, earlier: Sequence[Exposure]) -> list[Meter]:
    """The meters: air kerma, dose-area product, fluoroscopy time, peak skin dose, air kerma over six months."""
    return []


def needs_skin_check(found: Sequence[Meter]) -> bool:
    """Whether any substantial level is reached: a skin check 10 to 14 days after."""
    return any(level.verdict in ("over", "sentinel") for level in found)


def skin_check_window(on: date) -> tuple[date, date]:
    """First and last day of the skin check after a procedure on that day."""
    return on, on
