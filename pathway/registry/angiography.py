"""The vessels of a procedure's angiography, one line each, with the phases that were looked at."""

from collections.abc import Collection, Iterator
from typing import Any

from django.utils.translation import gettext_noop as _

from pathway.registry.columns import YES_OR_NO, Column, Row
from pathway.registry.subjects import Subject
from pathway.registry.table import Lines, in_lines
from procedures.models import Procedure

SOURCE = "procedures.Procedure.angiography"
PHASES = {"arterial": _("Arterial phase"), "parenchymal": _("Parenchymal phase"), "venous": _("Venous phase")}


def columns() -> tuple[Column, ...]:
    """Return the columns that `lines_of` fills."""
    vessel = Column(
        "artery",
        ("angiography",),
        in_lines,
        _("Vessel, by its code"),
        source=SOURCE,
        model=Procedure,
        fields=frozenset({"angiography"}),
    )
    phases = [
        Column(phase, (), in_lines, label, codes=YES_OR_NO, source=SOURCE) for phase, label in PHASES.items()
    ]
    return (vessel, *phases)


def lines_of(arteries: Collection[str]) -> Lines:
    """Return what writes the vessels of the tree; whatever else stands in the record stays behind."""

    def lines(row: Row, _subject: Subject) -> Iterator[list[object]]:
        for run in row["angiography"] or []:
            if isinstance(run, dict) and run.get("artery") in arteries:
                yield [run["artery"], *(_answer(run.get(phase)) for phase in PHASES)]

    return lines


def _answer(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else ""
