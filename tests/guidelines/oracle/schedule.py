"""`schedule`: when the next review is due, counted on the calendar day by day."""

import calendar
from datetime import date, timedelta


def months_after(day: date, months: int) -> date:
    """The same day so many months on; a day that the month lacks becomes its last day."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def latest_before(day: date, interventions: list[date]) -> date:
    """The intervention from which a review on this day would be counted: the latest before it, else the first."""
    earlier = [intervention for intervention in interventions if intervention < day]
    return max(earlier) if earlier else min(interventions)


def counts(review: date, interventions: list[date]) -> bool:
    return review >= latest_before(review, interventions) + timedelta(days=28)


def answer(raw: dict) -> dict:
    interventions = sorted(date.fromisoformat(day) for day in raw["interventions"])
    reviews = sorted(date.fromisoformat(day) for day in raw.get("reviews") or [])
    counting = [review for review in reviews if counts(review, interventions)]
    if not counting:
        return first_review(interventions[-1], reviews)
    ignored = [review for review in reviews if review < counting[0]]
    return later_review(max(interventions[-1], reviews[-1]), ignored, raw)


def first_review(start: date, ignored: list[date]) -> dict:
    due = (start + timedelta(days=28), start + timedelta(days=42))
    return window("7.1", start, due, ignored)


def later_review(start: date, ignored: list[date], raw: dict) -> dict:
    months = raw.get("interval_months")
    if months is None:
        return window("7.2", start, (months_after(start, 1), months_after(start, 3)), ignored)
    given = raw.get("tolerance_days")
    tolerance = timedelta(days=7 if given is None else given)
    middle = months_after(start, months)
    return window("7.2", start, (middle - tolerance, middle + tolerance), ignored)


def window(clause: str, start: date, due: tuple[date, date], ignored: list[date]) -> dict:
    return {
        "due_from": due[0].isoformat(),
        "due_to": due[1].isoformat(),
        "overdue_from": (due[1] + timedelta(days=1)).isoformat(),
        "clause": clause,
        "counts_from": start.isoformat(),
        "ignored_reviews": [day.isoformat() for day in ignored],
    }
