"""`eligibility`: may this patient be treated through the hepatic artery, how, and which clauses say so."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from guidelines import complete, contradictions, edition, facts, improvement, reading, scoring
from guidelines.case import Case
from guidelines.clauses import conditions
from guidelines.edition import Answer, Edition
from guidelines.finding import passed_through, shown
from guidelines.possible import Entries, names
from guidelines.scores import child_pugh, stage
from guidelines.settings import DEFAULT, EDITION, Settings

Result = dict[str, Any]


def eligibility(given: Mapping[str, Any], would_change: bool = True, settings: Settings = DEFAULT) -> Result:
    """The verdict with its findings and scores. Raises FactError."""
    entries = reading.read_all(given, facts.ALL, contradictions.find)
    ready = edition.ready(settings)
    liver = child_pugh.score(entries)
    case = complete.case(entries, liver, ready.kidney)
    told = of_case(ready, case) if case is not None else of_outlook(ready, entries)
    answer = told.answer
    refused = answer.verdict in edition.REFUSALS
    return {
        **passed_through(given),
        "edition": EDITION,
        "verdict": answer.verdict,
        "modality": answer.modality,
        "urgent": told.urgent,
        "recoverable": told.holds["is_recoverable"] if answer.verdict == "not_eligible" else None,
        "override": "F.9x" if answer.verdict == "not_eligible" and told.holds["may_be_overridden"] else None,
        "conditions": _conditions(told),
        "missing": told.missing_for("answer"),
        "would_change": improvement.find(ready, entries) if would_change and refused else [],
        "findings": _findings(told, entries),
        "scores": _scores(entries, case, liver),
    }


class Told(NamedTuple):
    """What can be told of one patient: each clause true, false or unknown, with what is missing for it."""

    ready: Edition
    answer: Answer
    urgent: bool | None
    holds: Mapping[str, bool | None]
    missing: Mapping[str, int]  # the bits of the facts, for each question that is open

    def missing_for(self, question: str) -> list[str]:
        """The facts that can change the answer to a question, in the order of the table."""
        missing = self.missing.get(question)
        return names(missing, edition.ORDER) if missing else []


def of_case(ready: Edition, case: Case) -> Told:
    """Everything, from a complete case."""
    holds = ready.judge(case)
    answer = edition.answer(case, holds, ready.settings)
    return Told(ready, answer, answer.urgent, holds, {})


def of_outlook(ready: Edition, entries: Entries) -> Told:
    """What the diagrams leave."""
    outlook = ready.narrow(entries)
    asked = {question: outlook.ask(question) for question, _ in ready.judges}
    holds = {question: truth for question, (truth, _) in asked.items()}
    missing = {question: bits for question, (truth, bits) in asked.items() if truth is None}
    answer, missing["answer"] = outlook.ask("answer")
    return Told(ready, answer or Answer("insufficient_data", None, False), holds["3.1.6"], holds, missing)


def _conditions(told: Told) -> list[str]:
    """Those that hold in every possible case."""
    if told.answer.verdict not in edition.ELIGIBLE:
        return []
    return [name for name in conditions.CONDITIONS if told.holds[name]]


def _findings(told: Told, entries: Entries) -> list[Result]:
    given = {name: shown(entry, facts.ALL[name]) for name, entry in entries.items()}
    used = {asked: {name: given[name] for name in asked if name in given} for asked in told.ready.asked}
    return [
        {
            "clause": clause_id,
            "kind": kind,
            "verdict": words[told.holds[clause_id]],
            "facts": dict(used[asked]),
            "missing": told.missing_for(clause_id),
            "settings": list(settings),
            "says": says,
        }
        for clause_id, kind, words, asked, settings, says in told.ready.shown
    ]


def _scores(entries: Entries, case: Case | None, liver: child_pugh.ChildPugh | None) -> Result:
    results = {
        "child_pugh": scoring.child_pugh_written(liver, entries),
        "albi": scoring.albi_result(entries),
        "bclc": scoring.bclc_result(entries) if case is None else _bclc_of(case),
    }
    return {name: result for name, result in results.items() if result is not None}


def _bclc_of(case: Case) -> Result | None:
    found = stage.bclc(case)
    return None if found is None else {"stage": found, "edition": stage.BCLC_EDITION}
