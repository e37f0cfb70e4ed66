"""`schedule`: when the next imaging review is due (clauses 7.1 and 7.2)."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from guidelines import reading, review_facts
from guidelines.clauses import follow_up
from guidelines.entry import FactError
from guidelines.finding import passed_through
from guidelines.possible import Entries
from guidelines.settings import DEFAULT, Settings

Result = dict[str, Any]

# Unknown: the whole of 7.2, without a tolerance.
ANY_INTERVAL = (follow_up.LATER_REVIEW_FROM_MONTHS, follow_up.LATER_REVIEW_TO_MONTHS)


class Window(NamedTuple):
    """When the next review is due, and what it is counted from."""

    due_from: date
    due_to: date
    clause: str
    counts_from: date


def schedule(given: Mapping[str, Any], settings: Settings = DEFAULT) -> Result:
    """The window of the next review. Raises FactError."""
    entries = reading.read_all(given, review_facts.SCHEDULE, _needs)
    interventions = _dates(entries, "interventions")
    reviews = _dates(entries, "reviews")
    counted_from = first_review_that_counts(interventions, reviews)
    ignored = [review for review in reviews if counted_from is None or review < counted_from]
    if counted_from is None:
        window = first_review(interventions)
    else:
        window = later_review(
            max(interventions[-1], reviews[-1]), _months(entries), _tolerance(entries, settings)
        )
    return {
        **passed_through(given),
        "due_from": window.due_from.isoformat(),
        "due_to": window.due_to.isoformat(),
        "overdue_from": (window.due_to + timedelta(days=1)).isoformat(),
        "clause": window.clause,
        "counts_from": window.counts_from.isoformat(),
        "ignored_reviews": [review.isoformat() for review in ignored],
    }


def _needs(entries: Entries) -> Iterator[FactError]:
    interventions, tolerance = entries.get("interventions"), entries.get("tolerance_days")
    if interventions is None or not interventions.dates:
        yield FactError("interventions", "interventions: at least one date is needed, such as 2026-03-02.")
    if tolerance is not None and not tolerance.is_exact:
        yield FactError("tolerance_days", "tolerance_days: one number is needed, not a range.")


def _dates(entries: Entries, name: str) -> list[date]:
    entry = entries.get(name)
    return sorted(entry.dates or ()) if entry is not None else []


def _months(entries: Entries) -> tuple[int, int]:
    entry = entries.get("interval_months")
    return ANY_INTERVAL if entry is None else (int(entry.low), int(entry.high))


def _tolerance(entries: Entries, settings: Settings) -> int:
    entry = entries.get("tolerance_days")
    return settings.review_tolerance_days if entry is None else int(entry.low)


def _opens_on(intervention: date) -> date:
    return intervention + timedelta(days=follow_up.FIRST_REVIEW_FROM_DAYS)


def first_review_that_counts(interventions: Sequence[date], reviews: Sequence[date]) -> date | None:
    """The first review on or after its window opens: four weeks after the latest intervention before it."""
    for review in reviews:
        before = [intervention for intervention in interventions if intervention < review]
        if before and review >= _opens_on(before[-1]):
            return review
    return None


def first_review(interventions: Sequence[date]) -> Window:
    """7.1: four to six weeks after the first; staged treatment counts from the latest (not in source)."""
    latest = interventions[-1]
    due_to = latest + timedelta(days=follow_up.FIRST_REVIEW_TO_DAYS)
    return Window(_opens_on(latest), due_to, "7.1", latest)


def later_review(latest: date, months: tuple[int, int], tolerance_days: int) -> Window:
    """7.2: one to three calendar months; a chosen interval with the tolerance on either side."""
    tolerance = timedelta(days=tolerance_days if months[0] == months[1] else 0)
    return Window(
        add_months(latest, months[0]) - tolerance, add_months(latest, months[1]) + tolerance, "7.2", latest
    )


def add_months(day: date, months: int) -> date:
    """The same day some months later; a day that the month lacks becomes its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
