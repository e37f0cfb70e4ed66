"""The failsafe list: patients in care for whom nothing is planned. It must be empty; a lead signs that each month."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models

from accounts.models import Team, User
from followup import current_step, owners
from followup.models import FailsafeSheet
from patients.models import Patient
from procedures.models import Procedure

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Row:
    """One patient of the list, and who answers for it: who signed last, or the deputy; None is nobody."""

    patient: Patient
    owner: User | None
    stands_in_for: User | None
    # What was planned, and neither begun nor cancelled on its day.
    passed_plan: Procedure | None = None


@dataclass(frozen=True)
class Difference:
    """What changed on the list since a sheet was signed; `are_known` are patients of the team still."""

    added: list[Patient]
    gone: list[Patient]

    def __bool__(self) -> bool:
        return bool(self.added or self.gone)


@dataclass(frozen=True)
class MonthRow:
    """One month of the log: its sheet, or that nobody signed one."""

    month: date
    sheet: FailsafeSheet | None
    is_current: bool


def ids_of(team: Team, *, on: date) -> list[int]:
    """Return who is on the list."""
    return sorted(current_step.without_next_step(team, on=on).order_by().values_list("pk", flat=True))


def digest_of(patient_ids: Iterable[int]) -> str:
    """Return a short mark of a list: a sheet is signed for the list that was read, and for no other."""
    written = ",".join(str(key) for key in sorted(patient_ids))
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def in_care_count(team: Team) -> int:
    """Return how many patients are in care."""
    return Patient.objects.filter(team=team, ended_because="").count()


def rows_of(patients: Iterable[Patient], *, on: date) -> list[Row]:
    """Return the rows of a team's list, with who answers for each today, in a few queries for any number."""
    patients = list(patients)
    if not patients:
        return []
    models.prefetch_related_objects(
        patients, "assessments__signed_by", "procedures__signed_by", "procedures__saved_by"
    )
    answering = owners.all_answering(patients[0].team, on=on)
    return [_row(patient, answering, on=on) for patient in patients]


def _row(patient: Patient, answering: Mapping[int, owners.Answering], *, on: date) -> Row:
    signer = current_step.last_signer(patient)
    answer = answering.get(signer.pk) if signer else None
    plan = current_step.passed_plan(patient, on=on)
    return Row(patient, answer.person if answer else None, answer.stands_in_for if answer else None, plan)


def sheet_of(team: Team, month: date) -> FailsafeSheet | None:
    """Return the sheet of a month, by its first day."""
    return FailsafeSheet.objects.filter(team=team, month=month).select_related("signed_by").first()


def patients_of(sheet: FailsafeSheet) -> list[Patient]:
    """Return who stood on a sheet."""
    return _patients(sheet.team, sheet.patient_ids)


def difference_of(sheet: FailsafeSheet, *, on: date) -> Difference:
    """Return who came onto the list and who went off it since the sheet was signed."""
    then, now = set(sheet.patient_ids), set(ids_of(sheet.team, on=on))
    return Difference(_patients(sheet.team, now - then), _patients(sheet.team, then - now))


def _patients(team: Team, keys: Iterable[int]) -> list[Patient]:
    rows = Patient.objects.filter(team=team, pk__in=list(keys))
    return list(rows.order_by("search_name", "pk"))


def months_of(team: Team, *, on: date) -> list[MonthRow]:
    """Return the months since the team has patients, at most a year of them, the latest first."""
    sheets = {
        sheet.month: sheet for sheet in FailsafeSheet.objects.filter(team=team).select_related("signed_by")
    }
    since = (
        Patient.objects.filter(team=team).order_by("registered_at").values_list("registered_at", flat=True)
    )
    earliest = since.first()
    month = on.replace(day=1)
    rows: list[MonthRow] = []
    while len(rows) < MONTHS_SHOWN:
        rows.append(MonthRow(month, sheets.get(month), month == on.replace(day=1)))
        month = (month - timedelta(days=1)).replace(day=1)
        if earliest is None or month < earliest.date().replace(day=1):
            break
    return rows
