"""The facts of an assessment for a registry: one column each where one value is known, and every answer in a table."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _

from assessments import entries
from assessments.models import Assessment
from guidelines import facts
from guidelines.entry import Entry, FactError
from pathway.registry.columns import DAYS, YES_OR_NO, Column, Row
from pathway.registry.subjects import OLDEST_YEARS, Subject
from pathway.registry.table import in_lines

AGE = "age_years"
SOURCES = {
    entries.TYPED: _("Typed"),
    entries.NONE_OF_THESE: _("Answered with “none of these”"),
    entries.LABORATORY: _("Laboratory"),
    entries.RECORD: _("The patient’s record"),
    entries.CARRIED_OVER: _("Carried over from the assessment before"),
    entries.IMPORTED: _("Imported"),
}
HELD, VALUE = "facts", "assessments.Assessment.facts"


def columns_of_facts() -> tuple[Column, ...]:
    """Return a column for each fact of the guideline; empty where it is unknown, a range or one of several choices."""
    return tuple(_column(fact) for fact in facts.ALL.values())


def _column(fact: facts.Fact) -> Column:
    return Column(
        fact.name,
        (HELD,),
        lambda row, _subject: _one(row, fact.name),
        label=fact.label,
        unit=fact.unit.symbol if fact.units else "",
        codes=YES_OR_NO if fact.kind == "bool" else fact.choices,
        source=f"guidelines.facts.{fact.name}",
    )


def _one(row: Row, name: str) -> object:
    entry = read(row[HELD], name)
    return "" if entry is None or not entry.is_exact else written(entry.value)


def read(held: Any, name: str) -> Entry | None:
    """Return what the facts of a row say about one; None for unknown, and for what no longer can be read."""
    if not isinstance(held, dict) or not isinstance(held.get(name), dict):
        return None
    try:
        found = facts.read(name, entries.contract_value(held[name]))
    except FactError:
        return None
    return _grouped(found) if found and name == AGE else found


def _grouped(age: Entry) -> Entry:
    return age._replace(low=min(age.low, OLDEST_YEARS), high=min(age.high, OLDEST_YEARS))


def written(value: Any) -> object:
    """Write a fact's value: yes or no for a claim, several numbers with blanks between."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(str(written(one)) for one in value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else value


def columns_of_lines(in_days: bool) -> tuple[Column, ...]:
    """Return the columns that `rows_of` fills."""
    return (
        Column("fact", (HELD,), in_lines, _("Fact"), codes=labels(), source="guidelines.facts", model=Assessment,
               fields=frozenset({HELD})),
        Column("low", (), in_lines, _("Least that it may be, in the unit of the fact’s name"), source=VALUE),
        Column("high", (), in_lines, _("Most that it may be; the same where it is known exactly"), source=VALUE),
        Column("choices", (), in_lines, _("What it may be, of the fact’s choices"), source=VALUE),
        Column("known_day" if in_days else "known_on", (), in_lines, _("The day that the value is from"),
               unit=DAYS if in_days else "", source=VALUE),
        Column("taken_from", (), in_lines, _("Where the value was taken from"), codes=SOURCES, source=VALUE),
    )  # fmt: skip


def labels() -> dict[str, str]:
    return {fact.name: fact.label for fact in facts.ALL.values()}


def rows_of(row: Row, subject: Subject) -> Iterator[list[object]]:
    """Yield one line for each fact that is known: its range or its choices, its day and where it came from."""
    held: Mapping[str, Any] = row[HELD] if isinstance(row[HELD], dict) else {}
    for name in facts.ALL:
        entry = read(held, name)
        if entry is None:
            continue
        is_number = facts.ALL[name].kind == "number"
        low, high = (written(entry.low), written(entry.high)) if is_number else ("", "")
        options = " ".join(str(written(one)) for one in entry.options) or written(entry.diameters)
        yield [name, low, high, options, subject.day(_day(held[name])), _source(held[name])]


def _day(held: Mapping[str, Any]) -> date | None:
    try:
        return entries.date_of(dict(held))
    except (TypeError, ValueError):
        return None


def _source(held: Mapping[str, Any]) -> str:
    """The source is one of the product's own words, or stays behind."""
    said = held.get("source")
    return said if said in SOURCES else ""
