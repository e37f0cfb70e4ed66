"""Patients of a cohort for tests: treated on the days that are named, and what they ask of the pages."""

from datetime import UTC, date, datetime

from pathway.cohort import people
from pathway.cohort.figure import Asked
from tests.factories.patients import PatientFactory
from tests.factories.procedures import ProcedureFactory

TODAY = date(2026, 3, 2)
FIRST = date(2025, 1, 6)


def begin(patient, day, **more):
    """Return a procedure of the patient, begun in the morning of a day."""
    start = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return ProcedureFactory(patient=patient, started_at=start, modality="TACE", **more)


def treated(team, *days, **more):
    """Return the procedures of a new patient, one a day that is named."""
    patient = PatientFactory(team=team, **more)
    return [begin(patient, day) for day in days or (FIRST,)]


def asked(team, *, on=TODAY, is_masked=False):
    """Return what a page is made of: everybody of the team."""
    return Asked(team, on, people.people_of(team, on=on, with_outcomes=False), is_masked)


def figure(page, key):
    return page.figure(key)


def table(figure):
    """Return the rows of a table by their names."""
    return {row[0]: list(row[1:]) for row in figure.table.rows}
