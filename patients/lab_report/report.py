"""Reads a pasted laboratory report: what was understood, line by line, and what was not.

    report = read(text)
    report.readings        → one for each result: analyte, comparator, value, unit, date, limits, flag, control
    report.not_understood  → the other lines, with the reason

It never raises and never invents: each number that it gives stands in the text; a unit, a date or a decimal comma that
can mean two things is left open for the person to choose.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from guidelines.units import Unit
from patients import written_numbers
from patients.analytes import Analyte
from patients.lab_report import dates, table, words
from patients.lab_report import line as lines
from patients.lab_report import result as results

LONGEST_REPORT = 200_000
LONGEST_LINE = 1000
MOST_DATES = 6000  # as many as there are private characters to stand for them

_POINT = re.compile(r"(?<![0-9.,])[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})(?![0-9.,])|[0-9],[0-9]{3}\.[0-9]")
_COMMA = re.compile(
    r"(?<![0-9.,])(?:[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|0,[0-9]+)(?![0-9.,])|[0-9]\.[0-9]{3},[0-9]"
)
# 60 500 with the thin space of typesetters; a plain space could part two numbers.
_THIN_GROUPS = re.compile(f"(?<=[0-9])[{written_numbers.SPACES_INSIDE}](?=[0-9]{{3}}(?![0-9]))")
_CLOCK_WITHOUT_COLON = re.compile(r"([\ue000-\uf8ff]\s+)[0-2][0-9][0-5][0-9](?![0-9.,])")
# Comma-separated values: a comma between a word and what follows, without a blank.
_COMMA_TABLE = re.compile(r"[^\W\d],(?=[0-9<>])|[0-9],(?=[^\W\d])")


@dataclass(frozen=True, slots=True)
class Reading:
    """One result as understood. `values` and `dates` hold several where the person must choose, none where unknown."""

    line_number: int
    line: str
    analyte: Analyte
    name_as_written: str
    comparator: str
    value_as_written: str
    values: tuple[Decimal, ...]
    unit: Unit | None
    unit_as_written: str
    dates: tuple[date, ...]
    date_is_certain: bool
    flag: str
    reference_low: Decimal | None
    reference_high: Decimal | None
    control: Decimal | None
    remark: str


@dataclass(frozen=True, slots=True)
class Other:
    """A line that gave no result, and why: a key of the page's reasons."""

    line_number: int
    line: str
    why: str

    @property
    def has_number(self) -> bool:
        return any(character.isdigit() for character in self.line)


@dataclass(slots=True)
class Report:
    readings: list[Reading] = field(default_factory=list)
    not_understood: list[Other] = field(default_factory=list)


@dataclass(slots=True)
class _State:
    """What earlier lines say about the present one."""

    meanings: dict[str, tuple[date, ...]] = field(default_factory=dict)  # date mark → meanings
    kinds: dict[str, str] = field(default_factory=dict)
    sample_marks: frozenset[str] = frozenset()  # the marks of dates that can be of a sample
    orders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    decimal_mark: str | None = None
    sample: tuple[date, ...] = ()
    reported: tuple[date, ...] = ()
    header: table.Header | None = None
    specimen_is_blood: bool = True


def read(text: str) -> Report:
    """Read a whole report; longer than LONGEST_REPORT is the caller's to refuse."""
    text = _THIN_GROUPS.sub("", text[:LONGEST_REPORT])
    raw_lines = [line[:LONGEST_LINE] for line in written_numbers.plain(text).splitlines()]
    found = [dates.find(line) for line in raw_lines]
    state = _State(orders=dates.settled(one for line in found for one in line))
    marked = [_mark(line, ones, state) for line, ones in zip(raw_lines, found, strict=True)]
    marked = _split_at_commas(marked)
    state.sample_marks = frozenset(mark for mark, kind in state.kinds.items() if kind in {"sample", "plain"})
    state.decimal_mark = _decimal_mark("\n".join(marked))
    report = Report()
    for number, (line, text_line) in enumerate(zip(raw_lines, marked, strict=True), start=1):
        if line.strip(" \t|-=_+*:"):
            _read_line(number, line, text_line, state, report)
    report.readings = [_with_date(reading, state) for reading in report.readings]
    return report


def _mark(line: str, found: list[dates.FoundDate], state: _State) -> str:
    """The line with each date replaced by one private character, and without times of day."""
    parts, before = [], 0
    for one in found:
        parts.append(line[before : one.start])
        if len(state.meanings) < MOST_DATES:
            mark = chr(0xE000 + len(state.meanings))
            state.meanings[mark] = dates.meanings_in(one, line, state.orders)
            state.kinds[mark] = one.kind
            parts.append(f" {mark} ")
        before = one.end
    text = "".join([*parts, line[before:]])
    return _CLOCK_WITHOUT_COLON.sub(r"\g<1>", dates.CLOCK.sub(" ", text))


