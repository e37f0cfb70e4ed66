"""The messages of a team as a list: by state, with what a row says of its way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from followup import gateway_host, still_due
from followup.models import Message

FAILED, WAITING, SENT, WITHHELD = "failed", "waiting", "sent", "withheld"
STATES: dict[str, tuple[Any, Q]] = {
    FAILED: (_("Failed"), Q(failed_at__isnull=False)),
    WAITING: (_("Waiting"), Q(sent_at=None, failed_at=None, withheld_at=None)),
    SENT: (_("Sent"), Q(sent_at__isnull=False)),
    WITHHELD: (_("Withheld"), Q(withheld_at__isnull=False)),
}


@dataclass(frozen=True)
class Tab:
    """One state with its count."""

    name: str
    label: str
    count: int


@dataclass(frozen=True)
class Row:
    """One message, why it was withheld, if it was, and what its last attempt met."""

    message: Message
    state: str
    withheld: str
    problem: str


def messages(*, team: Team | None, channel: str, since: datetime) -> QuerySet[Message]:
    """Return the messages of one team or of all: those since a moment, and all that failed or wait."""
    found = Message.objects.filter(Q(gathered_at__gte=since) | STATES[FAILED][1] | STATES[WAITING][1])
    if team is not None:
        found = found.filter(team=team)
    return found.filter(channel=channel) if channel else found


def tabs(found: QuerySet[Message]) -> list[Tab]:
    """Return every state with its count, in one query."""
    counts = found.order_by().aggregate(
        **{name: Count("pk", filter=condition) for name, (_label, condition) in STATES.items()}
    )
    return [Tab(name, str(label), counts[name]) for name, (label, _condition) in STATES.items()]


def chosen(asked: str | None, found: list[Tab]) -> str:
    """Return the state asked for; else the failed ones where there are any, else what was sent."""
    if asked in STATES:
        return asked
    return FAILED if any(tab.count for tab in found if tab.name == FAILED) else SENT


def in_state(found: QuerySet[Message], state: str) -> QuerySet[Message]:
    """Return the messages of one state, the newest first."""
    return found.filter(STATES[state][1]).select_related("team", "user").order_by("-gathered_at", "-pk")


def rows(found: Iterable[Message]) -> list[Row]:
    """Return the rows of the list."""
    return [
        Row(
            message,
            state_of(message),
            str(still_due.WORDS.get(message.withheld_because, "")),
            gateway_host.problem_in_words(message.last_error),
        )
        for message in found
    ]


def state_of(message: Message) -> str:
    """Return the state of one message."""
    if message.sent_at:
        return SENT
    if message.failed_at:
        return FAILED
    return WITHHELD if message.withheld_at else WAITING
