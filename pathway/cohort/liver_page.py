"""What the page of the liver shows: whose liver came back, how much its scores changed, and who is still worse."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.cohort import bars_plot, counts, events, liver, masking, samples
from pathway.cohort.counts import Kind, Row
from pathway.cohort.events import LAST_NUMBER, number_words
from pathway.cohort.figure import Asked, Figure, Head, Page, Table
from pathway.cohort.liver import Cost, Moment
from pathway.cohort.people import begun_by
from pathway.cohort.spread import Sample

# As many of the newest are worked out within the time that a page may take; the words say so.
MOST_WORKED_OUT = 1000
MOST_LISTED = 50
KINDS = (
    Kind("back", gettext_lazy("Back")),
    Kind("worse", gettext_lazy("Worse than before")),
    Kind("unknown", gettext_lazy("Measured, not settled")),
    Kind("missed", gettext_lazy("Nothing measured")),
)
SOURCES = "ALBI: Johnson PJ et al., J Clin Oncol 2015;33:550-558; Child-Pugh: Pugh RN et al., Br J Surg 1973;60:646-649"


def page_of(asked: Asked) -> Page:
    """Return what the procedures of these patients cost the liver."""
    begun = sorted(begun_by(asked.people), key=lambda one: (one.on, one.pk), reverse=True)
    if not begun:
        return Page(empty=_("No procedure was begun yet: what it costs the liver is counted by procedure."))
    newest = begun[:MOST_WORKED_OUT]
    costs = liver.costs_of(newest, time_zone=asked.team.time_zone, on=asked.on)
    cut = _cut(len(newest), len(begun))
    listed = [] if asked.is_masked else [cost for cost in costs if cost.is_back is False]
    figures = [
        _back(asked, costs, cut),
        *(_change(asked, costs, one) for one in MEASURES),
        *([_worse(listed)] if listed else []),
    ]
    return Page(figures, named_ids=[cost.begun.person.pk for cost in listed[:MOST_LISTED]])


def _cut(shown: int, count: int) -> list[str]:
    if shown == count:
        return []
    words = _(
        "The newest %(shown)d of %(count)d procedures are worked out here; the filter by days leads to others."
    )
    return [words % {"shown": shown, "count": count}]


def kind_of(cost: Cost) -> str:
    """Return which colour a procedure has; empty where its values may still come."""
    if cost.review.on is None:
        return "missed" if cost.is_over else ""
    return {True: "back", False: "worse", None: "unknown"}[cost.is_back]


def rows_by_number(costs: Sequence[Cost]) -> list[Row]:
    rows = []
    for number in range(1, LAST_NUMBER + 1):
        those = [one for one in costs if min(one.begun.number, LAST_NUMBER) == number and kind_of(one)]
        if those:
            pairs = [(kind_of(one), one.begun.person.pk) for one in those]
            rows.append(
                counts.row_of(number_words(number), pairs, KINDS, counts.count_of(pk for _kind, pk in pairs))
            )
    return rows  # fmt: skip


def _back(asked: Asked, costs: Sequence[Cost], cut: list[str]) -> Figure:
    rows, is_masked = rows_by_number(costs), asked.is_masked
    open_ones = counts.count_of(one.begun.person.pk for one in costs if not kind_of(one))
    words = [
        _(
            "Back: at the first values 28 to 90 days after a procedure, and before the next one, neither the modified "
            "ALBI grade nor the Child-Pugh class is worse than before it. Windows and rule are not in source."
        ),
        *cut,
    ]
    if open_ones.number:
        said = masking.counted(open_ones, is_masked=is_masked)
        words.append(_("Not counted, because their values may still come: %(count)s.") % {"count": said})
    return Figure(
        key="liver-back",
        title=_("Whose liver came back"),
        words=words,
        source=f"{SOURCES}; mALBI: Hiraoka A et al., Liver Cancer 2017;6:325-336",
        template="pathway/_bars_plot.html",
        drawn=bars_plot.draw(rows, KINDS, is_masked=is_masked, good=1) if rows else None,
        table=_table(rows, is_masked) if rows else None,
        rows=lambda: _file(costs),
    )


def _table(rows: Sequence[Row], is_masked: bool) -> Table:
    heads = [Head(_("Procedure"), is_number=False), *(Head(str(kind.label)) for kind in KINDS)]
    heads += [Head(_("Of procedures")), Head(_("Worse than before, 95 % band"))]
    return Table(heads, [_cells(row, is_masked) for row in rows])


def _cells(row: Row, is_masked: bool) -> list[str]:
    hides = masking.hides_any([row], is_masked=is_masked)
    return [
        row.label,
        *(masking.counted(count, is_masked=is_masked) for count in row.counts),
        masking.together(row, is_masked=is_masked),
        "–" if hides else events.band_words(row.counts[1].number, row.of.number),
    ]


class Measure:
    """One number of the liver whose change is drawn."""

    def __init__(
        self, key: str, title: Any, axis: Any, unit: str, value: Callable[[Moment], float | None]
    ) -> None:
        self.key, self.title, self.axis, self.unit, self.value = key, title, axis, unit, value

    def change(self, cost: Cost, moment: Moment) -> float | None:
        then, now = self.value(cost.before), self.value(moment)
        return None if then is None or now is None else round(now - then, 4)


MEASURES = (
    Measure("albi", gettext_lazy("Change of ALBI"), gettext_lazy("change of ALBI; to the right is worse"), "",
            lambda moment: moment.albi_value),
    Measure("child-pugh", gettext_lazy("Change of Child-Pugh"), gettext_lazy("change in points; to the right is worse"),
            "", lambda moment: moment.child_pugh_points),
    Measure("bilirubin", gettext_lazy("Change of bilirubin"), gettext_lazy("change in µmol/L; to the right is worse"),
            "µmol/L", lambda moment: moment.bilirubin_umol_per_l),
)  # fmt: skip


def _change(asked: Asked, costs: Sequence[Cost], measure: Measure) -> Figure:
    words = _(
        "Against the values before the procedure (not older than 90 days): at day 7 (day 5 to 10), and at the first "
        "values 28 to 90 days after it. Box: the middle half; thick line: the median; thin line: the middle eight "
        "tenths. Only procedures with both values that are certain."
    )
    return samples.figure_of(
        f"liver-{measure.key}",
        str(measure.title),
        samples_of(costs, measure),
        is_masked=asked.is_masked,
        words=[words],
        source=SOURCES if measure.key != "bilirubin" else "",
        axis=str(measure.axis),
        rows=lambda: _file(costs),
    )


def samples_of(costs: Sequence[Cost], measure: Measure) -> list[Sample]:
    """Return the changes at both times, of all and by the number of the procedure."""
    found = []
    for name, moment_of in (
        (_("Day 7"), lambda cost: cost.day_7),
        (_("First review"), lambda cost: cost.review),
    ):
        changes = [
            (cost.begun, change)
            for cost in costs
            if (change := measure.change(cost, moment_of(cost))) is not None
        ]
        found.append(_sample(_("%(moment)s: all") % {"moment": name}, measure, changes))
        for number in range(1, LAST_NUMBER + 1):
            those = [pair for pair in changes if min(pair[0].number, LAST_NUMBER) == number]
            if those:
                found.append(_sample(f"{name}: {number_words(number).lower()}", measure, those))
    return found


def _sample(label: str, measure: Measure, changes: Sequence[tuple[Any, float]]) -> Sample:
    patients = {begun.person.pk for begun, _change in changes}
    return Sample(label, measure.unit, [change for _begun, change in changes], len(patients))


def _worse(costs: Sequence[Cost]) -> Figure:
    words = [_("At the first review after the procedure the liver was worse than before it.")]
    if len(costs) > MOST_LISTED:
        said = {"shown": MOST_LISTED, "count": len(costs)}
        words.append(_("The newest %(shown)d of %(count)d are listed; the file holds all.") % said)
    heads = [
        _("Patient"),
        _("Procedure"),
        _("ALBI before, then"),
        _("Child-Pugh before, then"),
        _("Measured on"),
    ]
    return Figure(
        key="liver-worse",
        title=_("Who did not come back"),
        words=words,
        table=Table(
            [Head(head, is_number=False) for head in heads],
            [_worse_cells(cost) for cost in costs[:MOST_LISTED]],
            patient_ids=[cost.begun.person.pk for cost in costs[:MOST_LISTED]],
        ),
        rows=lambda: _file(costs),
    )


def _worse_cells(cost: Cost) -> list[str]:
    return [
        cost.begun.person.mrn,
        f"{cost.begun.number}. {date_format(cost.begun.on, 'j M Y')}",
        f"{_albi(cost.before)} → {_albi(cost.review)}",
        f"{_child_pugh(cost.before)} → {_child_pugh(cost.review)}",
        date_format(cost.review.on, "j M Y") if cost.review.on else "–",
    ]


def _albi(moment: Moment) -> str:
    return f"{moment.albi['value']:.2f} ({moment.albi['malbi']})" if moment.albi else "–"


def _child_pugh(moment: Moment) -> str:
    """A 6, or A–B where a part is not known."""
    if moment.child_pugh is None:
        return "–"
    classes = "–".join(moment.child_pugh["classes"])
    return f"{classes} {moment.child_pugh_points}" if moment.child_pugh_points is not None else classes


def _file(costs: Sequence[Cost]) -> Iterable[Sequence[Any]]:
    """One line a procedure; what is not known is empty."""
    head = [_("MRN"), _("Procedure"), _("Begun on"), _("Came back")]
    for name in (_("before"), _("day 7"), _("review")):
        head += [
            f"{what}, {name}" for what in (_("Day"), "ALBI", _("Child-Pugh points"), _("Bilirubin µmol/L"))
        ]
    yield head
    for cost in costs:
        row = [cost.begun.person.mrn, cost.begun.number, cost.begun.on.isoformat(), kind_of(cost)]
        for moment in (cost.before, cost.day_7, cost.review):
            day = (moment.on - cost.begun.on).days if moment.on else None
            row += [day, moment.albi_value, moment.child_pugh_points, moment.bilirubin_umol_per_l]
        yield row
