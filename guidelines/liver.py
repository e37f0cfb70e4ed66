"""The liver and the kidney as variables: Child-Pugh class from its components, kidney function from what gives it."""

import functools
from collections.abc import Mapping
from typing import NamedTuple

from guidelines.diagram import Possible, Variable
from guidelines.entry import Entry
from guidelines.possible import Entries, Pairs
from guidelines.scores import child_pugh, kidney

SEXES = ("female", "male")


class Liver:
    """Child-Pugh class; the facts that move it are the components."""

    def __init__(self, bit: Mapping[str, int]) -> None:
        values = tuple((name,) for name in child_pugh.CLASSES)
        self.variable = Variable("liver", ("child_pugh_class",), values)
        self._bits = tuple(bit[name] for name in child_pugh.COMPONENTS)

    def narrow(self, entries: Entries) -> Possible:
        """The classes still open. The entries must not contradict one another."""
        bands, _ = child_pugh.bands(entries)
        given = entries.get("child_pugh_class")
        return _classes_left(bands, given.options if given is not None else child_pugh.CLASSES, self._bits)


@functools.lru_cache(maxsize=4096)
def _classes_left(
    bands: tuple[tuple[int, ...], ...], allowed: tuple[object, ...], bits: tuple[int, ...]
) -> Possible:
    classes = {child_pugh.class_of(total) for total in child_pugh.sums(bands)} & set(allowed)
    indexes = tuple(index for index, name in enumerate(child_pugh.CLASSES) if name in classes)
    moves = tuple(
        (bit, _class_pairs(bands, place, classes)) for place, bit in enumerate(bits) if len(bands[place]) > 1
    )
    return Possible(indexes, moves)


def _class_pairs(bands: tuple[tuple[int, ...], ...], place: int, allowed: set[str]) -> Pairs:
    """The classes between which one component can move the sum, whatever the others are."""
    pairs = set()
    for total in child_pugh.sums(bands[:place] + bands[place + 1 :]):
        reached = {child_pugh.class_of(total + points) for points in bands[place]} & allowed
        places = sorted(child_pugh.CLASSES.index(name) for name in reached)
        pairs |= {(one, other) for one in places for other in places if one < other}
    return tuple(sorted(pairs))


class Filtration(NamedTuple):
    """Whether eGFR may be under the cut, whether it may be at or over it, and the facts that move it across."""

    may_be_low: bool
    may_be_enough: bool
    movers: tuple[str, ...] = ()


class Kidney:
    """Serious kidney dysfunction: eGFR under the edition's cut, or dialysis."""

    def __init__(self, bit: Mapping[str, int], egfr_cut: float) -> None:
        self.variable = Variable("kidney", ("has_serious_renal_dysfunction",), ((False,), (True,)))
        self._bit = bit
        self._cut = egfr_cut

    def narrow(self, entries: Entries) -> Possible:
        """False, true or both."""
        dialysis = entries.get("on_dialysis")
        if dialysis is not None and dialysis.value:
            return Possible((1,))
        filtration = self.filtration(entries)
        if not filtration.may_be_enough:
            return Possible((1,))
        if not filtration.may_be_low:  # this also settles dialysis as false
            return Possible((0,))
        movers = filtration.movers if dialysis is not None else (*filtration.movers, "on_dialysis")
        return Possible((0, 1), tuple((self._bit[name], ((0, 1),)) for name in movers))

    def filtration(self, entries: Entries) -> Filtration:
        """From eGFR where it is given and tells, else from creatinine, age and sex."""
        given = entries.get("egfr_ml_per_min_1_73m2")
        low, high = (given.low, given.high) if given is not None else (0.0, 250.0)
        if high < self._cut or low >= self._cut:
            return Filtration(high < self._cut, low >= self._cut)
        age = entries.get("age_years")
        youngest, oldest = (
            (age.low, age.high) if age is not None else (kidney.ADULT_FROM_YEARS, kidney.OLDEST_YEARS)
        )
        as_child = Filtration(True, True, ("egfr_ml_per_min_1_73m2",))
        if oldest < kidney.ADULT_FROM_YEARS:
            return as_child
        youngest_adult = max(youngest, kidney.ADULT_FROM_YEARS)
        adult = self._worked_out(entries, (youngest_adult, oldest), (low, high))
        if adult is None:  # the given range excludes what creatinine gives: the range stands
            return as_child
        if youngest >= kidney.ADULT_FROM_YEARS:
            return adult
        return Filtration(True, True, tuple(dict.fromkeys(("age_years", *adult.movers, *as_child.movers))))

    def _worked_out(
        self, entries: Entries, ages: tuple[float, float], given: tuple[float, float]
    ) -> Filtration | None:
        """CKD-EPI falls with creatinine and with age, so the corners tell all; None where none lies in `given`."""
        creatinine, sex = entries.get("creatinine_umol_per_l"), entries.get("sex")
        levels = _span(creatinine, 10, 4500)
        spans = {
            one: _within(_egfr_span(levels, ages, str(one)), given)
            for one in (sex.options if sex is not None else SEXES)
        }
        spans = {one: span for one, span in spans.items() if span[0] <= span[1]}
        if not spans:
            return None
        crossing = any(low < self._cut <= high for low, high in spans.values())
        movers = []
        if crossing and ages[0] < ages[1]:
            movers.append("age_years")
        if len(spans) > 1 and self._sex_decides(_egfr_span(levels, ages, "female"), given):
            movers.append("sex")
        if crossing and levels[0] < levels[1]:
            movers.append("creatinine_umol_per_l")
        return Filtration(
            any(low < self._cut for low, _ in spans.values()),
            any(high >= self._cut for _, high in spans.values()),
            tuple(movers),
        )

    def _sex_decides(self, female: tuple[float, float], given: tuple[float, float]) -> bool:
        """Whether some creatinine and age put a woman under the cut and a man at or over it, both within `given`.

        Near any cut under 60 creatinine is over both kappas, where the two formulas differ by a constant factor.
        """
        woman_to_man: float = (
            kidney.SEX_FACTOR["female"] * (kidney.KAPPA["female"] / kidney.KAPPA["male"]) ** 1.2
        )
        low = max(female[0], given[0], self._cut * woman_to_man)
        high = min(female[1], given[1] * woman_to_man)
        return low <= high and low < self._cut


def _span(entry: Entry | None, low: float, high: float) -> tuple[float, float]:
    return (entry.low, entry.high) if entry is not None else (low, high)


def _egfr_span(levels: tuple[float, float], ages: tuple[float, float], sex: str) -> tuple[float, float]:
    return (
        kidney.egfr_ml_per_min_1_73m2(levels[1], ages[1], sex),
        kidney.egfr_ml_per_min_1_73m2(levels[0], ages[0], sex),
    )


def _within(span: tuple[float, float], given: tuple[float, float]) -> tuple[float, float]:
    return max(span[0], given[0]), min(span[1], given[1])
