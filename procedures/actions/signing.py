"""Sign a procedure; open it for an amendment, and sign that or give it up, with a reason. What was said stays said."""

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from assessments.guidance import ENGINE_VERSION
from procedures import guidance, kept_record, weighing
from procedures.actions import record, signed_rows
from procedures.models import Amendment, Procedure, SignedVersion


class UnableToSign(Exception):
    """Something is open, or the record changed since it was read; carries the row and what is open."""

    def __init__(self, procedure: Procedure, gaps: list[weighing.Gap]) -> None:
        super().__init__(procedure.pk)
        self.procedure = procedure
        self.gaps = gaps


class UnableToAmend(Exception):
    """It is not signed."""


class UnableToGiveUp(Exception):
    """No amendment is open, or what was signed cannot be brought back row by row."""


@transaction.atomic
def sign_procedure(
    *, procedure: Procedure, revision: int, by: User, at: datetime, reason: str = ""
) -> SignedVersion:
    """Sign the record as it is saved, once; from the second version on with the reason of the amendment.

    `revision` is that of the record which the person read. Raises UnableToSign, and UnableToSave (of the record)
    when it is signed already or was never started.
    """
    row = record.locked_record(procedure)
    weighed = weighing.weigh(row.patient, row)
    gaps = weighing.gaps_of(weighed)
    number = row.versions.count() + 1
    if gaps or row.revision != revision or (number > 1 and not reason):
        raise UnableToSign(row, gaps)
    row.signed_by, row.signed_at, row.amendment_opened_at = by, at, None
    _keep(row, by=by, at=at)
    what = "procedures.sign" if number == 1 else "procedures.sign_amendment"
    _record(row, what, by=by, at=at)
    version = SignedVersion.objects.create(
        procedure=row,
        number=number,
        record=record_of(row, weighed),
        signed_at=at,
        signed_by=by,
        reason=reason if number > 1 else "",
    )
    _end_amendment(row, version)
    return version


def _end_amendment(row: Procedure, version: SignedVersion) -> None:
    amendment = row.amendments.in_work().first()
    if amendment:
        amendment.version = version
        amendment.save()


def record_of(row: Procedure, weighed: weighing.Weighed) -> kept_record.Kept:
    """Return the whole record as it is signed, with what the guideline and the ceilings said of it."""
    return kept_record.record_of(row) | {
        "findings": weighed.findings,
        "meters": weighing.meters_of(weighed.meters),
        "engine_version": ENGINE_VERSION,
        **guidance.settings_of_the_day(weighed.work),
    }


@transaction.atomic
def open_amendment(*, procedure: Procedure, by: User, at: datetime) -> Procedure:
    """Open a signed record again; the version that was signed stays readable, word for word. Raises UnableToAmend."""
    row = Procedure.objects.select_for_update().select_related("patient__team").get(pk=procedure.pk)
    if row.signed_at is None:
        raise UnableToAmend
    Amendment.objects.create(procedure=row, opened_at=at, opened_by=by, signed_rows=signed_rows.rows_of(row))
    row.signed_by = row.signed_at = None
    row.amendment_opened_at = at
    _keep(row, by=by, at=at)
    _record(row, "procedures.open_amendment", by=by, at=at)
    return row


def may_give_up(procedure: Procedure) -> bool:
    """Say whether an amendment is open that can go back to what was signed."""
    in_work = procedure.amendments.in_work().first() if procedure.amendment_opened_at else None
    return in_work is not None and bool(in_work.signed_rows)


@transaction.atomic
def give_up_amendment(*, procedure: Procedure, because: str, by: User, at: datetime) -> Amendment:
    """Go back to the last signed version, row by row; what stood in the record is kept with the reason.

    Raises UnableToGiveUp.
    """
    row = Procedure.objects.select_for_update().select_related("patient__team").get(pk=procedure.pk)
    amendment = row.amendments.in_work().first()
    if amendment is None or not amendment.signed_rows:
        raise UnableToGiveUp
    amendment.given_up_record = kept_record.record_of(row)
    amendment.given_up_at, amendment.given_up_by, amendment.given_up_because = at, by, because
    amendment.save()
    revision = row.revision
    signed_rows.bring_back(row, amendment.signed_rows, at=at)
    row.refresh_from_db()
    row.revision, row.amendment_opened_at = revision, None
    _keep(row, by=by, at=at)
    _record(row, "procedures.give_up_amendment", by=by, at=at)
    return amendment


def _keep(row: Procedure, *, by: User, at: datetime) -> None:
    row.revision += 1
    row.saved_by, row.saved_at = by, at
    row.save()


def _record(row: Procedure, what: str, *, by: User, at: datetime) -> None:
    audit.record_change(by=by, team=row.patient.team, patient_id=row.patient_id, what=what, at=at)
