"""The decision card: what the guideline suggests after a reading, from which facts, and what else is to be weighed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from assessments import guidance as assessment_guidance
from followup import decision_facts, decision_liver, decision_words, guidance
from followup.models import Reading
from followup.on_record import OnRecord
from guidelines import sources
from guidelines.interval import Proposal
from guidelines.reason import Reason
from guidelines.refractoriness import Weighed
from procedures import answers, event_words, panel, working
from procedures.models import AdverseEvent, Procedure


@dataclass(frozen=True)
class FactRow:
    """One fact as it reads on the card."""

    name: str
    label: str
    value: str
    on: date | None
    source: str
    note: str
    is_known: bool
    # It keeps the guideline from one answer, and what would settle it.
    is_missing: bool
    settled_by: str


@dataclass(frozen=True)
class FindingRow:
    """One clause of section 7 on these facts, in the words of the page."""

    clause: str
    says: str
    verdict: str
    verdict_words: str
    missing: list[str]
    settings: list[str]

    @property
    def is_unknown(self) -> bool:
        return self.verdict == "unknown"


@dataclass(frozen=True)
class ReasonRow:
    """Why something is proposed, with where that stands."""

    says: str
    clause: str
    note: str
    source: str


@dataclass(frozen=True)
class Card:
    """Everything that stands beside the decision. `liver` is None only where no intervention of ours is known."""

    reading: Reading
    step: guidance.NextStep
    facts: list[FactRow]
    findings: list[FindingRow]
    proposal: Proposal
    reasons: list[ReasonRow]
    liver: decision_liver.Liver | None
    events: list[event_words.EventRow]
    last: Procedure | None
    bars: list[panel.Bar]
    definitions: list[dict[str, Any]]

    @property
    def decision(self) -> str:
        return self.step.decision

    @property
    def words(self) -> str:
        return str(decision_words.RECOMMENDED[self.decision])

    @property
    def means(self) -> str:
        return str(decision_words.MEANS[self.decision])

    @property
    def look(self) -> str:
        return decision_words.LOOKS[self.decision][0]

    @property
    def icon(self) -> str:
        return decision_words.LOOKS[self.decision][1]

    @property
    def options(self) -> str:
        return decision_words.options_in_words(self.step.says["options"])

    @property
    def missing(self) -> list[FactRow]:
        return [row for row in self.facts if row.is_missing]

    @property
    def months(self) -> int:
        """The interval that is proposed; the safe end while something unknown can change it."""
        return self.proposal.months or self.proposal.earliest_months

    @property
    def edition_year(self) -> int:
        return assessment_guidance.EDITION_YEAR


def card_of(reading: Reading, *, on: date, record: OnRecord | None = None) -> Card:
    """Return the card of a signed reading as it is known on a day."""
    known = record or OnRecord(reading.review.patient)
    step = guidance.next_step_of(reading, on=on, record=known)
    proposal = guidance.interval_advice(reading, on=on, step=step, record=known)
    treated = known.interventions_up_to(reading.imaged_on)
    last = treated[-1] if treated else None
    return Card(
        reading=reading,
        step=step,
        facts=[_fact_row(fact, step) for fact in step.facts],
        findings=[_finding_row(raw, step) for raw in step.says["findings"]],
        proposal=proposal,
        reasons=reason_rows(proposal.reasons, step),
        liver=decision_liver.liver_of(treated, on=on, record=known),
        events=_events(treated, known, on=on),
        last=last,
        bars=_lifetime_bars(last),
        definitions=[
            _definition(weighed, step)
            for weighed in guidance.refractoriness_of(reading, step=step, record=known)
        ],
    )


def _fact_row(fact: decision_facts.Told, step: guidance.NextStep) -> FactRow:
    is_missing = fact.name in step.says["missing"]
    return FactRow(
        name=fact.name,
        label=decision_words.label_of(fact.name),
        value=decision_words.value_of(fact.name, fact.value),
        on=fact.on,
        source=fact.source,
        note=fact.note,
        is_known=fact.is_known,
        is_missing=is_missing,
        settled_by=str(decision_words.SETTLED_BY[fact.name]) if is_missing else "",
    )


def _finding_row(raw: dict[str, Any], step: guidance.NextStep) -> FindingRow:
    clause = assessment_guidance.clause_of(raw["clause"])
    chosen = assessment_guidance.engine_settings(step.edition_settings)
    says = _(clause.says).format(**clause.values_under(chosen)) if clause else raw["says"]
    return FindingRow(
        clause=raw["clause"],
        says=says,
        verdict=raw["verdict"],
        verdict_words=decision_words.finding_words(raw["verdict"]),
        missing=[decision_words.label_of(name) for name in raw["missing"]],
        settings=_notes(raw["settings"], step),
    )


def _notes(names: Iterable[str], step: guidance.NextStep) -> list[str]:
    table = assessment_guidance.settings_table(step.edition_settings)
    return [_(note) for name, _value, note in table if name in names]


def reason_rows(reasons: Iterable[Reason], step: guidance.NextStep) -> list[ReasonRow]:
    """Return reasons as a page shows them."""
    return [_reason_row(reason, step) for reason in reasons]


def _reason_row(reason: Reason, step: guidance.NextStep) -> ReasonRow:
    notes = _notes([reason.setting], step) if reason.setting else []
    return ReasonRow(
        says=_(reason.says).format(**reason.values),
        clause=reason.clause,
        note=" ".join(notes),
        source=sources.ALL[reason.source].citation if reason.source else "",
    )


def _definition(weighed: Weighed, step: guidance.NextStep) -> dict[str, Any]:
    definition = weighed.definition
    return {
        "name": definition.name,
        "clause": definition.clause,
        "source": sources.ALL[definition.source].citation,
        "verdict": weighed.verdict,
        "verdict_words": decision_words.finding_words(weighed.verdict),
        "settings": _notes(definition.settings, step),
        "outcomes": [
            {
                "says": _(outcome.because.says).format(**outcome.because.values),
                "verdict": outcome.verdict,
                "verdict_words": decision_words.finding_words(outcome.verdict),
                "note": _(outcome.note) if outcome.note else "",
            }
            for outcome in weighed.outcomes
        ],
    }


def _events(treated: list[Procedure], record: OnRecord, *, on: date) -> list[event_words.EventRow]:
    """The adverse events of the last two interventions, those that are still open and the gravest first."""
    rows = []
    for procedure in treated[-2:]:
        followed = record.course_of(procedure, on=on)
        kept = [event for event in record.adverse_events if event.procedure_id == procedure.pk]
        rows += [event_words.EventRow(event, followed) for event in kept]
    return sorted(rows, key=lambda row: _gravity(row.event))


def _gravity(event: AdverseEvent) -> tuple[bool, int]:
    return event.resolved_on is not None, -(event.ctcae_grade or 0)


def _lifetime_bars(last: Procedure | None) -> list[panel.Bar]:
    """What was given over the years, against the ceilings of a lifetime, up to the last intervention."""
    if last is None:
        return []
    work = working.load(last.patient, last)
    bars = panel.bars_of(work, answers.answers_of(work))
    return [bar for bar in bars if bar.meter.key.endswith(".lifetime")]
