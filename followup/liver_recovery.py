"""Whether liver function is back where it was before the last intervention, and how it went since the first.

7.6 asks for time so that the liver recovers and gives no number. Not in source: it has recovered when neither the
modified ALBI grade nor the Child-Pugh class is worse than before; what nobody measured or looked at leaves it unknown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import guidelines
from assessments import entries
from assessments.models import Assessment
from followup.on_record import OnRecord
from patients.actions import labs
from patients.models import LabResult
from procedures import course, symptoms
from procedures.models import Procedure

LABORATORY = ("bilirubin_umol_per_l", "albumin_g_per_l", "inr", "pt_prolongation_s")
SIGNS = tuple(symptoms.LIVER_SIGNS)
# Not in source: the first two weeks show what the intervention did, not what is left of it.
SETTLED_FROM_DAYS = 14
GRADES = ("1", "2a", "2b", "3")


@dataclass(frozen=True)
class Moment:
    """Liver function at one time: the scores that its values allow. `on` is the day of its newest value."""

    on: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    albi: Mapping[str, Any] | None = None
    child_pugh: Mapping[str, Any] | None = None
    platelets_10e9_per_l: float | None = None

    @property
    def missing(self) -> list[str]:
        """What its scores wait for."""
        needed = ["bilirubin_umol_per_l", "albumin_g_per_l", *SIGNS]
        open_ones = [name for name in needed if name not in self.facts]
        has_clotting = "inr" in self.facts or "pt_prolongation_s" in self.facts
        return open_ones if has_clotting else [*open_ones, "inr"]


@dataclass(frozen=True)
class Recovery:
    """Before the last intervention and now."""

    before: Moment
    now: Moment

    @property
    def has_recovered(self) -> bool | None:
        answers = (self.is_albi_back, self.is_child_pugh_back)
        if False in answers:
            return False
        return None if None in answers else True

    @property
    def is_albi_back(self) -> bool | None:
        if not (self.before.albi and self.now.albi):
            return None
        return GRADES.index(self.now.albi["malbi"]) <= GRADES.index(self.before.albi["malbi"])

    @property
    def is_child_pugh_back(self) -> bool | None:
        """Certain only where every class that is possible now is no worse, or worse, than each that was possible."""
        if not (self.before.child_pugh and self.now.child_pugh):
            return None
        was, is_now = self.before.child_pugh["classes"], self.now.child_pugh["classes"]
        if max(is_now) <= min(was):
            return True
        return False if min(is_now) > max(was) else None

    @property
    def missing(self) -> list[str]:
        """What would settle it; nothing where it is settled."""
        return [] if self.has_recovered is not None else self.now.missing

    @property
    def albi_rise(self) -> float | None:
        """How much ALBI rose: the liver is worse; negative where it is better."""
        if not (self.before.albi and self.now.albi):
            return None
        return float(self.now.albi["value"]) - float(self.before.albi["value"])


def recovery_after(procedure: Procedure, *, on: date, record: OnRecord | None = None) -> Recovery:
    """Compare before a started procedure with what is known on a day."""
    known, began_on = record or OnRecord(procedure.patient), course.day_of(procedure)
    oldest = began_on - timedelta(days=symptoms.BASELINE_WITHIN_DAYS)
    settled_on = began_on + timedelta(days=SETTLED_FROM_DAYS)
    before = moment_of(known, oldest, began_on, _told_by(procedure.assessment))
    signs = _signs_between(known, procedure, settled_on, on)
    return Recovery(before, moment_of(known, settled_on, on, signs))


def moment_of(record: OnRecord, first: date, last: date, signs: Mapping[str, Any]) -> Moment:
    """The newest values between two days, with the signs that are known of that time."""
    if last < first:
        return Moment()
    results = [row for row in reversed(record.results) if first <= row.taken_on <= last]
    known = labs.newest_facts(results)
    facts = {name: entries.contract_value(known[name]) for name in LABORATORY if name in known}
    scores = _scores({**facts, **signs}) if facts else {}
    days = [date.fromisoformat(known[name]["on"]) for name in facts]
    return Moment(
        on=max(days, default=None),
        facts={**facts, **signs},
        albi=scores.get("albi"),
        child_pugh=scores.get("child_pugh"),
        platelets_10e9_per_l=_platelets(results),
    )


def _scores(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The scores; none where the facts contradict one another."""
    try:
        return guidelines.scores(dict(facts))["scores"]
    except guidelines.FactError:
        return {}


def _platelets(results: Iterable[LabResult]) -> float | None:
    """The first of these that counts them."""
    values = (float(row.canonical_value) for row in results if row.analyte == "platelets_10e9_per_l")
    return next(values, None)


def _signs_between(record: OnRecord, procedure: Procedure, first: date, last: date) -> dict[str, Any]:
    """Ascites and encephalopathy as they were last looked for: at a round or call, or in an assessment."""
    found: dict[str, Any] = {}
    told = [*_logged(record, procedure), *_assessed(record)]
    for _on, signs in sorted((one for one in told if first <= one[0] <= last), key=lambda one: one[0]):
        found |= signs
    return found


def _logged(record: OnRecord, procedure: Procedure) -> Iterator[tuple[date, dict[str, Any]]]:
    for entry in record.symptom_entries:
        if entry.procedure_id != procedure.pk:
            continue
        signs = {name: entry.answers[name] for name in SIGNS if entry.answers.get(name)}
        yield course.local_date(procedure, entry.asked_at), signs


def _assessed(record: OnRecord) -> Iterator[tuple[date, dict[str, Any]]]:
    """What was carried over keeps its own day; of what has none nobody knows when it was so."""
    for assessment in record.assessments:
        for name, value in _told_by(assessment).items():
            told_on = entries.date_of(assessment.facts[name])
            if told_on:
                yield told_on, {name: value}


def _told_by(assessment: Assessment | None) -> dict[str, Any]:
    facts: Mapping[str, entries.Entry] = assessment.facts if assessment else {}
    return {name: entries.contract_value(facts[name]) for name in SIGNS if name in facts}


def trend_of(record: OnRecord, *, since: date, on: date) -> list[tuple[date, float]]:
    """ALBI on each day on which bilirubin and albumin were both measured, from old to new."""
    by_day: dict[date, dict[str, float]] = {}
    for row in record.results_of(*LABORATORY[:2]):
        if since <= row.taken_on <= on:
            by_day.setdefault(row.taken_on, {})[row.analyte] = float(row.canonical_value)
    return [(day, value) for day, facts in by_day.items() for value in _albi_of(facts)]


def _albi_of(facts: Mapping[str, Any]) -> Iterable[float]:
    scores = _scores(facts) if len(facts) == len(LABORATORY[:2]) else {}
    return [scores["albi"]["value"]] if "albi" in scores else []
