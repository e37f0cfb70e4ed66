"""Adverse events that the numbers and answers of the days after propose; a clinician grades them or leaves them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from guidelines import adverse_events
from guidelines.adverse_events import Graded
from patients import analytes
from patients.models import LabResult
from procedures import course as course_module
from procedures import symptoms
from procedures.course import Course
from procedures.models import AdverseEvent, SymptomEntry

# Which answer of the call script belongs to which event; the clinician chooses its grade.
BY_ANSWER: Mapping[str, str] = {
    "nausea": "nausea",
    "vomiting": "vomiting",
    "access_site": "access_site_bleeding",
    "urination": "urinary_retention",
    "skin": "skin_injury",
}


@dataclass(frozen=True)
class Proposal:
    """One event that may be there. `graded` is what the numbers come to; None where only a person can grade."""

    term: str
    onset_on: date
    day: int
    graded: Graded | None = None
    # The event that stands already, with a lower grade than the numbers come to now.
    standing: AdverseEvent | None = None

    @property
    def grade(self) -> int | None:
        return self.graded.grade if self.graded else None

    @property
    def is_there(self) -> bool:
        """An event whatever is missing; otherwise only limits that nobody gave could make it one."""
        return self.graded is None or min(self.graded.possible) > 0


def proposals_for(followed: Course, events: list[AdverseEvent]) -> list[Proposal]:
    """Return what is there and is not recorded as an event, or is recorded with a lower grade."""
    standing = {event.term: event for event in events if event.retracted_at is None}
    found = [*_measured(followed), *_answered(followed)]
    return [one for proposal in found if (one := _not_recorded(proposal, standing.get(proposal.term)))]


def proposal_of(followed: Course, term: str) -> Proposal | None:
    """Return what the numbers and answers say of one term."""
    found = [*_measured(followed), *_answered(followed)]
    return next((proposal for proposal in found if proposal.term == term), None)


def _not_recorded(proposal: Proposal, event: AdverseEvent | None) -> Proposal | None:
    if event is None:
        return proposal
    is_graver = proposal.grade is not None and proposal.grade > (event.ctcae_grade or 0)
    if not is_graver or event.resolved_on is not None:
        return None
    return Proposal(proposal.term, proposal.onset_on, proposal.day, proposal.graded, event)


def _measured(followed: Course) -> Iterator[Proposal]:
    for term in adverse_events.MEASURED.values():
        graded = _fevers(followed) if term.analyte == "temperature_c" else _results(followed, term)
        # Grade 0 is no event; where only limits that are missing could make it one, it is proposed.
        there = [one for one in graded if max(one[0].possible) > 0]
        if there:
            yield _gravest(followed, term.key, there)


def _gravest(followed: Course, term: str, graded: list[tuple[Graded, date]]) -> Proposal:
    """The gravest of the values; it began on the first of those days on which there was any."""
    gravest = max(graded, key=lambda one: (min(one[0].possible), max(one[0].possible)))
    onset_on = min(on for _graded, on in graded)
    return Proposal(term, onset_on, (onset_on - followed.started_on).days, gravest[0])


def _fevers(followed: Course) -> list[tuple[Graded, date]]:
    return [
        (adverse_events.grade("fever", float(entry.temperature_c)), _day(followed, entry))
        for entry in followed.entries
        if entry.temperature_c is not None
    ]


def _day(followed: Course, entry: SymptomEntry) -> date:
    return course_module.local_date(followed.procedure, entry.asked_at)


def _results(followed: Course, term: adverse_events.Term) -> list[tuple[Graded, date]]:
    baseline = followed.baseline_of(term.analyte)
    return [(_graded(term.key, result, baseline), result.taken_on) for result in followed.after(term.analyte)]


def _graded(term: str, result: LabResult, baseline: LabResult | None) -> Graded:
    return adverse_events.grade(
        term,
        float(result.canonical_value),
        upper_limit=_canonical(result, result.reference_high),
        lower_limit=_canonical(result, result.reference_low),
        baseline=_positive(baseline.canonical_value) if baseline else None,
    )


def _canonical(result: LabResult, limit: Decimal | None) -> float | None:
    """A limit of the laboratory, which stands in the unit of entry, in the canonical one."""
    if limit is None:
        return None
    return _positive(limit * analytes.ALL[result.analyte].unit_named(result.unit).factor)


def _positive(number: Decimal) -> float | None:
    """Nothing is compared with a limit or a baseline of 0."""
    return float(number) if number > 0 else None


def _answered(followed: Course) -> Iterator[Proposal]:
    for key, term in (("pain", "abdominal_pain"), *BY_ANSWER.items()):
        days = [_day(followed, entry) for entry in followed.entries if _is_there(entry, key)]
        if days:
            yield Proposal(term, min(days), (min(days) - followed.started_on).days)


def _is_there(entry: SymptomEntry, key: str) -> bool:
    if key == "pain":
        return bool(entry.pain)
    return symptoms.answer_of(entry.answers, key) is True


def kept_with(proposal: Proposal | None) -> dict[str, Any]:
    """Return what to keep with an event that was graded from numbers: value, limits, baseline, rule, grade."""
    if proposal is None or proposal.graded is None:
        return {}
    graded = proposal.graded
    return {**graded.graded_from, "grade": graded.grade, "possible": list(graded.possible)}
