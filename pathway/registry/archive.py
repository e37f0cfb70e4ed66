"""Writes the archive, table by table and some hundred patients at a time, so that its size is no matter of memory."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from django.db import models
from django.utils import translation

from accounts.models import Team
from pathway.registry import dictionary
from pathway.registry.pseudonyms import Pseudonyms
from pathway.registry.subjects import Asked, Subject, subjects_of
from pathway.registry.table import Table
from pathway.registry.tables import all_tables
from patients import cells

Progress = Callable[[int], None]


def write(
    file: IO[bytes],
    *,
    team: Team,
    asked: Asked,
    patient_ids: list[int],
    secret: str,
    progress: Progress,
) -> dict[str, int]:
    """Write the archive into a file; return how many lines each of its tables has."""
    pseudonyms = Pseudonyms(secret)
    groups = list(subjects_of(team, patient_ids, in_days=asked.in_days, pseudonyms=pseudonyms))
    # A registry's dictionary has one language, whatever the team's.
    with translation.override("en"):
        tables = all_tables(in_days=asked.in_days)
    counts: dict[str, int] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            lines = _lines_of_all(table, groups, asked.only_signed, progress)
            counts[table.name] = _write_table(archive, f"{table.name}.csv", _header(table), lines)
        _write_table(archive, "dictionary.csv", dictionary.HEADER, dictionary.lines(tables))
        readme = dictionary.readme(tables, counts, asked, site=pseudonyms.code("team", team.pk))
        archive.writestr("README.txt", readme)
    return counts


def _header(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _write_table(
    archive: zipfile.ZipFile, name: str, header: list[str], lines: Iterable[list[object]]
) -> int:
    """Write one table as UTF-8 with commas; return how many lines it has besides its header."""
    count = 0
    with archive.open(name, "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(header)
        for line in lines:
            writer.writerow(map(cells.neutral, line))
            count += 1
    return count


def _lines_of_all(
    table: Table, groups: list[list[Subject]], only_signed: bool, progress: Progress
) -> Iterator[list[object]]:
    for subjects in groups:
        yield from _lines(table, subjects, only_signed)
        progress(len(subjects))


def _lines(table: Table, subjects: list[Subject], only_signed: bool) -> Iterator[list[object]]:
    """Yield the lines of some patients in the order of their codes."""
    by_key = {subject.pk: subject for subject in subjects}
    rows = table.model._default_manager.filter(
        table.kept(only_signed), **{f"{table.to_patient}__in": list(by_key)}
    )
    found = list(rows.order_by("pk").values(*table.lookups))
    _add_many(table, found)
    for row in sorted(found, key=lambda row: by_key[row[table.to_patient]].code):
        yield from table.lines_of(row, by_key[row[table.to_patient]])


def _add_many(table: Table, rows: list[dict[str, Any]]) -> None:
    """Put into each row what its fields to several rows hold, with one question a field."""
    by_key = {row["pk"]: row for row in rows}
    for name in (column.many for column in table.columns if column.many):
        for row in rows:
            row[name] = []
        field: Any = table.model._meta.get_field(name)
        through: type[models.Model] = field.remote_field.through
        mine, other = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
        held = through._default_manager.filter(**{f"{mine}__in": list(by_key)})
        for key, value in held.values_list(mine, other):
            by_key[key][name].append(value)
