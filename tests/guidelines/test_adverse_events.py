"""CTCAE v5.0 from numbers, and the three schemes side by side."""

from typing import Any

import pytest

from guidelines import adverse_events, ctcae, facts


def grade_of(term: str, value: float | None, **compared: float | None) -> int | None:
    return adverse_events.grade(term, value, **compared).grade


class TestFever:
    @pytest.mark.parametrize(
        ("temperature", "grade"),
        [(37.9, 0), (38.0, 1), (38.1, 1), (39.0, 1), (39.1, 2), (40.0, 2)],
    )
    def test_is_graded_by_its_height(self, temperature: float, grade: int) -> None:
        assert grade_of("fever", temperature) == grade

    @pytest.mark.parametrize(("hours", "grade"), [(23.9, 3), (24, 3), (24.1, 4)])
    def test_over_40_is_graded_by_its_length(self, hours: float, grade: int) -> None:
        assert grade_of("fever", 40.1, hours_over_40_c=hours) == grade

    def test_over_40_of_unknown_length_is_3_or_4(self) -> None:
        graded = adverse_events.grade("fever", 40.1)

        assert (graded.grade, graded.possible, graded.missing) == (None, (3, 4), ("hours_over_40_c",))
        assert graded.says == ""


class TestEnzymes:
    @pytest.mark.parametrize("term", ["alt_increased", "ast_increased"])
    @pytest.mark.parametrize(
        ("value", "grade"),
        [(39, 0), (40, 0), (41, 1), (120, 1), (121, 2), (200, 2), (201, 3), (800, 3), (801, 4)],
    )
    def test_are_multiples_of_the_limit_where_the_baseline_was_normal(
        self, term: str, value: float, grade: int
    ) -> None:
        for baseline in (20, 40):
            assert grade_of(term, value, upper_limit=40, baseline=baseline) == grade

    @pytest.mark.parametrize(
        ("value", "grade"),
        [(149, 0), (150, 1), (151, 1), (300, 1), (301, 2), (500, 2), (501, 3), (2000, 3), (2001, 4)],
    )
    def test_are_multiples_of_an_abnormal_baseline(self, value: float, grade: int) -> None:
        assert grade_of("alt_increased", value, upper_limit=40, baseline=100) == grade

    @pytest.mark.parametrize(
        ("value", "possible", "missing"),
        [(40, (0,), ()), (41, (0, 1), ("baseline",)), (130, (0, 1, 2), ("baseline",))],
    )
    def test_of_an_unknown_baseline_can_only_be_lower(
        self, value: float, possible: tuple[int, ...], missing: tuple[str, ...]
    ) -> None:
        graded = adverse_events.grade("alt_increased", value, upper_limit=40)

        assert (graded.possible, graded.missing) == (possible, missing)

    def test_of_an_unknown_limit_may_be_anything(self) -> None:
        graded = adverse_events.grade("alt_increased", 130, baseline=30)

        assert (graded.possible, graded.missing) == ((0, 1, 2, 3, 4), ("upper_limit",))


class TestBilirubin:
    @pytest.mark.parametrize(
        ("value", "grade"),
        [(19, 0), (20, 0), (20.1, 1), (30, 1), (30.1, 2), (60, 2), (60.1, 3), (200, 3), (200.1, 4)],
    )
    def test_is_a_multiple_of_the_limit(self, value: float, grade: int) -> None:
        assert grade_of("blood_bilirubin_increased", value, upper_limit=20, baseline=15) == grade

    @pytest.mark.parametrize(
        ("value", "grade"),
        [(29, 0), (30, 0), (30.1, 1), (45, 1), (45.1, 2), (90, 2), (90.1, 3), (300, 3), (300.1, 4)],
    )
    def test_is_a_multiple_of_an_abnormal_baseline(self, value: float, grade: int) -> None:
        assert grade_of("blood_bilirubin_increased", value, upper_limit=20, baseline=30) == grade


