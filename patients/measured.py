"""What a measured value may be, and what is said when it cannot: for facts and for laboratory analytes alike."""

from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext

from guidelines import units
from patients import written_numbers

POWERS_OF_TEN = (Decimal("0.1"), Decimal("0.01"), Decimal("0.001"), Decimal(10), Decimal(100), Decimal(1000))


class Measured(Protocol):
    """What a measure field reads of a fact or an analyte."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def units(self) -> tuple[units.Unit, ...]: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def whole(self) -> bool: ...
    @property
    def gap_above_zero_to(self) -> float: ...


def unit_label(unit: units.Unit) -> str:
    """The unit as the screen shows it behind a number: ×10⁹/L, mg/dL, nothing for a ratio."""
    if unit.symbol == "ratio":
        return ""
    return f"×{unit.symbol}" if unit.symbol[:1].isdigit() else unit.symbol


def is_possible(measured: Measured, entered: Decimal, unit: units.Unit) -> bool:
    """Whether the value lies inside the declared range, in the way the guideline judges it."""
    canonical = unit.to_canonical(float(entered))
    inside = measured.low <= canonical <= measured.high and not 0 < canonical < measured.gap_above_zero_to
    return inside and not (measured.whole and canonical != int(canonical))


def problem_with(
    measured: Measured, entered: Decimal, unit: units.Unit, *, plausible: tuple[float, float] | None = None
) -> str:
    """Why the value cannot be right, in the words of the person who typed it; empty when it can."""
    if is_possible(measured, entered, unit):
        return ""
    given = written_numbers.as_text(entered)
    return f"{_limits(measured, unit)} {gettext('You gave %s.') % given}{likely_slip(measured, entered, unit, plausible)}"  # noqa: E501


def _limits(measured: Measured, unit: units.Unit) -> str:
    said = {
        "label": gettext(measured.label),
        "low": written_numbers.about_three_digits(unit.from_canonical(measured.low)),
        "high": written_numbers.about_three_digits(unit.from_canonical(measured.high)),
        "gap": written_numbers.about_three_digits(measured.gap_above_zero_to),
        "unit": unit_label(unit),
    }
    if measured.gap_above_zero_to:
        text = gettext("%(label)s must be 0, or between %(gap)s and %(high)s %(unit)s.") % said
    elif measured.whole:
        text = gettext("%(label)s must be a whole number between %(low)s and %(high)s.") % said
    else:
        text = gettext("%(label)s must be between %(low)s and %(high)s %(unit)s.") % said
    return text.replace(" .", ".")


def likely_slip(
    measured: Measured, entered: Decimal, unit: units.Unit, plausible: tuple[float, float] | None
) -> str:
    """A likely slip: another unit, else one misplaced decimal point. Nothing when two slips are as likely."""
    low, high = plausible or (measured.low, measured.high)
    other_units = [
        f"{written_numbers.as_text(entered)} {unit_label(other)}"
        for other in measured.units
        if other.factor != unit.factor and low <= other.to_canonical(float(entered)) <= high
    ]
    other_points = [
        written_numbers.as_text(entered * power)
        for power in POWERS_OF_TEN
        if low <= unit.to_canonical(float(entered * power)) <= high
        and is_possible(measured, entered * power, unit)
    ]
    slips = other_units or other_points
    return " " + gettext("Did you mean %s?") % slips[0] if len(slips) == 1 else ""


def equivalent_of(measured: Measured, value: Any) -> str:
    """The same amount in the next other unit ("1.1 mg/dL"), empty without one or for a range."""
    if not isinstance(value, dict) or "value" not in value:
        return ""
    unit = units.find(measured.units, value.get("unit") or measured.units[0].symbol)
    others = [other for other in measured.units if unit and other.factor != unit.factor]
    if unit is None or not others:
        return ""
    amount = others[0].from_canonical(unit.to_canonical(float(value["value"])))
    return f"{written_numbers.as_text(Decimal(f'{amount:.3g}'))} {unit_label(others[0])}"
