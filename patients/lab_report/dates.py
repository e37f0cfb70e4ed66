"""Dates on a laboratory report: 2026-02-18, 18/02/2026, 18 Feb 2026, 2026年2月18日; both meanings of an unclear one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

EARLIEST_YEAR = 1980  # an older date on a laboratory report is a date of birth

_MONTHS = {
    "jan": 1, "feb": 2, "fév": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "avr": 4, "may": 5, "mai": 5, "jun": 6,
    "jui": 6, "jul": 7, "aug": 8, "aoû": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12, "déc": 12,
}  # fmt: skip
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|januar|februar|märz|mrz|mai|juni|juli|oktober|okt|dezember|dez)"
)
_EDGE = r"(?<![0-9A-Za-z.,/\-])"
_END = r"(?![0-9A-Za-z/]|[.,\-][0-9])"
_YEAR_FIRST = re.compile(
    r"(?<![0-9A-Za-z./\-])"
    + r"(?P<y>(?:19|20)[0-9]{2})\s?[\-/.年]\s?(?P<m>[0-9]{1,2})\s?[\-/.月]\s?(?P<d>[0-9]{1,2})(?:日|T(?=[0-9]))?"
    r"(?![0-9/]|[.,\-][0-9])"
)
_DAY_MONTH = re.compile(
    _EDGE
    + r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th|\.)?[\s\-/]{0,2}"
    + _MONTH
    + r"\.?[\s,\-/]{0,2}(?P<y>[0-9]{4}|[0-9]{2})"
    + _END,
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    r"(?<![A-Za-z])" + _MONTH + r"\.?\s{0,2}(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?,?\s{1,2}(?P<y>[0-9]{4})" + _END,
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    _EDGE + r"(?P<a>[0-9]{1,2})(?P<mark>[./\-])(?P<b>[0-9]{1,2})(?P=mark)(?P<c>[0-9]{4}|[0-9]{2})" + _END
)
CLOCK = re.compile(
    r"(?:\bT)?(?<![0-9:.,])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:\s?(?:am|pm|hrs?|uhr|Z)\b)?",
    re.IGNORECASE,
)

_LABELS = (
    ("birth", re.compile(r"birth|born|\bdob\b|geb(?:oren|\.)|\bn[ée]e?\b|出生|生日", re.IGNORECASE)),
    (
        "sample",
        re.compile(
            r"collect|drawn|sampl|specimen|taken|entnahme|abnahme|pr[ée]l[èe]v|采样|采集|採檢|抽血|取样|送检",
            re.IGNORECASE,
        ),
    ),
    (
        "report",
        re.compile(
            r"report|print|result(?:ed)?|authori|verif|receiv|issued|finali|request|order|admi|discharg|visit|报告|打印|"
            r"审核|接收|签收|检验|申请|入院",
            re.IGNORECASE,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """One date in a line: where it stands, what it may mean, and which kind of date its label makes it."""

    start: int
    end: int
    meanings: tuple[date, ...]
    kind: str = "plain"  # plain, sample, report or birth
    order_key: str = ""  # dates written alike are read alike
    orders: tuple[str, ...] = ()


def find(line: str) -> list[FoundDate]:
    """The dates of a line, in order. A date that cannot exist is none."""
    found: list[FoundDate] = []
    for pattern in (_YEAR_FIRST, _DAY_MONTH, _MONTH_DAY, _NUMBERS):
        for match in pattern.finditer(line):
            read = _read(pattern, match)
            if read.meanings and not any(
                read.start < other.end and other.start < read.end for other in found
            ):
                found.append(read)
    return _labelled(line, sorted(found, key=lambda one: one.start))


def _read(pattern: re.Pattern[str], match: re.Match[str]) -> FoundDate:
    if pattern is _NUMBERS:
        return _read_numbers(match)
    month = match.groupdict().get("month")
    number = _MONTHS[month[:3].casefold()] if month else int(match["m"])
    meaning = _date(_year(match["y"]), number, int(match["d"]))
    return FoundDate(match.start(), match.end(), (meaning,) if meaning else ())


def _read_numbers(match: re.Match[str]) -> FoundDate:
    """18/02/2026 has one meaning, 03/04/2026 two; dots are written day first."""
    a, b, c = int(match["a"]), int(match["b"]), match["c"]
    possible = {"dmy": _date(_year(c), b, a)}
    if match["mark"] != ".":
        possible["mdy"] = _date(_year(c), a, b)
        if len(c) == 2:
            possible["ymd"] = _date(2000 + a, b, int(c))
    kept = {order: meaning for order, meaning in possible.items() if meaning}
    key = f"{match['mark']}{len(c)}"
    meanings = tuple(dict.fromkeys(kept.values()))
    return FoundDate(match.start(), match.end(), meanings, order_key=key, orders=tuple(kept))


def _year(written: str) -> int:
    return int(written) if len(written) == 4 else 2000 + int(written)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _labelled(line: str, found: list[FoundDate]) -> list[FoundDate]:
    """Each date with the kind that the words before it give."""
    labelled, before = [], 0
    for one in found:
        words = line[before : one.start]
        kind = next((kind for kind, pattern in _LABELS if pattern.search(words)), "plain")
        if one.meanings[0].year < EARLIEST_YEAR:
            kind = "birth"
        labelled.append(replace(one, kind=kind))
        before = one.end
    return labelled


def settled(all_found: Iterable[FoundDate]) -> dict[str, tuple[str, ...]]:
    """The orders of day and month that fit every date written alike, by the way of writing."""
    orders: dict[str, tuple[str, ...]] = {}
    for one in all_found:
        if one.order_key:
            known = orders.get(one.order_key, one.orders)
            orders[one.order_key] = tuple(order for order in known if order in one.orders) or known
    return orders


def meanings_in(one: FoundDate, line: str, orders: dict[str, tuple[str, ...]]) -> tuple[date, ...]:
    """What the date may mean once the other dates of the report are known."""
    if not one.order_key or len(one.orders) < 2:
        return one.meanings
    numbers = [int(number) for number in re.findall(r"[0-9]+", line[one.start : one.end])]
    kept = [
        _in_order(order, numbers) for order in one.orders if order in orders.get(one.order_key, one.orders)
    ]
    return tuple(dict.fromkeys(meaning for meaning in kept if meaning))


def _in_order(order: str, numbers: list[int]) -> date | None:
    parts = dict(zip(order, numbers, strict=True))
    year = parts["y"] if parts["y"] > 99 else 2000 + parts["y"]
    return _date(year, parts["m"], parts["d"])
