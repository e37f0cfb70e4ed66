"""The vessel map: what is marked on the arterial tree, and how each artery is drawn for it.

Every target has its mark, none is left out; the number in a mark is the number of its row in the table beside it.
A feeder of a treated lesion that was not treated stands out. Pure: rows are read in `procedures.vessel_rows`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from django.utils.functional import Promise

from procedures import vessel_drawing
from procedures.vessel_drawing import Vessel

TREATED, UNTREATED, UNCONFIRMED = "treated", "untreated", "unconfirmed"
# A mark holds one figure; each further sign makes it so much wider.
MARK_WIDTH, SIGN_WIDTH = 22.0, 8.0
# Treated vessels are drawn wider than they are, and never thin.
LEAST_TREATED_WIDTH, TREATED_MORE = 6.0, 1.5
# Nearer to the tip than to the origin: there the catheter was.
ALONG = 0.58
BESIDE_STEP = 30.0


@dataclass(frozen=True)
class MappedTarget:
    """What the map needs of a target. `line` are the codes of the artery and of all that it arises from."""

    number: int
    artery: str
    name: str
    line: Sequence[str] = ()
    lesions: Collection[str] = ()
    is_confirmed: bool = True


@dataclass(frozen=True)
class Feeder:
    """An artery that feeds lesions, as planned or as an earlier procedure found; no lesions: of all."""

    artery: str
    name: str
    line: Sequence[str] = ()
    lesions: Collection[str] = ()
    why: str | Promise = ""


@dataclass(frozen=True)
class Mark:
    """One artery as it is marked: with the numbers of its rows."""

    artery: str
    name: str
    numbers: tuple[int, ...]
    state: str
    x: float
    y: float
    # Of an untreated feeder: the lesions that it feeds, and how it is known.
    feeder: Feeder | None = None

    @property
    def text(self) -> str:
        return ", ".join(str(number) for number in self.numbers)

    @property
    def width(self) -> float:
        return MARK_WIDTH + SIGN_WIDTH * (len(self.text) - 1)

    @property
    def left(self) -> float:
        return round(self.x - self.width / 2, 1)


@dataclass(frozen=True)
class DrawnVessel:
    """One artery with what was done to it. `state` is empty for the many that nothing happened to."""

    vessel: Vessel
    state: str = ""
    is_present: bool = False
    is_absent: bool = False

    @property
    def width(self) -> float:
        if self.state in (TREATED, UNTREATED):
            return max(LEAST_TREATED_WIDTH, self.vessel.width + TREATED_MORE)
        return self.vessel.width

    @property
    def is_hidden(self) -> bool:
        """A variant that is neither shown by habit nor recorded."""
        return not (self.vessel.shown or self.is_present or self.state)

    @property
    def word_y(self) -> float:
        return self.vessel.label_y + self.vessel.word_dy

    @property
    def classes(self) -> str:
        marks = {"is-present": self.is_present, "is-absent": self.is_absent and not self.state}
        states = [f"is-{self.state}"] if self.state else []
        return " ".join(
            ["vm", f"vm-{self.vessel.kind}", *states, *(name for name, on in marks.items() if on)]
        )


def untreated(targets: Iterable[MappedTarget], feeders: Iterable[Feeder]) -> list[Feeder]:
    """Return the feeders of a treated lesion that no target reached: neither itself, nor a branch, nor its stem."""
    confirmed = [target for target in targets if target.is_confirmed]
    treated_lesions = {lesion for target in confirmed for lesion in target.lesions}
    found: dict[str, Feeder] = {}
    for feeder in feeders:
        feeds_treated = bool(confirmed) and (not feeder.lesions or treated_lesions & set(feeder.lesions))
        if feeds_treated and not any(_is_reached(feeder, target) for target in confirmed):
            found.setdefault(feeder.artery, feeder)
    return list(found.values())


def _is_reached(feeder: Feeder, target: MappedTarget) -> bool:
    return feeder.artery == target.artery or feeder.artery in target.line or target.artery in feeder.line


def marks_for(targets: Sequence[MappedTarget], feeders: Iterable[Feeder] = ()) -> list[Mark]:
    """Return one mark for each artery that was treated or should have been, with the numbers of its rows."""
    beside = count()
    by_artery: dict[str, list[MappedTarget]] = {}
    for target in targets:
        by_artery.setdefault(target.artery, []).append(target)
    marks = [_mark_of_targets(held, beside) for held in by_artery.values()]
    next_number = max((target.number for target in targets), default=0) + 1
    for number, feeder in enumerate(untreated(targets, feeders), start=next_number):
        x, y = _place(feeder.artery, feeder.line, beside)
        marks.append(Mark(feeder.artery, feeder.name, (number,), UNTREATED, x, y, feeder))
    return marks


def _mark_of_targets(targets: Sequence[MappedTarget], beside: Iterable[int]) -> Mark:
    first = targets[0]
    x, y = _place(first.artery, first.line, beside)
    state = TREATED if any(target.is_confirmed for target in targets) else UNCONFIRMED
    return Mark(first.artery, first.name, tuple(target.number for target in targets), state, x, y)


def _place(artery: str, line: Sequence[str], beside: Iterable[int]) -> tuple[float, float]:
    """On the artery; on the nearest drawn one that it arises from; else beside the picture, where it is seen."""
    for code in (artery, *line):
        # On the aorta, a mark would say nothing.
        if code in vessel_drawing.BY_CODE and code != "aorta":
            share = ALONG if code == artery else 1.0
            return point_along(vessel_drawing.BY_CODE[code].course, share)
    x, y = vessel_drawing.BESIDE
    return x, y + BESIDE_STEP * next(iter(beside))


def point_along(course: str, share: float) -> tuple[float, float]:
    """Return the point of a course of cubic curves, by share of its curves: 0 is the origin, 1 the tip."""
    numbers = [float(part) for part in course.replace("M", " ").replace("C", " ").split()]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    curves = (len(points) - 1) // 3
    which = min(int(share * curves), curves - 1)
    t = share * curves - which
    p0, p1, p2, p3 = points[which * 3 : which * 3 + 4]
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x, y = (
        sum(weight * point[axis] for weight, point in zip(weights, (p0, p1, p2, p3), strict=True))
        for axis in (0, 1)
    )
    return round(x, 1), round(y, 1)


def vessels_for(marks: Iterable[Mark], variants: Collection[str] = ()) -> list[DrawnVessel]:
    """Return every artery with its state; `variants` are the codes of those that were recorded as present."""
    by_artery = {mark.artery: mark for mark in marks}
    present = set(variants) | {
        code for code in by_artery if code in vessel_drawing.BY_CODE and _is_variant(code)
    }
    absent = {vessel_drawing.BY_CODE[code].replaces for code in present if code in vessel_drawing.BY_CODE}
    return [
        DrawnVessel(
            vessel,
            state=by_artery[vessel.code].state if vessel.code in by_artery else "",
            is_present=vessel.code in present,
            is_absent=vessel.code in absent,
        )
        for vessel in vessel_drawing.VESSELS
    ]


def _is_variant(code: str) -> bool:
    return vessel_drawing.BY_CODE[code].kind == "variant"
