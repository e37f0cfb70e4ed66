"""Takes a cohort in: upload, say what its columns mean, check, import all rows or none."""

import hashlib
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from assessments.actions import edition, imported
from followup.actions import outcomes
from pathway.actions import jobs
from pathway.cohort_import import guesses, report
from pathway.cohort_import.mapping import RowReading, Rule, rules_from_json
from pathway.cohort_import.report import CohortReport, Progress
from pathway.cohort_import.targets import DIAGNOSIS_TARGETS, OUTCOME_TARGETS
from pathway.models import CohortImport, Job, RememberedMapping
from patients import table
from patients.actions import register
from patients.models import Patient
from patients.table import Table

CHECK, IMPORT = "check_cohort", "import_cohort"

# A research team keeps closed cases: who they are is not ours to know.
NOT_FOR_RESEARCH = frozenset({"family_name", "given_name", "birth_date"})


@transaction.atomic
def upload_cohort(*, team: Team, file_name: str, content: bytes, by: User, at: datetime) -> CohortImport:
    """Keep the file with guessed or remembered meanings of its columns. Raises table.UnreadableFile."""
    read = table.read(file_name, content)
    remembered = RememberedMapping.objects.filter(team=team, columns_digest=_digest(read)).first()
    rules = rules_from_json(remembered.rules) if remembered else guesses.guess(read)
    return CohortImport.objects.create(
        team=team,
        file_name=file_name[-200:],
        content=content,
        row_count=len(read.rows),
        rules=[
            rule.as_json() for rule in rules if not (team.is_research and rule.target in NOT_FOR_RESEARCH)
        ],
        uploaded_by=by,
        uploaded_at=at,
    )


def table_of(cohort: CohortImport) -> Table:
    """Return the uploaded file as a table; it was readable when it came."""
    return table.read(cohort.file_name, bytes(cohort.content))


@transaction.atomic
def say_columns(*, cohort: CohortImport, rules: list[Rule], at: datetime) -> CohortImport:
    """Store what the columns mean, for this file and for the next with the same columns. An old check falls."""
    cohort.rules = [rule.as_json() for rule in rules]
    cohort.check_job = None
    cohort.save(update_fields=["rules", "check_job"])
    RememberedMapping.objects.update_or_create(
        team=cohort.team,
        columns_digest=_digest(table_of(cohort)),
        defaults={"rules": cohort.rules, "saved_at": at},
    )
    return cohort


@transaction.atomic
def ask_for(*, cohort: CohortImport, kind: str, by: User, at: datetime) -> Job:
    """Put the check or the import of a cohort into the worker's hands; a second click finds the first job."""
    cohort = CohortImport.objects.select_for_update().get(pk=cohort.pk)
    name = "check_job" if kind == CHECK else "import_job"
    job = getattr(cohort, name)
    if job is None or job.state == Job.State.FAILED:
        parameters = {"cohort_id": cohort.pk}
        job = jobs.ask_for_job(kind=kind, team=cohort.team, by=by, parameters=parameters, at=at)
        setattr(cohort, name, job)
        cohort.save(update_fields=[name])
    return job


@transaction.atomic
def give_up(*, cohort: CohortImport, at: datetime) -> CohortImport:
    """Forget the file of a cohort that is not imported; one that the worker has imported meanwhile stays imported."""
    cohort = CohortImport.objects.select_for_update().get(pk=cohort.pk)
    if not cohort.is_open:
        return cohort
    cohort.given_up_at, cohort.content = at, b""
    cohort.save(update_fields=["given_up_at", "content"])
    return cohort


def check_of(job: Job, progress: jobs.Progress) -> CohortReport:
    """Check the cohort of a job line by line; nothing is written."""
    cohort = CohortImport.objects.get(pk=job.parameters["cohort_id"])
    progress.expect(cohort.row_count)
    return check_table(
        team=cohort.team,
        read=table_of(cohort),
        rules=rules_from_json(cohort.rules),
        at=job.asked_at,
        progress=progress.step,
    )


def import_checked(job: Job, done: CohortReport) -> dict:
    """Write every line of a job's cohort, or none; the job's transaction is ours. Done twice, it is done once."""
    cohort = CohortImport.objects.select_for_update().get(pk=job.parameters["cohort_id"])
    if cohort.is_open:
        read, rules = table_of(cohort), rules_from_json(cohort.rules)
        write_table(team=cohort.team, read=read, rules=rules, done=done, by=job.asked_by, at=job.asked_at)
        cohort.imported_at, cohort.content = job.asked_at, b""
        cohort.save(update_fields=["imported_at", "content"])
    return done.as_json()


# How the worker does these jobs; a check writes nothing but its report.
JOB_KINDS = {
    CHECK: jobs.Kind(prepare=check_of, apply=lambda _job, done: done.as_json()),
    IMPORT: jobs.Kind(prepare=check_of, apply=import_checked),
}


def check_table(
    *, team: Team, read: Table, rules: list[Rule], at: datetime, progress: Progress
) -> CohortReport:
    """Return the report of a dry run; nothing is written."""
    registered = Patient.objects.filter(team=team).values_list("mrn", flat=True)
    return report.check(
        read,
        rules,
        registered_mrns={mrn.casefold() for mrn in registered},
        edition=edition.settings_in_force(on=at.date(), at=at),
        on=at.date(),
        progress=progress,
    )


@transaction.atomic
def write_table(
    *, team: Team, read: Table, rules: list[Rule], done: CohortReport, by: User | None, at: datetime
) -> None:
    """Register every row with its diagnosis and its assessment. Raises UnableToDoJob where the check found errors."""
    if done.has_errors:
        raise jobs.UnableToDoJob(_("Some lines need correcting. Check the file again."))
    for _line, reading in report.read_rows(read, rules, at.date()):
        _import_row(team, reading, by, at)


def _digest(read: Table) -> str:
    return hashlib.sha256("\n".join(sorted(read.columns)).encode()).hexdigest()


def _import_row(team: Team, reading: RowReading, by: User | None, at: datetime) -> Patient:
    values = reading.values
    patient = register.register_patient(
        team=team,
        by=by,
        at=at,
        who=_who(team, reading),
        diagnosis={name: values[name] for name in DIAGNOSIS_TARGETS if name in values},
    )
    imported.record_imported_assessment(
        patient=patient, facts=reading.facts(), made_on=_date(reading, "assessed_on"), by=by, at=at
    )
    outcome = {name: values[name] for name in OUTCOME_TARGETS if name in values}
    if outcome:
        outcomes.record_imported_outcome(patient=patient, outcome=outcome, by=by, at=at)
    return patient


def _who(team: Team, reading: RowReading) -> dict[str, Any]:
    values = reading.values
    return {
        "mrn": values["mrn"],
        "family_name": values.get("family_name", ""),
        "given_name": values.get("given_name", ""),
        "birth_date": _date(reading, "birth_date"),
        "birth_year": values.get("birth_year"),
        "sex": values.get("sex", "not_known"),
        "ended_because": Patient.EndedBecause.RESEARCH_CASE if team.is_research else "",
    }


def _date(reading: RowReading, target: str) -> date | None:
    stated = reading.values.get(target)
    return date.fromisoformat(str(stated)) if stated else None
