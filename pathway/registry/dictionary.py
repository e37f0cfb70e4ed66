"""What goes with the tables: the dictionary of their columns, and a page that says what the archive is."""

from collections.abc import Iterator, Mapping

from django.utils import translation
from django.utils.translation import gettext

from assessments import guidance
from guidelines import settings as edition
from pathway.registry.columns import Column
from pathway.registry.subjects import Asked
from pathway.registry.table import Table

HEADER = ["table", "column", "label", "unit", "codes", "source"]


def lines(tables: tuple[Table, ...]) -> Iterator[list[object]]:
    """Yield a line for each column, in English: a registry's dictionary has one language."""
    with translation.override("en"):
        yield from [_line(table, column) for table in tables for column in table.columns]


def _line(table: Table, column: Column) -> list[object]:
    codes = "; ".join(f"{code} = {label}" for code, label in (column.codes or {}).items() if code)
    return [table.name, column.name, column.label, column.unit, codes, column.source]


def readme(tables: tuple[Table, ...], counts: Mapping[str, int], asked: Asked, *, site: str) -> str:
    """Return the page that goes with the tables."""
    with translation.override("en"):
        said = [gettext(text) % _values(site) for text in (_TITLE, *_dates(asked), *_REST)]
        listed = [f"{table.name}.csv  {table.label} ({counts[table.name]})" for table in tables]
        chosen = _chosen(asked)
    parts = [said[0], *chosen, *said[1:], "\n".join(["Tables, with their number of lines", "", *listed])]
    return "\n\n".join(parts) + "\n"


def _values(site: str) -> dict[str, str]:
    year = str(edition.EDITION_YEAR)
    return {
        "site": site, "edition": edition.EDITION, "year": year,
        "engine": guidance.ENGINE_VERSION,
    }  # fmt: skip


def _chosen(asked: Asked) -> list[str]:
    """Say who was chosen. No day of a filter is named: of a narrow one it would be the day of a procedure."""
    said = []
    if asked.since or asked.until:
        said.append(
            "Patients with a procedure in a span of days that the site chose, with all their records."
        )
    if asked.modality:
        said.append(f"Patients with a procedure of the modality {asked.modality}, with all their records.")
    said.append(
        "Signed records only." if asked.only_signed else "Records that are not signed yet are here too."
    )
    return said


def _dates(asked: Asked) -> tuple[str, ...]:
    return (_IN_DAYS,) if asked.in_days else (_MOVED,)


_TITLE = """TACE pathway: registry export
Site %(site)s. Edition %(edition)s (%(year)s), engine %(engine)s."""
_IN_DAYS = """Days
A column that ends in _day counts days from day 0, the first procedure that was begun: 35 is five weeks after it,
-3 is three days before. Imported cases have no dates, and empty days. No time of day is here."""
_MOVED = """Dates
Every date of a patient was moved by the same secret number of days, one to 180 either way: the time between two
dates of one patient is true, no date is. Dates of two patients must not be compared. No time of day is here."""
_REST = (
    """Who is who
Patients, rows, people and the site are named by codes: an HMAC-SHA256 with a secret key that stays in the hospital's
database, encrypted. The same patient has the same code in every export of this site, so that a later export can be
joined to an earlier one. Without the key no code leads back.""",
    """What is not here
Names, record numbers, birth dates and years, addresses, free text of any kind, device and lot numbers, times of day.
Ages over 89 are written as 90. What remains may still point to a person whose course is rare: treat it as
confidential.""",
    """Reading the tables
UTF-8, commas, one header line. Empty and not_known mean that nobody knows or asked: never no. Numbers are in the unit
that the dictionary names. Several codes in one cell have blanks between. dictionary.csv explains every column.""",
)
