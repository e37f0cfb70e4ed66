"""The choice of target lesions: size from three sides, enhancement, two an organ and five in all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines import target_lesions
from guidelines.lesion_sums import MRECIST, RECIST
from guidelines.target_lesions import Candidate, Proposal


def lesion(key: str = "L1", longest_mm: float | None = 30, **more: Any) -> Candidate:
    return Candidate(key=key, longest_mm=longest_mm, **{"is_enhancing_in_arterial_phase": True, **more})


def only(criterion: str, candidate: Candidate) -> Proposal:
    (found,) = target_lesions.propose(criterion, [candidate])
    return found


def targets(criterion: str, *candidates: Candidate) -> list[str]:
    return [one.lesion for one in target_lesions.propose(criterion, candidates) if one.verdict == "target"]


class TestOneLesion:
    @pytest.mark.parametrize(
        ("longest_mm", "verdict"), [(9.9, "not_target"), (10, "target"), (10.1, "target")]
    )
    @pytest.mark.parametrize("criterion", [RECIST, MRECIST])
    def test_is_measured_from_10_mm(self, criterion: str, longest_mm: float, verdict: str) -> None:
        assert only(criterion, lesion(longest_mm=longest_mm)).verdict == verdict

    @pytest.mark.parametrize(
        ("viable_mm", "verdict"), [(9.9, "not_target"), (10, "target"), (10.1, "target")]
    )
    def test_that_was_treated_counts_by_its_viable_part(self, viable_mm: float, verdict: str) -> None:
        assert only(MRECIST, lesion(viable_mm=viable_mm)).verdict == verdict
        assert only(RECIST, lesion(viable_mm=viable_mm)).verdict == "target"

    @pytest.mark.parametrize(
        ("enhances", "verdict", "missing"),
        [
            (True, "target", ()),
            (False, "not_target", ()),
            (None, "unknown", ("is_enhancing_in_arterial_phase",)),
        ],
    )
    def test_enhances_in_the_arterial_phase_for_mrecist_alone(
        self, enhances: bool | None, verdict: str, missing: tuple[str, ...]
    ) -> None:
        candidate = lesion(is_enhancing_in_arterial_phase=enhances)
        found = only(MRECIST, candidate)

        assert (found.verdict, found.missing) == (verdict, missing)
        assert only(RECIST, candidate).verdict == "target"

    def test_of_unknown_size_is_unknown(self) -> None:
        found = only(RECIST, lesion(longest_mm=None))

        assert (found.verdict, found.missing, found.because.key) == ("unknown", ("longest_mm",), "unknown")

    def test_of_unknown_size_that_does_not_enhance_is_none_whatever_its_size(self) -> None:
        found = only(MRECIST, lesion(longest_mm=None, is_enhancing_in_arterial_phase=False))

        assert (found.verdict, found.because.key) == ("not_target", "no_enhancement")

    @pytest.mark.parametrize(
        ("more", "key"), [({"is_node": True}, "node"), ({"can_be_repeated": False}, "not_repeatable")]
    )
    def test_that_cannot_be_measured_again_is_no_target(self, more: dict[str, Any], key: str) -> None:
        found = only(RECIST, lesion(**more))

        assert (found.verdict, found.because.key) == ("not_target", key)

    def test_comes_with_a_sentence_and_its_source(self) -> None:
        assert only(RECIST, lesion(longest_mm=9)).because.sentence == "Under 10 mm."
        assert only(RECIST, lesion()).because.source == "recist-1.1"
        assert only(MRECIST, lesion()).because.source == "mrecist"


class TestSeveral:
    def test_are_two_an_organ_the_largest_first(self) -> None:
        found = target_lesions.propose(RECIST, [lesion("L1", 20), lesion("L2", 40), lesion("L3", 30)])

        assert [one.verdict for one in found] == ["not_target", "target", "target"]
        assert found[0].because.sentence == "2 larger ones of the same organ are measured already."

    def test_are_five_in_all(self) -> None:
        candidates = [
            lesion(f"L{number}", 60 - number, organ=organ)
            for number, organ in enumerate(("liver", "liver", "lung", "lung", "adrenal", "spleen"))
        ]
        found = target_lesions.propose(RECIST, candidates)

        assert [one.verdict for one in found] == [*["target"] * 5, "not_target"]
        assert found[-1].because.key == "all_full"

    def test_of_the_same_size_are_chosen_in_their_order(self) -> None:
        assert targets(RECIST, lesion("L1", 20), lesion("L2", 20), lesion("L3", 20)) == ["L1", "L2"]

    def test_pass_over_what_cannot_be_chosen(self) -> None:
        assert targets(
            RECIST, lesion("L1", 60, can_be_repeated=False), lesion("L2", 20), lesion("L3", 12)
        ) == ["L2", "L3"]

    @given(st.lists(st.tuples(st.floats(0, 200), st.sampled_from(["liver", "lung", "bone"])), max_size=12))
    def test_are_never_more_than_allowed_and_never_smaller_than_one_left_out(
        self, drawn: list[tuple[float, str]]
    ) -> None:
        candidates = [lesion(f"L{number}", mm, organ=organ) for number, (mm, organ) in enumerate(drawn)]
        found = dict(zip(candidates, target_lesions.propose(RECIST, candidates), strict=True))
        chosen = [one for one, proposal in found.items() if proposal.verdict == "target"]

        assert len(chosen) <= 5
        assert all(sum(one.organ == organ for one in chosen) <= 2 for organ in ("liver", "lung", "bone"))
        left_out = [one for one, proposal in found.items() if proposal.because.key == "organ_full"]
        for one in left_out:
            sizes = [other.longest_mm or 0 for other in chosen if other.organ == one.organ]
            assert min(sizes) >= (one.longest_mm or 0)
