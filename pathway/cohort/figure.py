"""One drawing of a page of the cohort with its words, its table and its files."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.template import loader

from accounts.models import Team
from pathway.cohort.people import Person
from pathway.cohort.standalone import alone
from patients import cells


@dataclass(frozen=True, slots=True)
class Head:
    label: str
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """What the drawing says, for who reads rather than looks. The first cell of a row names it."""

    heads: Sequence[Head]
    rows: Sequence[Sequence[str]]
    # The patient whom a row is about; empty where it is about many.
    patient_ids: Sequence[int] = ()
    is_folded: bool = False

    @property
    def lines(self) -> Iterator[dict[str, Any]]:
        for number, row in enumerate(self.rows):
            yield {
                "name": row[0],
                "patient_id": self.patient_ids[number] if self.patient_ids else None,
                "cells": list(zip(self.heads[1:], row[1:], strict=True)),
            }


def _nothing() -> Iterable[Sequence[Any]]:
    return ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One card of a page. Without a drawing its words say why; `rows` is the file, its head first."""

    key: str
    title: str
    words: Sequence[str] = ()
    source: str = ""
    template: str = ""
    drawn: Any = None
    table: Table | None = None
    rows: Callable[[], Iterable[Sequence[Any]]] = _nothing

    @property
    def has_file(self) -> bool:
        return self.rows is not _nothing


@dataclass(frozen=True, slots=True)
class Page:
    """What one page of the cohort shows; `empty` is said where it has nothing."""

    figures: Sequence[Figure] = ()
    empty: str = ""
    named_ids: Sequence[int] = ()

    def figure(self, key: str) -> Figure | None:
        """Return the drawing of that name, the first where none is named; None where there is no such drawing."""
        return next((one for one in self.figures if not key or one.key == key), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose patients, as known on which day, which of them, and whether small numbers are hidden."""

    team: Team
    on: date
    people: Sequence[Person]
    is_masked: bool


def as_csv(figure: Figure) -> HttpResponse:
    """Return the table behind a drawing, with every row."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{figure.key}.csv"'
    # Spreadsheets take a file for UTF-8 only when it begins with this mark.
    answer.write("\ufeff")
    writer = csv.writer(answer)
    for row in figure.rows():
        writer.writerow(map(cells.neutral, row))
    return answer


def as_svg(figure: Figure) -> HttpResponse:
    """Return the drawing of the page, able to stand alone. It must have one."""
    drawn = loader.render_to_string(figure.template, {"figure": figure})
    answer = HttpResponse(alone(drawn), content_type="image/svg+xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{figure.key}.svg"'
    return answer
