"""`next_step`: hold, repeat, prolong or switch, from what a review shows (section 7)."""

import functools
from collections.abc import Mapping
from typing import Any, NamedTuple

from guidelines import clauses, review_facts
from guidelines.clauses import follow_up
from guidelines.diagram import Forest, Memory
from guidelines.entry import FactError
from guidelines.finding import passed_through, shown
from guidelines.possible import Entries, Single, at_least, at_most, bits, names
from guidelines.reading import read_all
from guidelines.settings import DEFAULT, Settings

Result = dict[str, Any]

SWITCH_OPTIONS = ("surgery", "ablation", "systemic_therapy")


def decide(facts: Any, holds: Mapping[str, bool]) -> str:
    """First that fits."""
    if holds["7.8"]:
        return "switch_or_combine"
    if holds["7.4"]:
        return "hold"
    if holds["7.6"]:
        return "prolong_interval"
    if follow_up.has_progressed(facts) or facts.viable_tumour:
        return "consider_repeat"
    return "review_again"


class Outlook(NamedTuple):
    """The forest of section 7 under some settings, with its variables."""

    forest: Forest
    groups: tuple[Single, ...]


@functools.lru_cache(maxsize=8)
def _ready(settings: Settings) -> Outlook:
    cuts = {
        "interventions_done": [
            at_most(follow_up.INITIAL_INTERVENTIONS),
            at_least(settings.several_interventions),
        ],
        "earlier_progressions": [at_least(settings.continued_progressions - 1)],
    }
    bit = bits(review_facts.NEXT_STEP)
    groups = tuple(
        Single(fact, bit[name], cuts.get(name, ())) for name, fact in review_facts.NEXT_STEP.items()
    )
    forest = Forest([group.variable for group in groups])
    for clause in clauses.NEXT_STEP.values():
        forest.add(clause.id, functools.partial(clause.judge, settings=settings))
    forest.add("decision", decide)
    return Outlook(forest, groups)


def next_step(given: Mapping[str, Any], settings: Settings = DEFAULT) -> Result:
    """The decision that section 7 suggests, with its findings. Raises FactError."""
    entries = read_all(given, review_facts.NEXT_STEP, _no_contradictions)
    forest, groups = _ready(settings)
    possible = [group.narrow(entries) for group in groups]
    memory = Memory()

    def ask(question: str) -> tuple[Any, list[str]]:
        node, missing = forest.narrow(question, possible, memory)
        if forest.is_answer(node):
            return forest.answer(node), []
        return None, names(missing, tuple(review_facts.NEXT_STEP))

    decision, missing = ask("decision")
    findings = [_finding(clause_id, *ask(clause_id), entries, settings) for clause_id in clauses.NEXT_STEP]
    return {
        **passed_through(given),
        "decision": decision or "insufficient_data",
        "options": _options(decision, entries),
        "clauses": _clauses(decision, ask("7.5")[0]),
        "missing": missing,
        "findings": findings,
    }


def _no_contradictions(entries: Entries) -> list[FactError]:
    return []


def _options(decision: str | None, entries: Entries) -> list[str]:
    def is_true(name: str) -> bool:
        return name in entries and bool(entries[name].value)

    if decision == "switch_or_combine":
        return list(SWITCH_OPTIONS)
    if decision == "prolong_interval" and is_true("viable_tumour"):
        return ["repeat_later"]
    if decision == "consider_repeat":
        waits = [] if is_true("liver_function_recovered") else ["wait_for_liver_recovery"]
        return ["repeat", *waits]
    return []


def _clauses(decision: str | None, may_be_soon: bool | None) -> list[str]:
    if decision == "consider_repeat":
        return ["7.7", "7.5"] if may_be_soon else ["7.7"]
    named = {"switch_or_combine": "7.8", "hold": "7.4", "prolong_interval": "7.6", "review_again": "7.7"}
    return [named[decision]] if decision is not None else []


def _finding(
    clause_id: str, holds: bool | None, missing: list[str], entries: Entries, settings: Settings
) -> Result:
    clause = clauses.NEXT_STEP[clause_id]
    used = (name for name in review_facts.NEXT_STEP if name in clause.needs and name in entries)
    return {
        "clause": clause.id,
        "kind": clause.kind,
        "verdict": "unknown" if holds is None else clause.verdict(holds),
        "facts": {name: shown(entries[name], review_facts.NEXT_STEP[name]) for name in used},
        "missing": missing,
        "settings": list(clause.settings),
        "says": clause.says_under(settings),
    }
