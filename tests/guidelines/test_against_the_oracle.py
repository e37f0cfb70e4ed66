"""The engine against a second, independent reading of its contract, on random patients and on hand-worked cases.

`HYPOTHESIS_PROFILE=thorough` tries many more, other ones each time, and asks for proof of more of the missing facts.
"""

import os

import hypothesis
import pytest
from hypothesis import strategies as st

import guidelines
from tests.guidelines.oracle import (
    compare,
    eligibility,
    faults,
    next_step,
    patients,
    response,
    reviews,
    schedule,
)

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
EXACT_UP_TO = 20_000 if THOROUGH else 1_500
SHOWN_IN_ELIGIBILITY = ("child_pugh", "albi", "bclc")


def tried(quick: int, thorough: int):
    """Always the same examples in the ordinary suite, so that it fails only for a reason; others when thorough."""
    return hypothesis.settings(
        max_examples=thorough if THOROUGH else quick,
        derandomize=not THOROUGH,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )


def small_enough(raw: dict) -> bool:
    return eligibility.space_of(raw).size() <= EXACT_UP_TO


def has_lesions(raw: dict) -> bool:
    """What a stage says of no lesion is not in the contract."""
    count = raw.get("lesion_count")
    at_least_one = count is None or (count.get("min", 0) if isinstance(count, dict) else count) > 0
    return at_least_one and raw.get("lesion_diameters_mm") != [] and raw.get("largest_lesion_mm") != 0


def differences_in_scores(found: dict, raw: dict, only: tuple | None = None) -> list[str]:
    return compare.scores(found, raw, only=only) if has_lesions(raw) else []


class TestEligibility:
    @tried(80, 20_000)
    @hypothesis.given(patients.complete())
    def test_agrees_on_complete_patients(self, raw):
        answer = guidelines.eligibility(raw)

        assert compare.with_exact_oracle(answer, raw) == []
        assert differences_in_scores(answer["scores"], raw, only=SHOWN_IN_ELIGIBILITY) == []

    @tried(150, 20_000)
    @hypothesis.given(patients.incomplete(1, 7))
    def test_agrees_with_every_completion_of_incomplete_patients(self, raw):
        hypothesis.assume(small_enough(raw))

        answer = guidelines.eligibility(raw)

        assert compare.with_exact_oracle(answer, raw) == []
        assert differences_in_scores(answer["scores"], raw, only=SHOWN_IN_ELIGIBILITY) == []

    @tried(15, 1_000)
    @hypothesis.given(patients.incomplete(10, 40), st.integers(0, 10**6))
    def test_is_not_refuted_by_a_sample_of_the_completions_of_mostly_unknown_patients(self, raw, seed):
        answer = guidelines.eligibility(raw)

        assert compare.with_witnesses(answer, raw, 60 if THOROUGH else 15, seed) == []

    @tried(3, 300)
    @hypothesis.given(patients.incomplete(6, 25), st.integers(0, 10**6))
    def test_calls_no_fact_missing_that_cannot_decide(self, raw, seed):
        answer = guidelines.eligibility(raw)

        assert compare.unproved(answer, raw, 4_000, seed) == []

    @tried(25, 3_000)
    @hypothesis.given(patients.complete())
    def test_finds_the_same_single_changes_that_would_help(self, raw):
        answer = guidelines.eligibility(raw)

        assert compare.what_would_change(answer, raw) == []

    def test_asks_for_nothing_that_cannot_decide_where_nothing_is_known(self):
        answer = guidelines.eligibility({})

        assert compare.with_witnesses(answer, {}, 150, 1) == []
        assert compare.unproved(answer, {}, 20_000, 1) == []


class TestScores:
    @tried(60, 20_000)
    @hypothesis.given(patients.complete())
    def test_agree_on_complete_patients(self, raw):
        assert differences_in_scores(guidelines.scores(raw)["scores"], raw) == []

    @tried(60, 20_000)
    @hypothesis.given(patients.incomplete(1, 12))
    def test_agree_on_incomplete_patients(self, raw):
        assert differences_in_scores(guidelines.scores(raw)["scores"], raw) == []


class TestTheOtherCommands:
    @tried(80, 20_000)
    @hypothesis.given(reviews.response_facts())
    def test_response_agrees(self, raw):
        assert compare.keys("", guidelines.response(raw), response.answer(raw)) == []

    @tried(150, 10_000)
    @hypothesis.given(reviews.next_step_facts())
    def test_next_step_agrees(self, raw):
        ours, theirs = next_step.answer(raw), guidelines.next_step(raw)
        by_clause = {finding["clause"]: finding for finding in theirs["findings"]}
        findings = ours.pop("findings")

        assert compare.keys("", theirs | {"clauses": sorted(theirs["clauses"])}, ours) == []
        assert {clause: by_clause[clause]["missing"] for clause in findings} == {
            c: f[1] for c, f in findings.items()
        }
        assert {c: by_clause[c]["verdict"] == "unknown" for c in findings} == {
            c: f[0] is None for c, f in findings.items()
        }

    @tried(300, 50_000)
    @hypothesis.given(reviews.schedule_facts())
    def test_schedule_agrees(self, raw):
        theirs = guidelines.schedule(raw)

        assert (
            compare.keys(
                "", theirs | {"ignored_reviews": sorted(theirs["ignored_reviews"])}, schedule.answer(raw)
            )
            == []
        )


class TestRefusals:
    @tried(100, 20_000)
    @hypothesis.given(faults.broken(), st.sampled_from(("eligibility", "scores")))
    def test_name_the_first_wrong_fact(self, broken, command):
        raw, key = broken

        with pytest.raises(guidelines.FactError) as refusal:
            getattr(guidelines, command)(raw)

        assert refusal.value.key == key

    @tried(60, 10_000)
    @hypothesis.given(faults.contradictory())
    def test_name_the_first_key_of_a_contradiction(self, contradictory):
        raw, key = contradictory

        with pytest.raises(guidelines.FactError) as refusal:
            guidelines.eligibility(raw)

        assert refusal.value.key == key
