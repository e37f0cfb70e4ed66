"""What the page of the procedures shows: days between them, doses by agent, and exposure, against their levels."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidelines import contrast, radiation
from pathway.cohort import bars_plot, counts, given, masking, samples
from pathway.cohort.counts import Kind, Row
from pathway.cohort.events import band_words
from pathway.cohort.figure import Asked, Figure, Head, Page, Table
from pathway.cohort.given import Doses
from pathway.cohort.people import Begun, begun_by
from pathway.cohort.spread import Level, Sample

REPEATED = (Kind("count", gettext_lazy("Repeated")),)
# In weeks, the second not included; the last without end.
SPANS = ((0, 4), (4, 6), (6, 8), (8, 12), (12, 26), (26, 52), (52, None))
QUANTITIES: Mapping[str, radiation.Levels] = {
    "air_kerma_mgy": radiation.KERMA,
    "dose_area_product_gy_cm2": radiation.PRODUCT,
    "fluoroscopy_min": radiation.TIME,
}


def page_of(asked: Asked) -> Page:
    """Return the intervals, doses and exposures of the procedures of these patients."""
    begun = begun_by(asked.people)
    if not begun:
        return Page(empty=_("No procedure was begun yet."))
    by_pk = {one.pk: one for one in begun}
    gaps = gaps_of(begun)
    doses = given.doses_of(asked.team, by_pk)
    exposures = given.exposures_of(asked.team, by_pk)
    return Page(
        [
            *([_intervals(asked, gaps), _intervals_by_number(asked, gaps)] if gaps else []),
            *([_doses(asked, doses, by_pk)] if doses else []),
            _exposure(asked, exposures, by_pk),
        ]
    )


def gaps_of(begun: Sequence[Begun]) -> list[tuple[Begun, int]]:
    """Return each repeated procedure with the days since the one before."""
    return [
        (after, (after.on - before.on).days)
        for before, after in itertools.pairwise(begun)
        if before.person.pk == after.person.pk
    ]


def _intervals(asked: Asked, gaps: Sequence[tuple[Begun, int]]) -> Figure:
    of = counts.count_of(one.person.pk for one, _days in gaps)
    rows = [_span_row(span, gaps, of) for span in SPANS]
    return Figure(
        key="intervals",
        title=_("Time until it was repeated"),
        words=[_("Each bar is how many procedures followed the one before within these weeks.")],
        template="pathway/_bars_plot.html",
        drawn=bars_plot.draw(rows, REPEATED, is_masked=asked.is_masked),
        table=Table(
            [
                Head(_("Since the one before"), is_number=False),
                Head(_("Repeated")),
                Head(_("Share, 95 % band")),
            ],
            [_span_cells(row, asked.is_masked) for row in rows],
            is_folded=True,
        ),
        rows=lambda: _gap_rows(gaps),
    )


def _span_row(span: tuple[int, int | None], gaps: Sequence[tuple[Begun, int]], of: counts.Count) -> Row:
    first, end = span
    those = [
        ("count", one.person.pk)
        for one, days in gaps
        if days >= 7 * first and (end is None or days < 7 * end)
    ]
    return counts.row_of(span_words(first, end), those, REPEATED, of)


def span_words(first: int, end: int | None) -> str:
    if end is None:
        return _("%(first)d weeks or more") % {"first": first}
    if first == 0:
        return _("under %(end)d weeks") % {"end": end}
    return _("%(first)d to under %(end)d weeks") % {"first": first, "end": end}


def _span_cells(row: Row, is_masked: bool) -> list[str]:
    hides = masking.hides_any([row], is_masked=is_masked)
    share = "–" if hides else band_words(row.together.number, row.of.number)
    return [row.label, masking.counted(row.together, is_masked=is_masked), share]


def _gap_rows(gaps: Sequence[tuple[Begun, int]]) -> Iterable[Sequence[Any]]:
    yield [_("MRN"), _("Procedure"), _("Begun on"), _("Days since the one before")]
    for one, days in gaps:
        yield [one.person.mrn, one.number, one.on.isoformat(), days]


def _intervals_by_number(asked: Asked, gaps: Sequence[tuple[Begun, int]]) -> Figure:
    found = [_sample_of_gaps(_("All"), gaps)]
    for number in range(2, 5):
        those = [pair for pair in gaps if pair[0].number == number]
        words = {"before": number - 1, "after": number}
        found += [_sample_of_gaps(_("From no. %(before)d to no. %(after)d") % words, those)] if those else []
    later = [pair for pair in gaps if pair[0].number > 4]
    found += [_sample_of_gaps(_("Later ones"), later)] if later else []
    return samples.figure_of(
        "intervals-by-number",
        _("Days between procedures"),
        found,
        is_masked=asked.is_masked,
        words=[_("Box: the middle half; thick line: the median; thin line: the middle eight tenths.")],
        axis=_("days since the procedure before"),
        rows=lambda: _gap_rows(gaps),
    )


def _sample_of_gaps(label: str, gaps: Sequence[tuple[Begun, int]]) -> Sample:
    return Sample(
        label, _("days"), [days for _one, days in gaps], len({one.person.pk for one, _days in gaps})
    )


def _doses(asked: Asked, doses: Sequence[Doses], begun: Mapping[int, Begun]) -> Figure:
    words = [
        _(
            "What one procedure gave of each agent, all targets together. Dashed: the usual range; solid: the most in "
            "one procedure, as the reference data of this hospital have them. Each row has its own axis."
        )
    ]
    unknown = counts.count_of(begun[pk].person.pk for one in doses for pk in one.unknown)
    if unknown.number:
        said = masking.counted(unknown, is_masked=asked.is_masked)
        words.append(
            _("Not counted, because the dose or the body size is not written: %(count)s.") % {"count": said}
        )
    return samples.figure_of(
        "doses",
        _("Doses by agent"),
        [_dose_sample(one, begun) for one in doses],
        is_masked=asked.is_masked,
        words=words,
        source="; ".join(f"{one.agent.name}: {one.agent.source_in_words}" for one in doses),
        has_own_axes=True,
        rows=lambda: _dose_rows(doses, begun),
    )


def _dose_sample(doses: Doses, begun: Mapping[int, Begun]) -> Sample:
    patients = {begun[pk].person.pk for pk in doses.by_procedure}
    return Sample(
        doses.agent.name,
        doses.unit,
        list(doses.by_procedure.values()),
        len(patients),
        dose_levels(doses),
        doses.unit,
    )


def dose_levels(doses: Doses) -> list[Level]:
    """Return the levels that the row of an agent carries in the unit of its usual range."""
    agent = doses.agent
    most = agent.most_per_procedure_mg_per_m2 if doses.is_per_m2 else agent.most_per_procedure_mg
    found = [
        (agent.usual_low, _("usual from"), False),
        (agent.usual_high, _("usual to"), False),
        (most, _("at most"), True),
    ]
    return [Level(float(at), words, is_second) for at, words, is_second in found if at is not None]


def _dose_rows(doses: Sequence[Doses], begun: Mapping[int, Begun]) -> Iterable[Sequence[Any]]:
    yield [_("MRN"), _("Procedure"), _("Begun on"), _("Agent"), _("Dose"), _("Unit")]
    for one in doses:
        for pk, dose in one.by_procedure.items():
            it = begun[pk]
            yield [it.person.mrn, it.number, it.on.isoformat(), one.agent.name, dose, one.unit]


def _exposure(
    asked: Asked, exposures: Mapping[str, Mapping[int, float]], begun: Mapping[int, Begun]
) -> Figure:
    words = _(
        "What the dose reports say of each procedure. Dashed: first notification level; solid: substantial radiation "
        "dose level. For contrast the most by weight and creatinine. A diagnostic reference level for these procedures "
        "is not in source: national levels differ; compare yours with the upper end of the middle half."
    )
    unknown = counts.count_of(one.person.pk for pk, one in begun.items() if not _is_told(exposures, pk))
    told = masking.counted(unknown, is_masked=asked.is_masked)
    lines = [_("Without any dose report: %(count)s.") % {"count": told}] if unknown.number else []
    return samples.figure_of(
        "exposure",
        _("Exposure by procedure"),
        exposure_samples(exposures, begun),
        is_masked=asked.is_masked,
        words=[words, *lines],
        source=f"{radiation.STECKER}; {contrast.CIGARROA}; {_('reference level: not in source')}",
        has_own_axes=True,
        rows=lambda: _exposure_rows(exposures, begun),
    )


def _is_told(exposures: Mapping[str, Mapping[int, float]], pk: int) -> bool:
    return any(pk in values for values in exposures.values())


def exposure_samples(
    exposures: Mapping[str, Mapping[int, float]], begun: Mapping[int, Begun]
) -> list[Sample]:
    found = []
    for name, levels in QUANTITIES.items():
        limits = [
            Level(levels.notify_from, _("first notification")),
            Level(levels.substantial_from, _("substantial"), is_second=True),
        ]
        found.append(_sample_of(_(levels.name), levels.unit, exposures.get(name, {}), begun, limits))
    most = [Level(contrast.CIGARROA_MOST_ML, _("at most"), is_second=True)]
    found.append(_sample_of(_("Contrast medium"), "mL", exposures.get("contrast_ml", {}), begun, most))
    return found


def _sample_of(
    label: str, unit: str, values: Mapping[int, float], begun: Mapping[int, Begun], levels: Sequence[Level]
) -> Sample:
    patients = {begun[pk].person.pk for pk in values}
    return Sample(label, unit, list(values.values()), len(patients), levels, unit)


def _exposure_rows(
    exposures: Mapping[str, Mapping[int, float]], begun: Mapping[int, Begun]
) -> Iterable[Sequence[Any]]:
    yield [
        _("MRN"), _("Procedure"), _("Begun on"), _("Air kerma mGy"), _("Dose-area product Gy·cm²"),
        _("Fluoroscopy min"), _("Contrast mL"),
    ]  # fmt: skip
    for pk, one in begun.items():
        if _is_told(exposures, pk):
            values = [exposures.get(name, {}).get(pk) for name in given.QUANTITIES]
            yield [one.person.mrn, one.number, one.on.isoformat(), *values]
