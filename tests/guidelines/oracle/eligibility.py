"""The whole answer of `eligibility`, by trying every completion, or as many as time allows."""

import random
from typing import NamedTuple

from tests.guidelines.oracle import clauses, completions, facts, regions, verdict

DO_NOT_DECIDE = ("height_cm", "weight_kg", "pt_prolongation_s", "sodium_mmol_per_l", "alt_u_per_l", "ast_u_per_l",
                 "crp_mg_per_l", "lesion_diameters_mm")  # fmt: skip
WANTED = tuple(name for name in facts.ORDER if name not in DO_NOT_DECIDE)
CLAUSES = tuple(clauses.KINDS)
# Values that stand in nobody's way, so that one fact alone can be seen to decide. Of 0 and a little: a little.
MILD = {
    "purpose": "tumour_control", "coagulation": "normal", "infection": "none", "extrahepatic_spread": "none",
    "portal_trunk": "patent", "fistula": "none", "ascites": "none", "encephalopathy": "none",
    "prior_surgery": "none", "surgery": "suitable", "ablation": "suitable", "pvtt": "vp0", "sex": "male",
}  # fmt: skip
MILD_IF_HIGH = ("albumin_g_per_l", "leukocytes_10e9_per_l", "platelets_10e9_per_l", "expected_survival_months",
                "egfr_ml_per_min_1_73m2", "lesion_count")  # fmt: skip


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


# Patients in whom facts decide that mostly do not: none has the trunk open, or is inside the main gate.
SETTINGS_OF_A_PATIENT = (
    {},
    {"portal_trunk": "complete", "lesion_count": 1},
    {"ecog": 3, "ablation": "declined"},
    {"portal_hypertensive_bleeding": True, "fistula": "severe"},
)


def mild_value(name: str, values: list, preferred: dict) -> object:
    wanted = (MILD | preferred).get(name)
    if wanted is not None and wanted in values:
        return wanted
    if isinstance(values[0], bool | str):
        return values[0]
    return (
        max(values) if name in MILD_IF_HIGH else min(value for value in values if value or len(values) == 1)
    )


def mostly_mild(space: completions.Space, chance: random.Random) -> tuple:
    """A choice in which a few facts fall by chance and the rest are mild; now and then all fall by chance."""
    names, preferred = list(space.vary), chance.choice(SETTINGS_OF_A_PATIENT)
    few = len(names) if chance.random() < 0.2 else min(len(names), chance.randint(0, 9))
    by_chance = set(chance.sample(names, few))
    return tuple(
        chance.choice(values) if name in by_chance else mild_value(name, values, preferred)
        for name, values in space.vary.items()
    )


def neighbours(space: completions.Space, choice: tuple) -> list[tuple]:
    """The choices that differ from this one in a single fact."""
    return [
        (*choice[:position], value, *choice[position + 1 :])
        for position, values in enumerate(space.vary.values())
        for value in values
    ]


def witnesses(raw: dict, tries: int, seed: int) -> dict:
    """What a sample with directed pairs proves: answers that do occur, and facts that do decide."""
    space, chance = space_of(raw), random.Random(seed)
    found: dict = {}
    for _ in range(tries):
        choice = mostly_mild(space, chance)
        found |= completions.outcomes(space, [choice, *neighbours(space, choice)], outcome_of)
    return answer_from(found, completions.differing_pairs(space, found))


COUPLED = (completions.RENAL, completions.CLASS_COMPONENTS)


def together_with(fact: str, space: completions.Space) -> list[str]:
    """The facts that must fall just so for this one to decide: all inputs of eGFR, all components of Child-Pugh."""
    return [
        name for group in COUPLED if fact in group for name in group if name in space.vary and name != fact
    ]


def decides(raw: dict, fact: str, part: object, tries: int, seed: int) -> bool:
    """Searches for one pair of combinations that differ only in this fact and in this part of the outcome."""
    space, chance = space_of(raw), random.Random(seed)
    if fact not in space.vary:
        return False
    names, coupled = list(space.vary), together_with(fact, space)
    for _ in range(tries):
        choice = dict(zip(names, mostly_mild(space, chance), strict=True))
        choice |= {name: chance.choice(space.vary[name]) for name in coupled}
        siblings = [tuple((choice | {fact: value}).values()) for value in space.vary[fact]]
        found = completions.outcomes(space, siblings, outcome_of)
        if len({part(outcome) for outcome in found.values()}) > 1:
            return True
    return False
