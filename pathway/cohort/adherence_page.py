"""What the page of the follow-up shows: how reviews were kept, month by month, and by who looked after them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from followup import guidance
from pathway.cohort import adherence, bars_plot, control_chart, counts, masking
from pathway.cohort.adherence import KINDS, Due
from pathway.cohort.control_chart import Month
from pathway.cohort.counts import Row
from pathway.cohort.events import band_words
from pathway.cohort.figure import Asked, Figure, Head, Page, Table

MOST_PEOPLE = 20
BENNEYAN = "Shewhart WA, 1931; Benneyan JC, Lloyd RC, Plsek PE, Qual Saf Health Care 2003;12:458-464"


def page_of(asked: Asked) -> Page:
    """Return how the reviews of these patients were kept."""
    tolerance_days = guidance.engine_settings(on=asked.on).review_tolerance_days
    patients = {person.pk for person in asked.people}
    dues, open_count = adherence.dues_of(asked.team, patients, tolerance_days=tolerance_days, on=asked.on)
    if not dues:
        return Page(empty=_("No review can be judged yet: it needs imaging, or a window that is over."))
    names = _names(dues) if not asked.is_masked else {}
    by_month = _by_month(asked, dues)
    return Page(
        [
            _together(asked, dues, open_count, tolerance_days),
            *([by_month] if by_month else []),
            _by_people(
                asked, dues, names, "coordinators", lambda due: [due.owner_id] if due.owner_id else []
            ),
            _by_people(asked, dues, names, "operators", lambda due: list(due.operator_ids)),
        ]
    )


def _together(asked: Asked, dues: Sequence[Due], open_count: int, tolerance_days: int) -> Figure:
    groups = [
        (_("All reviews"), list(dues)),
        (_("First review (7.1)"), [due for due in dues if due.is_first]),
        (_("Later reviews (7.2)"), [due for due in dues if not due.is_first]),
    ]
    rows = [row_of(label, those) for label, those in groups if those]
    # The part that is left, or the whole, would tell the number that is hidden.
    if masking.hides_any(rows[1:], is_masked=asked.is_masked):
        rows = rows[:1]
    words = [*_formula(tolerance_days)]
    if open_count and not masking.is_too_few(open_count, is_masked=asked.is_masked):
        words.append(_("Not counted, because their days are not over: %(count)d.") % {"count": open_count})
    return _bars(
        "adherence", _("Reviews as they were due"), rows, asked, words, lambda: _due_rows(asked, dues)
    )


def _formula(tolerance_days: int) -> list[str]:
    tolerance = ngettext("%(days)d day", "%(days)d days", tolerance_days) % {"days": tolerance_days}
    return [
        _(
            "Kept = (within the window + within tolerance) ÷ all reviews whose window and tolerance are over or that "
            "were imaged. Each review counts once, by the window that stands in its record."
        ),
        _(
            "Tolerance: %(tolerance)s before or after, a setting of the edition, not in source. Where an interval was "
            "chosen, the window holds it already. Early: before that; late: after it; never: not imaged, and its days "
            "are over. Left out: treated again, replaced, or the course ended before."
        )
        % {"tolerance": tolerance},
    ]


def row_of(label: str, dues: Sequence[Due]) -> Row:
    pairs = [(due.kind, due.patient_id) for due in dues]
    return counts.row_of(label, pairs, KINDS, counts.count_of(due.patient_id for due in dues))


def _bars(
    key: str,
    title: str,
    rows: Sequence[Row],
    asked: Asked,
    words: Sequence[str],
    file: Callable[[], Iterable[Sequence[Any]]],
) -> Figure:
    return Figure(
        key=key,
        title=title,
        words=words,
        template="pathway/_bars_plot.html",
        drawn=bars_plot.draw(rows, KINDS, is_masked=asked.is_masked, good=len(adherence.KEPT))
        if rows
        else None,
        table=_table(rows, asked.is_masked) if rows else None,
        rows=file,
    )


def _table(rows: Sequence[Row], is_masked: bool) -> Table:
    heads = [Head(_("Reviews"), is_number=False), *(Head(str(kind.label)) for kind in KINDS)]
    heads += [Head(_("Of reviews")), Head(_("Kept, 95 % band"))]
    return Table(heads, [_cells(row, is_masked) for row in rows])


def _cells(row: Row, is_masked: bool) -> list[str]:
    hides = masking.hides_any([row], is_masked=is_masked)
    kept = sum(count.number for count in row.counts[: len(adherence.KEPT)])
    return [
        row.label,
        *(masking.counted(count, is_masked=is_masked) for count in row.counts),
        masking.together(row, is_masked=is_masked),
        "–" if hides else band_words(kept, row.of.number),
    ]


def _by_month(asked: Asked, dues: Sequence[Due]) -> Figure | None:
    months, hidden = months_of(dues, is_masked=asked.is_masked)
    if not months:
        return None
    return Figure(
        key="adherence-by-month",
        title=_("Kept, month by month"),
        words=_month_words(hidden),
        source=BENNEYAN,
        template="pathway/_control_plot.html",
        drawn=control_chart.draw(months),
        table=Table(
            [
                Head(_("Month"), is_number=False),
                Head(_("Kept")),
                Head(_("Of")),
                Head(_("Share")),
                Head(_("Limits")),
            ],
            [_month_cells(month) for month in reversed(months)],
            is_folded=True,
        ),
        rows=lambda: _month_rows(months),
    )


def _month_words(hidden: int) -> list[str]:
    words = [
        _(
            "Each point is one month, by the day on which the window ends: the share that was kept. Line: the whole. "
            "Dashed: three standard deviations either side of it, wide where a month has few. A point outside of them "
            "(a diamond) has a cause of its own that is worth looking for; one inside may be chance alone."
        )
    ]
    if hidden:
        words.append(_("Months with fewer than 5 patients on either side are not shown."))
    return words


def months_of(dues: Sequence[Due], *, is_masked: bool) -> tuple[list[Month], int]:
    """Return the months, and how many are hidden: those where the kept, or the others, are few but some."""
    by_month: dict[date, list[Due]] = {}
    for due in dues:
        by_month.setdefault(due.due_to.replace(day=1), []).append(due)
    shown = {
        first: those for first, those in sorted(by_month.items()) if not is_masked or not _is_small(those)
    }
    counted = [(first, sum(due.is_kept for due in those), len(those)) for first, those in shown.items()]
    return control_chart.months_of(counted), len(by_month) - len(shown)


def _is_small(dues: Sequence[Due]) -> bool:
    parts = [
        counts.count_of(due.patient_id for due in dues if due.is_kept == is_kept) for is_kept in (True, False)
    ]
    whole = counts.count_of(due.patient_id for due in dues)
    return any(masking.is_hidden(part, is_masked=True) for part in (*parts, whole))


def _month_cells(month: Month) -> list[str]:
    return [
        date_format(month.first, "F Y"),
        str(month.kept),
        str(month.of),
        f"{100 * month.share:.0f} %",
        f"{100 * month.low:.0f}–{100 * month.high:.0f} %",
    ]


def _month_rows(months: Sequence[Month]) -> Iterable[Sequence[Any]]:
    yield [_("Month"), _("Kept"), _("Of"), _("Share"), _("Limit from"), _("Limit to")]
    for month in months:
        yield [f"{month.first:%Y-%m}", month.kept, month.of, month.share, month.low, month.high]


def _names(dues: Sequence[Due]) -> dict[int, str]:
    ids = {pk for due in dues for pk in (due.owner_id, *due.operator_ids) if pk}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}


def _by_people(
    asked: Asked,
    dues: Sequence[Due],
    names: Mapping[int, str],
    key: str,
    people_of: Callable[[Due], list[int]],
) -> Figure:
    """One bar a person, who had most first; who may not export sees numbers instead of names."""
    groups = _groups(dues, people_of, is_masked=asked.is_masked)
    rows = [
        row_of(names.get(pk) or _("Person %(n)d") % {"n": place + 1}, those)
        for place, (pk, those) in enumerate(groups)
    ]  # fmt: skip
    titles = {"coordinators": _("By who looked after the review"), "operators": _("By operator")}
    words = {
        "coordinators": _(
            "Who owns the review now, or owned it last. Reviews that nobody owned are in no bar."
        ),
        "operators": _(
            "Reviews after a procedure, by who did it. A procedure of two operators counts for both."
        ),
    }
    told = [words[key]] if rows else [words[key], _("There is nothing to show.")]
    return _bars(f"adherence-{key}", titles[key], rows, asked, told, lambda: _people_rows(rows))


def _groups(
    dues: Sequence[Due], people_of: Callable[[Due], list[int]], *, is_masked: bool
) -> list[tuple[int, list[Due]]]:
    by_person: dict[int, list[Due]] = {}
    for due in dues:
        for pk in people_of(due):
            by_person.setdefault(pk, []).append(due)
    groups = sorted(by_person.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:MOST_PEOPLE]
    return [
        (pk, those) for pk, those in groups if not masking.is_too_few(_patients(those), is_masked=is_masked)
    ]


def _patients(dues: Sequence[Due]) -> int:
    return len({due.patient_id for due in dues})


def _people_rows(rows: Sequence[Row]) -> Iterable[Sequence[Any]]:
    yield [_("Person"), *(str(kind.label) for kind in KINDS), _("Reviews"), _("Patients")]
    for row in rows:
        yield [row.label, *(count.number for count in row.counts), row.of.number, row.of.patients]


def _due_rows(asked: Asked, dues: Sequence[Due]) -> Iterable[Sequence[Any]]:
    mrns = {person.pk: person.mrn for person in asked.people}
    words = {kind.key: str(kind.label) for kind in KINDS}
    yield [_("MRN"), _("Window from"), _("Window to"), _("Imaged on"), _("Kept as")]
    for due in dues:
        done = due.done_on.isoformat() if due.done_on else None
        yield [mrns[due.patient_id], due.due_from.isoformat(), due.due_to.isoformat(), done, words[due.kind]]
