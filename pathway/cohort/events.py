"""What happened after the procedures: of each the worst grade by CTCAE, by event and by how many were before it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from guidelines import adverse_events
from pathway.cohort import bars_plot, counts, masking
from pathway.cohort.counts import Count, Kind, Row
from pathway.cohort.figure import Asked, Figure, Head, Page, Table
from pathway.cohort.people import Begun, begun_by
from procedures import event_words, symptoms
from procedures.models import AdverseEvent, SymptomEntry

SEVERE_FROM = 3
KINDS = (
    Kind("g1", gettext_lazy("Grade 1")),
    Kind("g2", gettext_lazy("Grade 2")),
    Kind("g3", gettext_lazy("Grade 3")),
    Kind("g4", gettext_lazy("Grade 4")),
    Kind("g5", gettext_lazy("Grade 5")),
    Kind("gu", gettext_lazy("Not graded")),
)
MARKS = ("1", "2", "3", "4", "5", "")
ANY = ""
# The fourth and every later procedure stand together.
LAST_NUMBER = 4


class Happened(NamedTuple):
    """One event of one procedure; grade 0 is not graded yet."""

    procedure_id: int
    term: str
    grade: int


def happened(team: Team, *, on: date) -> list[Happened]:
    """Return every event of the team's procedures that stands."""
    rows = AdverseEvent.objects.filter(
        procedure__patient__team=team, retracted_at=None, onset_on__lte=on
    ).order_by()
    return [
        Happened(procedure_id, term, grade or 0)
        for procedure_id, term, grade in rows.values_list("procedure_id", "term", "ctcae_grade")
    ]


def worst(events: Iterable[Happened]) -> dict[str, dict[int, int]]:
    """Return the worst grade of each term and of any (ANY), by procedure: two entries of one event are one."""
    found: dict[str, dict[int, int]] = {ANY: {}}
    for event in events:
        for term in (event.term, ANY):
            grades = found.setdefault(term, {})
            grades[event.procedure_id] = max(grades.get(event.procedure_id, 0), event.grade)
    return found


def page_of(asked: Asked) -> Page:
    """Return the events by their kind and by the number of the procedure."""
    begun = {one.pk: one for one in begun_by(asked.people)}
    if not begun:
        return Page(empty=_("No procedure was begun yet: events are counted by procedure."))
    events = [event for event in happened(asked.team, on=asked.on) if event.procedure_id in begun]
    graded = worst(events)
    return Page([_by_term(asked, begun, graded), _by_number(asked, begun, graded[ANY])])


def _row(label: str, grades: Mapping[int, int], begun: Mapping[int, Begun], of: Count) -> Row:
    pairs = ((KINDS[grade - 1].key, begun[pk].person.pk) for pk, grade in grades.items())
    return counts.row_of(label, pairs, KINDS, of)


def _by_term(asked: Asked, begun: Mapping[int, Begun], graded: Mapping[str, Mapping[int, int]]) -> Figure:
    of = counts.count_of(one.person.pk for one in begun.values())
    rows = [_row(label_of(term), grades, begun, of) for term, grades in graded.items() if term != ANY]
    rows.sort(key=lambda row: (-row.together.number, row.label))
    words = [
        _(
            "Each bar is one event: the share of procedures after which it was recorded. A procedure counts once for "
            "each event, at its worst grade. What nobody recorded is not known not to have happened."
        ),
        *_unasked(asked, begun, graded[ANY]),
    ]
    return Figure(
        key="events",
        title=_("Events by kind and grade"),
        words=words if rows else [*words, _("Nothing was recorded after these procedures.")],
        source=f"{adverse_events.CTCAE_SOURCE}; {_('bands: Clopper CJ, Pearson ES, Biometrika 1934;26:404-413')}",
        template="pathway/_bars_plot.html",
        drawn=bars_plot.draw(rows, KINDS, is_masked=asked.is_masked, marks=MARKS) if rows else None,
        table=_table(_("Event"), rows, is_masked=asked.is_masked) if rows else None,
        rows=lambda: file_rows(_("Event"), rows),
    )


def label_of(term: str) -> str:
    """Name an event; those with words of their own stand together, because words may name somebody."""
    return event_words.term_words(term)


