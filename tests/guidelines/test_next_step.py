"""`next_step`: each decision, its options and clauses, and what is missing for it."""

import itertools
from typing import Any

import pytest

import guidelines
from guidelines.settings import Settings

HOLD = {
    "interventions_done": 1,
    "lipiodol_deposition": "dense",
    "necrosis": "complete",
    "viable_tumour": False,
    "enlargement": False,
    "new_lesions": False,
    "progression": False,
    "liver_function_recovered": True,
    "earlier_progressions": 0,
}


def ask(**changes: Any) -> dict[str, Any]:
    return guidelines.next_step({**HOLD, **changes})


def verdict_of(result: dict[str, Any], clause_id: str) -> str:
    return next(one["verdict"] for one in result["findings"] if one["clause"] == clause_id)


class TestDecision:
    @pytest.mark.parametrize(
        ("changes", "decision", "options", "clauses"),
        [
            ({}, "hold", [], ["7.4"]),
            ({"interventions_done": 5}, "hold", [], ["7.4"]),
            ({"viable_tumour": True}, "consider_repeat", ["repeat"], ["7.7", "7.5"]),
            ({"viable_tumour": True, "interventions_done": 3}, "consider_repeat", ["repeat"], ["7.7", "7.5"]),
            (
                {"viable_tumour": True, "liver_function_recovered": False},
                "consider_repeat",
                ["repeat", "wait_for_liver_recovery"],
                ["7.7", "7.5"],
            ),
            (
                {"viable_tumour": True, "liver_function_recovered": None},
                "consider_repeat",
                ["repeat", "wait_for_liver_recovery"],
                ["7.7", "7.5"],
            ),
            ({"viable_tumour": True, "interventions_done": 4}, "prolong_interval", ["repeat_later"], ["7.6"]),
            ({"necrosis": "partial", "interventions_done": 4}, "prolong_interval", [], ["7.6"]),
            ({"progression": True, "interventions_done": 4}, "consider_repeat", ["repeat"], ["7.7"]),
            ({"enlargement": True}, "consider_repeat", ["repeat"], ["7.7", "7.5"]),
            ({"new_lesions": True}, "consider_repeat", ["repeat"], ["7.7", "7.5"]),
            (
                {"progression": True, "interventions_done": 3, "earlier_progressions": 1},
                "switch_or_combine",
                ["surgery", "ablation", "systemic_therapy"],
                ["7.8"],
            ),
            (
                {"progression": True, "interventions_done": 2, "earlier_progressions": 1},
                "consider_repeat",
                ["repeat"],
                ["7.7", "7.5"],
            ),
            ({"progression": True, "interventions_done": 3}, "consider_repeat", ["repeat"], ["7.7", "7.5"]),
            ({"necrosis": "partial"}, "review_again", [], ["7.7"]),
            ({"lipiodol_deposition": "sparse"}, "review_again", [], ["7.7"]),
        ],
    )
    def test_is_the_first_that_fits(
        self, changes: Any, decision: str, options: list[str], clauses: list[str]
    ) -> None:
        result = ask(**changes)

        assert (result["decision"], result["options"], result["clauses"]) == (decision, options, clauses)
        assert result["missing"] == []

    def test_comes_with_every_key(self) -> None:
        assert list(ask()) == ["id", "decision", "options", "clauses", "missing", "findings"]
        assert [one["clause"] for one in ask()["findings"]] == ["7.3", "7.4", "7.5", "7.6", "7.7", "7.8"]

    def test_can_be_asked_with_other_settings(self) -> None:
        facts = {**HOLD, "progression": True, "interventions_done": 4, "earlier_progressions": 1}
        strict = Settings(several_interventions=5)

        assert guidelines.next_step(facts)["decision"] == "switch_or_combine"
        assert guidelines.next_step(facts, settings=strict)["decision"] == "consider_repeat"

    @pytest.mark.parametrize(
        ("continued", "earlier", "decision"),
        [
            (1, 0, "switch_or_combine"),
            (2, 0, "consider_repeat"),
            (2, 1, "switch_or_combine"),
            (3, 1, "consider_repeat"),
            (3, 2, "switch_or_combine"),
        ],
    )
    def test_counts_as_many_progressions_as_the_settings_say(
        self, continued: int, earlier: int, decision: str
    ) -> None:
        facts = {**HOLD, "progression": True, "interventions_done": 4, "earlier_progressions": earlier}
        chosen = Settings(continued_progressions=continued)

        assert guidelines.next_step(facts, settings=chosen)["decision"] == decision


class TestUnknown:
    def test_says_what_is_missing(self) -> None:
        result = ask(necrosis=None)

        assert (result["decision"], result["missing"]) == ("insufficient_data", ["necrosis"])
        assert verdict_of(result, "7.4") == "unknown"
        assert result["options"] == result["clauses"] == []

    def test_does_not_ask_for_what_cannot_decide(self) -> None:
        assert ask(viable_tumour=True, necrosis=None, earlier_progressions=None)["missing"] == []
        assert ask(interventions_done={"min": 4}, viable_tumour=None, necrosis="partial")["missing"] == []

    @pytest.mark.parametrize(
        ("changes", "decision", "missing"),
        [
            ({"lipiodol_deposition": ["partial", "sparse"]}, "review_again", []),
            ({"lipiodol_deposition": ["dense", "sparse"]}, "insufficient_data", ["lipiodol_deposition"]),
            ({"interventions_done": {"max": 3}, "viable_tumour": True}, "consider_repeat", []),
            (
                {"interventions_done": {"min": 3, "max": 4}, "viable_tumour": True},
                "insufficient_data",
                ["interventions_done"],
            ),
        ],
    )
    def test_may_be_a_range_or_some_of_the_choices(
        self, changes: dict[str, Any], decision: str, missing: list[str]
    ) -> None:
        result = ask(**changes)

        assert (result["decision"], result["missing"]) == (decision, missing)

    def test_agrees_with_every_completion(self) -> None:
        values: dict[str, list[Any]] = {
            "interventions_done": [1, 2, 3, 4, 50],
            "necrosis": ["complete", "partial"],
            "viable_tumour": [False, True],
            "progression": [False, True],
            "earlier_progressions": [0, 1],
        }
        for opened in itertools.combinations(values, 3):
            for rest in itertools.product(*(values[name] for name in values if name not in opened)):
                known = dict(zip((name for name in values if name not in opened), rest, strict=True))
                known["necrosis"] = known.get("necrosis", ["complete", "partial"])
                found = {
                    guidelines.next_step({**HOLD, **known, **dict(zip(opened, combination, strict=True))})[
                        "decision"
                    ]
                    for combination in itertools.product(*(values[name] for name in opened))
                }
                blank = {name: None for name in opened if name != "necrosis"}
                result = guidelines.next_step({**HOLD, **known, **blank})
                assert result["decision"] == (found.pop() if len(found) == 1 else "insufficient_data")
                assert bool(result["missing"]) == (result["decision"] == "insufficient_data")
