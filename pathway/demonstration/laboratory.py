"""The laboratory of the demonstration team: values with its reference limits."""

from datetime import date
from decimal import Decimal

from patients import analytes
from patients.actions import labs

# An invented laboratory's limits, in canonical units: what a report prints beside a value.
LIMITS: dict[str, tuple[str, str]] = {
    "bilirubin_umol_per_l": ("3", "21"),
    "albumin_g_per_l": ("35", "52"),
    "creatinine_umol_per_l": ("60", "105"),
    "alt_u_per_l": ("10", "50"),
    "ast_u_per_l": ("10", "50"),
    "leukocytes_10e9_per_l": ("3.9", "10.2"),
    "platelets_10e9_per_l": ("140", "370"),
}


def entry(name: str, value: float, taken_on: date) -> labs.LabEntry:
    """Return one value, written with one decimal below 10."""
    low, high = LIMITS.get(name, (None, None))
    return labs.LabEntry(
        analyte=name,
        value=Decimal(str(round(value, 1 if value < 10 else 0))),
        unit=analytes.ALL[name].unit.symbol,
        taken_on=taken_on,
        reference_low=Decimal(low) if low else None,
        reference_high=Decimal(high) if high else None,
    )
