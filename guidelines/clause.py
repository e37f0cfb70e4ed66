"""The shape of a clause: what it says, where it stands, which facts it needs, and the function that judges it."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from guidelines.settings import DEVIATES, EDITION, Settings


class Judge(Protocol):
    """Sees the case, what other clauses came to, and the edition's settings."""

    def __call__(self, facts: Any, holds: Mapping[str, bool], settings: Settings) -> bool:
        """Whether the clause holds."""
        ...


# The words for yes and no, by kind of clause.
VERDICTS: Mapping[str, tuple[str, str]] = {
    "applicability": ("met", "not_met"),
    "indication": ("met", "not_met"),
    "contraindication": ("present", "absent"),
    "exception": ("applies", "does_not_apply"),
    "principle": ("applies", "does_not_apply"),
    "prognostic": ("applies", "does_not_apply"),
    "technique": ("kept", "not_kept"),
    "caution": ("kept", "not_kept"),
    "adverse_effect": ("applies", "does_not_apply"),
    "limitation": ("applies", "does_not_apply"),
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the guideline. `says` is a template: `values` and the settings of the same name fill it."""

    id: str
    kind: str
    section: str
    says: str
    locator: str
    judge: Judge
    needs: tuple[str, ...] = ()  # the parts of a case that it reads itself
    rests_on: tuple[str, ...] = ()  # the clauses that it asks
    settings: tuple[str, ...] = ()
    values: Mapping[str, float] = dataclasses.field(default_factory=dict)
    # Which setting may replace a printed value: {key of `values`: name of the local deviation}.
    local: Mapping[str, str] = dataclasses.field(default_factory=dict)
    source: str = EDITION
    note: str = ""
    reviewed_by: str = ""  # empty until a clinician has signed the clause
    reviewed_on: str = ""

    def values_under(self, settings: Settings) -> dict[str, Any]:
        """What fills the template, apart from it so that a page can translate first."""
        chosen = {name: getattr(settings, name) for name in self.settings}
        local = {key: getattr(settings, name) for key, name in self._deviations(settings).items()}
        return {**self.values, **{name: _shown(value) for name, value in (chosen | local).items()}}

    def says_under(self, settings: Settings) -> str:
        """The sentence in English, filled; where a number is local, it says so."""
        said = self.says.format(**self.values_under(settings))
        return " ".join((said, *(DEVIATES.format(**values) for values in self.deviations_under(settings))))

    def deviations_under(self, settings: Settings) -> list[dict[str, Any]]:
        """What fills `DEVIATES`, once for each printed number that is replaced."""
        return [{"printed": _shown(self.values[key])} for key in self._deviations(settings)]

    def settings_under(self, settings: Settings) -> tuple[str, ...]:
        """The numbers of ours that it reads, local deviations included."""
        return (*self.settings, *self._deviations(settings).values())

    def _deviations(self, settings: Settings) -> dict[str, str]:
        return {key: name for key, name in self.local.items() if getattr(settings, name) is not None}

    def verdict(self, holds: bool) -> str:
        """The word for this kind of clause."""
        return VERDICTS[self.kind][0 if holds else 1]


def _shown(value: object) -> object:
    if isinstance(value, tuple):
        return ", ".join(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Section:
    """Collects the clauses of one section in the order in which they are written down."""

    def __init__(self, section: str, source: str = EDITION) -> None:
        self.section = section
        self.source = source
        self.clauses: list[Clause] = []

    def clause(self, clause_id: str, kind: str, **declared: Any) -> Callable[[Judge], Judge]:
        """Declare a clause; the decorated function judges it."""

        def keep(judge: Judge) -> Judge:
            declared.setdefault("source", self.source)
            self.clauses.append(Clause(clause_id, kind, self.section, judge=judge, **declared))
            return judge

        return keep
