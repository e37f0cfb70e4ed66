"""The month as a calendar shows it: whole weeks from Monday, with what falls on each day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import ngettext

from followup import calendar_entries

# A month that nobody means is today's: a slip of the year must not be a page of nothing.
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Told:
    """How many of one kind fall on a day, in a word or two; `is_late` where the day has passed and they still wait."""

    kind: str
    words: str
    is_late: bool = False

    @property
    def icon(self) -> str:
        return "exclamation-circle-fill" if self.is_late else calendar_entries.ICONS[self.kind]


@dataclass(frozen=True)
class Day:
    """One cell."""

    on: date
    is_in_month: bool
    is_today: bool
    told: list[Told]


@dataclass(frozen=True)
class Month:
    """A month with the weeks that it touches."""

    first: date
    weeks: list[list[Day]]

    @property
    def before(self) -> str:
        return written(self.first - timedelta(days=1))

    @property
    def after(self) -> str:
        return written(self.first + timedelta(days=31))

    @property
    def written(self) -> str:
        return written(self.first)

    @property
    def is_empty(self) -> bool:
        return not any(cell.told for week in self.weeks for cell in week if cell.is_in_month)

    @property
    def name(self) -> str:
        return date_format(self.first, "F Y")


def written(day: date) -> str:
    """Return the month of a day as an address has it."""
    return f"{day:%Y-%m}"


def asked_for(query: Mapping[str, Any], *, on: date) -> tuple[date, date | None]:
    """Return the first day of the month that an address asks for, and the day that it opens; today's by default."""
    first = _day(f"{query.get('month', '')}-01")
    day = _day(query.get("day", ""))
    if first is None:
        first = (day or on).replace(day=1)
    return first, day


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def span_of(first: date) -> tuple[date, date]:
    """Return the first Monday and the last Sunday of the weeks that a month touches."""
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def month_of(first: date, counts: calendar_entries.Counts, *, on: date) -> Month:
    """Return the month, its days filled with what was counted."""
    since, until = span_of(first)
    days = [since + timedelta(days=number) for number in range((until - since).days + 1)]
    cells = [_cell(day, first, counts.get(day, {}), on=on) for day in days]
    return Month(first, [cells[start : start + 7] for start in range(0, len(cells), 7)])


def _cell(day: date, first: date, numbers: Mapping[str, int], *, on: date) -> Day:
    told = [
        _told(kind, numbers[kind], is_past=day < on) for kind in calendar_entries.WORDS if numbers.get(kind)
    ]
    return Day(day, (day.year, day.month) == (first.year, first.month), day == on, told)


def _told(kind: str, number: int, *, is_past: bool) -> Told:
    """All that is counted still waits: on a day that has passed it is late, but for a window that only opened."""
    if is_past and kind == calendar_entries.CLOSES:
        overdue = ngettext("%(n)d overdue", "%(n)d overdue", number) % {"n": number}
        return Told(kind, overdue, is_late=True)
    return Told(kind, words(kind, number), is_late=is_past and kind != calendar_entries.OPENS)


def words(kind: str, number: int) -> str:
    """Say how many of a kind: 2 close, 1 booked, 3 calls."""
    forms = {
        calendar_entries.CLOSES: ngettext("%(n)d closes", "%(n)d close", number),
        calendar_entries.OPENS: ngettext("%(n)d opens", "%(n)d open", number),
        calendar_entries.BOOKED: ngettext("%(n)d booked", "%(n)d booked", number),
        calendar_entries.PROCEDURE: ngettext("%(n)d procedure", "%(n)d procedures", number),
        calendar_entries.CALL: ngettext("%(n)d call", "%(n)d calls", number),
        calendar_entries.TASK: ngettext("%(n)d task", "%(n)d tasks", number),
    }
    return forms[kind] % {"n": number}
