"""What was changed in a team's follow-up settings, by whom, when, from what to what; a secret is never told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Team, User
from followup import settings_of
from followup.models import FollowUpSettings

TOLD = (
    "soon_days", "escalate_after_days", "unread_working_days", "undecided_working_days",
    "unsigned_working_days", "unstarted_working_days", "longest_pause_days", "quiet_from", "quiet_until", "sends_email",
    "reminds_patients", "webhook_url", "images_early_after_each", "asks_two_readers",
)  # fmt: skip
SECRET = "webhook_secret"  # noqa: S105  the name of a column
MOST = 20


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Event:
    """One saving: who, when, and what."""

    at: datetime
    by: User | None
    changes: list[Change]


def events_of(team: Team) -> list[Event]:
    """Return the changes, the newest first; the first saving is against the product's own numbers."""
    versions = list(
        FollowUpSettings.history.filter(team=team).select_related("history_user").order_by("history_id")
    )
    before: Any = settings_of.of_the_product(team)
    found = []
    for version in versions:
        changes = list(changes_between(before, version))
        if changes:
            found.append(Event(version.history_date, version.history_user, changes))
        before = version
    return found[::-1][:MOST]


def changes_between(before: Any, after: Any, *, but_secret: bool = False) -> Iterator[Change]:
    """Say what differs between two versions of the settings."""
    for name in TOLD:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            label = FollowUpSettings._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            yield Change(capfirst(str(label)), in_words(old), in_words(new))
    if not but_secret and getattr(before, SECRET) != getattr(after, SECRET):
        yield Change(_("Secret of the gateway"), "", _("a new one"))


def in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or _("nothing")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value) if value != "" else _("nothing")
