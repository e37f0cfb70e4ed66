"""How a raw JSON value becomes an entry: the only place that judges type, unit, range and choice."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from guidelines.entry import Entry, FactError, nearest, quoted
from guidelines.fact import Fact, Table
from guidelines.units import Unit

MEASURE_KEYS = ("value", "min", "max", "unit")
MOST_LESIONS = 1000  # the range of lesion_count, which a list of diameters gives


ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
NO_CHOICES: Mapping[str | bool, Entry] = {}
PASSED_THROUGH = ("id", "note")


class Repeating(dict[str, object]):
    """A JSON object in which keys came more than once."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        times = Counter(key for key, _ in pairs)
        self.repeated = tuple(key for key in self if times[key] > 1)


def unknown_key(key: object, known: Iterable[str]) -> FactError:
    """The error for a name that no table has."""
    return FactError(str(key), f"{quoted(key)} is not a known key.{nearest(key, known)}")


def read_all(
    raw: object,
    table: Table,
    contradictions: Callable[[Mapping[str, Entry]], Iterable[FactError]],
) -> dict[str, Entry]:
    """The entries of one JSON object. Raises the first error in the order of the table, unknown keys last."""
    if not isinstance(raw, dict):
        raise FactError(None, f"{quoted(raw)} is not an object of facts.")
    errors = [_repeated(key) for key in getattr(raw, "repeated", ())]
    entries = {}
    for name, given in raw.items():
        try:
            entry = _single_choice(name, given, table) or _entry(name, given, table)
        except FactError as error:
            errors.append(error)
        else:
            if entry is not None:
                entries[name] = entry
    errors.extend(contradictions(entries))
    if errors:
        raise min(errors, key=_rank_in(table))
    return entries


def _repeated(key: str) -> FactError:
    return FactError(key, f"{quoted(key)} is given more than once.")


def _single_choice(name: str, given: object, table: Table) -> Entry | None:
    """The short way for most facts. The type is asked because 1 would be found as True."""
    if type(given) is str or type(given) is bool:
        return table.choices.get(name, NO_CHOICES).get(given)
    return None


def _entry(name: str, given: object, table: Table) -> Entry | None:
    fact = table.get(name)
    if fact is not None:
        return read(fact, given)
    if name not in PASSED_THROUGH:
        raise unknown_key(name, [*table, *PASSED_THROUGH])
    _check_passed(name, given)
    return None


def _rank_in(table: Table) -> Callable[[FactError], int]:
    order = {name: place for place, name in enumerate((*table, *PASSED_THROUGH))}
    return lambda error: order.get(str(error.key), len(order))


def _check_passed(name: str, given: object) -> None:
    """What passes through must be JSON again on the way out."""
    if isinstance(given, float) and not math.isfinite(given):
        raise FactError(name, f"{name}: {quoted(given)} is not a number that JSON knows.")
    if isinstance(given, dict | list | tuple):
        if getattr(given, "repeated", ()):
            raise FactError(name, f"{name}: a key is given more than once.")
        for part in given.values() if isinstance(given, dict) else given:
            _check_passed(name, part)


def read(fact: Fact, raw: object) -> Entry | None:
    """What `raw` says about the fact; None where it is unknown. Raises FactError."""
    if raw is None:
        return None
    if fact.kind == "number":
        return _measure(fact, raw)
    if fact.kind == "choice":
        return _choice(fact, raw)
    if fact.kind == "bool":
        return _yes_or_no(fact, raw)
    return _diameters(fact, raw) if fact.kind == "numbers" else _dates(fact, raw)


def _refuse(fact: Fact, raw: object, hint: str = "") -> FactError:
    return FactError(fact.name, f"{fact.name}: {quoted(raw)} is not accepted; give {fact.accepted}.{hint}")


