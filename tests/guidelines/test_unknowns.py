"""Incomplete facts against every completion of them, each judged on the direct path that knows no diagram."""

import itertools
import math
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import guidelines
from guidelines import facts as fact_table
from guidelines.scores import kidney
from tests.guidelines.patients import COMPLETE, VALUES, Facts

settings.register_profile("quick", max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile(
    "thorough", max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck)
)
PROFILE = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

MOST_COMPLETIONS = 800
# Only one of these is open at a time: where two are, what crosses the cut may lie between the values tried here.
# tests/guidelines/test_kidney.py tries them together on a fine grid.
OF_EGFR = ("age_years", "sex", "creatinine_umol_per_l")


@st.composite
def complete_patients(draw: st.DrawFn) -> Facts:
    """A patient near the cuts; half of the facts as in an eligible one, so that most verdicts come up."""
    facts: Facts = dict(COMPLETE)
    for name in draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=14, unique=True)):
        facts[name] = draw(st.sampled_from(VALUES[name]))
    return without_contradictions(facts)


def without_contradictions(facts: Facts) -> Facts:
    """Drop what has no meaning and mend what cannot be together."""
    facts = dict(facts)
    if facts["lesion_count"] == 0 or facts["largest_lesion_mm"] == 0:
        facts |= {"lesion_count": 0, "largest_lesion_mm": 0, "tumour_fraction_pct": 0}
    if facts["fistula"] == "none":
        facts.pop("fistula_kind", None)
    else:
        facts.setdefault("fistula_kind", "arterioportal")
    if facts["pvtt"] != "vp0":
        facts["macrovascular_invasion"] = True
    return facts


def widened(name: str, low: int, high: int) -> tuple[Any, list[Any]]:
    """A partial entry that spans some of a fact's values, and those values."""
    values = VALUES[name][low : high + 1]
    fact = fact_table.ALL[name]
    if fact.kind == "number":
        return {"min": values[0], "max": values[-1]}, values
    if fact.kind == "choice":
        return [*values], values
    return None, VALUES[name]


@st.composite
def incomplete_patients(draw: st.DrawFn) -> tuple[Facts, dict[str, list[Any]]]:
    """A patient of whom some facts are blanked or widened, with the values that each of these may have."""
    facts = draw(complete_patients())
    opened: dict[str, list[Any]] = {}
    for name in draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=8, unique=True)):
        if name == "fistula_kind" or _size(opened) * len(VALUES[name]) > MOST_COMPLETIONS:
            continue
        if name in OF_EGFR and not opened.keys().isdisjoint(OF_EGFR):
            continue
        if draw(st.booleans()):
            del facts[name]
            opened[name] = VALUES[name]
        else:
            low = draw(st.integers(0, len(VALUES[name]) - 1))
            facts[name], opened[name] = widened(name, low, draw(st.integers(low, len(VALUES[name]) - 1)))
    if "fistula_kind" in facts and draw(st.booleans()):
        del facts["fistula_kind"]
    if "fistula_kind" not in facts and facts.get("fistula") != "none":
        opened["fistula_kind"] = VALUES["fistula_kind"]
    return facts, opened


def _size(opened: dict[str, list[Any]]) -> int:
    return math.prod(len(values) for values in opened.values())


def completions(facts: Facts, opened: dict[str, list[Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """What each combination comes to; combinations that contradict themselves are left out."""
    found = {}
    for combination in itertools.product(*opened.values()):
        completed = {**facts, **dict(zip(opened, combination, strict=True))}
        if completed.get("lesion_count") == 0:
            for name in ("largest_lesion_mm", "tumour_fraction_pct"):
                if name in opened and (name not in facts or facts[name]["min"] == 0):
                    completed[name] = 0
        if completed.get("fistula") == "none" and "fistula_kind" not in facts:
            completed.pop("fistula_kind", None)
        try:
            found[combination] = told(guidelines.eligibility(completed, would_change=False))
        except guidelines.FactError:
            continue
    return found


def told(result: dict[str, Any]) -> dict[str, Any]:
    """The answer and every finding of a result."""
    answer = (result["verdict"], result["modality"], result["urgent"])
    return {"answer": answer} | {finding["clause"]: finding["verdict"] for finding in result["findings"]}


def missing_by_pairs(
    found: dict[tuple[Any, ...], dict[str, Any]], names: list[str], question: str
) -> set[str]:
    """The facts by which alone two combinations differ that come to different answers."""
    missing = set()
    for place, name in enumerate(names):
        lines: dict[tuple[Any, ...], set[Any]] = {}
        for combination, answers in found.items():
            lines.setdefault(combination[:place] + combination[place + 1 :], set()).add(answers[question])
        if any(len(answers) > 1 for answers in lines.values()):
            missing.add(name)
    return missing


def settle_dialysis(facts: Facts, opened: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Dialysis is not unknown where eGFR is known to be 30 or more."""
    spans = [opened.get(name, [facts.get(name)]) for name in ("creatinine_umol_per_l", "age_years", "sex")]
    least = min(
        kidney.egfr_ml_per_min_1_73m2(*facts_of_kidney) for facts_of_kidney in itertools.product(*spans)
    )
    return {
        name: [False] if name == "on_dialysis" and least >= 30 else values for name, values in opened.items()
    }


def check(facts: Facts, opened: dict[str, list[Any]]) -> None:
    opened = settle_dialysis(facts, opened)
    found = completions(facts, opened)
    if not found:
        with pytest.raises(guidelines.FactError):
            guidelines.eligibility(facts)
        return
    result = guidelines.eligibility(facts, would_change=False)
    names = list(opened)
    answers = {answer["answer"] for answer in found.values()}
    if len(answers) == 1:
        assert (result["verdict"], result["modality"], result["urgent"]) == answers.pop()
    else:
        assert result["verdict"] == "insufficient_data"
        urgent = {answer[2] for answer in answers}
        assert result["urgent"] == (urgent.pop() if len(urgent) == 1 else None)
    assert result["missing"] == in_order(missing_by_pairs(found, names, "answer"))
    for finding in result["findings"]:
        verdicts = {answer[finding["clause"]] for answer in found.values()}
        assert finding["verdict"] == (verdicts.pop() if len(verdicts) == 1 else "unknown"), finding
        assert finding["missing"] == in_order(missing_by_pairs(found, names, finding["clause"])), finding


def in_order(missing: set[str]) -> list[str]:
    return [name for name in fact_table.ALL if name in missing]


class TestIncompleteFacts:
    @given(case=incomplete_patients())
    @settings(PROFILE)
    def test_agree_with_every_completion(self, case: tuple[Facts, dict[str, list[Any]]]) -> None:
        check(*case)
