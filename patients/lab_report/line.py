"""One line of a report: a name, then value, unit, flag, limits and control in any order; several such on one line too.

Nothing is skipped to reach a number: a name must be wholly explained, a second number that nothing explains refuses.
"""

import re
from decimal import Decimal

from patients import analytes, written_numbers
from patients.analytes import Analyte
from patients.lab_report import result as results
from patients.lab_report import words

_SEPARATORS = re.compile(r"[\s,;|:=·•▪]*(?:\.{2,}[\s.]*|\.\s[\s.]*|-+(?=\s|$)[\s\-]*)?[\s,;|:=·•▪]*")
_LABEL_SEPARATORS = re.compile(r"[\s,;|:·•▪★☆◆*#/\[\]()\-_.]*")
_ROW_NUMBER = re.compile(r"\s*(?:no\.?\s*)?[0-9]{1,3}(?:[.)、]\s*|\s+)(?=[^\W\d])", re.IGNORECASE)
_SCIENCE = r"(?:[eE][+\-]?[0-9]{1,2}(?![0-9/a-zA-Z]))?"
_NUMBER = rf"{written_numbers.NUMBER}{_SCIENCE}"
_DASH = r"\s*(?:-+|~|\bto\b|\bbis\b|至)\s*"
_VALUE = re.compile(rf"(?P<comparator><=|>=|=<|=>|[<>≤≥])?\s*(?P<sign>-(?=[0-9]))?(?P<number>{_NUMBER})")
_RANGE_WORD = (
    r"(?:(?:ref(?:erence)?\.?\s*(?:range|interval|limits?|values?|int\.?)?|normal(?:\s*(?:range|value))?|norm|range|"
    r"参考(?:范围|值|区间)|正常(?:值|范围)?|normbereich|valeurs?\s+de\s+r[ée]f[ée]rence)\s*[:=]?\s*)?"
)
_BETWEEN = re.compile(
    rf"{_RANGE_WORD}(?P<open>[(\[])?\s*(?P<low>-?{_NUMBER}){_DASH}(?P<high>{_NUMBER})(?P<unit>[^()\[\]0-9]{{0,24}}?)\s*"
    rf"(?(open)[)\]]|(?=$|[\s,;|)\]HL↑↓*]))",
    re.IGNORECASE,
)
_ONE_SIDED = re.compile(
    rf"{_RANGE_WORD}(?P<open>[(\[])?\s*(?P<comparator><=|>=|[<>≤≥]|up to)\s*(?P<limit>{_NUMBER})"
    rf"(?P<unit>[^()\[\]0-9]{{0,24}}?)\s*(?(open)[)\]]|(?=$|[\s,;|)\]]))",
    re.IGNORECASE,
)
_CONTROL = re.compile(
    rf"[(\[]?\s*(?:normal\s+)?(?:control|ctrl|contr\.?|kontrolle|t[ée]moin|对照|對照)(?:\s*(?:time|值))?\s*[:=]?\s*"
    rf"(?P<control>{_NUMBER})\s*(?:seconds?|secs?\.?|s|秒)?\s*[)\]]?",
    re.IGNORECASE,
)
_OPENED = re.compile(r"[(\[]\s*")
_CLOSED = re.compile(r"\s*[)\]]")
_BRACKET = re.compile(r"[()\[\]]")
_NO_UNIT_NEEDED = frozenset({"inr"})
# mmol/L and mEq/L are the same for an ion of one charge: without a unit there is nothing to confuse.
_SAME_IN_EVERY_UNIT = frozenset({"sodium_mmol_per_l", "potassium_mmol_per_l"})
# mg/dL of urea and mg/dL of its nitrogen differ by 2.14; the name says which.
_UREA_NITROGEN = re.compile(r"nitrogen|bun|尿素氮", re.IGNORECASE)
_PERCENT_TWINS = {"prothrombin_time_s": "prothrombin_activity_pct"}


def read_line(text: str, decimal_mark: str | None) -> list[results.Result]:
    """Every result of a line; raises NotUnderstood where any part that holds a number is not explained."""
    reader = _Reader(text, decimal_mark)
    leading = reader.read_leading_dates()
    found = []
    while reader.has_more():
        found.append(reader.read_result())
    for result in found:
        result.date_marks = result.date_marks or list(leading)
    return found


