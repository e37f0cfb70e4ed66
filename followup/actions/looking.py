"""One more look before a batch of messages leaves: what of each still waits, and for whom. A few questions for all."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.models import Membership, Team
from followup import settings_of, still_due
from followup.models import FollowUpSettings, Message, Reminder

# A message to staff is known by these; the e-mail speaks of what the one in the application does.
_SAME = ("message__user", "message__slot")


@dataclass
class Look:
    """What a team's messages are to say at one moment."""

    at: datetime
    on: date
    zone: ZoneInfo
    numbers: FollowUpSettings
    # How much waits on each rung for a person in an hour; and why nothing does.
    counts: dict[tuple[int, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    gone: dict[tuple[int, str], str] = field(default_factory=dict)
    # Of a message to a patient: what still stands, and why nothing does.
    reminders: dict[int, Reminder] = field(default_factory=dict)
    gone_of_patient: dict[int, str] = field(default_factory=dict)


def messages(keys: Iterable[int]) -> list[Message]:
    """Return messages with what sending them asks for; whether the person is still in the team among it."""
    member = Membership.objects.active().filter(user=OuterRef("user"), team=OuterRef("team"))
    found = Message.objects.filter(pk__in=keys).select_related("team", "user", "patient")
    return list(found.annotate(is_member=Exists(member)))


def look(found: Iterable[Message], *, at: datetime) -> dict[int, Look]:
    """Return for each team of the messages what they are to say."""
    by_team: dict[int, list[Message]] = defaultdict(list)
    for message in found:
        by_team[message.team_id].append(message)
    return {key: _look(rows[0].team, rows, at=at) for key, rows in by_team.items()}


def _look(team: Team, found: list[Message], *, at: datetime) -> Look:
    zone = ZoneInfo(team.time_zone)
    made = Look(at, at.astimezone(zone).date(), zone, settings_of.settings_of(team))
    to_staff = [message for message in found if message.user_id]
    if to_staff:
        _count(made, _of_staff(team, to_staff))
    to_patients = [message.pk for message in found if message.patient_id]
    if to_patients:
        _choose(made, Reminder.objects.filter(message__in=to_patients).select_related("review"))
    return made


def _of_staff(team: Team, found: list[Message]) -> QuerySet[Reminder]:
    return Reminder.objects.filter(
        message__team=team,
        message__user__in={message.user_id for message in found},
        message__slot__in={message.slot for message in found},
    )


def _count(made: Look, reminders: QuerySet[Reminder]) -> None:
    """Count what waits; a thing counts once on a rung."""
    rows: QuerySet[Any] = still_due.with_gone_because(reminders, numbers=made.numbers, on=made.on)
    counted = (
        rows.order_by()
        .values(*_SAME, "rung", "gone_because")
        .annotate(
            reviews=Count("review", distinct=True),
            procedures=Count("procedure", distinct=True),
            tasks=Count("task", distinct=True),
        )
    )
    for row in counted:
        key = (row["message__user"], row["message__slot"])
        if row["gone_because"]:
            made.gone[key] = row["gone_because"]
        else:
            made.counts[key][row["rung"]] += row["reviews"] + row["procedures"] + row["tasks"]


def _choose(made: Look, reminders: QuerySet[Reminder]) -> None:
    """Choose for each patient the latest of what still stands."""
    rows: QuerySet[Any] = still_due.with_gone_because(reminders, numbers=made.numbers, on=made.on)
    for reminder in rows.order_by("rung_on", "pk"):
        if reminder.gone_because:
            made.gone_of_patient[reminder.message_id] = reminder.gone_because
        else:
            made.reminders[reminder.message_id] = reminder
