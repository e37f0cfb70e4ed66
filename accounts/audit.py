"""Writes the audit trail. A read of the same patient by the same person within five minutes adds no second row."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import AuditEntry, Team, User

SAME_READING = timedelta(minutes=5)


def record_read(
    *, by: User, team: Team, patient_id: int, what: str, at: datetime, fragment: bool = False
) -> None:
    """Record that `by` read a patient's page; a fragment of a page already recorded adds nothing."""
    if fragment and _read_lately(by=by, patient_id=patient_id, at=at):
        return
    _write(by=by, team=team, patient_id=patient_id, what=what, at=at, kind=AuditEntry.Kind.READ)


def record_change(*, by: User | None, team: Team, patient_id: int, what: str, at: datetime) -> None:
    """Record that `by` changed something of a patient."""
    _write(by=by, team=team, patient_id=patient_id, what=what, at=at, kind=AuditEntry.Kind.CHANGE)


def record_list(
    *, by: User, team: Team, patient_ids: Iterable[int], what: str, at: datetime, export: bool = False
) -> None:
    """Record one row for a list (or an export) with the ids that it showed."""
    kind = AuditEntry.Kind.EXPORT if export else AuditEntry.Kind.LIST
    _write(by=by, team=team, what=what, at=at, kind=kind, listed_ids=list(patient_ids))


def _read_lately(*, by: User, patient_id: int, at: datetime) -> bool:
    return AuditEntry.objects.filter(
        by=by, patient_id=patient_id, kind=AuditEntry.Kind.READ, at__gt=at - SAME_READING
    ).exists()


def _write(**fields) -> None:
    AuditEntry.objects.create(**fields)
