"""What is known of one fact: an exact value, a range, or a choice among some; and the error otherwise."""

import difflib
import math
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from guidelines.units import Unit

SHORTEST_QUOTE = 60


class FactError(ValueError):
    """A fact that cannot be true or cannot be read: names the key, what was given and what is accepted."""

    def __init__(self, key: str | None, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


class Entry(NamedTuple):
    """One fact as given: `low` to `high` in the canonical unit for a number, `options` for a choice.

    `entered_low` and `entered_high` are the same ends in the unit of entry: Child-Pugh compares there.
    """

    name: str
    low: float = math.nan
    high: float = math.nan
    unit: Unit | None = None
    entered_low: float = math.nan
    entered_high: float = math.nan
    options: tuple[str | bool, ...] = ()
    diameters: tuple[float, ...] | None = None
    dates: tuple[date, ...] | None = None

    @property
    def is_exact(self) -> bool:
        """Whether one value only is possible."""
        return self.low == self.high or len(self.options) == 1 or self.diameters is not None

    @property
    def value(self) -> float | str | bool | tuple[float, ...] | None:
        """The canonical value where it is exact, else None."""
        if self.diameters is not None:
            return self.diameters
        if self.options:
            return self.options[0] if len(self.options) == 1 else None
        return self.low if self.low == self.high else None


def quoted(raw: object) -> str:
    """What was given, short enough for a message."""
    try:
        text = repr(raw)
    except (ValueError, RecursionError):  # an integer of thousands of digits, a list of a thousand depths
        text = f"a value of type {type(raw).__name__}"
    return text if len(text) <= SHORTEST_QUOTE else text[: SHORTEST_QUOTE - 1] + "…"


def nearest(given: object, known: Iterable[str]) -> str:
    """A hint for a misspelt name, or nothing."""
    if not isinstance(given, str):
        return ""
    folded = given[:100].casefold()
    names = list(known)
    matches = [name for name in names if len(folded) > 1 and name.startswith(folded)]
    matches += difflib.get_close_matches(folded, names, n=1)
    return f" Did you mean {matches[0]}?" if matches else ""
