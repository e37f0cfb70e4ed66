"""Tables on a report: columns of several dates, and headed columns (test, result, unit, reference, previous).

A row of a table is rewritten as plain lines, one a date, so that there is one way only of reading a result.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from patients.lab_report import line as lines
from patients.lab_report import result as results
from patients.lab_report import words

_DELIMITERS = ("\t", "|")
_ROLES = (
    ("date", re.compile(r"date|datum|time|日期|时间", re.IGNORECASE)),
    ("previous", re.compile(r"prev|prior|last|before|上次|历史|前次|vorwert|ant[ée]rieur", re.IGNORECASE)),
    ("reference", re.compile(r"ref|range|normal|interval|limits|参考|正常|normbereich", re.IGNORECASE)),
    ("unit", re.compile(r"unit|einheit|unité|单位|單位", re.IGNORECASE)),
    ("flag", re.compile(r"^(?:flag|h/l|abn\w*|status|提示|标志|异常)\.?$", re.IGNORECASE)),
    ("code", re.compile(r"^(?:no\.?|#|nr\.?|序号|编号|code|代号|method|方法|检测方法)$", re.IGNORECASE)),
    (
        "name",
        re.compile(
            r"test|analyte|component|investigation|parameter|analyse|exam|item|name|项目|名称|检验",
            re.IGNORECASE,
        ),
    ),
    (
        "result",
        re.compile(r"result|value|finding|ergebnis|wert|r[ée]sultat|结果|测定值|检测值", re.IGNORECASE),
    ),
)
_EMPTY = r"(?:-{1,3}|n/?a|nil|未查|\.)"
_ONE_VALUE = re.compile(
    rf"\s*(?:(?P<value>(?:<=|>=|[<>≤≥])?\s*[0-9][0-9.,]*(?:\s?(?:HH|LL|[HL]|[↑↓*]{{1,2}})(?![a-zA-Z]))?)|{_EMPTY})(?=\s|$)"
    rf"(?!\s*[-~]+\s*[0-9])",
    re.IGNORECASE,
)
FEWEST_HEADINGS = 2


@dataclass(frozen=True, slots=True)
class Header:
    """What each column holds; `marks` are the dates of the columns, in order, as date marks."""

    roles: tuple[str, ...]
    marks: tuple[str, ...]
    delimiter: str = ""


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a row; the frame of a | table | is none."""
    cells = line.strip("\n\r ").split(delimiter)
    if delimiter == "|" and line.strip().startswith("|"):
        cells = cells[1:]
    if delimiter == "|" and line.strip().endswith("|"):
        cells = cells[:-1]
    return [cell.strip() for cell in cells]


def delimiter_of(line: str) -> str:
    return next((delimiter for delimiter in _DELIMITERS if delimiter in line), "")


def header_of(line: str, sample_marks: Collection[str]) -> Header | None:
    """The header that the line is, or None. `line` holds date marks in the place of dates.

    "Collected … reported …" is no header: all its dates must be able to be dates of samples.
    """
    marks = tuple(character for character in line if results.is_date_mark(character))
    if any(mark not in sample_marks for mark in marks):
        return None
    delimiter = delimiter_of(line)
    if any(character.isdigit() for character in line):
        return None
    if delimiter:
        roles = tuple(_role(cell) for cell in cells_of(line, delimiter))
        known = [role for role in roles if role]
        if len(marks) > 1 or (len(known) >= FEWEST_HEADINGS and "result" in known):
            return Header(roles, marks, delimiter)
    return Header((), marks) if len(marks) > 1 else None


def _role(cell: str) -> str:
    marks = [character for character in cell if results.is_date_mark(character)]
    if len(marks) == 1:
        return marks[0]
    return next((role for role, pattern in _ROLES if pattern.search(cell)), "")


def rows_of(line: str, header: Header) -> list[str]:
    """The row as lines that each hold one result; the line itself where the header does not fit."""
    if header.delimiter and header.delimiter in line:
        return _by_cells(cells_of(line, header.delimiter), header) or [line]
    return _by_order(line, header.marks) if len(header.marks) > 1 else [line]


def _by_cells(cells: list[str], header: Header) -> list[str]:
    if len(cells) > len(header.roles):
        return []
    by_role = dict(zip(header.roles, cells, strict=False))
    name = by_role.get("name") or cells[0]
    tail = f"{by_role.get('flag', '')}  {by_role.get('unit', '')}  {by_role.get('reference', '')}"
    if header.marks:
        dated = [(mark, by_role.get(mark, "")) for mark in header.marks]
        return [f"{name}  {value}  {tail}  {mark}" for mark, value in dated if not _is_empty(value)]
    if "result" not in by_role:
        return []
    other = [cell for role, cell in zip(header.roles, cells, strict=False) if role in {"", "date"}]
    return [f"{name}  {by_role['result']}  {tail}  {'  '.join(other)}"]


def _is_empty(value: str) -> bool:
    return not value or re.fullmatch(_EMPTY, value, re.IGNORECASE) is not None


def _by_order(line: str, marks: tuple[str, ...]) -> list[str]:
    """Values in the order of the dates; with fewer values than dates each may be of any of them."""
    analyte, end = lines.read_name(line)
    if analyte is None:
        return [line]
    unit = re.compile(rf"[\s:(\[]*{words.UNIT.pattern}[\s:)\]]*", re.IGNORECASE).match(line, end)
    start = unit.end() if unit else end
    name, values, position = line[:start], [], start
    while found := _ONE_VALUE.match(line, position):
        values.append((found["value"] or "").strip())
        position = found.end()
    tail = line[position:]
    if len(values) == len(marks):
        return [
            f"{name}  {value}  {tail}  {mark}" for mark, value in zip(marks, values, strict=True) if value
        ]
    return [f"{name}  {value}  {tail}  {''.join(marks)}" for value in values if value] or [line]
