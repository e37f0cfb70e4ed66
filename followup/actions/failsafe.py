"""Sign the failsafe sheet of a month: who read the list, how many were in care, and who stood on it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts import audit
from accounts.models import Membership, Team
from followup import failsafe_list
from followup.models import FailsafeSheet


class UnableToSign(Exception):
    """The person does not lead the team."""


class NeedsNote(UnableToSign):
    """Somebody stands on the list: the sheet says what is done about it."""


class ListChanged(UnableToSign):
    """The list is not the one that the person read."""


class SignedAlready(UnableToSign):
    """The sheet of this month is signed; it carries it."""

    def __init__(self, sheet: FailsafeSheet) -> None:
        super().__init__(sheet.pk)
        self.sheet = sheet


@transaction.atomic
def sign_sheet(*, membership: Membership, seen: str, note: str, at: datetime) -> FailsafeSheet:
    """Sign this month's sheet as a lead, for the list that was read (`seen`: its failsafe_list.digest_of).

    Raises UnableToSign, NeedsNote, ListChanged, SignedAlready.
    """
    team = Team.objects.select_for_update().get(pk=membership.team_id)
    if not membership.is_lead or not membership.is_active:
        raise UnableToSign(membership.pk)
    on = at.astimezone(ZoneInfo(team.time_zone)).date()
    month = on.replace(day=1)
    there = failsafe_list.sheet_of(team, month)
    if there:
        raise SignedAlready(there)
    listed = failsafe_list.ids_of(team, on=on)
    if failsafe_list.digest_of(listed) != seen:
        raise ListChanged(team.pk)
    if listed and not note:
        raise NeedsNote(team.pk)
    by = membership.user
    audit.record_team_change(by=by, team=team, what="followup.failsafe_signed", at=at)
    return FailsafeSheet.objects.create(
        team=team,
        month=month,
        patient_ids=listed,
        in_care_count=failsafe_list.in_care_count(team),
        signed_at=at,
        signed_by=by,
        note=note,
    )
