"""Kidney function on incomplete facts, against completions on a fine grid."""

import itertools
from typing import Any

import pytest

import guidelines
from guidelines.scores import kidney
from tests.guidelines.patients import patient

AGES = [18, 25, 40, 60, 80, 100, 120]
CREATININES = sorted({10, 4500, *(round(40 + 5 * step) for step in range(60))})


def missing(**changes: Any) -> list[str]:
    """What is missing for clause 3.1, of which all else is met."""
    result = guidelines.eligibility(patient(**changes))
    return next(finding["missing"] for finding in result["findings"] if finding["clause"] == "3.1")


def by_grid(creatinines: list[float], ages: list[float], sexes: list[str], cut: float = 30) -> set[str]:
    """The facts by which alone two points of the grid lie on different sides of the cut."""
    names = ("creatinine_umol_per_l", "age_years", "sex")
    found: set[str] = set()
    for place, name in enumerate(names):
        lines: dict[tuple[Any, ...], set[bool]] = {}
        for point in itertools.product(creatinines, ages, sexes):
            low = kidney.egfr_ml_per_min_1_73m2(*point) < cut
            lines.setdefault(point[:place] + point[place + 1 :], set()).add(low)
        if any(len(sides) > 1 for sides in lines.values()):
            found.add(name)
    return found


SEXES = ["female", "male"]
CASES = [
    (creatinine, age, sex)
    for creatinine in (60, 150, 170, 200, 230, 270, 400, None, (60, 400), (150, 200), (10, 100))
    for age in (18, 60, 90, None, (20, 40), (60, 90))
    for sex in ("female", "male", None)
]


def _raw(value: Any) -> Any:
    return {"min": value[0], "max": value[1]} if isinstance(value, tuple) else value


def _grid(value: Any, grid: list[float]) -> list[float]:
    low, high = (
        (value if isinstance(value, tuple) else (value, value)) if value is not None else (grid[0], grid[-1])
    )
    return sorted({low, high, *(one for one in grid if low <= one <= high)})


class TestKidney:
    @pytest.mark.parametrize(("creatinine", "age", "sex"), CASES)
    def test_names_what_moves_egfr_across_the_cut(self, creatinine: Any, age: Any, sex: Any) -> None:
        found = missing(
            creatinine_umol_per_l=_raw(creatinine), age_years=_raw(age), sex=sex, on_dialysis=False
        )

        expected = by_grid(_grid(creatinine, CREATININES), _grid(age, AGES), [sex] if sex else SEXES)
        assert set(found) == expected

    def test_asks_for_egfr_under_18(self) -> None:
        assert missing(age_years=17) == ["egfr_ml_per_min_1_73m2"]
        assert missing(age_years=17, egfr_ml_per_min_1_73m2=80) == []

    def test_asks_for_age_and_egfr_where_the_age_may_be_under_18(self) -> None:
        assert missing(age_years={"min": 10, "max": 30}) == ["age_years", "egfr_ml_per_min_1_73m2"]

    def test_takes_an_unknown_age_as_an_adult(self) -> None:
        assert missing(age_years=None) == []

    def test_asks_for_dialysis_unless_egfr_settles_it(self) -> None:
        assert missing(on_dialysis=None) == []
        assert missing(on_dialysis=None, creatinine_umol_per_l=None) == [
            "creatinine_umol_per_l",
            "on_dialysis",
        ]
        assert missing(on_dialysis=None, egfr_ml_per_min_1_73m2=20) == []

    def test_asks_for_creatinine_where_a_range_of_egfr_does_not_tell(self) -> None:
        open_range = {"min": 25, "max": 50}

        assert missing(egfr_ml_per_min_1_73m2=open_range, creatinine_umol_per_l=None) == [
            "creatinine_umol_per_l"
        ]
        assert missing(egfr_ml_per_min_1_73m2={"min": 30, "max": 50}, creatinine_umol_per_l=None) == []

    def test_works_it_out_where_a_range_of_egfr_does_not_tell(self) -> None:
        assert missing(egfr_ml_per_min_1_73m2={"min": 25, "max": 100}) == []

    def test_keeps_a_range_of_egfr_that_creatinine_does_not_fit(self) -> None:
        found = missing(egfr_ml_per_min_1_73m2={"min": 25, "max": 50}, creatinine_umol_per_l=60)

        assert found == ["egfr_ml_per_min_1_73m2"]

    def test_lets_dialysis_decide_whatever_the_rest(self) -> None:
        assert missing(on_dialysis=True, creatinine_umol_per_l=None, age_years=None) == []
