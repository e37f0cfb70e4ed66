"""`response`: both cuts from three sides, the table of overall responses, and sums that are only partly known."""

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest

import guidelines
from guidelines.response import Sums, overall_response, target_response

SETTLED = {"non_target": "absent", "new_lesions": False}


def ask(**given: Any) -> dict[str, Any]:
    return guidelines.response(given)


class TestTarget:
    @pytest.mark.parametrize(
        ("baseline", "nadir", "current", "target"),
        [
            (100, 100, 0, "CR"),
            (100, 100, 69.9, "PR"),
            (100, 100, 70, "PR"),
            (100, 100, 70.1, "SD"),
            # −30.0 % exactly, which floats would miss.
            (101, 101, 70.7, "PR"),
            (100, 100, 119.9, "SD"),
            (100, 100, 120, "PD"),
            (100, 50, 59.9, "PR"),
            (100, 50, 60, "PD"),
            # 20 % and more over the nadir, but under 5 mm.
            (20, 20, 24.9, "SD"),
            (20, 20, 25, "PD"),
            (25.1, 25.1, 30.1, "SD"),
            (25.1, 25.1, 30.12, "PD"),
            (20, 0, 4.9, "PR"),
            (20, 0, 5, "PD"),
            (20, 0, 0, "CR"),
            (0, 0, 0, "NE"),
            (0, 0, 50, "NE"),
        ],
    )
    def test_cuts_are_inclusive(self, baseline: float, nadir: float, current: float, target: str) -> None:
        result = ask(baseline_mm=baseline, nadir_mm=nadir, current_mm=current, **SETTLED)

        assert (result["target"], result["overall"], result["missing"]) == (target, target, [])

    def test_baseline_is_the_nadir_where_none_is_given(self) -> None:
        result = ask(baseline_mm=50, current_mm=60, **SETTLED)

        assert result == {
            "id": None,
            "target": "PD",
            "overall": "PD",
            "change_from_baseline_pct": 20.0,
            "change_from_nadir_pct": 20.0,
            "missing": [],
        }

    def test_sums_may_come_in_centimetres(self) -> None:
        result = ask(
            baseline_mm={"value": 10.1, "unit": "cm"}, current_mm={"value": 7.07, "unit": "cm"}, **SETTLED
        )

        assert (result["target"], result["change_from_baseline_pct"]) == ("PR", -30.0)

    def test_changes_are_null_where_they_have_no_reference(self) -> None:
        result = ask(baseline_mm=20, nadir_mm=0, current_mm=4)

        assert (result["change_from_baseline_pct"], result["change_from_nadir_pct"]) == (-80.0, None)


class TestOverall:
    @pytest.mark.parametrize(
        ("target", "non_target", "new", "overall"),
        [
            ("CR", "absent", False, "CR"),
            ("CR", "complete_response", False, "CR"),
            ("CR", "non_progressive", False, "PR"),
            ("CR", "not_evaluated", False, "PR"),
            ("CR", "progressive", False, "PD"),
            ("PR", "not_evaluated", False, "PR"),
            ("SD", "non_progressive", False, "SD"),
            ("PD", "complete_response", False, "PD"),
            ("PR", "progressive", False, "PD"),
            ("SD", "absent", True, "PD"),
            ("NE", "absent", False, "NE"),
            ("NE", "absent", True, "PD"),
        ],
    )
    def test_follows_the_table(self, target: str, non_target: str, new: bool, overall: str) -> None:
        assert overall_response(target, non_target, new) == overall


