"""The table and the file of rows whose values are spread, and a figure of them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from pathway.cohort import boxes_plot, spread
from pathway.cohort.figure import Figure, Head, Table
from pathway.cohort.spread import Sample


def figure_of(
    key: str,
    title: str,
    samples: Sequence[Sample],
    *,
    is_masked: bool,
    words: Sequence[str],
    rows: Callable[[], Iterable[Sequence[Any]]],
    source: str = "",
    axis: str = "",
    has_own_axes: bool = False,
) -> Figure:
    """Return the boxes with their table; a row without values is in the table only."""
    drawn = boxes_plot.draw(samples, is_masked=is_masked, words=axis, has_own_axes=has_own_axes)
    return Figure(
        key=key,
        title=title,
        words=words if drawn else [*words, _("There is nothing that can be drawn yet.")],
        source=source,
        template="pathway/_boxes_plot.html",
        drawn=drawn,
        table=table_of(samples, is_masked=is_masked),
        rows=rows,
    )


def table_of(samples: Sequence[Sample], *, is_masked: bool) -> Table:
    heads = [Head(_("Of what"), is_number=False), Head(_("Known")), Head(_("Median"))]
    heads += [Head(_("Middle half")), Head(_("Middle eight tenths"))]
    has_levels = any(sample.levels for sample in samples)
    if has_levels:
        heads.append(Head(_("Level: how many reach it"), is_number=False))
    rows = []
    for sample in samples:
        row = _cells(sample, is_masked)
        rows.append([*row, levels_words(sample, is_masked=is_masked)] if has_levels else row)
    return Table(heads, rows, is_folded=True)


def _cells(sample: Sample, is_masked: bool) -> list[str]:
    label = f"{sample.label}, {sample.unit}" if sample.unit else sample.label
    known = spread.spread_of(sample, is_masked=is_masked)
    count = boxes_plot.count_words(sample, is_masked=is_masked)
    if known is None:
        return [label, count, "–", "–", "–"]
    return [
        label,
        count,
        spread.words(known.median),
        spread.range_words(known.quarter, known.three_quarters),
        spread.range_words(known.tenth, known.nine_tenths),
    ]


def levels_words(sample: Sample, *, is_masked: bool) -> str:
    """Say each level and how many values reach it; who is shown no small number is not told how many."""
    parts = []
    for level in sample.levels:
        reached = sum(value >= level.at for value in sample.values)
        words = {"level": level.label, "at": spread.words(level.at), "n": reached}
        parts.append(
            _("%(level)s %(at)s") % words if is_masked else _("%(level)s %(at)s: %(n)d reach it") % words
        )
    return "; ".join(parts) or "–"
