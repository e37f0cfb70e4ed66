"""The treatments of a patient, each with the review that judged it: what definitions of TACE failure are asked of."""

import itertools
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from followup import decision_facts
from followup.models import LesionReading, Reading
from followup.on_record import OnRecord
from guidelines import failure_definitions
from guidelines.failure_definitions import Session
from patients.models import YesNo
from procedures import course

AFP = "afp_ng_per_ml"


@dataclass(frozen=True)
class _Treated:
    """One treatment, what was given, and the reading of the first review before the next one."""

    began_on: date
    agents: frozenset[int]
    reading: Reading | None
    before: Reading | None


def sessions_of(reading: Reading, *, record: OnRecord | None = None) -> list[Session]:
    """Return the sessions up to a reading, the oldest first."""
    known = record or OnRecord(reading.review.patient)
    treated = _treated(reading, known)
    return [
        _session(one, treated[place - 1] if place else None, treated, known)
        for place, one in enumerate(treated)
    ]


def _treated(reading: Reading, record: OnRecord) -> list[_Treated]:
    procedures = record.interventions_up_to(reading.imaged_on)
    readings = [reading, *record.readings_before(reading)][::-1]
    began = [course.day_of(procedure) for procedure in procedures]
    found = []
    days = itertools.pairwise([*began, date.max])
    for procedure, (began_on, until) in zip(procedures, days, strict=True):
        place = next((i for i, one in enumerate(readings) if began_on < one.imaged_on <= until), None)
        judged = None if place is None else readings[place]
        before = readings[place - 1] if place else None
        agents = record.agents_given.get(procedure.pk, frozenset())
        found.append(_Treated(began_on, agents, judged, before))
    return found


def _session(one: _Treated, last: _Treated | None, treated: list[_Treated], record: OnRecord) -> Session:
    judged = one.reading
    if judged is None:
        return Session(on=one.began_on, is_adapted=_is_adapted(one, last))
    first = _extent_at_first(treated, judged, record)
    return Session(
        on=one.began_on,
        reviewed_on=judged.imaged_on,
        viable_share_pct=_viable_share(judged),
        number_rose=decision_facts.ANSWERS.get(judged.new_lesions),
        is_adapted=_is_adapted(one, last),
        markers_rose=_markers_rose(one, judged, record),
        vascular_invasion=_appeared(judged.thrombus, first["thrombus"], decision_facts.THROMBUS_ORDER),
        spread=_appeared(judged.spread, first["spread"], decision_facts.SPREAD_ORDER),
        progressed=decision_facts.has_progressed(judged, one.before, record),
    )


def _viable_share(reading: Reading) -> tuple[float, float] | None:
    """Of the treated lesions together, by diameters, on a dynamic enhanced scan; None where one was not measured."""
    rows = [row for row in reading.lesions.all() if row.was_treated == YesNo.YES]
    sizes = [_size(row) for row in rows]
    if not sizes or None in sizes or reading.dynamic_enhanced != YesNo.YES:
        return None
    known = [size for size in sizes if size is not None]
    return failure_definitions.share_from_diameters(
        float(sum(viable for viable, _longest in known)), float(sum(longest for _viable, longest in known))
    )


def _size(row: LesionReading) -> tuple[Decimal, Decimal] | None:
    if row.state == LesionReading.State.DISAPPEARED:
        return Decimal(0), Decimal(0)
    if row.viable_mm is None or row.longest_mm is None:
        return None
    return row.viable_mm, row.longest_mm


def _is_adapted(one: _Treated, last: _Treated | None) -> bool | None:
    """Another agent is certain; with the same one the feeders may have been analysed anew: nobody says."""
    if last is None or not (one.agents and last.agents):
        return None
    return True if one.agents != last.agents else None


def _markers_rose(one: _Treated, judged: Reading, record: OnRecord) -> bool | None:
    """AFP at the last value up to the review above the last one before: a fall in between is left aside."""
    afp = record.results_of(AFP)
    before = [row.canonical_value for row in afp if row.taken_on <= one.began_on]
    after = [row.canonical_value for row in afp if one.began_on < row.taken_on <= judged.imaged_on]
    if not before or not after:
        return None
    return after[-1] > before[-1]


def _extent_at_first(treated: list[_Treated], judged: Reading, record: OnRecord) -> dict[str, str]:
    """What was known before the first session that was judged, by the assessment that it rests on."""
    first = next((one.reading for one in treated if one.reading), judged)
    return decision_facts.extent_before(first, None, record)


def _appeared(now: str, at_first: str, order: list[str]) -> bool | None:
    """More than there was at first; None where either is not known."""
    if now not in order:
        return None
    if now == order[0]:
        return False
    return order.index(now) > order.index(at_first) if at_first in order else None
