"""From a column to its target: the rules, how they translate a cell, and how a whole row is put together.

A rule says: column X is target T, in unit U, and the value V of it means M. Several columns may feed one target:
a yes of one of them is yes, a no needs all of them; any other two that differ are an error. An empty cell, and a
value whose meaning is "says nothing", is unknown.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from guidelines import facts
from pathway.cohort_import import targets

# A meaning is what the contract takes: a choice, a list of possible ones, true or false, a number, a range, or None.
Meaning = object

NOTHING_SAID = {"", "-", "–", "na", "n/a", "nan", "nd", "none given", "unknown", "not known", "?", "."}
YES_WORDS = {"1", "1.0", "yes", "y", "true", "positive", "pos", "+", "是", "有", "阳性"}
NO_WORDS = {"0", "0.0", "no", "n", "false", "negative", "neg", "否", "无", "阴性"}


@dataclass(frozen=True)
class Rule:
    """One use of one column."""

    column: str
    target: str
    unit: str = ""
    means: Mapping[str, Meaning] = field(default_factory=dict)

    def as_json(self) -> dict:
        return asdict(self)


@dataclass
class RowReading:
    """What one row says, by target; and what is wrong with it, as (column, message)."""

    values: dict[str, Meaning] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)

    def facts(self) -> dict[str, Meaning]:
        """Return the row's guideline facts in the contract's shape."""
        return {name: value for name, value in self.values.items() if name in facts.ALL}


def rules_from_json(stored: Iterable[dict]) -> list[Rule]:
    return [Rule(**rule) for rule in stored]


def read_row(rules: Iterable[Rule], cells: Mapping[str, str], today: date) -> RowReading:
    """Translate the cells of one row. `today`: no date may be later."""
    reading = RowReading()
    said: dict[str, list[tuple[str, Meaning]]] = {}
    for rule in rules:
        try:
            meaning = translate(rule, cells.get(rule.column, ""), today)
        except ValueError as error:
            reading.errors.append((rule.column, str(error)))
        else:
            said.setdefault(rule.target, []).append((rule.column, meaning))
    for target, meanings in said.items():
        _combine(reading, target, meanings)
    return reading


def _combine(reading: RowReading, target: str, meanings: list[tuple[str, Meaning]]) -> None:
    known = [(column, meaning) for column, meaning in meanings if meaning is not None]
    if targets.ALL[target].kind == "yes_no":
        answer = _any_yes([meaning for _column, meaning in meanings])
        if answer is not None:
            reading.values[target] = answer
        return
    if not known:
        return
    first_column, first = known[0]
    for column, meaning in known[1:]:
        if meaning != first:
            message = _("says something else than the column “%(other)s”") % {"other": first_column}
            reading.errors.append((column, message))
            return
    reading.values[target] = first


def _any_yes(meanings: list[Meaning]) -> Meaning:
    """Three-valued or: unknown is never no."""
    yes = {"yes", True}
    if any(meaning in yes for meaning in meanings):
        return next(meaning for meaning in meanings if meaning in yes)
    return None if None in meanings else meanings[0]


def translate(rule: Rule, cell: str, today: date) -> Meaning:
    """Return what a cell means, or None where it says nothing. Raises ValueError with a message for a person."""
    if cell in rule.means:
        return rule.means[cell]
    if cell.strip().casefold() in NOTHING_SAID:
        return None
    target = targets.ALL[rule.target]
    if target.translates:
        return own_word(target, cell)
    if target.kind in {"number", "amount"}:
        return _measured(target, cell, rule.unit)
    if target.kind == "date":
        return _date(cell, today).isoformat()
    if target.kind == "year":
        return _year(cell, today)
    if target.longest and len(cell) > target.longest:
        raise ValueError(_("is longer than %(most)d characters") % {"most": target.longest})
    return cell


def own_word(target: targets.Target, cell: str) -> Meaning:
    """A cell that already is the stored value, its label, or a plain yes or no."""
    word = cell.strip().casefold()
    meaning: Meaning | None = None
    if target.kind == "yes_no" and word in YES_WORDS | NO_WORDS:
        meaning = yes_or_no(target, word in YES_WORDS)
    for value, label in (target.choices or {}).items():
        if word in {value.casefold(), str(label).casefold()}:
            meaning = {"true": True, "false": False}.get(value, value)
    if meaning is None:
        raise ValueError(_("“%(cell)s” has no meaning yet: say what it stands for") % {"cell": cell[:40]})
    return meaning


def yes_or_no(target: targets.Target, is_yes: bool) -> Meaning:
    """Return the target's own yes or no: true or false for a fact, yes or no for the diagnosis."""
    return is_yes if target.fact else ("yes" if is_yes else "no")


_NUMBER = r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?"
_SINGLE = re.compile(rf"^(<=|>=|≤|≥|<|>)?\s*({_NUMBER})$")
_SPAN = re.compile(rf"^({_NUMBER})\s*(?:-|–|to|bis|~)\s*({_NUMBER})$")


def number_or_range(cell: str) -> Meaning:
    """Return a number, or a range for `<0.2`, `>60500` and `25-50`. A decimal comma is read, `1,234` is refused."""
    text = cell.strip()
    if single := _SINGLE.match(text):
        sign, number = single.group(1), _number(single.group(2))
        if sign is None:
            return number
        return {"max": number} if sign in {"<", "<=", "≤"} else {"min": number}
    if span := _SPAN.match(text):
        low, high = _number(span.group(1)), _number(span.group(2))
        if low > high:
            raise ValueError(_("“%(cell)s” ends before it begins") % {"cell": text[:40]})
        return {"min": low, "max": high}
    raise ValueError(_("“%(cell)s” is not a number") % {"cell": text[:40]})


def _number(text: str) -> float:
    if re.match(r"^[-+]?[1-9]\d{0,2},\d{3}$", text):
        raise ValueError(
            _("“%(cell)s” may be a thousand or a decimal comma: write it without one") % {"cell": text}
        )
    return float(text.replace(",", "."))


def _measured(target: targets.Target, cell: str, unit: str) -> Meaning:
    return amount(cell, target.most) if target.kind == "amount" else _with_unit(number_or_range(cell), unit)


def amount(cell: str, most: float) -> float:
    """Return one number from 0 up: no curve could be drawn from a range. Raises ValueError with words."""
    number = number_or_range(cell)
    if not isinstance(number, float):
        raise ValueError(_("“%(cell)s” is not one number") % {"cell": cell[:40]})
    if not 0 <= number <= most:
        raise ValueError(_("%(cell)s is not between 0 and %(most)d") % {"cell": cell[:40], "most": most})
    return number


def _with_unit(number: Meaning, unit: str) -> Meaning:
    if not unit:
        return number
    return {**number, "unit": unit} if isinstance(number, dict) else {"value": number, "unit": unit}


def _date(cell: str, today: date) -> date:
    try:
        found = date.fromisoformat(cell.strip()[:10].replace("/", "-").replace(".", "-"))
    except ValueError:
        raise ValueError(_("“%(cell)s” is not a date: write 2026-11-24") % {"cell": cell[:40]}) from None
    if found > today:
        raise ValueError(_("%(date)s lies in the future") % {"date": found.isoformat()})
    return found


def _year(cell: str, today: date) -> int:
    if not re.fullmatch(r"\d{4}(\.0)?", cell.strip()) or not 1900 <= int(cell[:4]) <= today.year:
        raise ValueError(_("“%(cell)s” is not a year of birth") % {"cell": cell[:40]})
    return int(cell[:4])
