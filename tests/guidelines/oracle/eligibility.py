"""The whole answer of `eligibility`, by trying every completion, or as many as time allows."""

import random
from typing import NamedTuple

from tests.guidelines.oracle import clauses, completions, facts, regions, verdict

DO_NOT_DECIDE = ("height_cm", "weight_kg", "pt_prolongation_s", "sodium_mmol_per_l", "alt_u_per_l", "ast_u_per_l",
                 "crp_mg_per_l", "lesion_diameters_mm")  # fmt: skip
WANTED = tuple(name for name in facts.ORDER if name not in DO_NOT_DECIDE)
CLAUSES = tuple(clauses.KINDS)
BENIGN = {
    "purpose": "tumour_control", "coagulation": "normal", "infection": "none", "extrahepatic_spread": "none",
    "portal_trunk": "patent", "fistula": "none", "ascites": "none", "encephalopathy": "none", "inr": 1,
    "prior_surgery": "none", "surgery": "suitable", "ablation": "suitable", "resectability": "unresectable",
    "pvtt": "vp0",
}  # fmt: skip


class Outcome(NamedTuple):
    answer: tuple
    recoverable: bool | None
    override: str | None
    conditions: tuple
    holds: tuple


def outcome_of(case: dict) -> Outcome:
    judged = verdict.judge(case)
    answer = (judged["verdict"], judged["modality"], judged["urgent"])
    holds = tuple(judged["holds"][clause] for clause in CLAUSES)
    return Outcome(answer, judged["recoverable"], judged["override"], judged["conditions"], holds)


def agreed(values: set) -> object:
    return next(iter(values)) if len(values) == 1 else None


def finding(position: int, outcomes: set, pairs: dict) -> dict:
    clause = CLAUSES[position]
    kind = clauses.KINDS[clause]
    held = agreed({outcome.holds[position] for outcome in outcomes})
    return {
        "clause": clause,
        "kind": kind,
        "verdict": "unknown" if held is None else clauses.WORDS[kind][held],
        "missing": completions.missing(pairs, lambda outcome: outcome.holds[position]),
    }


def insufficient(outcomes: set, pairs: dict) -> dict:
    return {
        "verdict": "insufficient_data",
        "modality": None,
        "urgent": agreed({outcome.answer[2] for outcome in outcomes}),
        "recoverable": None,
        "override": None,
        "conditions": [],
        "missing": completions.missing(pairs, lambda outcome: outcome.answer),
    }


def sufficient(answer: tuple, outcomes: set) -> dict:
    certain = set.intersection(*(set(outcome.conditions) for outcome in outcomes))
    return {
        "verdict": answer[0],
        "modality": answer[1],
        "urgent": answer[2],
        "recoverable": agreed({outcome.recoverable for outcome in outcomes}),
        "override": agreed({outcome.override for outcome in outcomes}),
        "conditions": [name for name in verdict.CONDITIONS if name in certain],
        "missing": [],
    }


def space_of(raw: dict) -> completions.Space:
    return completions.Space(raw, WANTED, regions.CUTS)


def answer_from(found: dict, pairs: dict) -> dict:
    outcomes = set(found.values())
    answer = agreed({outcome.answer for outcome in outcomes})
    head = insufficient(outcomes, pairs) if answer is None else sufficient(answer, outcomes)
    return head | {"findings": [finding(position, outcomes, pairs) for position in range(len(CLAUSES))]}


def answer(raw: dict) -> dict:
    """Exact: every combination is tried. Only for spaces small enough (see `space_of(raw).size()`)."""
    space = space_of(raw)
    found = completions.outcomes(space, space.everything(), outcome_of)
    return answer_from(found, completions.differing_pairs(space, found))


def mild_choice(space: completions.Space, chance: random.Random, benign: float) -> tuple:
    """A choice in which most facts stand in nobody's way, so that one fact alone can be seen to decide."""
    choice = []
    for name, values in space.vary.items():
        mild = BENIGN.get(name, False)
        choice.append(mild if mild in values and chance.random() < benign else chance.choice(values))
    return tuple(choice)


def neighbours(space: completions.Space, choice: tuple) -> list[tuple]:
    """The choices that differ from this one in a single fact."""
    return [
        choice[:position] + (value,) + choice[position + 1 :]
        for position, values in enumerate(space.vary.values())
        for value in values
    ]


def witnesses(raw: dict, tries: int, seed: int) -> dict:
    """What a sample with directed pairs proves: answers that do occur, and facts that do decide."""
    space, chance = space_of(raw), random.Random(seed)
    found: dict = {}
    for _ in range(tries):
        choice = mild_choice(space, chance, chance.choice((0.5, 0.8, 0.95, 1.0)))
        found |= completions.outcomes(space, [choice, *neighbours(space, choice)], outcome_of)
    return answer_from(found, completions.differing_pairs(space, found))
