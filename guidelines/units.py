"""The units in which a value may be entered, and the exact factor of each to the canonical unit."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Unit:
    """One accepted unit: `canonical = entered × factor`. Spellings are compared without regard to case."""

    symbol: str
    factor: Decimal = Decimal(1)
    spellings: tuple[str, ...] = ()

    def to_canonical(self, entered: float) -> float:
        """Multiply in decimal: 3.3 cm must be 33 mm, or float noise would miss a cut."""
        if self.factor == 1:
            return float(entered)
        return float(Decimal(repr(entered)) * self.factor)

    def from_canonical(self, canonical: float) -> float:
        """The same amount in this unit, for display."""
        if self.factor == 1:
            return float(canonical)
        return float(Decimal(repr(canonical)) / self.factor)


def folded(spelling: str) -> str:
    """One spelling for all: no case, no blanks, one of the two look-alike letters µ, no leading ×."""
    plain = spelling.strip().casefold().replace(" ", "").replace("µ", "μ")
    for mark in ("×", "*", "x"):
        plain = plain.removeprefix(mark)
    return plain.replace("⁹", "^9").replace("³", "^3")


def find(units: tuple[Unit, ...], spelling: str) -> Unit | None:
    """The unit written like that, or None."""
    wanted = folded(spelling)
    for unit in units:
        if wanted in {folded(known) for known in (unit.symbol, *unit.spellings)}:
            return unit
    return None


def one(symbol: str, *spellings: str) -> tuple[Unit, ...]:
    """A quantity that has a single accepted unit."""
    return (Unit(symbol, spellings=spellings),)


MICROMOLE_PER_L = Unit("µmol/L", spellings=("umol/L", "micromol/L"))

# 17.1 and 88.4 µmol/L in 1 mg/dL: the contract's factors
# (molar masses 584.7 and 113.1 g/mol).
BILIRUBIN = (MICROMOLE_PER_L, Unit("mg/dL", Decimal("17.1")))
CREATININE = (MICROMOLE_PER_L, Unit("mg/dL", Decimal("88.4")))
ALBUMIN = (Unit("g/L"), Unit("g/dL", Decimal(10)))
CELLS = (
    Unit("10⁹/L", spellings=("10^9/L", "10e9/L", "G/L")),
    Unit("10³/µL", spellings=("10^3/uL", "10e3/uL", "K/uL", "1000/uL")),
    Unit("/µL", Decimal("0.001"), ("/uL", "1/uL", "cells/uL")),
)
ALPHA_FETOPROTEIN = (Unit("ng/mL"), Unit("µg/L", spellings=("ug/L",)))
C_REACTIVE_PROTEIN = (Unit("mg/L"), Unit("mg/dL", Decimal(10)))
LENGTH = (Unit("mm"), Unit("cm", Decimal(10)))
HEIGHT = one("cm")
WEIGHT = one("kg")
YEARS = one("years", "year", "y")
RATIO = one("ratio", "1")
SECONDS = one("s", "sec", "seconds")
FILTRATION = one("mL/min/1.73 m²", "mL/min/1.73m2", "mL/min/1.73 m^2")
SODIUM = (Unit("mmol/L"), Unit("mEq/L"))
ENZYME = (Unit("U/L"), Unit("IU/L"))
PER_CENT = one("%", "percent", "pct")
MONTHS = one("months", "month")
DAYS = one("days", "day")
COUNT = one("")
