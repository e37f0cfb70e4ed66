"""How a raw JSON value becomes an entry: the only place that judges type, unit, range and choice."""

import math
from collections.abc import Iterable

from guidelines.entry import Entry, FactError, nearest, quoted
from guidelines.fact import Fact
from guidelines.units import Unit

MEASURE_KEYS = ("value", "min", "max", "unit")
MOST_LESIONS = 1000  # the range of lesion_count, which a list of diameters gives


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
    return _diameters(fact, raw)


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
    canonical = unit.to_canonical(entered)
    if not fact.low <= canonical <= fact.high or 0 < canonical < fact.gap_above_zero_to:
        raise _refuse(fact, raw if unit is fact.unit else f"{raw} {unit.symbol}")
    if fact.whole and canonical != int(canonical):
        raise _refuse(fact, raw)
    return canonical, entered


def _measure(fact: Fact, raw: object) -> Entry:
    if isinstance(raw, dict):
        return _measure_with_unit(fact, raw)
    canonical, entered = _number(fact, raw, fact.unit)
    return Entry(fact.name, canonical, canonical, fact.unit, entered, entered)


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
