"""What each procedure cost the liver, worked out for many procedures from rows that are read at once.

The reading is that of `procedures.liver_cost`, to which the suite holds it: before, at day 7, and at the first values
after four weeks. The windows are a habit of the house, not in source.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from assessments import entries
from assessments.models import Assessment
from followup import liver_recovery
from guidelines import FactError, contradictions, facts, reading, scoring
from pathway.cohort.people import Begun
from patients.actions import labs
from patients.models import LabResult
from procedures import liver_cost, symptoms
from procedures.models import Procedure, SymptomEntry

BILIRUBIN = "bilirubin_umol_per_l"
ANALYTES = (*liver_cost.NAMES, "prothrombin_time_s")
SIGNS = liver_cost.SIGNS
Signs = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """The liver at one time; None is not known."""

    on: date | None = None
    albi: Mapping[str, Any] | None = None
    child_pugh: Mapping[str, Any] | None = None
    bilirubin_umol_per_l: float | None = None

    @property
    def child_pugh_points(self) -> int | None:
        return self.child_pugh["points"] if self.child_pugh else None

    @property
    def albi_value(self) -> float | None:
        return self.albi["value"] if self.albi else None


@dataclass(frozen=True, slots=True)
class Cost:
    """One procedure: before it, at day 7 and at the first review; `is_over`: nothing more can come."""

    begun: Begun
    before: Moment
    day_7: Moment
    review: Moment
    is_over: bool

    @property
    def is_back(self) -> bool | None:
        """Whether neither the modified ALBI grade nor the Child-Pugh class is worse at the review than before."""
        then, now = (
            liver_recovery.Moment(albi=one.albi, child_pugh=one.child_pugh)
            for one in (self.before, self.review)
        )
        return liver_recovery.Recovery(then, now).has_recovered


@dataclass(slots=True)
class Rows:
    """What is known of some patients, read at once: laboratory values from new to old, signs by their days."""

    results: Mapping[int, list[Any]] = field(default_factory=dict)
    logged: Mapping[int, list[tuple[date, Signs]]] = field(default_factory=dict)
    assessed: Mapping[int, list[tuple[date, Signs]]] = field(default_factory=dict)
    before: Mapping[int, Signs] = field(default_factory=dict)
    next_on: Mapping[int, date] = field(default_factory=dict)


def costs_of(procedures: Sequence[Begun], *, time_zone: str, on: date) -> list[Cost]:
    """Return what each of these procedures cost, as known on a day, in a handful of queries."""
    if not procedures:
        return []
    rows = _rows_of(procedures, ZoneInfo(time_zone), on)
    return [_cost(one, rows, on) for one in procedures]


def _rows_of(procedures: Sequence[Begun], zone: ZoneInfo, on: date) -> Rows:
    patients = {one.person.pk for one in procedures}
    since = min(one.on for one in procedures) - timedelta(days=symptoms.BASELINE_WITHIN_DAYS)
    return Rows(
        results=_results(patients, since, on),
        logged=_logged([one.pk for one in procedures], zone),
        assessed=_assessed(patients),
        before=_before([one.pk for one in procedures]),
        next_on=_next_on(patients, zone),
    )


def _results(patients: set[int], since: date, on: date) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = LabResult.objects.filter(
        patient__in=patients, analyte__in=ANALYTES, retracted_at=None, taken_on__range=(since, on)
    ).order_by("-taken_on", "-entered_at", "-pk")
    columns = ("patient_id", "analyte", "comparator", "value", "unit", "canonical_value", "control_value")
    for row in rows.values_list(*columns, "taken_on", named=True):
        found[row.patient_id].append(row)
    return found


def _logged(procedure_ids: Sequence[int], zone: ZoneInfo) -> dict[int, list[tuple[date, Signs]]]:
    found: dict[int, list[tuple[date, Signs]]] = defaultdict(list)
    rows = SymptomEntry.objects.filter(procedure__in=procedure_ids, retracted_at=None).order_by(
        "asked_at", "pk"
    )
    for procedure_id, asked_at, answers in rows.values_list("procedure_id", "asked_at", "answers"):
        signs = {name: answers[name] for name in SIGNS if answers.get(name)}
        if signs:
            found[procedure_id].append((asked_at.astimezone(zone).date(), signs))
    return found


def _assessed(patients: set[int]) -> dict[int, list[tuple[date, Signs]]]:
    """What assessments say of the signs, by the day on which they were made; see `_signs`."""
    found: dict[int, list[tuple[date, Signs]]] = defaultdict(list)
    rows = Assessment.objects.filter(patient__in=patients, status__in=liver_cost.SIGNED).order_by(
        "made_on", "pk"
    )
    columns = [f"facts__{name}" for name in SIGNS]
    for patient_id, made_on, *told in rows.values_list("patient_id", "made_on", *columns):
        if made_on:
            found[patient_id].append((made_on, {n: e for n, e in zip(SIGNS, told, strict=True) if e}))
    return found


def _before(procedure_ids: Sequence[int]) -> dict[int, Signs]:
    columns = [f"assessment__facts__{name}" for name in SIGNS]
    rows = Procedure.objects.filter(pk__in=procedure_ids, assessment__isnull=False)
    return {
        pk: {name: entries.contract_value(entry) for name, entry in zip(SIGNS, told, strict=True) if entry}
        for pk, *told in rows.values_list("pk", *columns)
    }


def _next_on(patients: set[int], zone: ZoneInfo) -> dict[int, date]:
    """By procedure the day of the patient's next one."""
    days: dict[int, list[tuple[int, date]]] = defaultdict(list)
    rows = Procedure.objects.filter(patient__in=patients, started_at__isnull=False).order_by(
        "started_at", "pk"
    )
    for pk, patient_id, started_at in rows.values_list("pk", "patient_id", "started_at"):
        if started_at:
            days[patient_id].append((pk, started_at.astimezone(zone).date()))
    return {
        pk: following[1] for known in days.values() for (pk, _day), following in itertools.pairwise(known)
    }


