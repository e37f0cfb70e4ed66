"""What a patient's entries leave possible: for each variable of a forest, its values still open and what moves them.

Facts that constrain one another make one variable, so that variables are independent and contradictions are left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, Protocol

from guidelines.diagram import Possible, Variable
from guidelines.entry import Entry
from guidelines.fact import Fact

Entries = Mapping[str, Entry]
Pairs = tuple[tuple[int, int], ...]


class Group(Protocol):
    """A variable, and how entries narrow it."""

    variable: Variable

    def narrow(self, entries: Entries) -> Possible:
        """The values still open."""
        ...


class Cut(NamedTuple):
    """Where a number's meaning changes: the value itself belongs above, unless it belongs below."""

    at: float
    belongs_below: bool = False


def at_least(value: float) -> Cut:
    """For `>=` and `<`."""
    return Cut(value)


def at_most(value: float) -> Cut:
    """For `<=` and `>`."""
    return Cut(value, belongs_below=True)


class Regions:
    """A number line divided by cuts, with one value that stands for each region."""

    def __init__(self, low: float, high: float, cuts: Iterable[Cut]) -> None:
        self.cuts = sorted(set(cuts))
        self.values = tuple(self._stand_in(index, low, high) for index in range(len(self.cuts) + 1))

    def _stand_in(self, index: int, low: float, high: float) -> float:
        left = self.cuts[index - 1] if index else Cut(low, belongs_below=True)
        right = self.cuts[index] if index < len(self.cuts) else Cut(high)
        if not left.belongs_below:
            return left.at
        return right.at if right.belongs_below else (left.at + right.at) / 2

    def index(self, value: float) -> int:
        """The region of a value."""
        region = 0
        for at, belongs_below in self.cuts:
            if value < at or (belongs_below and value == at):
                break
            region += 1
        return region

    def between(self, low: float, high: float) -> range:
        """The regions that a range touches."""
        return range(self.index(low), self.index(high) + 1)


def bits(names: Iterable[str]) -> dict[str, int]:
    """A bit for each fact, in order."""
    return {name: 1 << index for index, name in enumerate(names)}


def names(missing: int, of: Sequence[str]) -> list[str]:
    """The facts whose bits are set, in order."""
    return [name for index, name in enumerate(of) if missing >> index & 1]


def all_pairs(indexes: Iterable[int]) -> Pairs:
    """Any of them to any other."""
    return tuple(combinations(indexes, 2))


class Single:
    """One fact by itself."""

    def __init__(self, fact: Fact, bit: int, cuts: Sequence[Cut] = ()) -> None:
        self._name = fact.name
        self._bit = bit
        self._regions = Regions(fact.low, fact.high, cuts) if fact.kind == "number" else None
        values: tuple[object, ...] = (
            self._regions.values if self._regions is not None else fact.possible_choices
        )
        self.variable = Variable(fact.name, (fact.name,), tuple((value,) for value in values))
        places = {value: index for index, value in enumerate(values)}
        self._known: dict[tuple[object, ...], Possible] = {
            (value,): self._open((index,)) for value, index in places.items()
        }
        self._places = places
        self._everything = self._open(tuple(range(len(values))))

    def narrow(self, entries: Entries) -> Possible:
        """The values still open."""
        entry = entries.get(self._name)
        if entry is None:
            return self._everything
        if self._regions is None:
            return self._known.get(entry.options) or self._open(
                tuple(map(self._places.__getitem__, entry.options))
            )
        if entry.low == entry.high:
            return self._known[self.variable.values[self._regions.index(entry.low)]]
        return self._open(tuple(self._regions.between(entry.low, entry.high)))

    def _open(self, indexes: tuple[int, ...]) -> Possible:
        return Possible(indexes, ((self._bit, all_pairs(indexes)),))


class Fistula:
    """The fistula with its kind. The kind of no fistula has no meaning, and a known kind says that there is one."""

    def __init__(self, fistula: Fact, kind: Fact, bit: Mapping[str, int]) -> None:
        degrees = fistula.choice_values[1:]
        pairs = tuple((degree, one) for degree in degrees for one in kind.choice_values)
        self.variable = Variable("fistula", ("fistula", "fistula_kind"), (("none", None), *pairs))
        self._bits = (bit["fistula"], bit["fistula_kind"])
        self._narrowed: dict[object, Possible] = {}

    def narrow(self, entries: Entries) -> Possible:
        """The values still open."""
        fistula, kind = entries.get("fistula"), entries.get("fistula_kind")
        key = (fistula and fistula.options, known_kind(kind))
        if key not in self._narrowed:
            self._narrowed[key] = self._work_out(*key)
        return self._narrowed[key]

    def _work_out(self, degrees: Sequence[object] | None, kind: object) -> Possible:
        def fits(degree: object, one: object) -> bool:
            if degrees is not None and degree not in degrees:
                return False
            return kind is None or kind == one

        values = self.variable.values
        indexes = tuple(index for index, value in enumerate(values) if fits(*value))
        return Possible(
            indexes,
            (
                (self._bits[0], self._pairs(indexes, fixed=1, free=0)),
                (self._bits[1], self._pairs(indexes, fixed=0, free=1)),
            ),
        )

    def _pairs(self, indexes: Iterable[int], fixed: int, free: int) -> Pairs:
        values = self.variable.values
        return tuple(
            (one, other)
            for one, other in combinations(indexes, 2)
            if values[one][free] != values[other][free] and _agree(values[one][fixed], values[other][fixed])
        )


def _agree(one: object, other: object) -> bool:
    """The kind of no fistula may be any."""
    return one is None or one == other


def known_kind(entry: Entry | None) -> object:
    """The kind of fistula where it is given; a list of both kinds says nothing."""
    return entry.value if entry is not None else None


class Invasion:
    """Macrovascular invasion and portal tumour thrombus: vp1 or more is invasion."""

    def __init__(self, bit: Mapping[str, int]) -> None:
        values = ((False, "vp0"), (True, "vp0"), (True, "vp1"))
        self.variable = Variable("invasion", ("macrovascular_invasion", "pvtt"), values)
        self._moves = ((bit["macrovascular_invasion"], ((0, 1),)), (bit["pvtt"], ((1, 2),)))

    def narrow(self, entries: Entries) -> Possible:
        """The values still open; none where the two contradict each other."""
        invasion, pvtt = entries.get("macrovascular_invasion"), entries.get("pvtt")
        known = invasion.options if invasion is not None else (False, True)
        degrees = pvtt.options if pvtt is not None else ("vp0", "vp1")
        fits = (
            False in known and "vp0" in degrees,
            True in known and "vp0" in degrees,
            True in known and any(degree != "vp0" for degree in degrees),
        )
        indexes = tuple(index for index, possible in enumerate(fits) if possible)
        open_moves = tuple(
            (bit, tuple(pair for pair in pairs if set(pair) <= set(indexes))) for bit, pairs in self._moves
        )
        return Possible(indexes, open_moves)
