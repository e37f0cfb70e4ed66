"""Small numbers for who may not export: fewer than five patients are not shown as a number or drawn."""

from collections.abc import Iterable
from dataclasses import replace

from pathway.cohort.counts import Count, Row
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


def is_hidden(count: Count, *, is_masked: bool) -> bool:
    """Many events of few patients are few patients."""
    return is_masked and 0 < count.patients < FEWEST


def counted(count: Count, *, is_masked: bool) -> str:
    """Return a count as shown."""
    return FEW if is_hidden(count, is_masked=is_masked) else str(count.number)


def together(row: Row, *, is_masked: bool) -> str:
    """Return the count of all kinds; where one is hidden only what the others make, so that it cannot be worked out."""
    if is_hidden(row.together, is_masked=is_masked):
        return FEW
    shown = shown_number(row, is_masked=is_masked)
    return str(shown) if shown == row.together.number else f"≥{max(shown, FEWEST)}"


def shown_number(row: Row, *, is_masked: bool) -> int:
    """Return how many of a row are drawn."""
    return sum(count.number for count in row.counts if not is_hidden(count, is_masked=is_masked))


def hides_any(rows: Iterable[Row], *, is_masked: bool) -> bool:
    """Say whether a share of these rows would tell a small number, which what it is of may be as well."""
    counts = (count for row in rows for count in (*row.counts, row.together, row.of))
    return any(is_hidden(count, is_masked=is_masked) for count in counts)


def shows_share(share: float, patients: int, *, is_masked: bool) -> bool:
    """Say whether a percentile may be shown: five patients lie beyond it on either side."""
    # A tenth of fifty is five; the small amount is float noise.
    return not is_masked or min(share, 1 - share) * patients >= FEWEST - 1e-9
