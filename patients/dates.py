"""Reads a date as people write it: 14.3.1961, 1961-03-14, 14 Mar 1961, 19610314, 1961年3月14日, or a year."""

import re
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
# A date in the middle of other words, so that "okafor 14.3.1961" can be searched for.
DATE_IN_TEXT = re.compile(
    r"(?<!\d)(?:"
    r"(?P<y1>\d{4})\s?[-./年]\s?(?P<m1>\d{1,2})\s?[-./月]\s?(?P<d1>\d{1,2})日?"
    r"|(?P<a>\d{1,2})(?P<mark>[-./])\s?(?P<b>\d{1,2})[-./]\s?(?P<y2>\d{4})"
    rf"|(?P<d3>\d{{1,2}})\.?[\s-]{_MONTH}[\s,-]+(?P<y3>\d{{4}})"
    r"|(?P<y4>(?:19|20)\d\d)(?P<m4>[01]\d)(?P<d4>[0-3]\d)"
    r")(?!\d)",
    re.IGNORECASE,
)


def possible_dates(text: str) -> list[date]:
    """Return the days that `text` may mean, none when it is no date; two for 3/4/1961."""
    match = DATE_IN_TEXT.fullmatch(text.strip())
    return dates_of(match) if match else []


def dates_of(match: re.Match[str]) -> list[date]:
    """Return the days that a match of DATE_IN_TEXT may mean."""
    part = match.groupdict()
    if part["y1"]:
        return _days((part["y1"], part["m1"], part["d1"]))
    if part["y4"]:
        return _days((part["y4"], part["m4"], part["d4"]))
    if part["y3"]:
        month = MONTHS.index(part["name"].lower()[:3]) + 1
        return _days((part["y3"], month, part["d3"]))
    day_first = (part["y2"], part["b"], part["a"])
    if part["mark"] == ".":
        return _days(day_first)
    return _days(day_first, (part["y2"], part["a"], part["b"]))


def _days(*candidates: tuple) -> list[date]:
    """Keep the candidates that the calendar has, each once."""
    days: list[date] = []
    for year, month, day in candidates:
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            continue
        if found not in days:
            days.append(found)
    return days
