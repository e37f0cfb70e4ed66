"""Draws the best changes as a waterfall, the changes over time as a spider, and what happened to whom as swimmers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pathway.cohort.axes import LEFT, RIGHT, TOP, WIDTH, Across, Tick
from pathway.cohort.people import Person
from pathway.cohort.response import MOST_PERCENT, MOST_SHOWN, Changed

TALL, BELOW, LANE, LANES_LEFT, HALF_A_MARK = 260, 52, 18, 110, 6
RESPONSES = ("CR", "PR", "SD", "PD")


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    response: str
    title: str


@dataclass(frozen=True, slots=True)
class Thread:
    """One patient's changes over time, from nothing at the first procedure."""

    points: str
    response: str
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    y: float
    top: float
    label: str
    end: float
    goes_on: bool
    marks: list[Mark]
    title: str


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened to a patient, in weeks from the first procedure."""

    weeks: float
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Frame:
    width: int
    height: float
    floor: float
    right: float
    heights: list[Tick]
    weeks: list[Tick]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The frame and what is drawn in it: bars, threads or lanes."""

    frame: Frame
    shapes: Sequence[Bar] | Sequence[Thread] | Sequence[Lane]


def _y(percent: float) -> float:
    """From +100 % at the top to -100 % at the foot; what grew more lies at the top."""
    inside = min(percent, MOST_PERCENT)
    return round(TOP + TALL * (MOST_PERCENT - inside) / (2 * MOST_PERCENT), 1)


def _frame(weeks: list[Tick]) -> Frame:
    heights = [
        Tick(_y(percent), f"{percent:+d} %" if percent else "0 %")
        for percent in (100, 50, 20, 0, -30, -50, -100)
    ]
    return Frame(WIDTH, TOP + TALL + BELOW, TOP + TALL, WIDTH - RIGHT, heights, weeks)


def waterfall(shown: Sequence[Changed]) -> Drawing:
    """Return one bar a patient. `shown`: at least one, in their order."""
    step = (WIDTH - LEFT - RIGHT) / len(shown)
    bars = []
    for number, one in enumerate(shown):
        top, foot = sorted((_y(one.best.percent), _y(0)))
        title = f"{one.person.mrn}: {one.best.percent:+.0f} % {one.best.mrecist}"
        # Nothing changed is a thin bar and not none.
        bars.append(
            Bar(
                round(LEFT + step * number + step * 0.1, 2),
                top,
                round(step * 0.8, 2),
                max(1.5, round(foot - top, 1)),
                _response(one.best.mrecist),
                title,
            )
        )
    return Drawing(_frame([]), bars)


def spider(shown: Sequence[Changed]) -> Drawing | None:
    """Return one line a patient with a known time; None where nobody has one."""
    timed = [(one, known) for one in shown if (known := [c for c in one.changes if c.weeks is not None])]
    if not timed:
        return None
    across = Across.over(max(change.weeks or 0 for _one, known in timed for change in known))
    threads = []
    for one, known in timed:
        corners = [f"{LEFT},{_y(0)}", *(f"{across.x(c.weeks or 0)},{_y(c.percent)}" for c in known)]
        said = ", ".join(f"{c.percent:+.0f} % ({week_words(c.weeks or 0)})" for c in known)
        threads.append(Thread(" ".join(corners), _response(known[-1].mrecist), f"{one.person.mrn}: {said}"))
    return Drawing(_frame(across.ticks()), threads)


def _response(mrecist: str) -> str:
    return mrecist.lower() if mrecist in RESPONSES else "ne"


def swimmers(people: Sequence[Person]) -> Drawing | None:
    """Return one lane a patient, the longest first; None where nobody has a time."""
    lengths = sorted(((weeks_watched(one), one) for one in people), key=lambda pair: (-pair[0], pair[1].pk))
    shown = [(weeks, one) for weeks, one in lengths if weeks > 0][:MOST_SHOWN]
    if not shown:
        return None
    across = Across.over(shown[0][0], left=LANES_LEFT)
    lanes = [
        _lane(TOP + LANE * (number + 0.5), one, weeks, across) for number, (weeks, one) in enumerate(shown)
    ]
    floor = TOP + LANE * len(shown)
    return Drawing(Frame(WIDTH, floor + BELOW, floor, WIDTH - RIGHT, [], across.ticks()), lanes)


def _lane(y: float, person: Person, weeks: float, across: Across) -> Lane:
    has_died = person.imported["died"] == "yes" if person.imported else person.died_on is not None
    told = [(one, f"{one.words}, {week_words(one.weeks)}") for one in happenings_of(person)]
    marks = [Mark(across.x(one.weeks), one.kind, words) for one, words in told]
    watched = _("watched until %(week)s") % {"week": week_words(weeks)}
    title = f"{person.mrn}: {'; '.join([*(words for _one, words in told), watched])}"
    return Lane(y, y - HALF_A_MARK, person.mrn, across.x(weeks), not has_died, marks, title)


def week_words(weeks: float) -> str:
    return _("week %(n)d") % {"n": weeks}


def weeks_watched(person: Person) -> float:
    if person.imported:
        names = ("weeks_to_death", "weeks_to_progression", "weeks_to_first_imaging")
        return max(float(person.imported[name] or 0) for name in names)
    end = person.died_on or person.seen_on
    return 0 if person.first_on is None or end is None else (end - person.first_on).days / 7


def happenings_of(person: Person) -> list[Happening]:
    """Return what is marked on the lane of a patient."""
    if person.imported:
        return _imported(person)
    first = person.first_on
    if first is None:
        return []
    days = [(day, "procedure", _("procedure")) for day in person.procedures]
    days += [(read.on, _response(read.mrecist), read.mrecist) for read in person.readings if read.mrecist]
    if person.died_on:
        days.append((person.died_on, "died", _("died")))
    return [Happening((day - first).days / 7, kind, word) for day, kind, word in days]


def _imported(person: Person) -> list[Happening]:
    row = person.imported or {}
    found = [Happening(0.0, "procedure", _("procedure"))]
    if row["weeks_to_first_imaging"] is not None and row["mrecist"]:
        weeks = float(row["weeks_to_first_imaging"])
        found.append(Happening(weeks, _response(row["mrecist"]), row["mrecist"]))
    if row["progressed"] == "yes" and row["weeks_to_progression"] is not None:
        found.append(Happening(float(row["weeks_to_progression"]), "pd", "PD"))
    if row["died"] == "yes" and row["weeks_to_death"] is not None:
        found.append(Happening(float(row["weeks_to_death"]), "died", _("died")))
    return found
