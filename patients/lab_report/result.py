"""One result as read from a line, why a line is not read, and what a written number can mean in its report."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from guidelines.units import Unit
from patients import written_numbers
from patients.analytes import Analyte


@dataclass(slots=True)
class Result:
    """One result as read from a piece of text. `values` holds two numbers where the comma can mean two things."""

    analyte: Analyte
    name_as_written: str
    start: int
    comparator: str = ""
    value_as_written: str = ""
    values: tuple[Decimal, ...] = ()
    unit: Unit | None = None
    unit_as_written: str = ""
    flag: str = ""
    reference_low: Decimal | None = None
    reference_high: Decimal | None = None
    control: Decimal | None = None
    date_marks: list[str] = field(default_factory=list)
    remark: str = ""
    has_limits: bool = False
    has_flag: bool = False


class NotUnderstood(ValueError):
    """Why a piece of a line was not read; `why` is a word of `report.REASONS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def numbers_in(written: str, decimal_mark: str | None) -> tuple[Decimal, ...]:
    """What the digits mean in a report that writes decimals with `decimal_mark` (None: nobody knows)."""
    digits, _e, power = written.replace("E", "e").partition("e")
    readings = written_numbers.readings_of(digits)
    if len(readings) == 2 and decimal_mark:
        readings = (readings[0],) if decimal_mark == "," else (readings[1],)
    elif decimal_mark == "," and re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", digits):
        readings = (*readings, Decimal(digits.replace(".", "")))
    return tuple(reading.scaleb(int(power)) for reading in readings) if power else readings


def is_date_mark(character: str) -> bool:
    """Whether the character stands for a date that was taken out of the line."""
    return "\ue000" <= character <= "\uf8ff"
