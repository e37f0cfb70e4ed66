"""Change how a team follows up; make a new secret for its text message gateway, told once."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit, vault
from accounts.models import Team, User
from followup import settings_of
from followup.models import FollowUpSettings
from patients.actions import rows

SECRET_BYTES = 32


class ChangedMeanwhile(Exception):
    """Somebody saved since the form was opened; carries the settings as they are now."""

    def __init__(self, numbers: FollowUpSettings) -> None:
        super().__init__(numbers.team_id)
        self.numbers = numbers


@transaction.atomic
def change_settings(
    *, team: Team, numbers: Mapping[str, Any], seen_at: datetime, by: User, at: datetime
) -> FollowUpSettings:
    """Keep the settings, with their history; `seen_at` is when those on the form were saved.

    What is the same is not kept again. Raises ChangedMeanwhile.
    """
    row = _locked(team)
    if row.saved_at != seen_at:
        raise ChangedMeanwhile(row)
    if all(getattr(row, name) == value for name, value in numbers.items()):
        return row
    for name, value in numbers.items():
        setattr(row, name, value)
    return _keep(row, "followup.change_settings", by=by, at=at)


@transaction.atomic
def make_secret(*, team: Team, by: User, at: datetime) -> str:
    """Replace the secret that signs what goes to the gateway, and return it: it is shown this once."""
    row = _locked(team)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row.webhook_secret = vault.encrypt(secret)
    _keep(row, "followup.make_secret", by=by, at=at)
    return secret


def _locked(team: Team) -> FollowUpSettings:
    # The row may not be there yet: two who save the first one wait for each other at the team.
    Team.objects.select_for_update().get(pk=team.pk)
    return settings_of.settings_of(team)


def _keep(row: FollowUpSettings, what: str, *, by: User, at: datetime) -> FollowUpSettings:
    row.saved_at, row.saved_by = at, by
    rows.keep_row(row, by=by, at=at)
    audit.record_team_change(by=by, team=row.team, what=what, at=at)
    return row