class TestCreatinine:
    @pytest.mark.parametrize(
        ("value", "grade"),
        [(100, 0), (101, 1), (150, 1), (151, 2), (300, 2), (301, 3), (600, 3), (601, 4)],
    )
    def test_is_a_multiple_of_the_limit(self, value: float, grade: int) -> None:
        assert grade_of("creatinine_increased", value, upper_limit=100, baseline=400) == grade

    @pytest.mark.parametrize(
        ("value", "grade"), [(59, 0), (60, 0), (61, 2), (100, 2), (120, 2), (121, 3), (301, 3)]
    )
    def test_is_a_multiple_of_the_baseline_where_that_is_graver(self, value: float, grade: int) -> None:
        assert grade_of("creatinine_increased", value, upper_limit=100, baseline=40) == grade

    @pytest.mark.parametrize(
        ("compared", "value", "possible", "missing"),
        [
            ({"upper_limit": 100}, 90, (0, 1, 2, 3), ("baseline",)),
            ({"upper_limit": 100}, 301, (3,), ()),
            ({"upper_limit": 100}, 601, (4,), ()),
            ({"baseline": 100}, 100, (0, 1, 2, 3, 4), ("upper_limit",)),
            ({"baseline": 100}, 301, (3, 4), ("upper_limit",)),
            ({}, 100, (0, 1, 2, 3, 4), ("upper_limit", "baseline")),
        ],
    )
    def test_leaves_open_what_an_unknown_could_change(
        self, compared: dict[str, float], value: float, possible: tuple[int, ...], missing: tuple[str, ...]
    ) -> None:
        graded = adverse_events.grade("creatinine_increased", value, **compared)

        assert (graded.possible, graded.missing) == (possible, missing)


class TestCounts:
    @pytest.mark.parametrize(
        ("term", "limit", "cases"),
        [
            (
                "white_blood_cell_decreased",
                4.0,
                [(4.0, 0), (3.9, 1), (3.0, 1), (2.9, 2), (2.0, 2), (1.9, 3), (1.0, 3), (0.9, 4)],
            ),
            (
                "platelet_count_decreased",
                150,
                [(150, 0), (149, 1), (75, 1), (74, 2), (50, 2), (49, 3), (25, 3), (24, 4)],
            ),
        ],
    )
    def test_at_an_edge_belong_to_the_lower_grade(
        self, term: str, limit: float, cases: list[tuple[float, int]]
    ) -> None:
        for value, grade in cases:
            assert grade_of(term, value, lower_limit=limit) == grade, value

    def test_without_a_limit_leave_grade_1_open(self) -> None:
        graded = adverse_events.grade("platelet_count_decreased", 100)

        assert (graded.grade, graded.possible, graded.missing) == (None, (0, 1), ("lower_limit",))
        assert grade_of("platelet_count_decreased", 60) == 2


STEPS: dict[str, tuple[float, float, float]] = {
    "fever": (34, 43, 0.1),
    "alt_increased": (1, 2500, 1),
    "ast_increased": (1, 2500, 1),
    "blood_bilirubin_increased": (1, 1100, 0.5),
    "creatinine_increased": (10, 900, 1),
    "white_blood_cell_decreased": (0, 12, 0.05),
    "platelet_count_decreased": (0, 400, 0.5),
}
COMPARED: list[dict[str, float]] = [
    {"upper_limit": 40, "lower_limit": 4, "baseline": 20, "hours_over_40_c": 30},
    {"upper_limit": 40, "lower_limit": 150, "baseline": 100, "hours_over_40_c": 30},
]