def _number(fact: Fact, raw: object, unit: Unit) -> tuple[float, float]:
    """The canonical value and the value as entered, inside the fact's range."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise _refuse(fact, raw)
    try:
        entered = float(raw)
    except OverflowError:
        raise _refuse(fact, raw) from None
    if not math.isfinite(entered):
        raise _refuse(fact, raw)
    canonical = entered if unit is fact.units[0] else unit.to_canonical(entered)
    if not fact.low <= canonical <= fact.high or 0 < canonical < fact.gap_above_zero_to:
        raise _refuse(fact, raw if unit is fact.unit else f"{raw} {unit.symbol}")
    if fact.whole and canonical != int(canonical):
        raise _refuse(fact, raw)
    return canonical, entered


def _measure(fact: Fact, raw: object) -> Entry:
    if isinstance(raw, dict):
        return _measure_with_unit(fact, raw)
    unit = fact.units[0]
    canonical, entered = _number(fact, raw, unit)
    return Entry(fact.name, canonical, canonical, unit, entered, entered)


def _measure_with_unit(fact: Fact, raw: dict[object, object]) -> Entry:
    _check_measure_keys(fact, raw)
    unit = fact.unit_named(raw["unit"]) if "unit" in raw else fact.unit
    if "value" in raw:
        canonical, entered = _number(fact, raw["value"], unit)
        return Entry(fact.name, canonical, canonical, unit, entered, entered)
    low, entered_low = _end(fact, raw, "min", unit, fact.low)
    high, entered_high = _end(fact, raw, "max", unit, fact.high)
    if low > high:
        raise FactError(fact.name, f"{fact.name}: {quoted(raw)} has its min above its max.")
    return Entry(fact.name, low, high, unit, entered_low, entered_high)


def _end(fact: Fact, raw: dict[object, object], end: str, unit: Unit, limit: float) -> tuple[float, float]:
    """One end of a range; where it is left out, the limit of the fact."""
    if end in raw:
        return _number(fact, raw[end], unit)
    return limit, unit.from_canonical(limit)


def _check_measure_keys(fact: Fact, raw: dict[object, object]) -> None:
    if getattr(raw, "repeated", ()):
        raise FactError(fact.name, f"{fact.name}: a key is given more than once in {quoted(raw)}.")
    for key in raw:
        if key not in MEASURE_KEYS:
            message = f"{fact.name}: {quoted(key)} is not a known key of a measured value; known: "
            raise FactError(fact.name, message + ", ".join(MEASURE_KEYS) + "." + nearest(key, MEASURE_KEYS))
    if ("value" in raw) == ("min" in raw or "max" in raw):
        raise FactError(fact.name, f"{fact.name}: {quoted(raw)} needs either value, or min, max or both.")


def _choice(fact: Fact, raw: object) -> Entry:
    given = raw if isinstance(raw, list | tuple) else (raw,)
    if not given:
        raise _refuse(fact, raw)
    for choice in given:
        _check_choice(fact, choice)
    return Entry(fact.name, options=tuple(choice for choice in fact.choice_values if choice in given))


def _check_choice(fact: Fact, choice: object) -> None:
    if not isinstance(choice, str) or choice not in fact.choice_values:
        raise _refuse(fact, choice, nearest(choice, fact.choice_values))


def _yes_or_no(fact: Fact, raw: object) -> Entry:
    if not isinstance(raw, bool):
        raise _refuse(fact, raw)
    return Entry(fact.name, options=(raw,))


def _diameters(fact: Fact, raw: object) -> Entry:
    if not isinstance(raw, list | tuple) or len(raw) > MOST_LESIONS:
        raise _refuse(fact, raw)
    return Entry(fact.name, diameters=tuple(_each_diameter(fact, raw)))


def _each_diameter(fact: Fact, raw: Iterable[object]) -> Iterable[float]:
    for item in raw:
        entry = _measure(fact, item)
        if entry.low != entry.high or entry.low <= 0:
            raise _refuse(fact, item)
        yield entry.low


def _dates(fact: Fact, raw: object) -> Entry:
    if not isinstance(raw, list | tuple):
        raise _refuse(fact, raw)
    return Entry(fact.name, dates=tuple(_date(fact, item) for item in raw))


def _date(fact: Fact, raw: object) -> date:
    if not isinstance(raw, str) or not ISO_DATE.fullmatch(raw):
        raise _refuse(fact, raw)
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        raise _refuse(fact, raw) from None
    if not EARLIEST <= day <= LATEST:
        raise _refuse(fact, raw, f" From {EARLIEST} to {LATEST}.")
    return day
