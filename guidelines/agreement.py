"""How far two readers agree: Cohen's kappa, plain or weighted by the distance between ordered categories.

Cohen 1960, Educ Psychol Meas 20:37, doi:10.1177/001316446002000104; weighted: Cohen 1968, Psychol Bull 70:213,
doi:10.1037/h0026256, with weights that fall in a line.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

Pair = tuple[str, str]
Weight = Callable[[str, str], Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """`n` pairs of readings. `observed` and `expected` are shares of 1, weighted where kappa is.

    All None without a pair; `kappa` is None too where chance alone would always agree (one category only).
    """

    n: int
    observed: float | None
    expected: float | None
    kappa: float | None
    source: str


def kappa(pairs: Sequence[Pair]) -> Agreement:
    """Cohen's kappa: the same category or not."""
    return _agreement(pairs, lambda one, other: Fraction(one == other), "cohen-1960")


def weighted_kappa(pairs: Sequence[Pair], in_order: Sequence[str]) -> Agreement:
    """Kappa for ordered categories (CR, PR, SD, PD): the farther apart, the less two readings agree.

    Every category of the pairs must stand in `in_order`, which has two or more: ValueError.
    """
    place = {category: index for index, category in enumerate(in_order)}
    strange = {category for pair in pairs for category in pair} - set(place)
    if strange or len(place) < 2:
        raise ValueError(f"not ordered: {', '.join(sorted(strange)) or 'fewer than two categories'}")
    farthest = len(in_order) - 1

    def weight(one: str, other: str) -> Fraction:
        return 1 - Fraction(abs(place[one] - place[other]), farthest)

    return _agreement(pairs, weight, "cohen-1968")


def _agreement(pairs: Sequence[Pair], weight: Weight, source: str) -> Agreement:
    n = len(pairs)
    if not n:
        return Agreement(n=0, observed=None, expected=None, kappa=None, source=source)
    observed = sum((weight(one, other) for one, other in pairs), Fraction(0)) / n
    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = (
        times * often * weight(one, other)
        for one, times in firsts.items()
        for other, often in seconds.items()
    )
    expected = sum(by_chance, Fraction(0)) / n**2
    beyond_chance = None if expected == 1 else float((observed - expected) / (1 - expected))
    return Agreement(
        n=n, observed=float(observed), expected=float(expected), kappa=beyond_chance, source=source
    )
