"""What a table of the archive is made of, and the columns that tie the tables together."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop

from pathway.registry.columns import Column, Row
from pathway.registry.subjects import Subject

HOW_MADE = "HMAC with the team's secret key"
CODE_OF_PATIENT = Column(
    "patient",
    (),
    lambda _row, subject: subject.code,
    label=gettext_noop("Patient, by a code"),
    source=HOW_MADE,
)
# What one row of ours becomes, where that is not one line.
Lines = Callable[[Row, Subject], Iterator[list[object]]]


@dataclass(frozen=True)
class Table:
    """One file of the archive. `to_patient` is the way from a row to its patient."""

    name: str
    label: str
    model: type[models.Model]
    columns: tuple[Column, ...]
    to_patient: str = "patient_id"
    only: Q = field(default_factory=Q)
    # What is asked besides where only signed records are to leave.
    signed: Q = field(default_factory=Q)
    lines: Lines | None = None

    @property
    def lookups(self) -> set[str]:
        """Return all that is read of a row."""
        return {"pk", self.to_patient} | {lookup for column in self.columns for lookup in column.lookups}

    def kept(self, only_signed: bool) -> Q:
        """Return which rows leave."""
        return self.only & self.signed if only_signed else self.only

    def lines_of(self, row: Row, subject: Subject) -> Iterator[list[object]]:
        """Yield what a row becomes in the file."""
        if self.lines is None:
            yield [column.write(row, subject) for column in self.columns]
            return
        keys = [column.write(row, subject) for column in self.columns if column.write is not in_lines]
        for line in self.lines(row, subject):
            yield [*keys, *line]


def in_lines(_row: Row, _subject: Subject) -> object:
    """Stand in for the writer of a column that the table's `lines` fill."""
    raise TypeError("This column is filled line by line.")


def key_of(kind: str, label: str, *, lookup: str = "pk", name: str = "") -> Column:
    """Return the column of what stands for a row: its own, or the one that it belongs to."""
    return Column(
        name or kind,
        (lookup,),
        lambda row, subject: subject.code_of(kind, row[lookup]),
        label=label,
        source=HOW_MADE,
    )


def keys_of_many(kind: str, label: str, model: type[models.Model], name: str) -> Column:
    """Return the column of what stands for several rows, with blanks between."""
    return Column(
        name,
        (),
        lambda row, subject: " ".join(sorted(subject.code_of(kind, pk) for pk in row[name])),
        label=label,
        source=HOW_MADE,
        model=model,
        fields=frozenset({name}),
        many=name,
    )
