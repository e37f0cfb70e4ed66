"""The tumour as a variable: number, largest and share of the liver hang together, and a list of diameters gives two.

With no lesion, largest and share are 0; with a lesion, the largest is over 0.
"""

from collections.abc import Iterable, Mapping
from itertools import combinations

from guidelines.diagram import Possible, Variable
from guidelines.entry import Entry
from guidelines.fact import Fact
from guidelines.possible import Cut, Entries, Pairs, Regions

SMALLEST = 5e-324  # a lesion has a size, however small
NO_LESION: tuple[float, ...] = (0, 0, 0)
Span = tuple[float, float]


def spans(entries: Entries) -> tuple[Span, Span, Span]:
    """The ranges of number, largest and share, before they constrain one another."""
    diameters = entries.get("lesion_diameters_mm")
    count = _span(entries.get("lesion_count"), 1000)
    largest = _span(entries.get("largest_lesion_mm"), 500)
    if diameters is not None and diameters.diameters is not None:
        count = (len(diameters.diameters),) * 2
        largest = (max(diameters.diameters, default=0.0),) * 2
    return count, largest, _span(entries.get("tumour_fraction_pct"), 100)


def _span(entry: Entry | None, high: float) -> Span:
    return (entry.low, entry.high) if entry is not None else (0, high)


def may_be_none(count: Span, largest: Span, fraction: Span) -> bool:
    """Whether there may be no lesion."""
    return count[0] == 0 and largest[0] == 0 and fraction[0] == 0


def may_be_some(count: Span, largest: Span) -> bool:
    """Whether there may be a lesion."""
    return count[1] > 0 and largest[1] > 0


class Tumour:
    """Number, largest and share, as finely as the cuts of a forest ask."""

    def __init__(
        self,
        declared: Mapping[str, Fact],
        bit: Mapping[str, int],
        counts: Iterable[Cut],
        sizes: Iterable[Cut],
        fractions: Iterable[Cut],
    ) -> None:
        self._parts = ("lesion_count", "largest_lesion_mm", "tumour_fraction_pct")
        self._bits = tuple(bit[part] for part in self._parts)
        self._regions = tuple(
            Regions(low, declared[part].high, cuts)
            for part, low, cuts in zip(self._parts, (1, 0, 0), (counts, sizes, fractions), strict=True)
        )
        places = [
            (count, size, fraction)
            for count in range(len(self._regions[0].values))
            for size in range(len(self._regions[1].values))
            for fraction in range(len(self._regions[2].values))
        ]
        self._indexes = {place: index for index, place in enumerate(places, start=1)}
        values = tuple(self._value(place) for place in places)
        self.variable = Variable("tumour", self._parts, (NO_LESION, *values))
        self._narrowed: dict[object, Possible] = {}

    def _value(self, place: tuple[int, ...]) -> tuple[float, ...]:
        return tuple(regions.values[index] for regions, index in zip(self._regions, place, strict=True))

    def narrow(self, entries: Entries) -> Possible:
        """The values still open; none where the entries contradict one another."""
        count, largest, fraction = spans(entries)
        none = may_be_none(count, largest, fraction)
        some: tuple[range, ...] = ()
        if may_be_some(count, largest):
            lows = (max(count[0], 1), max(largest[0], SMALLEST), fraction[0])
            highs = (count[1], largest[1], fraction[1])
            some = tuple(
                regions.between(low, high)
                for regions, low, high in zip(self._regions, lows, highs, strict=True)
            )
        key = (none, some)
        if key not in self._narrowed:
            self._narrowed[key] = self._work_out(none, some)
        return self._narrowed[key]

    def _work_out(self, none: bool, some: tuple[range, ...]) -> Possible:
        places = [place for place in self._indexes if some and self._lies_in(place, some)]
        indexes = tuple(self._indexes[place] for place in places)
        moves = [[*self._pairs(places, axis)] for axis in range(len(self._parts))]
        if none:
            # With no lesion the other two may take any value, so the number alone leads to every other place.
            moves[0] += [(0, index) for index in indexes]
            indexes = (0, *indexes)
        return Possible(indexes, tuple(zip(self._bits, map(tuple, moves), strict=True)))

    def _lies_in(self, place: tuple[int, ...], some: tuple[range, ...]) -> bool:
        return all(index in span for index, span in zip(place, some, strict=True))

    def _pairs(self, places: list[tuple[int, int, int]], axis: int) -> Pairs:
        """Places that differ along one axis only."""
        lines: dict[tuple[int, ...], list[int]] = {}
        for place in places:
            lines.setdefault(place[:axis] + place[axis + 1 :], []).append(self._indexes[place])
        return tuple(pair for line in lines.values() for pair in combinations(line, 2))