def _split_at_commas(marked: list[str]) -> list[str]:
    """Comma-separated values as cells: one such line by itself, or all lines of a text that has several."""
    is_row = [bool(_COMMA_TABLE.search(text)) for text in marked]
    is_table = sum(is_row) > 1
    return [
        text.replace(",", "\t") if row or is_table else text for text, row in zip(marked, is_row, strict=True)
    ]


def _decimal_mark(text: str) -> str | None:
    has_point, has_comma = bool(_POINT.search(text)), bool(_COMMA.search(text))
    if has_point == has_comma:
        return None
    return "." if has_point else ","


def _read_line(number: int, line: str, text: str, state: _State, report: Report) -> None:
    header = table.header_of(text, state.sample_marks)
    if header and not _is_dated_result(text):
        state.header = header
        _note_specimen(text, state)
        return
    try:
        found = _results(text, state)
    except results.NotUnderstood as problem:
        _note_heading(text, state)
        why = "other_specimen" if problem.why == "not_blood" else problem.why
        if not _is_only_dates(text, state):
            report.not_understood.append(Other(number, line.strip(), why))
        return
    report.readings += [_reading(number, line, result, state) for result in found]


def _results(text: str, state: _State) -> list[results.Result]:
    if words.OTHER_SPECIMEN.search(text) or not (state.specimen_is_blood or words.BLOOD.search(text)):
        raise results.NotUnderstood("not_blood" if any(map(str.isdigit, text)) else "no_number")
    rows = table.rows_of(text, state.header) if state.header else [text]
    return [result for row in rows for result in lines.read_line(row, state.decimal_mark)]


def _is_dated_result(text: str) -> bool:
    analyte, _end = lines.read_name(text)
    return analyte is not None


def _note_heading(text: str, state: _State) -> None:
    """A line that is no result may say from when, and from which specimen, the next ones are."""
    _note_specimen(text, state)
    marks = [character for character in text if results.is_date_mark(character)]
    if not marks:
        return
    for mark in marks:
        kind = state.kinds[mark]
        if kind in {"sample", "plain"}:
            state.sample, state.header = state.meanings[mark], None
        elif kind == "report":
            state.reported = state.meanings[mark]


def _note_specimen(text: str, state: _State) -> None:
    if any(character.isdigit() for character in text):
        return
    if words.OTHER_SPECIMEN.search(text):
        state.specimen_is_blood = False
    elif words.BLOOD.search(text):
        state.specimen_is_blood = True


def _is_only_dates(text: str, state: _State) -> bool:
    """A line of dates and their labels has been understood: it dates the results."""
    return any(results.is_date_mark(one) for one in text) and not any(one.isdigit() for one in text)


def _reading(number: int, line: str, result: results.Result, state: _State) -> Reading:
    meanings, certain = _date_of(result, state)
    return Reading(
        number, line.strip(), result.analyte, result.name_as_written, result.comparator, result.value_as_written,
        result.values, result.unit, result.unit_as_written, meanings, certain, result.flag, result.reference_low,
        result.reference_high, result.control, result.remark,
    )  # fmt: skip


def _date_of(result: results.Result, state: _State) -> tuple[tuple[date, ...], bool]:
    """The date on the line, else the date of the samples above, else (to be confirmed) the date of the report."""
    own = [mark for mark in result.date_marks if state.kinds[mark] != "birth"]
    if own:
        meanings = tuple(dict.fromkeys(meaning for mark in own for meaning in state.meanings[mark]))
        return meanings, len(meanings) == 1 and all(state.kinds[mark] != "report" for mark in own)
    if state.sample:
        return state.sample, len(state.sample) == 1
    return state.reported, False


def _with_date(reading: Reading, state: _State) -> Reading:
    """A date that stands only below the results: taken when there is one sample date in the whole report."""
    if reading.dates:
        return reading
    kinds = (
        ("sample", "plain")
        if any(kind in {"sample", "plain"} for kind in state.kinds.values())
        else ("report",)
    )
    later = [state.meanings[mark] for mark, kind in state.kinds.items() if kind in kinds]
    meanings = tuple(dict.fromkeys(meaning for one in later for meaning in one))
    certain = len(meanings) == 1 and kinds != ("report",)
    return replace(reading, dates=meanings, date_is_certain=certain)