@pytest.mark.parametrize("term", list(adverse_events.MEASURED))
@pytest.mark.parametrize("compared", COMPARED)
class TestEveryMeasuredTerm:
    def test_partitions_its_line(self, term: str, compared: dict[str, float]) -> None:
        """Every value has exactly one grade, and the grades only rise towards the worse end."""
        low, high, step = STEPS[term]
        values = [low + step * number for number in range(int((high - low) / step) + 1)]
        graded = [adverse_events.grade(term, value, **compared) for value in values]

        assert all(one.grade is not None and one.possible == (one.grade,) for one in graded)
        grades = [one.grade or 0 for one in graded]
        assert grades == sorted(grades, reverse=term.endswith("decreased"))
        assert max(grades) == 4

    def test_says_its_grade_and_keeps_its_numbers(self, term: str, compared: dict[str, float]) -> None:
        _low, high, _step = STEPS[term]
        worst = 0.5 if term.endswith("decreased") else high
        graded = adverse_events.grade(term, worst, **compared)

        assert graded.says == adverse_events.TERMS[term].grades[graded.grade or 0]
        assert {**compared, "value": worst}.items() <= graded.graded_from.items()
        assert (graded.scheme, graded.version) == ("CTCAE", "5.0")

    def test_without_a_value_may_be_any_grade(self, term: str, compared: dict[str, float]) -> None:
        graded = adverse_events.grade(term, None, **compared)

        assert (graded.grade, graded.possible, graded.missing) == (None, (0, 1, 2, 3, 4), ("value",))

    def test_is_graded_by_a_value_that_the_product_knows(self, term: str, compared: dict[str, float]) -> None:
        analyte = adverse_events.TERMS[term].analyte

        assert analyte in {*facts.ALL, "temperature_c"}
        assert analyte in ctcae.GRADERS
        assert adverse_events.BY_ANALYTE[analyte].key == term


class TestTerms:
    def test_that_only_a_clinician_grades_are_refused(self) -> None:
        with pytest.raises(ValueError, match="a clinician grades it"):
            adverse_events.grade("nausea", 3)

    @pytest.mark.parametrize(
        ("compared", "missing"),
        [
            ({"upper_limit": 0, "baseline": 20}, ("upper_limit",)),
            ({"upper_limit": 40, "baseline": 0}, ("baseline",)),
        ],
    )
    def test_read_a_limit_of_nothing_as_unknown(
        self, compared: dict[str, Any], missing: tuple[str, ...]
    ) -> None:
        assert adverse_events.grade("alt_increased", 100, **compared).missing == missing

    def test_take_a_lower_limit_of_nothing_as_it_is(self) -> None:
        assert grade_of("platelet_count_decreased", 90, lower_limit=0) == 0

    def test_that_do_not_exist_are_an_error(self) -> None:
        with pytest.raises(KeyError):
            adverse_events.grade("hiccups", 3)

    @pytest.mark.parametrize(
        ("term", "grades"),
        [
            ("nausea", [1, 2, 3]),
            ("abdominal_pain", [1, 2, 3]),
            ("vomiting", [1, 2, 3, 4, 5]),
            ("urinary_retention", [1, 2, 3, 4, 5]),
            ("alt_increased", [1, 2, 3, 4]),
            ("other", [1, 2, 3, 4, 5]),
        ],
    )
    def test_have_the_grades_of_the_scheme(self, term: str, grades: list[int]) -> None:
        assert list(adverse_events.TERMS[term].grades) == grades

    def test_of_grade_5_is_death(self) -> None:
        assert {term.grades[5] for term in adverse_events.TERMS.values() if 5 in term.grades} == {"Death"}

    def test_name_the_guidelines_own_effects(self) -> None:
        named = {term.key for term in adverse_events.TERMS.values() if term.clause == "6.1"}

        assert named == {"fever", "abdominal_pain", "nausea", "vomiting"}
        assert adverse_events.TERMS["access_site_bleeding"].clause == "6.3"

    def test_fit_their_column(self) -> None:
        assert all(len(key) <= 40 for key in adverse_events.TERMS)


class TestOtherSchemes:
    def test_are_whole(self) -> None:
        assert list(adverse_events.CIRSE) == [1, 2, 3, 4, 5, 6]
        assert list(adverse_events.SIR) == ["mild", "moderate", "severe", "life_threatening", "death"]
        assert all(adverse_events.CIRSE.values())
        assert all(adverse_events.SIR.values())
