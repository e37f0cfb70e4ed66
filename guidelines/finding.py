"""How an answer is written down: rounding, facts as they were given, what passes through."""

from collections.abc import Mapping
from typing import Any

from guidelines.entry import Entry
from guidelines.fact import Fact

DECIMALS = 4


def rounded(value: Any) -> Any:
    """Numbers to four decimals, for output only."""
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0  # no minus zero
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    return value


def passed_through(given: Mapping[str, Any]) -> dict[str, Any]:
    """The id, always; the note where there is one."""
    passed = {"id": given.get("id")}
    if given.get("note") is not None:
        passed["note"] = given["note"]
    return passed


def shown(entry: Entry, fact: Fact) -> Any:
    """A fact in its canonical unit: the value, a range, or the choices still possible."""
    options = entry.options
    if options:
        return options[0] if len(options) == 1 else list(options)
    if entry.diameters is not None:
        return [rounded(diameter) for diameter in entry.diameters]
    if entry.low == entry.high:
        return _number(entry.low, fact)
    return {"min": _number(entry.low, fact), "max": _number(entry.high, fact)}


def _number(value: float, fact: Fact) -> float:
    return int(value) if fact.whole else round(value, DECIMALS) + 0.0