def read_name(text: str) -> tuple[Analyte | None, int]:
    """The one analyte that the text begins with and where its name ends; None when there is no such name."""
    reader = _Reader(text, None)
    try:
        analyte, _name = reader.read_label()
    except results.NotUnderstood:
        return None, 0
    return analyte, reader.position


class _Reader:
    """Walks along one piece of text."""

    def __init__(self, text: str, decimal_mark: str | None) -> None:
        self.text = text
        self.decimal_mark = decimal_mark
        self.position = 0

    def has_more(self) -> bool:
        self._skip(_SEPARATORS)
        return self.position < len(self.text)

    def read_leading_dates(self) -> list[str]:
        """Dates before the first name hold for the whole line."""
        marks = []
        while self.has_more() and results.is_date_mark(self.text[self.position]):
            marks.append(self.text[self.position])
            self.position += 1
        return marks

    def read_result(self) -> results.Result:
        analyte, name = self.read_label()
        result = results.Result(analyte, name, self.position)
        while self._read_part(result):
            pass
        if not result.values:
            raise results.NotUnderstood("no_number")
        self._read_remark(result)
        self._settle_unit(result)
        return result

    def read_label(self) -> tuple[Analyte, str]:
        """The name at the current place; every word of it must be known and mean one analyte."""
        self._skip(_ROW_NUMBER)
        start, named = self.position, []
        while True:
            end = self.position
            self._skip(_LABEL_SEPARATORS)
            found = words.NAME.match(self.text, self.position)
            if found:
                named.append(words.analyte_named(found[0]))
            elif named or not found:
                found = words.NEUTRAL.match(self.text, self.position)
            if not found:
                self.position = end
                break
            self.position = found.end()
        if not named:
            raise results.NotUnderstood("no_name")
        if any(other is not named[0] for other in named):
            raise results.NotUnderstood("several_names")
        return named[0], self.text[start:end].strip(" :|\t-")

    def _read_part(self, result: results.Result) -> bool:
        """Read one part that belongs to the result; False when what follows is none."""
        self._skip(_SEPARATORS)
        readers = (
            self._control, self._limits, self._unit, self._value, self._flag, self._date, self._neutral, self._bracket,
        )  # fmt: skip
        return self.position < len(self.text) and any(read(result) for read in readers)

    def _control(self, result: results.Result) -> bool:
        found = _CONTROL.match(self.text, self.position)
        if not found or result.analyte.name != "prothrombin_time_s" or result.control is not None:
            return False
        result.control = self._clear(found["control"])
        return self._to(found)

    def _limits(self, result: results.Result) -> bool:
        """The limits of the laboratory: a range anywhere, one limit only after the value."""
        found = _BETWEEN.match(self.text, self.position)
        if not found and result.values:
            found = _ONE_SIDED.match(self.text, self.position)
        if not found or result.has_limits:
            return False
        if not self._unit_of_limits(result, found["unit"].strip()):
            return False
        self._keep_limits(result, found.groupdict())
        result.has_limits = True
        return self._to(found)

    def _unit_of_limits(self, result: results.Result, written: str) -> bool:
        """A unit inside the limits is the unit of the value; any other word is not explained."""
        if not written:
            return True
        if not words.UNIT.fullmatch(written):
            return False
        if result.unit_as_written and words.unit_of(result.analyte, written) is not result.unit:
            return False
        self._keep_unit(result, written)
        return True

    def _keep_limits(self, result: results.Result, found: dict[str, str]) -> None:
        if "low" in found:
            result.reference_low = self._clear(found["low"])
            result.reference_high = self._clear(found["high"])
        elif found["comparator"] in {">", ">=", "≥"}:
            result.reference_low = self._clear(found["limit"])
        else:
            result.reference_high = self._clear(found["limit"])

    def _unit(self, result: results.Result) -> bool:
        opened = _OPENED.match(self.text, self.position)
        found = words.UNIT.match(self.text, opened.end() if opened else self.position)
        if not found or result.unit_as_written:
            return False
        end = _CLOSED.match(self.text, found.end()) if opened else found
        if not end:
            return False
        self._keep_unit(result, found["unit"])
        return self._to(end)

    def _keep_unit(self, result: results.Result, written: str) -> None:
        result.unit_as_written = written.strip()
        result.unit = words.unit_of(result.analyte, result.unit_as_written)

    def _value(self, result: results.Result) -> bool:
        found = _VALUE.match(self.text, self.position)
        if not found:
            return False
        if result.values:
            raise results.NotUnderstood("several_numbers")
        after = self.text[found.end() :]
        if words.POWER_OF_TEN.match(after) and not words.UNIT.match(after.lstrip()):
            raise results.NotUnderstood("power_of_ten")
        # 2+ is the reading of a test strip, not an amount.
        if after[:1] == "+" or (
            after[:1].isalnum() and not (words.UNIT.match(after) or words.FLAG.match(after))
        ):
            raise results.NotUnderstood("number_in_word")
        result.values = self._values(found["number"], negative=bool(found["sign"]))
        result.value_as_written = (found["sign"] or "") + found["number"]
        result.comparator = written_numbers.COMPARATORS.get(found["comparator"] or "", "")
        return self._to(found)

    def _flag(self, result: results.Result) -> bool:
        found = words.FLAG.match(self.text, self.position)
        if not found:
            return False
        result.flag = result.flag or words.flag_of(found["flag"])
        return self._to(found)

    def _date(self, result: results.Result) -> bool:
        mark = self.text[self.position]
        if not results.is_date_mark(mark):
            return False
        result.date_marks.append(mark)
        self.position += 1
        return True

    def _neutral(self, result: results.Result) -> bool:
        found = words.NEUTRAL.match(self.text, self.position)
        return self._to(found) if found else False

    def _bracket(self, result: results.Result) -> bool:
        """Empty or stray brackets, and brackets round a date or a flag, say nothing by themselves."""
        found = _BRACKET.match(self.text, self.position)
        return self._to(found) if found else False

    def _read_remark(self, result: results.Result) -> None:
        """Words after a result that are no name: kept as a remark; with digits they could hide another value."""
        rest = self.text[self.position :].strip()
        if not rest or words.NAME.match(rest) or self._begins_with_name():
            return
        if any(character.isdigit() or results.is_date_mark(character) for character in rest):
            raise results.NotUnderstood("unexplained")
        result.remark = rest
        self.position = len(self.text)

    def _begins_with_name(self) -> bool:
        analyte, _end = read_name(self.text[self.position :])
        return analyte is not None

    def _settle_unit(self, result: results.Result) -> None:
        """Per cent of PT is another analyte; a ratio needs no unit; nothing else is guessed."""
        twin = _PERCENT_TWINS.get(result.analyte.name)
        if twin and result.unit_as_written == "%":
            result.analyte = analytes.ALL[twin]
            result.unit = result.analyte.unit
        if result.unit is None and _UREA_NITROGEN.search(result.name_as_written):
            result.unit = words.unit_of(result.analyte, f"{result.unit_as_written} urea nitrogen")
        has_one_meaning = result.analyte.name in _NO_UNIT_NEEDED | _SAME_IN_EVERY_UNIT
        if not result.unit_as_written and has_one_meaning:
            result.unit = result.analyte.unit

    def _values(self, written: str, *, negative: bool) -> tuple[Decimal, ...]:
        values = results.numbers_in(written, self.decimal_mark)
        if not values:
            raise results.NotUnderstood("not_a_number")
        return tuple(-value for value in values) if negative else values

    def _clear(self, written: str) -> Decimal | None:
        """A limit; None where the comma can mean two things."""
        negative = written.startswith("-")
        values = results.numbers_in(written.removeprefix("-"), self.decimal_mark)
        if len(values) != 1:
            return None
        return -values[0] if negative else values[0]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.position)
        if found:
            self.position = found.end()

    def _to(self, found: re.Match[str]) -> bool:
        self.position = found.end()
        return True
