"""CTCAE v5.0 from numbers: which grades a value leaves possible, and which fact would decide between them.

An exact edge belongs to the lower grade. An unknown limit or baseline leaves every grade that it could give.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

# Multiples of the upper limit, or of an abnormal baseline: the upper edges of grades 1, 2 and 3.
ENZYME_EDGES = (3.0, 5.0, 20.0)
BILIRUBIN_EDGES = (1.5, 3.0, 10.0)
# Over an abnormal baseline, grade 1 of an enzyme begins at 1.5 times (printed "1.5 - 3.0"), of bilirubin over 1.0.
ENZYME_FROM_BASELINE = 1.5
BILIRUBIN_OVER_BASELINE = 1.0
CREATININE_EDGES = (1.5, 3.0, 6.0)
# Creatinine over these multiples of the baseline is grade 2 and grade 3, whatever the limit of normal.
CREATININE_OVER_BASELINE = (1.5, 3.0)
# 10⁹/L: the lower edges of grades 1, 2 and 3; grade 1 begins under the lower limit of normal.
LEUKOCYTE_EDGES = (3.0, 2.0, 1.0)
PLATELET_EDGES = (75.0, 50.0, 25.0)
# °C: where grade 1 begins, and the upper edges of grades 1 and 2; beyond, grade 3 up to 24 hours and 4 over.
FEVER_FROM_C = 38.0
FEVER_EDGES_C = (39.0, 40.0)
FEVER_OVER_HOURS = 24.0

# 2.1 / 1.4 must be 1.5 and no noise over it.
DECIMALS = 9


class Measured(NamedTuple):
    """A value with what it is compared with, in one unit; None is unknown."""

    value: float
    upper_limit: float | None = None
    lower_limit: float | None = None
    baseline: float | None = None
    hours_over_40_c: float | None = None


class Possible(NamedTuple):
    """The grades left, lowest first; `missing` is empty where it is one."""

    grades: tuple[int, ...]
    missing: tuple[str, ...] = ()


def _over(value: float, edges: Sequence[float]) -> int:
    return sum(value > edge for edge in edges)


def _under(value: float, edges: Sequence[float]) -> int:
    return sum(value < edge for edge in edges)


def _times(value: float, of: float) -> float:
    return round(value / of, DECIMALS)


def _up_to(low: int, high: int, *missing: str) -> Possible:
    """Every grade from low to high; nothing is missing where they are one."""
    return Possible(tuple(range(low, high + 1)), missing if high > low else ())


def _by_multiple(
    measured: Measured, edges: Sequence[float], is_event_over_baseline: Callable[[float], bool]
) -> Possible:
    """By the upper limit where the baseline was normal, by the baseline where it was not."""
    value, upper, baseline = measured.value, measured.upper_limit, measured.baseline
    if upper is None:
        return _up_to(0, len(edges) + 1, "upper_limit")
    by_limit = 1 + _over(_times(value, upper), edges) if value > upper else 0
    if baseline is None:
        # An abnormal baseline lies over the limit: it can only lower the grade.
        return _up_to(0, by_limit, "baseline")
    if baseline <= upper:
        return Possible((by_limit,))
    multiple = _times(value, baseline)
    return Possible((1 + _over(multiple, edges) if is_event_over_baseline(multiple) else 0,))


def enzyme(measured: Measured) -> Possible:
    """ALT and AST."""
    return _by_multiple(measured, ENZYME_EDGES, lambda multiple: multiple >= ENZYME_FROM_BASELINE)


def bilirubin(measured: Measured) -> Possible:
    """Blood bilirubin increased."""
    return _by_multiple(measured, BILIRUBIN_EDGES, lambda multiple: multiple > BILIRUBIN_OVER_BASELINE)


def creatinine(measured: Measured) -> Possible:
    """The graver of the multiple of the upper limit and of the baseline."""
    value, upper, baseline = measured.value, measured.upper_limit, measured.baseline
    low_by_limit, high_by_limit = 0, len(CREATININE_EDGES) + 1
    if upper is not None:
        low_by_limit = high_by_limit = (
            1 + _over(_times(value, upper), CREATININE_EDGES) if value > upper else 0
        )
    low_by_baseline, high_by_baseline = 0, len(CREATININE_OVER_BASELINE) + 1
    if baseline is not None:
        over = _over(_times(value, baseline), CREATININE_OVER_BASELINE)
        low_by_baseline = high_by_baseline = over + 1 if over else 0
    missing = [name for name in ("upper_limit", "baseline") if getattr(measured, name) is None]
    low, high = max(low_by_limit, low_by_baseline), max(high_by_limit, high_by_baseline)
    return _up_to(low, high, *missing)


def _by_count(measured: Measured, edges: Sequence[float]) -> Possible:
    """Under the printed numbers whatever the laboratory's limit; grade 1 needs the limit."""
    under = _under(measured.value, edges)
    if under:
        return Possible((under + 1,))
    if measured.lower_limit is None:
        return _up_to(0, 1, "lower_limit")
    return Possible((1 if measured.value < measured.lower_limit else 0,))


def leukocytes(measured: Measured) -> Possible:
    """White blood cell decreased."""
    return _by_count(measured, LEUKOCYTE_EDGES)


def platelets(measured: Measured) -> Possible:
    """Platelet count decreased."""
    return _by_count(measured, PLATELET_EDGES)


def fever(measured: Measured) -> Possible:
    """Temperature in °C."""
    if measured.value < FEVER_FROM_C:
        return Possible((0,))
    over = _over(measured.value, FEVER_EDGES_C)
    if over < len(FEVER_EDGES_C):
        return Possible((over + 1,))
    if measured.hours_over_40_c is None:
        return _up_to(3, 4, "hours_over_40_c")
    return Possible((4 if measured.hours_over_40_c > FEVER_OVER_HOURS else 3,))


# By the value that grades it.
GRADERS: Mapping[str, Callable[[Measured], Possible]] = {
    "temperature_c": fever,
    "alt_u_per_l": enzyme,
    "ast_u_per_l": enzyme,
    "bilirubin_umol_per_l": bilirubin,
    "creatinine_umol_per_l": creatinine,
    "leukocytes_10e9_per_l": leukocytes,
    "platelets_10e9_per_l": platelets,
}
# The most that each can be, where not even the value is known.
HIGHEST_GRADE = 4
