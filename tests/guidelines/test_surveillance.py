"""`schedule`: windows on the calendar, reviews that count and those that do not."""

import calendar
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import guidelines
from guidelines.surveillance import add_months

FIRST = "2025-03-03"


def ask(**facts: Any) -> dict[str, Any]:
    return guidelines.schedule(facts)


def window(result: dict[str, Any]) -> tuple[str, str, str, str]:
    return result["due_from"], result["due_to"], result["clause"], result["counts_from"]


class TestFirstReview:
    def test_is_due_four_to_six_weeks_after_the_first(self) -> None:
        assert ask(interventions=[FIRST]) == {
            "id": None,
            "due_from": "2025-03-31",
            "due_to": "2025-04-14",
            "overdue_from": "2025-04-15",
            "clause": "7.1",
            "counts_from": FIRST,
            "ignored_reviews": [],
        }

    def test_counts_from_the_latest_of_staged_interventions(self) -> None:
        result = ask(interventions=["2025-03-24", FIRST])

        assert window(result) == ("2025-04-21", "2025-05-05", "7.1", "2025-03-24")

    @pytest.mark.parametrize(
        ("review", "clause", "ignored"),
        [("2025-03-30", "7.1", ["2025-03-30"]), ("2025-03-31", "7.2", []), ("2025-06-01", "7.2", [])],
    )
    def test_a_review_counts_from_the_opening_of_the_window(
        self, review: str, clause: str, ignored: list[str]
    ) -> None:
        result = ask(interventions=[FIRST], reviews=[review])

        assert (result["clause"], result["ignored_reviews"]) == (clause, ignored)

    def test_a_review_on_the_day_of_the_next_intervention_was_before_it(self) -> None:
        result = ask(interventions=[FIRST, "2025-04-07"], reviews=["2025-04-07"])

        assert window(result) == ("2025-05-07", "2025-07-07", "7.2", "2025-04-07")

    def test_a_review_between_staged_interventions_may_come_too_early(self) -> None:
        result = ask(interventions=[FIRST, "2025-03-24"], reviews=["2025-04-05"])

        assert (result["clause"], result["ignored_reviews"]) == ("7.1", ["2025-04-05"])

    def test_a_review_before_any_intervention_is_ignored(self) -> None:
        assert ask(interventions=[FIRST], reviews=["2025-02-01"])["ignored_reviews"] == ["2025-02-01"]


class TestLaterReviews:
    @pytest.mark.parametrize(
        ("review", "interval", "tolerance", "due"),
        [
            ("2026-01-31", None, None, ("2026-02-28", "2026-04-30")),
            ("2028-01-31", 1, 0, ("2028-02-29", "2028-02-29")),
            ("2026-01-31", 1, 0, ("2026-02-28", "2026-02-28")),
            ("2026-04-30", 1, 0, ("2026-05-30", "2026-05-30")),
            ("2026-04-30", 3, None, ("2026-07-23", "2026-08-06")),
            ("2026-11-30", 3, 28, ("2027-01-31", "2027-03-28")),
            ("2026-04-30", {"min": 1, "max": 2}, 5, ("2026-05-30", "2026-06-30")),
        ],
    )
    def test_are_due_in_calendar_months(
        self, review: str, interval: Any, tolerance: int | None, due: tuple[str, str]
    ) -> None:
        result = ask(
            interventions=[FIRST], reviews=[review], interval_months=interval, tolerance_days=tolerance
        )

        assert window(result) == (*due, "7.2", review)
        assert date.fromisoformat(result["overdue_from"]) == date.fromisoformat(due[1]) + timedelta(days=1)

    def test_count_from_the_latest_of_reviews_and_interventions(self) -> None:
        reviews = ["2025-08-10", "2025-03-05", "2025-04-10"]

        assert ask(interventions=[FIRST, "2025-09-01"], reviews=reviews)["counts_from"] == "2025-09-01"
        assert ask(interventions=[FIRST, "2025-06-01"], reviews=reviews)["counts_from"] == "2025-08-10"
        assert ask(interventions=[FIRST], reviews=reviews)["ignored_reviews"] == ["2025-03-05"]


class TestErrors:
    @pytest.mark.parametrize(
        ("facts", "key"),
        [
            ({}, "interventions"),
            ({"interventions": None}, "interventions"),
            ({"interventions": []}, "interventions"),
            ({"interventions": FIRST}, "interventions"),
            ({"interventions": ["2025-02-30"]}, "interventions"),
            ({"interventions": ["3 March 2025"]}, "interventions"),
            ({"interventions": [20250303]}, "interventions"),
            ({"interventions": ["9999-12-31"]}, "interventions"),
            ({"interventions": [FIRST], "reviews": ["2025-3-3"]}, "reviews"),
            ({"interventions": [FIRST], "interval_months": 4}, "interval_months"),
            ({"interventions": [FIRST], "tolerance_days": 29}, "tolerance_days"),
            ({"interventions": [FIRST], "tolerance_days": {"min": 3, "max": 9}}, "tolerance_days"),
            ({"interventions": [FIRST], "reveiws": []}, "reveiws"),
        ],
    )
    def test_name_the_key(self, facts: Any, key: str) -> None:
        with pytest.raises(guidelines.FactError) as error:
            guidelines.schedule(facts)
        assert error.value.key == key


DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


class TestMonths:
    @given(day=DAYS, months=st.integers(1, 3))
    @settings(max_examples=100, deadline=None)
    def test_keep_the_day_or_end_with_the_month(self, day: date, months: int) -> None:
        later = add_months(day, months)

        assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
        last = calendar.monthrange(later.year, later.month)[1]
        assert later.day == min(day.day, last)

    @given(
        first=DAYS,
        gaps=st.lists(st.integers(0, 90), max_size=4),
        reviews=st.lists(st.integers(-30, 400), max_size=5),
    )
    @settings(max_examples=100, deadline=None)
    def test_the_order_of_dates_does_not_matter(
        self, first: date, gaps: list[int], reviews: list[int]
    ) -> None:
        interventions = [first.isoformat(), *((first + timedelta(days=gap)).isoformat() for gap in gaps)]
        done = [(first + timedelta(days=days)).isoformat() for days in reviews]

        forwards = ask(interventions=sorted(interventions), reviews=sorted(done))
        backwards = ask(interventions=sorted(interventions, reverse=True), reviews=sorted(done, reverse=True))

        assert forwards == backwards
        assert forwards["due_from"] < forwards["due_to"] < forwards["overdue_from"]
        assert forwards["due_from"] > forwards["counts_from"]
