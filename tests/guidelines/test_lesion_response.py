"""Response over the scans of one patient: cuts from three sides, what is not evaluable, what is not known."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import guidelines
from guidelines import sources
from guidelines.entry import FactError
from guidelines.lesion_sums import MRECIST, RECIST
from guidelines.lesions import DISAPPEARED, MERGED, NEW, NOT_EVALUABLE, Seen
from tests.guidelines.lesions import course, point, scan, there

GONE, CANNOT = Seen(status=DISAPPEARED), Seen(status=NOT_EVALUABLE)
WORSE = ("CR", "PR", "SD", "PD")


def two(first: float | None, second: float | None) -> dict[str, Seen]:
    return {"L1": there(first), "L2": there(second)}


def appeared(longest_mm: float | None) -> Seen:
    return Seen(status=NEW, longest_mm=longest_mm, viable_mm=longest_mm)


class TestTargets:
    @pytest.mark.parametrize(
        ("now", "answer"),
        [
            (two(0, 0), "CR"),
            (two(39.9, 30), "PR"),
            (two(40, 30), "PR"),
            (two(40.1, 30), "SD"),
            (two(89.9, 30), "SD"),
            (two(90, 30), "PD"),
            (two(90.1, 30), "PD"),
        ],
    )
    @pytest.mark.parametrize("criterion", [RECIST, MRECIST])
    def test_are_judged_by_their_sum(self, criterion: str, now: dict[str, Seen], answer: str) -> None:
        found = point(two(60, 40), now, criterion=criterion)

        assert (found.targets.response, found.overall, found.missing) == (answer, answer, ())

    @pytest.mark.parametrize(("now", "answer"), [(24.9, "PR"), (25, "PD"), (25.1, "PD")])
    def test_progress_from_the_smallest_sum_by_5_mm_at_least(self, now: float, answer: str) -> None:
        found = point(two(60, 0), two(20, 0), two(22, 0), two(now, 0))

        assert (found.targets.response, found.targets.nadir_mm, found.targets.nadir_on) == (
            answer,
            20,
            scan(1, {}).on,
        )
        assert found.targets.progression_from_mm == 25

    def test_of_mrecist_are_measured_where_they_are_viable(self) -> None:
        seen = {"L1": there(40)}, {"L1": there(0, longest_mm=38)}

        assert point(*seen).overall == "CR"
        assert point(*seen, criterion=RECIST).overall == "SD"

    def test_of_different_size_answer_one_by_one_as_well(self) -> None:
        found = point(two(60, 40), two(0, 50))

        answers = {key: one.response for key, one in found.by_lesion.items()}
        assert (found.targets.response, answers) == ("PR", {"L1": "CR", "L2": "PD"})

    def test_were_never_chosen(self) -> None:
        found = point(
            {"L1": there(60)}, {"L1": there(20)}, others=("L1",), last={"non_target": "non_progressive"}
        )

        assert (found.targets.response, found.overall) == ("NE", "NE")
        assert found.overall_because.key == "no_target"

    def test_were_not_there_at_baseline(self) -> None:
        found = point({"L1": there(0)}, {"L1": there(20)})

        assert (found.overall, found.overall_because.key) == ("NE", "baseline_zero")


class TestArithmetic:
    def test_adds_up_column_by_column(self) -> None:
        found = point(two(60, 40), two(10, 30), two(35, 25))

        assert [(one.lesion, one.baseline_mm, one.nadir_mm, one.current_mm) for one in found.steps] == [
            ("L1", 60, 10, 35),
            ("L2", 40, 30, 25),
        ]
        targets = found.targets
        assert (targets.baseline_mm, targets.nadir_mm, targets.current_mm) == (100, 40, 60)
        assert (targets.change_from_baseline_pct, targets.change_from_nadir_pct) == (-40, 50)
        assert (targets.partial_up_to_mm, targets.progression_from_mm) == (70, 48)

    @pytest.mark.parametrize(
        ("now", "key", "sentence"),
        [
            (two(50, 0), "PR", "50 mm is 70 mm or less: 30 % or more under the baseline, 100 mm."),
            (two(50, 30.5), "SD", "80.5 mm is over 70 mm and under 120 mm."),
            (two(90, 40), "PD", "130 mm is 120 mm or more: 20 % and 5 mm over the smallest sum, 100 mm."),
            (two(0, 0), "CR", "No target lesion has viable tumour left."),
        ],
    )
    def test_says_which_cut_decided(self, now: dict[str, Seen], key: str, sentence: str) -> None:
        because = point(two(60, 40), now).targets.because

        assert (because.key, because.sentence, because.source) == (key, sentence, "mrecist")

    def test_says_it_of_recist_in_its_words(self) -> None:
        because = point(two(60, 40), {"L1": GONE, "L2": GONE}, criterion=RECIST).targets.because

        assert (because.sentence, because.source) == ("Every target lesion is gone.", "recist-1.1")
        assert because.source in sources.ALL

    def test_shows_what_a_merged_lesion_is_made_of(self) -> None:
        found = point(two(40, 20), {"L1": there(55), "L2": Seen(status=MERGED, other="L1")})

        assert [(one.how, one.current_mm, one.pieces) for one in found.steps] == [
            ("merged", 55, (("L1", 55),)),
            ("merged", 0, ()),
        ]
        assert found.targets.response == "SD"
        assert {key: (one.response, one.because.key) for key, one in found.by_lesion.items()} == {
            "L1": ("NE", "merged"),
            "L2": ("NE", "merged"),
        }

    def test_comes_for_every_scan_after_the_baseline(self) -> None:
        found = course(two(60, 40), two(30, 20), two(60, 40))

        assert [one.overall for one in found] == ["PR", "PD"]

    def test_agrees_with_the_command_of_the_contract(self) -> None:
        found = point(two(60, 40), two(20, 10), two(25, 20), others=("L3",))
        asked = {
            "baseline_mm": 100,
            "nadir_mm": 30,
            "current_mm": 45,
            "non_target": "absent",
            "new_lesions": False,
        }

        assert found.overall == guidelines.response(asked)["overall"]


class TestNotEvaluable:
    def test_target_makes_the_sum_not_evaluable(self) -> None:
        found = point(two(60, 40), {"L1": there(20), "L2": CANNOT})

        assert (found.targets.response, found.overall, found.missing) == ("NE", "NE", ())
        assert found.overall_because.sentence == "Not evaluable: L2."

    def test_target_cannot_undo_progression(self) -> None:
        found = point(two(60, 40), {"L1": there(120), "L2": CANNOT})

        assert (found.overall, found.targets.current_mm) == ("PD", None)
        assert found.overall_because.sentence == (
            "≥ 120 mm is 120 mm or more: 20 % and 5 mm over the smallest sum, 100 mm."
        )

    def test_target_at_baseline_makes_every_sum_not_evaluable(self) -> None:
        found = point({"L1": there(60), "L2": CANNOT}, two(200, 200))

        assert (found.overall, found.overall_because.key) == ("NE", "baseline_not_evaluable")

    @pytest.mark.parametrize(
        ("last", "overall", "missing"),
        [
            ({"new_lesions": True}, "PD", ()),
            ({"non_target": "progressive"}, "PD", ()),
            ({"new_lesions": None, "non_target": "non_progressive"}, None, ("new_lesions",)),
            ({}, None, ("non_target",)),
            ({"non_target": "not_evaluated"}, "NE", ()),
        ],
    )
    def test_targets_leave_progression_to_the_others(
        self, last: dict[str, Any], overall: str | None, missing: tuple[str, ...]
    ) -> None:
        found = point(two(60, 9), {"L1": CANNOT, "L2": there(9)}, others=("L2",), last=last)

        assert (found.overall, found.missing) == (overall, missing)

    def test_target_beside_an_unknown_one_is_unknown(self) -> None:
        found = point({**two(60, 40), "L3": there(9)}, {"L1": CANNOT, "L2": there(None), "L3": there(9)})

        assert (found.targets.response, found.missing) == (None, ("lesions.L2.viable_mm",))


class TestUnknown:
    def test_diameters_are_named_and_never_zero(self) -> None:
        found = point(two(60, 40), two(20, None))

        assert (found.targets.response, found.overall) == (None, None)
        assert found.missing == ("lesions.L2.viable_mm",)
        assert (found.steps[1].current_mm, found.targets.current_mm) == (None, None)

    def test_diameters_cannot_undo_progression(self) -> None:
        assert point(two(60, 40), two(130, None)).overall == "PD"

    def test_diameter_at_baseline_is_named(self) -> None:
        found = point({"L1": there(60)}, two(20, 30))

        assert (found.targets.response, found.missing) == (None, ("baseline.L2.viable_mm",))

    def test_diameter_at_baseline_can_be_settled_by_a_smaller_sum_since(self) -> None:
        found = point(two(60, None), two(10, 10), two(30, 10))

        assert (found.overall, found.targets.partial_up_to_mm) == ("PD", None)

    def test_baseline_above_a_known_part_can_be_a_partial_response(self) -> None:
        found = point(two(60, None), two(10, 10), two(10, 12))

        assert found.overall == "PR"
        assert (
            found.overall_because.sentence
            == "22 mm is 42 mm or less: 30 % or more under the baseline, ≥ 60 mm."
        )

    def test_smallest_sum_is_looked_for_among_those_that_are_known(self) -> None:
        found = point(two(60, 40), two(10, None), two(30, 20))

        assert (found.targets.nadir_mm, found.scans_without_sum) == (100, (scan(1, {}).on,))

    def test_new_lesion_settles_the_overall_response_alone(self) -> None:
        found = point(two(60, 40), two(20, None), last={"new_lesions": True})

        assert (found.targets.response, found.overall, found.overall_because.key) == (
            None,
            "PD",
            "new_lesions",
        )


class TestBadInput:
    def test_is_refused_by_name(self) -> None:
        with pytest.raises(FactError) as error:
            point(two(60, 40), {"L1": Seen(status="shrunk")})
        assert error.value.key == "L1"

    def test_of_two_minds_about_new_lesions_is_refused(self) -> None:
        with pytest.raises(FactError) as error:
            point(
                {"L1": there(60)},
                {"L1": there(0), "L2": appeared(12)},
                others=("L2",),
                last={"new_lesions": False},
            )
        assert error.value.key == "new_lesions"

    def test_with_an_unknown_answer_about_the_others_is_refused(self) -> None:
        with pytest.raises(FactError) as error:
            point(two(60, 40), two(0, 0), last={"non_target": "better"})
        assert error.value.key == "non_target"

    def test_with_an_unknown_criterion_is_refused(self) -> None:
        with pytest.raises(FactError) as error:
            point(two(60, 40), two(0, 0), criterion="who")
        assert error.value.key == "criterion"


millimetres = st.integers(0, 1200).map(lambda tenths: tenths / 10)
history = st.lists(st.tuples(millimetres, millimetres), min_size=2, max_size=4)


class TestEveryCourse:
    @settings(max_examples=60, deadline=None)
    @given(history, millimetres)
    def test_is_never_better_for_a_larger_sum(self, drawn: list[tuple[float, float]], more: float) -> None:
        assume(sum(drawn[0]) > 0)
        earlier, (first, second) = [two(*pair) for pair in drawn[:-1]], drawn[-1]
        smaller = point(*earlier, two(first, second)).overall
        larger = point(*earlier, two(first + more, second)).overall

        assert smaller is not None
        assert larger is not None
        assert WORSE.index(larger) >= WORSE.index(smaller)

    @settings(max_examples=40, deadline=None)
    @given(history)
    def test_adds_up(self, drawn: list[tuple[float, float]]) -> None:
        for found in course(*(two(*pair) for pair in drawn)):
            for column, total in (
                ("baseline_mm", found.targets.baseline_mm),
                ("nadir_mm", found.targets.nadir_mm),
                ("current_mm", found.targets.current_mm),
            ):
                assert sum(Fraction(str(getattr(step, column))) for step in found.steps) == Fraction(
                    str(total)
                )

    @settings(max_examples=40, deadline=None)
    @given(history, st.data())
    def test_with_a_gap_is_one_of_its_completions_or_open(
        self, drawn: list[tuple[float, float]], data: st.DataObject
    ) -> None:
        earlier, (first, _) = [two(*pair) for pair in drawn[:-1]], drawn[-1]
        open_answer = point(*earlier, two(first, None)).overall
        filled = point(*earlier, two(first, data.draw(millimetres))).overall

        assert open_answer in (None, filled)
