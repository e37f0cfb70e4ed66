"""Child-Pugh (Pugh 1973, Br J Surg 60:646): five components, 1 to 3 points each, with what is not known left open."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from guidelines.entry import Entry

COMPONENTS = ("bilirubin_umol_per_l", "albumin_g_per_l", "inr", "ascites", "encephalopathy")
CLASSES = ("A", "B", "C")
ANY = (1, 2, 3)

# Each table prints its own cut-offs by unit: under the first 1 point, up to the second 2, over it 3.
# Converting before comparing would give another band at 34.0-34.2 and 51.0-51.3 µmol/L.
BILIRUBIN_CUTS = {"µmol/L": (34.0, 51.0), "mg/dL": (2.0, 3.0)}
# Albumin counts the other way: over the first 1 point, down to the second 2, under it 3.
ALBUMIN_CUTS = {"g/L": (35.0, 28.0), "g/dL": (3.5, 2.8)}
# 2.3 is the usual table's; some sources print 2.2.
INR_CUTS = (1.7, 2.3)
# Seconds over control; 3.x s is 1 point although some tables print "1-3, 4-6".
PT_CUTS = (4.0, 6.0)
CHOICE_POINTS = {"none": 1, "slight": 2, "moderate_to_severe": 3, "grade_1_2": 2, "grade_3_4": 3}

LAST_OF_A = 6
LAST_OF_B = 9
FEWEST, MOST = 5, 15


class ChildPugh(NamedTuple):
    """The points that the facts leave possible, and why where two of them disagree."""

    min_points: int
    max_points: int
    classes: tuple[str, ...]
    warnings: tuple[str, ...]
    bands: tuple[tuple[int, ...], ...]  # what each component may score, in the order of COMPONENTS

    @property
    def points(self) -> int | None:
        """The one sum that is possible, or None."""
        return self.min_points if self.min_points == self.max_points else None

    @property
    def child_class(self) -> str | None:
        """The one class that is possible, or None."""
        return self.classes[0] if len(self.classes) == 1 else None


def class_of(points: int) -> str:
    """A 5-6, B 7-9, C 10-15."""
    if points <= LAST_OF_A:
        return "A"
    return "B" if points <= LAST_OF_B else "C"


def _rising(value: float, cuts: tuple[float, float]) -> int:
    if value < cuts[0]:
        return 1
    return 2 if value <= cuts[1] else 3


def _falling(value: float, cuts: tuple[float, float]) -> int:
    if value > cuts[0]:
        return 1
    return 2 if value >= cuts[1] else 3


def bilirubin_band(entry: Entry | None) -> tuple[int, ...]:
    """The points that bilirubin may score, in the unit of entry."""
    if entry is None or entry.unit is None:
        return ANY
    cuts = BILIRUBIN_CUTS[entry.unit.symbol]
    return ANY[_rising(entry.entered_low, cuts) - 1 : _rising(entry.entered_high, cuts)]


def albumin_band(entry: Entry | None) -> tuple[int, ...]:
    """The points that albumin may score, in the unit of entry."""
    if entry is None or entry.unit is None:
        return ANY
    cuts = ALBUMIN_CUTS[entry.unit.symbol]
    return ANY[_falling(entry.entered_high, cuts) - 1 : _falling(entry.entered_low, cuts)]


def _time_band(entry: Entry | None, cuts: tuple[float, float]) -> tuple[int, ...]:
    if entry is None:
        return ANY
    return ANY[_rising(entry.low, cuts) - 1 : _rising(entry.high, cuts)]


def coagulation_band(inr: Entry | None, pt: Entry | None) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """INR decides where it fixes one band, else prothrombin time; a warning where they would score differently."""
    by_inr, by_pt = _time_band(inr, INR_CUTS), _time_band(pt, PT_CUTS)
    if by_pt == ANY:  # not given, or a range that says nothing
        return by_inr, ()
    used = by_inr if len(by_inr) == 1 else by_pt
    if inr is None or set(by_inr) & set(by_pt):
        return used, ()
    name = "INR" if used is by_inr else "prothrombin time"
    warning = f"INR scores {_points(by_inr)} and prothrombin time {_points(by_pt)}; {name} is used."
    return used, (warning,)


def _points(band: tuple[int, ...]) -> str:
    return " or ".join(str(points) for points in band) + (" point" if band == (1,) else " points")


def choice_band(entry: Entry | None) -> tuple[int, ...]:
    """The points that ascites or encephalopathy may score."""
    if entry is None:
        return ANY
    return tuple(CHOICE_POINTS[str(option)] for option in entry.options)


def bands(entries: Mapping[str, Entry]) -> tuple[tuple[tuple[int, ...], ...], tuple[str, ...]]:
    """What each component may score, and the warnings."""
    given = entries.get
    coagulation, warnings = coagulation_band(given("inr"), given("pt_prolongation_s"))
    return (
        bilirubin_band(given("bilirubin_umol_per_l")),
        albumin_band(given("albumin_g_per_l")),
        coagulation,
        choice_band(given("ascites")),
        choice_band(given("encephalopathy")),
    ), warnings


def sums(possible: Iterable[tuple[int, ...]]) -> set[int]:
    """Every sum that the bands allow."""
    totals = {0}
    for band in possible:
        totals = {total + points for total in totals for points in band}
    return totals


def score(entries: Mapping[str, Entry]) -> ChildPugh | None:
    """What the components and the class allow together; None where they contradict one another."""
    possible, warnings = bands(entries)
    given = entries.get("child_pugh_class")
    allowed = given.options if given is not None else CLASSES
    totals = [total for total in sums(possible) if class_of(total) in allowed]
    if not totals:
        return None
    classes = tuple(name for name in CLASSES if any(class_of(total) == name for total in totals))
    return ChildPugh(min(totals), max(totals), classes, warnings, possible)
