"""Where lesions are drawn on the liver map: the places of Couinaud's segments in `patients/_liver_map.html`.

Pure data and one function. A place belongs to the drawing (viewBox 0 0 520 336), so the two change together.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians, sin

# Several lesions of one segment take these places in turn; the first is clear of the segment's label.
PLACES: dict[str, tuple[tuple[float, float], ...]] = {
    "1": ((284, 121),),
    "2": ((400, 67), (442, 71), (360, 66), (474, 77)),
    "3": ((372, 124), (412, 122), (346, 166), (450, 110)),
    "4a": ((256, 99), (292, 86), (258, 137)),
    "4b": ((282, 186), (264, 216), (302, 216), (251, 184)),
    "5": ((184, 238), (150, 216), (212, 268), (158, 272)),
    "6": ((88, 240), (64, 206), (57, 256), (108, 206)),
    "7": ((104, 134), (66, 132), (140, 92), (66, 164)),
    "8": ((194, 118), (166, 148), (226, 92), (222, 138)),
}
SEGMENTS = tuple(PLACES)
# The narrow segments cannot hold a large circle without covering their neighbours.
LARGEST_RADIUS = {"1": 16.0, "4a": 16.0, "2": 19.0, "4b": 24.0}
LARGEST_RADIUS_ELSEWHERE = 36.0
SMALLEST_RADIUS = 15.0  # holds "L1" in letters of 13 px on a small map
# The drawing is 470 units wide for a liver of about 210 mm.
UNITS_PER_MM = 2.2
# Beyond the prepared places: around the first one, each a golden angle further, so that none hides another.
GOLDEN_ANGLE_DEGREES = 137.5
# Lesions whose segment nobody has said wait beside the liver, where they are seen.
WAITING_ROW = (366.0, 296.0)
WAITING_STEP = 38.0


@dataclass(frozen=True)
class MappedLesion:
    """What the map needs of a lesion. A diameter that is None is not known; viable 0 means no longer viable."""

    label: str
    segments: tuple[str, ...]
    longest_mm: float | None = None
    viable_mm: float | None = None
    first_mm: float | None = None


@dataclass(frozen=True)
class Mark:
    """One lesion as it is drawn; `state` is viable, gone or unknown; `first_radius` is its size when first seen."""

    label: str
    x: float
    y: float
    radius: float
    state: str
    first_radius: float | None
    segments: tuple[str, ...]
    longest_mm: float | None
    viable_mm: float | None

    @property
    def is_placed(self) -> bool:
        return bool(self.segments)


def marks_for(lesions: Iterable[MappedLesion]) -> list[Mark]:
    """Return a mark for every lesion, none left out: in its segment, between its segments, or waiting beside."""
    taken: Counter[str] = Counter()
    return [_mark(lesion, taken) for lesion in lesions]


def _mark(lesion: MappedLesion, taken: Counter[str]) -> Mark:
    segments = tuple(segment for segment in lesion.segments if segment in PLACES)
    key = "+".join(segments)
    x, y = _place(segments, turn=taken[key])
    taken[key] += 1
    limit = min((LARGEST_RADIUS.get(s, LARGEST_RADIUS_ELSEWHERE) for s in segments), default=SMALLEST_RADIUS)
    shown_mm = lesion.longest_mm if lesion.viable_mm is None else lesion.viable_mm
    return Mark(
        label=lesion.label,
        x=round(x, 1),
        y=round(y, 1),
        radius=_radius(shown_mm, limit),
        state=_state(lesion.viable_mm),
        first_radius=None if lesion.first_mm is None else _radius(lesion.first_mm, limit + 6) + 3,
        segments=segments,
        longest_mm=lesion.longest_mm,
        viable_mm=lesion.viable_mm,
    )


def _place(segments: tuple[str, ...], *, turn: int) -> tuple[float, float]:
    if not segments:
        return WAITING_ROW[0] + turn % 4 * WAITING_STEP, WAITING_ROW[1] - turn // 4 * WAITING_STEP
    if len(segments) == 1 and turn < len(PLACES[segments[0]]):
        return PLACES[segments[0]][turn]
    first = [PLACES[segment][0] for segment in segments]
    x, y = sum(x for x, _ in first) / len(first), sum(y for _, y in first) / len(first)
    distance = 0 if len(segments) > 1 and turn == 0 else 20 + 4 * turn
    angle = radians(GOLDEN_ANGLE_DEGREES * turn)
    return x + distance * cos(angle), y + distance * sin(angle)


def _radius(diameter_mm: float | None, limit: float) -> float:
    if diameter_mm is None:
        return SMALLEST_RADIUS
    return round(min(max(float(diameter_mm) * UNITS_PER_MM / 2, SMALLEST_RADIUS), limit), 1)


def _state(viable_mm: float | None) -> str:
    if viable_mm is None:
        return "unknown"
    return "viable" if viable_mm > 0 else "gone"
