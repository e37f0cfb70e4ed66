"""The shape of a fact: what may be given for it, in which units, and what the screen calls it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from guidelines import units
from guidelines.entry import Entry, FactError, quoted
from guidelines.units import Unit

Kind = Literal["number", "choice", "bool", "numbers", "dates"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One question that a clinician answers. Its name says the canonical unit, its label is for the screen."""

    name: str
    kind: Kind
    group: str
    label: str
    help: str = ""
    units: tuple[Unit, ...] = ()
    low: float = 0
    high: float = 0
    whole: bool = False
    gap_above_zero_to: float = 0  # a share of 0 or 1-100 %, so that a fraction such as 0.72 is refused
    step: float = 1  # how finely the nearest value that changes a verdict is looked for
    choices: Mapping[str, str] | None = None  # value → label
    changeable: bool = False  # treatment or waiting can change it (would_change)
    clauses: tuple[str, ...] = ()  # those which read it themselves
    asked_since: str = ""  # the ISO date of the release that first asked it; empty: asked from the start

    @property
    def unit(self) -> Unit:
        """The canonical unit."""
        return self.units[0]

    @property
    def choice_values(self) -> tuple[str, ...]:
        """The choices, in order; none for a fact that is not a choice."""
        return tuple(self.choices or ())

    @property
    def possible_choices(self) -> tuple[str | bool, ...]:
        """The choices, or no and yes."""
        return (False, True) if self.kind == "bool" else self.choice_values

    @property
    def accepted(self) -> str:
        """What may be given, for messages and for help."""
        if self.kind == "bool":
            return "true or false"
        if self.kind == "dates":
            return "a list of dates such as 2026-03-02"
        if self.choices is not None:
            return "one of " + ", ".join(self.choices)
        span = f"{_number(self.low)} to {_number(self.high)} {self.unit.symbol}".strip()
        if self.gap_above_zero_to:
            span = f"0, or {_number(self.gap_above_zero_to)} to {_number(self.high)} {self.unit.symbol}"
        if self.kind == "numbers":
            return f"a list of numbers, each over {span}"
        return f"a {'whole ' if self.whole else ''}number, {span}"

    def unit_named(self, spelling: object) -> Unit:
        """The accepted unit written like that."""
        unit = units.find(self.units, spelling) if isinstance(spelling, str) else None
        if unit is None:
            known = ", ".join(accepted.symbol or "no unit" for accepted in self.units)
            raise FactError(self.name, f"{self.name}: unknown unit {quoted(spelling)}; accepted: {known}.")
        return unit


class Table(dict[str, Fact]):
    """Facts by name, in order, with the entry of each single choice made beforehand: most facts are one."""

    def __init__(self, declared: Iterable[Fact]) -> None:
        super().__init__((fact.name, fact) for fact in declared)
        self.choices: dict[str, dict[str | bool, Entry]] = {
            fact.name: {value: Entry(fact.name, options=(value,)) for value in fact.possible_choices}
            for fact in self.values()
        }


def _number(number: float) -> str:
    return f"{number:,.0f}".replace(",", " ") if number == int(number) else f"{number:g}"
