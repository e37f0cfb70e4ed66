"""What the page of the curves shows: the curves asked for, their numbers, the test between them, the readings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pathway.cohort import filters, masking, survival, survival_plot
from pathway.cohort.axes import Across
from pathway.cohort.endpoints import ENDPOINTS, Endpoint
from pathway.cohort.people import Person
from pathway.cohort.survival import Curve

# More curves than this are told apart by nobody.
MOST_CURVES = 6


@dataclass(frozen=True)
class Answer:
    """One endpoint of the patients asked for, by group."""

    endpoint: Endpoint
    curves: Sequence[Curve]
    left_out: int
    log_rank: survival.LogRank | None
    # Groups that somebody who may not export is not shown.
    hidden: Sequence[str]

    @property
    def counted(self) -> int:
        return sum(curve.count for curve in self.curves)


def answer_of(people: Sequence[Person], asked: Mapping[str, Any], *, is_masked: bool) -> Answer:
    """Return the curves of the endpoint asked for, or of the first that has any patient."""
    endpoint = ENDPOINTS.get(asked.get("endpoint") or "") or _first_with_data(people)
    groups = filters.groups_of(people, asked.get("group_by") or "")[:MOST_CURVES]
    spans = {label: [span for one in group if (span := endpoint.span(one))] for label, group in groups}
    shown = {label: found for label, found in spans.items() if found}
    hidden = [k for k, found in shown.items() if masking.is_too_few(len(found), is_masked=is_masked)]
    visible = {label: found for label, found in shown.items() if label not in hidden}
    curves = [survival.curve_of(label, found) for label, found in visible.items()]
    return Answer(
        endpoint=endpoint,
        curves=[masking.curve(curve) for curve in curves] if is_masked else curves,
        left_out=len(people) - sum(len(found) for found in spans.values()),
        log_rank=survival.log_rank(list(visible.values())),
        hidden=hidden,
    )


def _first_with_data(people: Sequence[Person]) -> Endpoint:
    found = (end for end in ENDPOINTS.values() if any(end.span(person) for person in people))
    return next(found, ENDPOINTS["survival"])


def context(answer: Answer, *, is_masked: bool) -> dict[str, Any]:
    """Return what the template shows beside the form."""
    drawable = [curve for curve in answer.curves if curve.steps]
    return {
        "answer": answer,
        "plot": survival_plot.draw(drawable, is_masked=is_masked) if drawable else None,
        "summary": [_summary(curve, is_masked) for curve in answer.curves],
        "left_out": masking.number(answer.left_out, is_masked=is_masked),
        "p": _p(answer.log_rank.p) if answer.log_rank else "",
        "table": _table(drawable, is_masked) if drawable else None,
        "readings": [_reading(curve, is_masked) for curve in drawable],
        "end_weeks": Across.over(max(curve.last_weeks for curve in drawable)).end if drawable else 0,
    }


def _p(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _summary(curve: Curve, is_masked: bool) -> dict[str, str]:
    at_half, low, high = curve.median()
    edges = [_("not reached") if edge is None else f"{edge:.1f}" for edge in (low, high)]
    return {
        "label": curve.label,
        "count": masking.number(curve.count, is_masked=is_masked),
        "events": masking.number(curve.events, is_masked=is_masked),
        "median": _("not reached") if at_half is None else f"{at_half:.1f}",
        "band": "–"
        if at_half is low is None
        else _("%(low)s to %(high)s") % {"low": edges[0], "high": edges[1]},
    }


def _table(curves: Sequence[Curve], is_masked: bool) -> dict[str, Any]:
    """The curves at the ticks of their axis, for who reads rather than looks."""
    weeks = Across.over(max(curve.last_weeks for curve in curves)).weeks
    rows = [
        {"weeks": week, "cells": [_cell(curve, week, is_masked) for curve in curves]}
        for week in weeks
        if any(week <= curve.last_weeks for curve in curves)
    ]
    return {"labels": [curve.label for curve in curves], "rows": rows}


def _cell(curve: Curve, week: float, is_masked: bool) -> str:
    if week > curve.last_weeks:
        return "–"
    reached = [step for step in curve.steps if step.weeks <= week]
    at_risk = masking.number(curve.at_risk(week), is_masked=is_masked)
    if not reached:
        return _("100 %% (%(count)s at risk)") % {"count": at_risk}
    step = reached[-1]
    band = "" if step.low is None or step.high is None else f", {100 * step.low:.0f}–{100 * step.high:.0f} %"
    return _("%(share).0f %%%(band)s (%(count)s at risk)") % {
        "share": 100 * step.share, "band": band, "count": at_risk,
    }  # fmt: skip


def _reading(curve: Curve, is_masked: bool) -> dict[str, Any]:
    """What the pointer reads of a curve: the share from each time on, and who is at risk."""
    steps = [
        [step.weeks, round(100 * step.share), masking.number(step.at_risk, is_masked=is_masked)]
        for step in curve.steps
    ]
    return {"label": curve.label, "steps": steps}
