"""Working days: Monday to Friday. Public holidays differ from town to town and are not known here."""

from datetime import date, timedelta

_DAYS_OF_A_WEEK = 5
_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Say whether people are in on that day."""
    return day.weekday() < _SATURDAY


def latest_before(on: date, count: int) -> date:
    """Return the latest day after which `count` working days are over on `on`."""
    day = on
    while after(day, count) > on:
        day -= timedelta(days=1)
    return day


def after(day: date, count: int) -> date:
    """Return the day that is `count` working days after `day`: Friday and 1 give Monday, so do Saturday and 1."""
    weeks, rest = divmod(count, _DAYS_OF_A_WEEK)
    # A count from the weekend begins with its Friday.
    start = day if is_working_day(day) else day - timedelta(days=day.weekday() - _SATURDAY + 1)
    reached = start + timedelta(weeks=weeks)
    while rest:
        reached += timedelta(days=1)
        rest -= is_working_day(reached)
    return reached
