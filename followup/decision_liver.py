"""Liver function as the decision card shows it: before the last intervention, now, and drawn over time."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from followup import liver_recovery
from followup.on_record import OnRecord
from guidelines import facts
from patients import lab_chart, written_numbers
from procedures import course, symptoms
from procedures.models import Procedure


@dataclass(frozen=True)
class Cell:
    """One value, and what is said below it; nothing where it is not known."""

    value: str
    more: str = ""


@dataclass(frozen=True)
class LiverRow:
    """One measure, before the last intervention and now."""

    label: str
    cells: tuple[Cell, Cell]


@dataclass(frozen=True)
class Liver:
    """Liver function before the last intervention and now, and over time; `treated_at` are the interventions, in x."""

    recovery: liver_recovery.Recovery
    heads: list[dict[str, Any]]
    rows: list[LiverRow]
    waits_for: list[str]
    chart: lab_chart.Chart | None
    treated_at: list[float]
    description: str
    chart_width = lab_chart.WIDTH
    chart_height = lab_chart.HEIGHT


def liver_of(treated: list[Procedure], *, on: date, record: OnRecord) -> Liver | None:
    if not treated:
        return None
    days = [course.day_of(procedure) for procedure in treated]
    since = days[0] - timedelta(days=symptoms.BASELINE_WITHIN_DAYS)
    values = liver_recovery.trend_of(record, since=since, on=on)
    drawn = [
        lab_chart.Dated(day, value, f"{date_format(day, 'j M Y')}: {value:.2f}") for day, value in values
    ]
    recovery = liver_recovery.recovery_after(treated[-1], on=on, record=record)
    return Liver(
        recovery=recovery,
        heads=_liver_heads(recovery),
        rows=_liver_rows(recovery),
        waits_for=[_(facts.ALL[name].label) for name in recovery.missing],
        chart=lab_chart.draw(drawn, (None, None)) if len(drawn) > 1 else None,
        treated_at=_places(days, [day for day, _value in values]),
        description=_("ALBI over time: %(values)s") % {"values": "; ".join(one.title for one in drawn)},
    )


def _liver_heads(recovery: liver_recovery.Recovery) -> list[dict[str, Any]]:
    return [{"label": _("Before"), "on": recovery.before.on}, {"label": _("Now"), "on": recovery.now.on}]


def _liver_rows(recovery: liver_recovery.Recovery) -> list[LiverRow]:
    before, now = recovery.before, recovery.now
    rise = "" if recovery.albi_rise is None else f"{recovery.albi_rise:+.2f}"
    return [
        LiverRow("ALBI", (_albi(before), _albi(now, rise))),
        LiverRow(_("Child-Pugh"), (_child_pugh(before), _child_pugh(now))),
        LiverRow(_("Platelets"), (_platelets(before), _platelets(now))),
    ]


def _albi(moment: liver_recovery.Moment, rise: str = "") -> Cell:
    if moment.albi is None:
        return Cell("")
    grade = _("grade %(grade)s") % {"grade": moment.albi["malbi"]}
    return Cell(f"{moment.albi['value']:.2f}", f"{grade}, {rise}" if rise else grade)


def _child_pugh(moment: liver_recovery.Moment) -> Cell:
    """Say A 6; or A–B 6–8, where a part is not known."""
    score = moment.child_pugh
    if score is None:
        return Cell("")
    points = score["points"] or f"{score['min_points']}–{score['max_points']}"
    return Cell(f"{'–'.join(score['classes'])} {points}")


def _platelets(moment: liver_recovery.Moment) -> Cell:
    value = moment.platelets_10e9_per_l
    return Cell("") if value is None else Cell(written_numbers.as_text(value), "10⁹/L")


def _places(days: list[date], drawn: list[date]) -> list[float]:
    """Where a day stands on the axis of the chart; one outside of it is not drawn."""
    if len(drawn) < 2 or drawn[0] == drawn[-1]:
        return []
    width, span = lab_chart.WIDTH - lab_chart.LEFT - lab_chart.RIGHT, (drawn[-1] - drawn[0]).days
    inside = [day for day in days if drawn[0] <= day <= drawn[-1]]
    return [round(lab_chart.LEFT + width * (day - drawn[0]).days / span, 1) for day in inside]
