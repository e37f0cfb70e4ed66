"""Columns that are no field: the age, what days are counted from, the unit of a value."""

from datetime import date

from django.utils.translation import gettext_noop as _

from pathway.registry.columns import DAYS, YES_OR_NO, Column, Row
from pathway.registry.subjects import OLDEST_YEARS, Subject
from patients import analytes
from patients.models import LabResult, PriorTreatment

AGE = Column(
    "age_years",
    (),
    lambda _row, subject: "" if subject.age_years is None else subject.age_years,
    _("Age at the first procedure, whole years; 90 stands for 90 and older"),
    unit="years",
    source=f"worked out from the birth date or year, at most {OLDEST_YEARS}",
)
COUNTED_FROM = Column(
    "day_0_is",
    (),
    lambda _row, subject: "" if subject.day_0 is None else "first_procedure",
    _("What day 0 is"),
    codes={"first_procedure": _("The day of the first procedure that was begun")},
    source="worked out",
)
HAS_IMPORTED_OUTCOME = Column(
    "has_imported_outcome",
    ("imported_outcome__pk",),
    lambda row, _subject: "no" if row["imported_outcome__pk"] is None else "yes",
    _("Came with an imported cohort"),
    codes=YES_OR_NO,
    source="followup.ImportedOutcome",
)
SETTINGS_VERSION = Column(
    "settings_version",
    ("edition_settings__version",),
    lambda row, _subject: row["edition_settings__version"],
    _("Version of the edition's settings"),
    source="assessments.EditionSettings.version",
)


def lab_unit() -> Column:
    """The unit that the value stands in: the analyte's canonical one."""

    def write(row: Row, _subject: Subject) -> str:
        analyte = analytes.ALL.get(row["analyte"])
        return analyte.unit.symbol if analyte else ""

    return Column(
        "unit", ("analyte",), write, _("Unit of the value"), source="patients.analytes", model=LabResult
    )


def treated_day(in_days: bool) -> Column:
    """The day of an earlier treatment, where the whole date is known."""
    parts = ("treated_year", "treated_month", "treated_day")

    def write(row: Row, subject: Subject) -> object:
        known = [row[part] for part in parts]
        try:
            return subject.day(date(*known)) if all(known) else ""
        except ValueError:
            return ""

    return Column(
        "treated_day" if in_days else "treated_on",
        parts,
        write,
        _("Day of the treatment, where it is known to the day"),
        unit=DAYS if in_days else "",
        source="patients.PriorTreatment.treated_year, treated_month, treated_day",
        model=PriorTreatment,
        fields=frozenset(parts),
    )
