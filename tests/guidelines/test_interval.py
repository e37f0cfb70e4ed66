"""The months to the next review: each rule, each setting, and what stays open while something is unknown."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidelines import clauses, interval
from guidelines.interval import Review
from guidelines.settings import DEFAULT, NOTES, Settings

STABLE: dict[str, Any] = {
    "interventions_done": 2,
    "progressed": False,
    "viable_tumour": True,
    "response": "SD",
    "albi_grade_before": "1",
    "albi_grade_now": "1",
}
GRADES = ("1", "2", "2a", "2b", "3")


def ask(settings: Settings = DEFAULT, **changes: Any) -> interval.Proposal:
    return interval.propose(Review(**{**STABLE, **changes}), settings)


def keys(proposal: interval.Proposal) -> list[str]:
    return [reason.key for reason in proposal.reasons]


class TestMonths:
    @pytest.mark.parametrize(
        ("changes", "months", "why"),
        [
            ({}, 1, ["range", "initial_viable"]),
            ({"interventions_done": 3}, 1, ["range", "initial_viable"]),
            ({"interventions_done": 4}, 3, ["range", "prolonged"]),
            ({"viable_tumour": False}, 2, ["range", "initial_quiet"]),
            ({"viable_tumour": False, "interventions_done": 4}, 3, ["range", "prolonged"]),
            ({"progressed": True}, 1, ["range", "progression"]),
            ({"progressed": True, "interventions_done": 4}, 1, ["range", "progression"]),
            ({"response": "PD"}, 1, ["range", "progression"]),
            ({"albi_grade_now": "2a"}, 2, ["range", "initial_viable", "liver"]),
            ({"albi_grade_now": "2a", "interventions_done": 4}, 3, ["range", "prolonged"]),
            ({"albi_grade_now": "2a", "progressed": True}, 1, ["range", "progression"]),
            ({"is_equivocal": True, "interventions_done": 4}, 2, ["range", "prolonged", "equivocal"]),
            ({"is_equivocal": True}, 1, ["range", "initial_viable"]),
            ({"response": "NE", "interventions_done": 4}, 1, ["range", "prolonged", "not_evaluable"]),
            ({"response": "NE"}, 1, ["range", "initial_viable"]),
            (
                {"response": "NE", "is_equivocal": True, "interventions_done": 4},
                1,
                ["range", "prolonged", "equivocal", "not_evaluable"],
            ),
        ],
    )
    def test_follow_the_review(self, changes: dict[str, Any], months: int, why: list[str]) -> None:
        proposal = ask(**changes)

        assert (proposal.months, keys(proposal), proposal.missing) == (months, why, ())
        assert (proposal.earliest_months, proposal.possible_months) == (months, (months,))

    def test_say_which_clause_and_which_setting_moved_them(self) -> None:
        liver = ask(albi_grade_now="2b").reasons[-1]

        assert (liver.clause, liver.setting) == ("7.6", "interval_months_longer_for_liver")
        assert liver.sentence == (
            "ALBI grade 1 → 2b, worse: 2-month interval instead of 1, so that the liver recovers."
        )
        assert [reason.is_in_source for reason in ask().reasons] == [True, False]

    def test_can_be_set(self) -> None:
        chosen = Settings(interval_months_while_initial=2, interval_months_prolonged=2)

        assert (ask(chosen).months, ask(chosen, interventions_done=4).months) == (2, 2)

    @pytest.mark.parametrize(("chosen", "months"), [(0, 1), (1, 1), (3, 3), (4, 3)])
    def test_stay_inside_of_what_the_guideline_prints(self, chosen: int, months: int) -> None:
        assert ask(Settings(interval_months_while_initial=chosen)).months == months


class TestLiver:
    @pytest.mark.parametrize(
        ("before", "now", "is_worse"),
        [
            ("1", "1", False),
            ("1", "2a", True),
            ("2a", "2b", True),
            ("2b", "2a", False),
            ("2b", "3", True),
            ("2", "2b", False),
            ("2a", "2", False),
            ("1", "2", True),
            ("2", "3", True),
            ("3", "1", False),
            (None, "3", None),
            ("1", None, None),
        ],
    )
    def test_is_worse_by_a_grade(self, before: str | None, now: str | None, is_worse: bool | None) -> None:
        assert interval.is_worse(before, now) is is_worse


class TestUnknown:
    def test_leaves_the_months_open_and_names_what_decides(self) -> None:
        proposal = ask(viable_tumour=None)

        assert (proposal.months, proposal.earliest_months, proposal.possible_months) == (None, 1, (1, 2))
        assert proposal.missing == ("viable_tumour",)
        assert keys(proposal) == ["range", "unknown"]

    def test_everything_may_be(self) -> None:
        proposal = interval.propose(Review())

        assert proposal.possible_months == (1, 2, 3)
        assert set(proposal.missing) == set(STABLE)

    def test_grade_is_named_alone_where_the_other_is_known(self) -> None:
        assert ask(albi_grade_before=None).missing == ("albi_grade_before",)

    def test_is_not_asked_for_where_it_changes_nothing(self) -> None:
        proposal = ask(progressed=True, viable_tumour=None, interventions_done=None, albi_grade_now=None)

        assert (proposal.months, proposal.missing) == (1, ())

    def test_reasons_that_come_to_the_same_are_told_in_one(self) -> None:
        proposal = ask(progressed=None)

        assert (proposal.months, keys(proposal)) == (1, ["range", "either_way"])

    def test_agrees_with_every_completion(self) -> None:
        values: dict[str, list[Any]] = {
            "interventions_done": [3, 4],
            "progressed": [False, True],
            "viable_tumour": [False, True],
            "response": ["SD", "NE"],
            "albi_grade_now": ["1", "3"],
        }
        for opened in itertools.chain.from_iterable(itertools.combinations(values, n) for n in range(6)):
            kept = {name: values[name][0] for name in values if name not in opened}
            found = {
                ask(**kept, **dict(zip(opened, combination, strict=True))).months
                for combination in itertools.product(*(values[name] for name in opened))
            }
            unknown: dict[str, Any] = dict.fromkeys(opened)
            proposal = ask(**kept, **unknown)
            assert set(proposal.possible_months) == found
            assert (proposal.months is None) == (len(found) > 1) == bool(proposal.missing)


class TestEarlyReview:
    def test_comes_after_every_intervention_where_it_is_set(self) -> None:
        chosen = Settings(early_review_after_every_intervention=True)
        proposal = ask(chosen, is_after_intervention=True)

        assert (proposal.weeks, proposal.months, proposal.earliest_months) == ((4, 6), None, 1)
        assert proposal.reasons[0].sentence == "4 to 6 weeks after every intervention."
        assert not proposal.reasons[0].is_in_source

    def test_does_not_come_by_itself(self) -> None:
        assert ask(is_after_intervention=True).weeks is None
        assert ask(Settings(early_review_after_every_intervention=True)).weeks is None


class TestReasons:
    def test_name_clauses_and_settings_that_exist(self) -> None:
        assert set(interval.CLAUSES.values()) <= set(clauses.ALL)
        assert set(interval.SETTINGS.values()) <= set(NOTES)

    @settings(max_examples=60)
    @given(
        st.fixed_dictionaries(
            {
                "interventions_done": st.one_of(st.none(), st.integers(0, 9)),
                "progressed": st.sampled_from([None, False, True]),
                "viable_tumour": st.sampled_from([None, False, True]),
                "response": st.sampled_from([None, "CR", "PR", "SD", "PD", "NE"]),
                "is_equivocal": st.booleans(),
                "albi_grade_before": st.sampled_from([None, *GRADES]),
                "albi_grade_now": st.sampled_from([None, *GRADES]),
            }
        )
    )
    def test_are_there_for_any_review_and_months_are_one_to_three(self, drawn: dict[str, Any]) -> None:
        proposal = interval.propose(Review(**drawn))

        assert set(proposal.possible_months) <= {1, 2, 3}
        assert proposal.reasons[0].key == "range"
        assert all(
            reason.clause or reason.setting or reason.key in ("unknown", "either_way")
            for reason in proposal.reasons
        )
        assert all("{" not in reason.sentence for reason in proposal.reasons)
        assert all(drawn[name] is None for name in proposal.missing)
