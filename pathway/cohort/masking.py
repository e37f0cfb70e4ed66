"""Small numbers for who may not export: fewer than five patients are not shown as a number or drawn."""

from dataclasses import replace

from pathway.cohort.survival import Curve

FEWEST = 5
FEW = f"<{FEWEST}"


def number(count: int, *, is_masked: bool) -> str:
    """Return the number as shown; none at all is no small number."""
    return FEW if is_masked and 0 < count < FEWEST else str(count)


def curve(drawn: Curve) -> Curve:
    """Return the curve as far as five or more are still watched."""
    return replace(drawn, steps=tuple(step for step in drawn.steps if step.at_risk >= FEWEST))


def is_too_few(count: int, *, is_masked: bool) -> bool:
    return is_masked and count < FEWEST
