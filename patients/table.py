"""Reads a CSV or XLSX file into a header and rows of text; says in plain words what is wrong with a file."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zipfile import BadZipFile

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

# Not in source: a cohort of a whole hospital fits, and a wrong file does not fill the memory.
MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 300
MOST_UNPACKED_BYTES = 200 * 1024 * 1024

NumberedLine = tuple[int, list[str]]


class UnreadableFile(ValueError):
    """The file cannot be read as a table; the message is for the person who chose it."""


@dataclass(frozen=True)
class Table:
    """A header and rows; `numbers` are those of the rows in their file, where empty lines count too."""

    columns: list[str]
    rows: list[list[str]]
    numbers: list[int] = field(default_factory=list)

    def numbered(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row with its number in the file."""
        return zip(self.numbers or range(2, len(self.rows) + 2), self.rows, strict=True)

    def distinct(self, column: str, most: int) -> list[str] | None:
        """Return the column's distinct values in the order of their frequency, or None if more than `most`."""
        counts = Counter(row[self.columns.index(column)] for row in self.rows)
        counts.pop("", None)
        return [value for value, _n in counts.most_common()] if len(counts) <= most else None

    def samples(self, column: str, most: int = 3) -> list[str]:
        """Return the first different values of a column."""
        index = self.columns.index(column)
        return list(dict.fromkeys(row[index] for row in self.rows if row[index]))[:most]


def read(name: str, content: bytes) -> Table:
    """Read a file by its name's ending. Raises UnreadableFile."""
    if len(content) > MOST_BYTES:
        raise UnreadableFile(_("The file is larger than 10 MB. Split it, or leave out columns."))
    if not content.strip():
        raise UnreadableFile(_("The file is empty."))
    if name.lower().endswith((".xlsx", ".xlsm")):
        return _checked(_xlsx_lines(content))
    if name.lower().endswith((".csv", ".txt", ".tsv")):
        return _checked(_csv_lines(content))
    raise UnreadableFile(_("Only CSV and XLSX files can be read. Save the table as one of them."))


def _csv_lines(content: bytes) -> list[NumberedLine]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableFile(
            _("Line %(line)d is not UTF-8 text. Save the file as “CSV UTF-8” and choose it again.")
            % {"line": line}
        ) from None
    if "\0" in text:
        raise UnreadableFile(_("This is not a text file. Save the table as CSV or XLSX."))
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    try:
        return list(_numbered(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)))
    except csv.Error as error:
        raise UnreadableFile(_("The file cannot be read as CSV: %(error)s.") % {"error": error}) from None


def _numbered(reader) -> Iterator[NumberedLine]:
    """A cell may hold line breaks: a row is numbered by the line on which it begins."""
    begins = 1
    for cells in reader:
        yield begins, cells
        begins = reader.line_num + 1


def _xlsx_lines(content: bytes) -> list[NumberedLine]:
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = workbook.worksheets[0]
        _refuse_what_would_unpack_too_large(workbook)
        lines = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1)
        return [(number, [_as_text(cell) for cell in line]) for number, line in enumerate(lines, 1)]
    except UnreadableFile:
        raise
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, IndexError, TypeError):
        raise UnreadableFile(
            _("The file cannot be read as XLSX. Open it in a spreadsheet and save it again.")
        ) from None


def _refuse_what_would_unpack_too_large(workbook) -> None:
    unpacked = sum(entry.file_size for entry in workbook._archive.infolist())
    if unpacked > MOST_UNPACKED_BYTES:
        raise UnreadableFile(
            _("The workbook is too large once it is unpacked. Keep only the sheet that counts.")
        )


def _as_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _checked(found: list[NumberedLine]) -> Table:
    stripped = [(number, [cell.strip() for cell in cells]) for number, cells in found]
    lines = [(number, cells) for number, cells in stripped if any(cells)]
    if len(lines) < 2:
        raise UnreadableFile(_("The file needs a line of column names and at least one row."))
    columns = _without_empty_tail(lines[0][1])
    if len(columns) > MOST_COLUMNS:
        raise UnreadableFile(_("The file has more than %(most)d columns.") % {"most": MOST_COLUMNS})
    if len(lines) - 1 > MOST_ROWS:
        raise UnreadableFile(_("The file has more than %(most)d rows. Split it.") % {"most": MOST_ROWS})
    _refuse_unclear_names(columns)
    rows = [_fitted(cells, len(columns), number) for number, cells in lines[1:]]
    return Table(columns, rows, [number for number, _cells in lines[1:]])


def _without_empty_tail(names: list[str]) -> list[str]:
    while names and not names[-1]:
        names = names[:-1]
    return names


def _refuse_unclear_names(columns: list[str]) -> None:
    if "" in columns:
        raise UnreadableFile(
            _("Column %(number)d has no name. Name it in the first line.") % {"number": columns.index("") + 1}
        )
    twice = [name for name, count in Counter(columns).items() if count > 1]
    if twice:
        raise UnreadableFile(
            _("Two columns are called “%(name)s”. Give each its own name.") % {"name": twice[0]}
        )


def _fitted(line: list[str], width: int, number: int) -> list[str]:
    if any(line[width:]):
        raise UnreadableFile(
            _("Line %(line)d has more cells than there are column names.") % {"line": number}
        )
    return (line + [""] * width)[:width]