def _unasked(asked: Asked, begun: Mapping[int, Begun], grades: Mapping[int, int]) -> list[str]:
    """Say how many are too young to be judged, and how many nobody asked after."""
    young_from = asked.on - timedelta(days=symptoms.WATCHED_FOR_DAYS)
    young = counts.count_of(one.person.pk for one in begun.values() if one.on > young_from)
    entries = SymptomEntry.objects.filter(procedure__patient__team=asked.team, retracted_at=None)
    known = {*entries.order_by().values_list("procedure_id", flat=True).distinct(), *grades}
    silent = counts.count_of(one.person.pk for pk, one in begun.items() if pk not in known)
    said = {
        "young": masking.counted(young, is_masked=asked.is_masked),
        "silent": masking.counted(silent, is_masked=asked.is_masked),
        "days": symptoms.WATCHED_FOR_DAYS,
    }
    told = []
    if young.number:
        told.append(_("Begun less than %(days)s days ago, so that more may come: %(young)s.") % said)
    if silent.number:
        told.append(_("Procedures after which nobody asked and nothing was recorded: %(silent)s.") % said)
    return told


def _by_number(asked: Asked, begun: Mapping[int, Begun], grades: Mapping[int, int]) -> Figure:
    rows = []
    for number in range(1, LAST_NUMBER + 1):
        those = {pk: one for pk, one in begun.items() if min(one.number, LAST_NUMBER) == number}
        if those:
            of = counts.count_of(one.person.pk for one in those.values())
            found = {pk: grade for pk, grade in grades.items() if pk in those}
            rows.append(_row(number_words(number), found, those, of))
    return Figure(
        key="events-by-procedure",
        title=_("Worst event of each procedure"),
        words=[
            _(
                "The worst grade of any event after a procedure, by how many the patient had before: the share of the "
                "first procedures, of the second, and so on."
            )
        ],
        source=adverse_events.CTCAE_SOURCE,
        template="pathway/_bars_plot.html",
        drawn=bars_plot.draw(rows, KINDS, is_masked=asked.is_masked, marks=MARKS),
        table=_table(_("Procedure"), rows, is_masked=asked.is_masked),
        rows=lambda: file_rows(_("Procedure"), rows),
    )


def number_words(number: int) -> str:
    words = {1: _("First procedure"), 2: _("Second procedure"), 3: _("Third procedure")}
    return words.get(number, _("Fourth or later"))


def _table(first: str, rows: Sequence[Row], *, is_masked: bool) -> Table:
    heads = [Head(first, is_number=False), *(Head(str(kind.label)) for kind in KINDS)]
    heads += [Head(_("Any grade")), Head(_("Of procedures")), Head(_("Grade 3 or more, 95 % band"))]
    return Table(heads, [_cells(row, is_masked) for row in rows])


def _cells(row: Row, is_masked: bool) -> list[str]:
    severe = severe_of(row)
    hides = masking.hides_any([row], is_masked=is_masked)
    return [
        row.label,
        *(masking.counted(count, is_masked=is_masked) for count in row.counts),
        masking.together(row, is_masked=is_masked),
        masking.counted(row.of, is_masked=is_masked),
        "–" if hides else band_words(severe, row.of.number),
    ]


def severe_of(row: Row) -> int:
    return sum(count.number for count in row.counts[SEVERE_FROM - 1 : len(KINDS) - 1])


def band_words(number: int, of: int) -> str:
    """Say a share with its exact band."""
    low, high = counts.band(number, of)
    return _("%(share).1f %% (%(low).1f–%(high).1f)") % {
        "share": 100 * number / of, "low": 100 * low, "high": 100 * high,
    }  # fmt: skip


def file_rows(first: str, rows: Sequence[Row]) -> Iterable[Sequence[Any]]:
    """The table behind the bars, every number as it is."""
    yield [first, *(str(kind.label) for kind in KINDS), _("Any grade"), _("Procedures"), _("Patients")]
    for row in rows:
        numbers = [count.number for count in row.counts]
        yield [row.label, *numbers, row.together.number, row.of.number, row.together.patients]
