"""What the page of the responses shows: the drawings that have data, in words, with the changes behind them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from pathway.cohort import response, response_plots
from pathway.cohort.figure import Asked, Figure, Head, Page, Table
from pathway.cohort.people import Person
from pathway.cohort.response import MOST_SHOWN, Changed
from pathway.cohort.response_plots import Drawing


def page_of(asked: Asked) -> Page:
    """Return the drawings of these patients; one that nobody has data for is left out."""
    people = asked.people
    changed = response.changed(people)
    shown = evenly(changed)
    found = [
        _waterfall(response_plots.waterfall(shown), changed) if shown else None,
        _spider(response_plots.spider(shown), changed) if shown else None,
        _swimmer(response_plots.swimmers(people), people),
    ]
    figures = [figure for figure in found if figure is not None]
    return Page(figures, empty=_empty(), named_ids=[person.pk for person in people])


def _empty() -> str:
    return _(
        "Nobody can be shown yet. It begins with a procedure that was begun and a signed reading, or with an imported "
        "cohort that says what became of its patients."
    )


def evenly(changed: Sequence[Changed]) -> list[Changed]:
    """As many as a drawing holds, taken evenly from the largest growth to the largest fall."""
    if len(changed) <= MOST_SHOWN:
        return list(changed)
    return [changed[number * len(changed) // MOST_SHOWN] for number in range(MOST_SHOWN)]


def _cut(words: str, count: int) -> list[str]:
    """Say how many are drawn, where not all are."""
    return [words % {"shown": MOST_SHOWN, "count": count}] if count > MOST_SHOWN else []


def _taken_evenly() -> str:
    return _("%(shown)d of %(count)d are drawn, taken evenly from the most growth to the most shrinking.")


def _waterfall(drawn: Drawing, changed: Sequence[Changed]) -> Figure:
    words = _(
        "Each bar is one patient: the smallest sum of viable diameters of the target lesions, against the sum before "
        "treatment. Its colour is the whole response by mRECIST at that reading. Growth beyond +100 % is drawn at "
        "+100 %."
    )
    shown = evenly(changed)
    return Figure(
        key="waterfall",
        title=_("Best change of the viable tumour"),
        words=[words, *_cut(_taken_evenly(), len(changed))],
        template="pathway/_waterfall_plot.html",
        drawn=drawn,
        table=Table(
            [Head(_("Patient"), is_number=False), Head(_("Change")), Head(_("mRECIST"), is_number=False)],
            [[one.person.mrn, f"{one.best.percent:+.1f} %", one.best.mrecist] for one in shown],
            patient_ids=[one.person.pk for one in shown],
            is_folded=True,
        ),
        rows=lambda: _changes(changed),
    )


def _spider(drawn: Drawing | None, changed: Sequence[Changed]) -> Figure | None:
    if drawn is None:
        return None
    words = _("Each line is one patient, from the first procedure to each reading with a viable sum.")
    return Figure(
        key="spider",
        title=_("Change over time"),
        words=[words, *_cut(_taken_evenly(), len(changed))],
        template="pathway/_spider_plot.html",
        drawn=drawn,
        rows=lambda: _changes(changed),
    )


def _swimmer(drawn: Drawing | None, people: Sequence[Person]) -> Figure | None:
    if drawn is None:
        return None
    words = _(
        "Each lane is one patient, as long as the patient was watched. Stroke: procedure. Dot: what a reading said. "
        "Cross: died. An arrow at the end: not known to have died."
    )
    cut = _cut(_("The %(shown)d who were watched longest, of %(count)d."), len(people))
    return Figure(
        key="swimmer",
        title=_("Course of each patient"),
        words=[words, *cut],
        template="pathway/_swimmer_plot.html",
        drawn=drawn,
        rows=lambda: _happenings(people),
    )


def _changes(changed: Sequence[Changed]) -> Iterable[Sequence[Any]]:
    """Every measured change of every patient."""
    yield [_("MRN"), _("Weeks"), _("Change in per cent"), _("mRECIST")]
    for one in changed:
        for change in one.changes:
            yield [one.person.mrn, change.weeks, change.percent, change.mrecist]


def _happenings(people: Sequence[Person]) -> Iterable[Sequence[Any]]:
    """Everything that is marked on a lane, and how long each patient was watched."""
    yield [_("MRN"), _("Weeks"), _("What")]
    for person in people:
        for one in response_plots.happenings_of(person):
            yield [person.mrn, one.weeks, one.words]
        yield [person.mrn, response_plots.weeks_watched(person), _("watched until then")]