def _cost(one: Begun, rows: Rows, on: date) -> Cost:
    last = min(on, rows.next_on.get(one.pk, on))
    oldest = one.on - timedelta(days=symptoms.BASELINE_WITHIN_DAYS)
    week = _between(one.on, liver_cost.DAY_7, last)
    since, until = _between(one.on, liver_cost.REVIEW, last)
    reviewed_on = _first_review(rows.results.get(one.person.pk, ()), since, until)
    review = Moment()
    if reviewed_on:
        review = _moment(one, rows, since, reviewed_on, _signs(one, rows, since, reviewed_on))
    return Cost(
        begun=one,
        before=_moment(one, rows, oldest, one.on, rows.before.get(one.pk, {})),
        day_7=_moment(one, rows, *week, _signs(one, rows, *week)),
        review=review,
        is_over=one.pk in rows.next_on or one.on + timedelta(days=liver_cost.REVIEW[1]) < on,
    )


def _between(begun: date, days: tuple[int, int], last: date) -> tuple[date, date]:
    """What comes after the next procedure is not the cost of this one."""
    return begun + timedelta(days=days[0]), min(begun + timedelta(days=days[1]), last)


def _first_review(results: Iterable[Any], first: date, last: date) -> date | None:
    days = (row.taken_on for row in results if row.analyte == BILIRUBIN and first <= row.taken_on <= last)
    return min(days, default=None)


def _signs(one: Begun, rows: Rows, first: date, last: date) -> Signs:
    """What was found between two days, the newest of each: at a round or call, or in a later signed assessment."""
    found: Signs = {}
    told = [*rows.logged.get(one.pk, ()), *_later(rows.assessed.get(one.person.pk, ()), one.on)]
    for on, signs in sorted(told, key=lambda pair: pair[0]):
        if first <= on <= last:
            found |= signs
    return found


def _later(assessed: Iterable[tuple[date, Signs]], begun: date) -> Iterator[tuple[date, Signs]]:
    """What was carried over keeps its own day; of what has none nobody knows when it was so."""
    for made_on, told in assessed:
        if made_on > begun:
            for name, entry in told.items():
                looked_on = entries.date_of(entry)
                if looked_on:
                    yield looked_on, {name: entries.contract_value(entry)}


def _moment(one: Begun, rows: Rows, first: date, last: date, signs: Signs) -> Moment:
    """The newest values between two days; the moment is the day of its bilirubin."""
    results = [row for row in rows.results.get(one.person.pk, ()) if first <= row.taken_on <= last]
    known = labs.newest_facts(results)
    told = {name: entries.contract_value(fact) for name, fact in known.items() if name in liver_cost.NAMES}
    if not told:
        return Moment()
    bilirubin = next((row for row in results if row.analyte == BILIRUBIN), None)
    albi, child_pugh = _scores({**told, **signs})
    return Moment(
        on=bilirubin.taken_on if bilirubin else None,
        albi=albi,
        child_pugh=child_pugh,
        bilirubin_umol_per_l=float(bilirubin.canonical_value) if bilirubin and not bilirubin.comparator else None,
    )  # fmt: skip


def _scores(told: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
    """ALBI and Child-Pugh, as `guidelines.scores` gives them, without its other scores; none from what contradicts."""
    try:
        known = reading.read_all(dict(told), facts.ALL, contradictions.find)
    except FactError:
        return None, None
    return scoring.albi_result(known), scoring.child_pugh_result(known)
