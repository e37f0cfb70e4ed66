"""The table of completeness as its page shows it, small numbers masked for who may not export."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from pathway.cohort import masking
from pathway.registry import completeness
from pathway.registry.completeness import Line
from pathway.registry.elements import ASSESSMENT, PROCEDURE, READING

TITLES: Mapping[str, Any] = {
    ASSESSMENT: _("Assessments"),
    PROCEDURE: _("Procedures"),
    READING: _("Readings"),
}


@dataclass(frozen=True)
class Shown:
    """One element: how many of how many, in words; the percent empty where the numbers are too small to show."""

    label: Any
    why: Any
    there: str
    asked: str
    percent: int | None


@dataclass(frozen=True)
class Group:
    """The elements of one kind of record."""

    key: str
    title: Any
    lines: list[Shown]

    @property
    def has_records(self) -> bool:
        return any(line.asked != "0" for line in self.lines)


def groups_of(team: Team, *, is_masked: bool) -> list[Group]:
    """Return the table of a team."""
    found = completeness.lines_of(team)
    return [
        Group(kind, TITLES[kind], [_shown(line, is_masked) for line in _least_first(lines)])
        for kind, lines in found.items()
    ]


def _least_first(lines: list[Line]) -> list[Line]:
    """What is asked of no record stands last."""
    return sorted(lines, key=lambda line: line.percent if line.asked else 101)


def _shown(line: Line, is_masked: bool) -> Shown:
    """Where few have it, or few have it not, a masked reader is told neither number nor share."""
    rest = line.asked - line.there
    is_few = is_masked and any(0 < count < masking.FEWEST for count in (line.asked, line.there, rest))
    return Shown(
        line.element.label,
        line.element.why,
        "" if is_few else str(line.there),
        masking.number(line.asked, is_masked=is_masked),
        None if is_few or not line.asked else line.percent,
    )
