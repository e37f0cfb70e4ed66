"""How people write a number: 1.2, 1,2, 60 500, <0.2, 25–50, 1.2 mg/dL. What is not clear is not guessed."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

LONGEST_ENTRY = 60

COMPARATORS = {"<": "<", ">": ">", "≤": "≤", "≥": "≥", "<=": "≤", "=<": "≤", ">=": "≥", "=>": "≥"}
DASHES = "‐‑‒–—−﹣－"
SPACES_INSIDE = "\u2009\u202f"  # what typesetters put between groups of three digits

NUMBER = r"[0-9]{1,15}(?:[.,][0-9]{1,15})*"
_GROUPED_BY_SPACES = re.compile(r"(?<![0-9.,])([0-9]{1,3})((?: [0-9]{3})+)(?![0-9])")
_GROUPED_BY_COMMAS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_GROUPED_BY_POINTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_ONE_COMMA = re.compile(r"[0-9]+,[0-9]+")
_ONE_POINT = re.compile(r"[0-9]+(?:\.[0-9]+)?")

_COMPARATOR = r"(?P<comparator><=|>=|=<|=>|[<>≤≥])?\s*"
_ABOUT = r"(?P<about>(?:about|approximately|approx\.?|circa|ca\.?|c\.|~|≈)\s*)?"
_ENTRY = re.compile(
    rf"{_ABOUT}{_COMPARATOR}(?P<low>-?{NUMBER})"
    rf"(?:\s*(?:-+|to|until|\.\.\.?|…|~)\s*(?P<high>-?{NUMBER}))?\s*(?P<unit>.*)",
    re.IGNORECASE | re.DOTALL,
)


# More digits in one run than NUMBER reads: the rest of them must never be taken for a unit.
_TOO_MANY_DIGITS = re.compile(r"(?P<behind>[.,])?[0-9]{16,}")


class NotANumber(ValueError):
    """The text is not one clear number; `readings` holds the numbers that it could be, when there are several."""

    def __init__(self, text: str, readings: tuple[Decimal, ...] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.readings = readings


class TooLarge(NotANumber):
    """The number has more digits than any that is measured."""


class TooExact(NotANumber):
    """The number has more digits behind the point than anything is measured to."""


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """One entry as written: an exact number, or a range whose open end is None; and what stands behind it."""

    low: Decimal | None
    high: Decimal | None
    comparator: str = ""
    unit_text: str = ""

    @property
    def is_exact(self) -> bool:
        return self.low == self.high and not self.comparator

    @property
    def ends(self) -> tuple[Decimal, ...]:
        """The ends that were given: one for an exact number, one or two for a range."""
        given = (self.low,) if self.is_exact else (self.low, self.high)
        return tuple(end for end in given if end is not None)


def plain(text: str) -> str:
    """The text in plain characters: no full-width forms, no invisible marks, one kind of dash and of space."""
    kept = (_plain_character(character) for character in text)
    return "".join(kept)


def _plain_character(character: str) -> str:
    if character in "\t\n\r":
        return character
    if "！" <= character <= "～":
        character = chr(ord(character) - 0xFEE0)
    if character in DASHES:
        return "-"
    category = unicodedata.category(character)
    if category in {"Cf", "Cs", "Co", "Cn"}:
        return ""
    return " " if category in {"Cc", "Zs", "Zl", "Zp"} else character


def readings_of(written: str) -> tuple[Decimal, ...]:
    """Every number that the digits can mean: one when clear, two for 1,234, none when it is no number."""
    if _ONE_POINT.fullmatch(written):
        return (Decimal(written),)
    if _GROUPED_BY_COMMAS.fullmatch(written):
        grouped = Decimal(written.replace(",", ""))
        decimal = Decimal(written.replace(",", ".")) if _ONE_COMMA.fullmatch(written) else None
        return _one_of(grouped, decimal, written)
    if _ONE_COMMA.fullmatch(written):
        return (Decimal(written.replace(",", ".")),)
    if _GROUPED_BY_POINTS.fullmatch(written):
        return (Decimal(written.replace(".", "").replace(",", ".")),)
    return ()


def _one_of(grouped: Decimal, decimal: Decimal | None, written: str) -> tuple[Decimal, ...]:
    if decimal is None:
        return (grouped,)
    # No one groups 0,123: it can only be a decimal.
    return (decimal,) if written.startswith("0") else (decimal, grouped)


def join_groups(text: str) -> str:
    """60 500 as 60500."""
    return _GROUPED_BY_SPACES.sub(lambda found: found[1] + found[2].replace(" ", ""), text)


def read_entry(text: str) -> WrittenEntry:
    """What one box of a form says. Raises NotANumber; of it TooLarge and TooExact where there are too many digits."""
    cleaned = join_groups(plain(text).strip())
    if too_many := _TOO_MANY_DIGITS.search(cleaned):
        raise TooExact(text) if too_many["behind"] else TooLarge(text)
    found = _ENTRY.fullmatch(cleaned) if len(cleaned) <= LONGEST_ENTRY else None
    if found is None:
        raise NotANumber(text)
    low = _clear(found["low"], text)
    if found["high"] is not None:
        return _range(found, low, text)
    if found["about"]:
        raise NotANumber(text)
    comparator = COMPARATORS.get(found["comparator"] or "", "")
    unit = found["unit"].strip()
    if comparator in {"<", "≤"}:
        return WrittenEntry(None, low, comparator, unit)
    if comparator in {">", "≥"}:
        return WrittenEntry(low, None, comparator, unit)
    return WrittenEntry(low, low, "", unit)


def _range(found: re.Match[str], low: Decimal, text: str) -> WrittenEntry:
    high = _clear(found["high"], text)
    if found["comparator"] or low > high:
        raise NotANumber(text)
    return WrittenEntry(low, high, "", found["unit"].strip())


def _clear(written: str, text: str) -> Decimal:
    negative = written.startswith("-")
    readings = readings_of(written.removeprefix("-"))
    if len(readings) != 1:
        raise NotANumber(text, readings)
    return -readings[0] if negative else readings[0]


def as_text(number: Decimal | float) -> str:
    """The number in plain digits without trailing zeros: 137, 0.0585, 60500."""
    text = format(Decimal(str(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_json(number: Decimal) -> int | float:
    """The number as JSON should hold it: whole where it is whole."""
    return int(number) if number == number.to_integral_value() else float(number)


def about_three_digits(number: float) -> str:
    """A limit for a message: 0.0585, 87.7, 200, 50000."""
    if number == 0 or abs(number) >= 100:
        return as_text(Decimal(str(round(number))))
    return as_text(Decimal(f"{number:.3g}"))
