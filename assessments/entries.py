"""One answer as it is kept in `Assessment.facts`: the contract's value, with its date, its source and its person.

`{"value": 2.1, "unit": "mg/dL", "on": "2026-11-19", "source": "laboratory", "by": "Dr S. Lindqvist"}`; a range has
`min` and `max` instead of `value`; a choice among several has a list. A name that is absent is unknown, never "no".
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from guidelines import facts as declared
from guidelines import units

Entry = dict[str, Any]
Entries = Mapping[str, Entry]

MEASURE_KEYS = ("value", "min", "max", "unit")
TYPED, NONE_OF_THESE, LABORATORY, RECORD, CARRIED_OVER, IMPORTED = (
    "typed", "none_of_these", "laboratory", "record", "carried_over", "imported",
)  # fmt: skip


def normal(name: str, value: Any) -> Any:
    """Return the one way in which this room writes a value, so that equal answers are equal JSON.

    A number carries the symbol of its unit of entry; a number without a unit, a single choice, yes and no stand bare.
    """
    fact = declared.ALL[name]
    if fact.kind == "number":
        return _normal_measure(fact, value)
    if isinstance(value, list | tuple):
        return value[0] if fact.kind == "choice" and len(value) == 1 else list(value)
    return value


def _normal_measure(fact: declared.Fact, value: Any) -> Any:
    given = value if isinstance(value, dict) else {"value": value}
    measure = {key: given[key] for key in ("value", "min", "max") if given.get(key) is not None}
    unit = units.find(fact.units, given.get("unit") or fact.unit.symbol) or fact.unit
    if unit.symbol:
        measure["unit"] = unit.symbol
    return measure["value"] if measure.keys() == {"value"} else measure


def normal_entries(held: Entries) -> dict[str, Entry]:
    """Return entries of the record as this room writes them, their date and source kept."""
    return {
        name: entry_of(
            normal(name, contract_value(entry)),
            on=date_of(entry),
            source=entry.get("source", RECORD),
            by=entry.get("by", ""),
        )
        for name, entry in held.items()
    }


def entry_of(value: Any, *, on: date | None, source: str, by: str = "") -> Entry:
    """Return the entry of a contract value (`{"value", "unit"}`, `{"min", "max"}`, a choice, a yes or no)."""
    entry = dict(value) if isinstance(value, dict) else {"value": value}
    if on:
        entry["on"] = on.isoformat()
    entry["source"] = source
    if by:
        entry["by"] = by
    return entry


def contract_value(entry: Entry) -> Any:
    """Return what the engine accepts for this entry."""
    measure = {key: entry[key] for key in MEASURE_KEYS if entry.get(key) is not None}
    return measure["value"] if set(measure) == {"value"} else measure


def contract_facts(entries: Entries) -> dict[str, Any]:
    """Return the facts as the contract writes them."""
    return {name: contract_value(entry) for name, entry in entries.items()}


def date_of(entry: Entry) -> date | None:
    """Return the day that the value is from; None where nobody knows."""
    return date.fromisoformat(entry["on"]) if entry.get("on") else None


def age_days(entry: Entry, *, on: date) -> int | None:
    """Return how old the value is on that day; None where its day is unknown."""
    taken_on = date_of(entry)
    return (on - taken_on).days if taken_on else None
