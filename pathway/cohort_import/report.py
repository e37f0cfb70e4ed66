"""Checks a cohort row by row, without writing: what each row is, what the guideline answers, and what is wrong."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date

from django.utils.translation import gettext as _

import guidelines
from assessments import guidance
from assessments.models import EditionSettings
from guidelines.settings import Settings
from pathway.cohort_import import mapping, targets
from pathway.cohort_import.mapping import RowReading, Rule
from patients.table import Table

# Called with the number of lines that are done since the last call.
Progress = Callable[[int], None]


@dataclass
class RowReport:
    """One line of the file: its errors as (column, message), and the verdict where there are none."""

    line: int
    mrn: str
    errors: list[tuple[str, str]] = field(default_factory=list)
    verdict: str = ""
    missing: list[str] = field(default_factory=list)


@dataclass
class CohortReport:
    rows: list[RowReport] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        return any(row.errors for row in self.rows)

    def as_json(self) -> dict:
        verdicts = Counter(row.verdict for row in self.rows if not row.errors)
        return {
            "rows": [asdict(row) for row in self.rows],
            "verdicts": dict(verdicts),
            "wrong_rows": sum(bool(row.errors) for row in self.rows),
        }


def read_rows(table: Table, rules: list[Rule], today: date) -> Iterator[tuple[int, RowReading]]:
    """Yield each line's number and what it says."""
    for line, cells in table.numbered():
        yield line, mapping.read_row(rules, dict(zip(table.columns, cells, strict=True)), today)


def check(
    table: Table,
    rules: list[Rule],
    *,
    registered_mrns: Iterable[str],
    edition: EditionSettings,
    on: date,
    progress: Progress,
) -> CohortReport:
    """Return the report of a dry run. `registered_mrns`: those that the team has already."""
    seen: dict[str, int] = {}
    registered, report = set(registered_mrns), CohortReport()
    settings = guidance.engine_settings(edition)
    column_of = _columns_by_target(rules)
    for line, reading in read_rows(table, rules, on):
        row = _check_row(line, reading, column_of, settings)
        _check_identity(row, registered, seen, column_of)
        report.rows.append(row)
        progress(1)
    return report


def _columns_by_target(rules: list[Rule]) -> dict[str, str]:
    columns: dict[str, list[str]] = {}
    for rule in rules:
        columns.setdefault(rule.target, []).append(rule.column)
    return {target: ", ".join(names) for target, names in columns.items()}


def _check_row(line: int, reading: RowReading, column_of: dict[str, str], settings: Settings) -> RowReport:
    row = RowReport(line, str(reading.values.get("mrn", "")), list(reading.errors))
    if row.errors:
        return row
    try:
        answer = guidelines.eligibility(reading.facts(), would_change=False, settings=settings)
    except guidelines.FactError as error:
        row.errors.append((column_of.get(error.key or "", ""), _in_words(error)))
    else:
        row.verdict, row.missing = answer["verdict"], answer["missing"]
    return row


def _in_words(error: guidelines.FactError) -> str:
    """The engine's message with the fact's label in place of its name."""
    target = targets.ALL.get(error.key or "")
    return str(error).replace(target.name, str(target.label)) if target else str(error)


def _check_identity(row: RowReport, registered: set, seen: dict, column_of: dict[str, str]) -> None:
    column = column_of.get("mrn", "")
    key = row.mrn.casefold()
    if not row.mrn:
        row.errors.append((column, _("has no record number")))
    elif key in registered:
        row.errors.append((column, _("%(mrn)s is already registered in this team") % {"mrn": row.mrn}))
    elif key in seen:
        row.errors.append(
            (column, _("%(mrn)s stands on line %(line)d too") % {"mrn": row.mrn, "line": seen[key]})
        )
    seen.setdefault(key, row.line)
