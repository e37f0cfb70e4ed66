"""Reference rows as a file, in the columns that an import reads back."""

import csv
import io

import openpyxl

from patients import cells
from procedures.models import ReferenceRow
from procedures.reference import columns
from procedures.reference.kinds import Kind

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def lines_of(kind: Kind) -> list[list[str]]:
    """Return the names of the columns and a line for each row, retired ones too; nothing that calculates."""
    return [list(kind.all_columns), *(_line(kind, row) for row in kind.rows())]


def _line(kind: Kind, row: ReferenceRow) -> list[str]:
    return [cells.neutral(columns.text_of(row, name)) for name in kind.all_columns]


def as_csv(kind: Kind) -> bytes:
    """Return the rows as CSV; with a byte order mark, so that a spreadsheet reads µ and ≥."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines_of(kind))
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(kind: Kind) -> bytes:
    """Return the rows as a workbook, every cell a text."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(kind.slug)
    for line in lines_of(kind):
        sheet.append(line)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


WRITERS = {CSV: as_csv, XLSX: as_xlsx}