class TestUnknown:
    def test_baseline_zero_is_not_evaluable_whatever_else_is_unknown(self) -> None:
        assert ask(baseline_mm=0)["target"] == "NE"
        assert ask(baseline_mm=0, new_lesions=False)["overall"] == "NE"
        assert ask(baseline_mm=0, new_lesions=True)["overall"] == "PD"
        assert (ask(baseline_mm=0)["overall"], ask(baseline_mm=0)["missing"]) == ("NE", [])

    def test_a_new_lesion_settles_overall_but_not_the_target(self) -> None:
        result = ask(baseline_mm=50, new_lesions=True)

        assert (result["target"], result["overall"], result["missing"]) == (None, "PD", ["current_mm"])

    def test_progression_settles_both(self) -> None:
        assert ask(baseline_mm=50, current_mm=80)["missing"] == []

    def test_other_lesions_matter_to_all_but_progression(self) -> None:
        result = ask(baseline_mm=50, current_mm=0, new_lesions=False)

        assert (result["target"], result["overall"], result["missing"]) == ("CR", None, ["non_target"])

    def test_other_lesions_may_be_partly_known(self) -> None:
        given = {"baseline_mm": 50, "current_mm": 0, "new_lesions": False}

        assert ask(**given, non_target=["non_progressive", "not_evaluated"])["overall"] == "PR"
        assert ask(**given, non_target=["absent", "not_evaluated"])["missing"] == ["non_target"]

    def test_the_default_nadir_is_never_missing(self) -> None:
        assert ask()["missing"] == ["baseline_mm", "current_mm", "non_target", "new_lesions"]

    def test_the_criterion_changes_nothing(self) -> None:
        assert ask(criterion="mrecist", baseline_mm=50, current_mm=50, **SETTLED)["target"] == "SD"

    def test_nadir_above_baseline_is_a_contradiction(self) -> None:
        with pytest.raises(guidelines.FactError, match="contradict") as error:
            ask(baseline_mm=50, nadir_mm=60)
        assert error.value.key == "baseline_mm"

    def test_a_nadir_range_reaches_no_higher_than_baseline(self) -> None:
        result = ask(baseline_mm=50, nadir_mm={"min": 50, "max": 90}, current_mm=60, **SETTLED)

        assert result["target"] == "PD"

    @pytest.mark.parametrize("seed", range(24))
    def test_ranges_agree_with_a_fine_grid(self, seed: int) -> None:
        chance = random.Random(seed)
        spans = [sorted(chance.choices(range(0, 121, 5), k=2)) for _ in range(3)]
        if seed % 2:
            spans[seed % 3][1] = spans[seed % 3][0]
        baseline, nadir, _ = spans
        if nadir[0] > baseline[1]:
            nadir[0] = baseline[1]
        if nadir[1] < nadir[0]:
            nadir[1] = nadir[0]

        result = ask(
            **{
                name: {"min": low, "max": high}
                for name, (low, high) in zip(("baseline_mm", "nadir_mm", "current_mm"), spans, strict=True)
            },
            **SETTLED,
        )

        targets, missing = by_grid(spans)
        assert result["target"] == (targets.pop() if len(targets) == 1 else None)
        assert set(result["missing"]) == missing


def by_grid(spans: list[list[int]]) -> tuple[set[str], set[str]]:
    """Every target response on a grid that meets each cut, and the sums by which alone two points differ."""
    ends = {Fraction(end) for span in spans for end in span}
    ratios = (Fraction(1), Fraction(7, 10), Fraction(10, 7), Fraction(6, 5), Fraction(5, 6))
    cuts = {end * ratio for end in ends for ratio in ratios} | {
        end + shift for end in ends for shift in (5, -5)
    }
    axes = [
        sorted({*(low + Fraction(high - low, 6) * step for step in range(7)), *_inside(cuts, low, high)})
        for low, high in spans
    ]
    points = {
        point: target_response(Sums(*point)) for point in itertools.product(*axes) if point[1] <= point[0]
    }
    missing = set()
    for place, name in enumerate(("baseline_mm", "nadir_mm", "current_mm")):
        lines: dict[tuple[Fraction, ...], set[str]] = {}
        for point, target in points.items():
            lines.setdefault(point[:place] + point[place + 1 :], set()).add(target)
        if any(len(line) > 1 for line in lines.values()):
            missing.add(name)
    return set(points.values()), missing


def _inside(cuts: set[Fraction], low: int, high: int) -> set[Fraction]:
    return {cut for cut in cuts if low <= cut <= high}
