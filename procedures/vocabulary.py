"""The reference rows that a record is written in: agents, embolic materials, arteries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from procedures.models import Agent, Artery, EmbolicMaterial


@dataclass(frozen=True)
class Vocabulary:
    """The reference rows by code, retired ones too: an old record still means what it chose."""

    agents: Mapping[str, Agent]
    materials: Mapping[str, EmbolicMaterial]
    arteries: Mapping[str, Artery]

    @property
    def artery_lines(self) -> dict[str, list[str]]:
        """For each artery the codes of those that it arises from, the nearest first."""
        return lines_of({row.pk: (row.code, row.parent_id) for row in self.arteries.values()})


def of_rows(
    agents: Iterable[Agent], materials: Iterable[EmbolicMaterial], arteries: Iterable[Artery]
) -> Vocabulary:
    """Return the rows in the order in which lists show them."""
    return Vocabulary(
        agents={row.code: row for row in sorted(agents, key=_by_name)},
        materials={row.code: row for row in sorted(materials, key=_by_name)},
        arteries={row.code: row for row in sorted(arteries, key=lambda row: (row.order, row.name))},
    )


def _by_name(row: Agent | EmbolicMaterial) -> str:
    return row.name.casefold()


def lines_of(rows: Mapping[int, tuple[str, int | None]]) -> dict[str, list[str]]:
    """Return, for each artery, the codes of those that it arises from; `rows` are code and parent by key."""
    lines = {}
    for code, parent in rows.values():
        line: list[str] = []
        # A ring of parents, which an import might bring, ends where it closes.
        while parent is not None and parent in rows and rows[parent][0] not in (code, *line):
            line.append(rows[parent][0])
            parent = rows[parent][1]
        lines[code] = line
    return lines
