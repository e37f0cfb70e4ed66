"""Several values of one analyte and one day in one report: the day's value is asked for, never guessed."""

from collections.abc import Callable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients import analytes, measured, written_numbers
from patients.actions.labs import LabEntry, canonical
from patients.lab_report.report import Reading


def mark(rows: list[Any]) -> None:
    """Tell each row of the others that give another value of its analyte for its day."""
    for _same, alike in _gathered(rows, lambda row: (row.reading.analyte.name, row.reading.dates)):
        for row in alike:
            others = [one for one in alike if _amount(one.reading) != _amount(row.reading)]
            row.rivals = [one.reading for one in others]
            if any(one.is_there for one in others):
                # The record holds the day's value already: this one is taken only by choice.
                row.initial["keep"] = False


def refuse(dated: list[tuple[Any, LabEntry]]) -> bool:
    """Ask for one value of an analyte and day where several are ticked; say whether there were any."""
    is_asked = False
    for (analyte, day), alike in _gathered(dated, lambda one: (one[1].analyte, one[1].taken_on)):
        if len({(entry.comparator, entry.canonical_value) for _row, entry in alike}) < 2:
            continue
        is_asked = True
        said = {
            "analyte": _(analytes.ALL[analyte].label),
            "day": date_format(day, "j F Y"),
            "values": ", ".join(_entered(entry) for _row, entry in alike),
        }
        for row, _entry in alike:
            row.add_error("value", _("%(analyte)s of %(day)s: %(values)s. Leave one ticked.") % said)
    return is_asked


def _gathered(rows: list, key: Callable) -> list[tuple[tuple, list]]:
    found: dict[tuple, list] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return [(same, alike) for same, alike in found.items() if len(alike) > 1]


def _entered(entry: LabEntry) -> str:
    unit = measured.unit_label(analytes.ALL[entry.analyte].unit_named(entry.unit))
    return f"{entry.comparator}{written_numbers.as_text(entry.value)} {unit}".strip()


def _amount(reading: Reading) -> tuple:
    """What makes two readings of one analyte the same value, in whichever unit."""
    if reading.unit is None or not all(
        measured.is_possible(reading.analyte, value, reading.unit) for value in reading.values
    ):
        return reading.comparator, reading.values, reading.unit_as_written
    unit = reading.unit.symbol
    return reading.comparator, tuple(canonical(reading.analyte.name, each, unit) for each in reading.values)


def in_words(rivals: list[Reading]) -> str:
    """Say of a row which other values its day has."""
    said = {"line": rivals[0].line_number, "value": _written(rivals[0])}
    if len(rivals) > 1:
        said["others"] = ", ".join(_written(one) for one in rivals)
        return (
            _("Other lines give other values of the same day: %(others)s. Leave one of them ticked.") % said
        )
    return _("Line %(line)s gives %(value)s for the same day. Leave one of them ticked.") % said


def _written(reading: Reading) -> str:
    """A value as the report has it, with its unit."""
    number = written_numbers.as_text(reading.values[0]) if len(reading.values) == 1 else ""
    unit = measured.unit_label(reading.unit) if reading.unit else reading.unit_as_written
    return f"{reading.comparator}{number or reading.value_as_written} {unit}".strip()
