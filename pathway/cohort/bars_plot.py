"""Draws rows of counts as stacked bars that lie: each part a kind, the end of each bar in words, all of one axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pathway.cohort import masking
from pathway.cohort.axes import RIGHT, TOP, WIDTH, Tick
from pathway.cohort.counts import Kind, Row

# Labels on the left, the words at the end of the longest bar on the right.
LEFT, ENDS, LINE, THICK, KEYS, FOOT = 230, 120, 28, 18, 30, 40
WIDE_ENOUGH = 16
PERCENT_APART = (1, 2, 5, 10, 20, 25)
MOST_TICKS = 5
KEY_APART = 24
LETTER = 7.2


@dataclass(frozen=True, slots=True)
class Part:
    x: float
    width: float
    kind: str
    # Empty where it does not fit.
    mark: str
    mark_x: float


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    y: float
    words_y: float
    parts: list[Part]
    length: float
    end: float
    end_words: str
    title: str


@dataclass(frozen=True, slots=True)
class Key:
    x: float
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Bars:
    width: int
    height: float
    top: float
    floor: float
    left: float
    thick: int
    bars: list[Bar]
    ticks: list[Tick]
    keys: list[Key]


def draw(
    rows: Sequence[Row],
    kinds: Sequence[Kind],
    *,
    is_masked: bool,
    marks: Sequence[str] = (),
    good: int | None = None,
) -> Bars:
    """Return the bars of at least one row.

    `marks`: what is written in a part of each kind, such as its grade. `good`: each bar is a whole, and its end says
    the share of so many kinds, the first ones.
    """
    shares = [masking.shown_number(row, is_masked=is_masked) / max(row.of.number, 1) for row in rows]
    ticks = _ticks(100 * max(shares))
    per_percent = (WIDTH - LEFT - ENDS) / ticks[-1]
    top, floor = TOP + KEYS, TOP + KEYS + LINE * len(rows)
    bars = [
        _bar(row, kinds, top + LINE * place, per_percent, marks, is_masked, good)
        for place, row in enumerate(rows)
    ]
    scale = [Tick(round(LEFT + percent * per_percent, 1), f"{percent} %") for percent in ticks]
    return Bars(WIDTH, floor + FOOT, top, floor, LEFT, THICK, bars, scale, keys_of(kinds))


def _ticks(most_percent: float) -> list[int]:
    step = next((step for step in PERCENT_APART if most_percent / step <= MOST_TICKS), PERCENT_APART[-1])
    return list(range(0, max(step, -int(-most_percent // step) * step) + 1, step))


def _bar(
    row: Row,
    kinds: Sequence[Kind],
    top: float,
    per_percent: float,
    marks: Sequence[str],
    is_masked: bool,
    good: int | None,
) -> Bar:
    parts, x = [], float(LEFT)
    for place, (count, kind) in enumerate(zip(row.counts, kinds, strict=True)):
        if not count.number or masking.is_hidden(count, is_masked=is_masked):
            continue
        width = 100 * count.number / row.of.number * per_percent
        mark = marks[place] if marks and width >= WIDE_ENOUGH else ""
        parts.append(Part(round(x, 1), round(width, 1), kind.key, mark, round(x + width / 2, 1)))
        x += width
    said = said_of(row, kinds, is_masked=is_masked)
    y = top + (LINE - THICK) / 2
    end = round(x + 6, 1)
    return Bar(row.label, y, y + THICK / 2, parts, round(x - LEFT, 1), end, _end(row, is_masked, good), said)


def _end(row: Row, is_masked: bool, good: int | None) -> str:
    together = masking.together(row, is_masked=is_masked)
    if not row.of.number or masking.hides_any([row], is_masked=is_masked):
        return together
    if good is not None:
        share = 100 * sum(count.number for count in row.counts[:good]) / row.of.number
        return _("%(share).0f %% of %(of)d") % {"share": share, "of": row.of.number}
    return f"{together} · {100 * row.together.number / row.of.number:.0f} %"


def said_of(row: Row, kinds: Sequence[Kind], *, is_masked: bool) -> str:
    """Say one row in words, for the pointer and the arrow keys."""
    found = [
        f"{kind.label} {masking.counted(count, is_masked=is_masked)}"
        for kind, count in zip(kinds, row.counts, strict=True)
        if count.number
    ]
    of = masking.counted(row.of, is_masked=is_masked)
    return _("%(name)s: %(parts)s, of %(of)s") % {
        "name": row.label, "parts": ", ".join(found) or _("none"), "of": of,
    }  # fmt: skip


def keys_of(kinds: Sequence[Kind], left: float = LEFT) -> list[Key]:
    """Return where each kind is named above a drawing; the letters have about one width."""
    labels = [str(kind.label) for kind in kinds]
    lengths = [LETTER * len(label) + 18 + KEY_APART for label in labels]
    x = max(float(RIGHT), min(left, WIDTH - RIGHT - sum(lengths)))
    keys = []
    for kind, label, length in zip(kinds, labels, lengths, strict=True):
        keys.append(Key(round(x, 1), kind.key, label))
        x += length
    return keys
