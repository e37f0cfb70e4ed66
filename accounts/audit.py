"""Writes the audit trail: who read, changed, listed or exported what, and who signed in. No clinical content.

A read of the same patient by the same person within five minutes adds no second row when it is a fragment of a page.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import AuditEntry, Membership, Team, User

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


def record_team_change(
    *, by: User | None, team: Team, what: str, at: datetime, person: User | None = None
) -> None:
    """Record a change of the team or of its people; `person` is whom it concerned."""
    _write(by=by, team=team, person=person, what=what, at=at, kind=AuditEntry.Kind.CHANGE)


def record_site_change(*, by: User, what: str, at: datetime) -> None:
    """Record a change of what belongs to the whole site and to no team, such as the reference data."""
    _write(by=by, team=None, what=what, at=at, kind=AuditEntry.Kind.CHANGE)


def record_list(
    *, by: User, team: Team | None, patient_ids: Iterable[int], what: str, at: datetime, export: bool = False
) -> None:
    """Record one row for a list (or an export) with the ids that it showed."""
    kind = AuditEntry.Kind.EXPORT if export else AuditEntry.Kind.LIST
    _write(by=by, team=team, what=what, at=at, kind=kind, listed_ids=list(patient_ids))


def record_sign_in(*, by: User, what: str, at: datetime) -> None:
    """Record that a person signed in, in the trail of each of their teams."""
    for team in _teams_of(by):
        _write(by=by, team=team, what=what, at=at, kind=AuditEntry.Kind.SIGN_IN)


def record_refused_sign_in(*, by: User | None, what: str, at: datetime) -> None:
    """Record a refused password or code. Nothing of what was typed is kept: it may be a password."""
    for team in _teams_of(by):
        _write(by=by, team=team, what=what, at=at, kind=AuditEntry.Kind.REFUSED)


def _teams_of(person: User | None) -> list[Team | None]:
    memberships = Membership.objects.filter(user=person, is_active=True).select_related("team")
    return [membership.team for membership in memberships] or [None]


def _read_lately(*, by: User, patient_id: int, at: datetime) -> bool:
    return AuditEntry.objects.filter(
        by=by, patient_id=patient_id, kind=AuditEntry.Kind.READ, at__gt=at - SAME_READING
    ).exists()


def _write(**fields) -> None:
    AuditEntry.objects.create(**fields)
