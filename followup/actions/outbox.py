"""The outbox: claim a message under a lease, look once more whether it is still to go, send it, mark it.

The database alone decides who sends: a claim is one conditional update that also counts the attempt, and only who
holds the claim may mark. A worker that was killed leaves a lease that runs out. Had it sent already, the message goes
out once more under the same Message-ID, and `may_be_twice` says so.
"""

import contextlib
import logging
import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import audit
from accounts.models import Team, User
from followup.actions import database, delivery, looking
from followup.channels import outcome
from followup.models import Message
from followup.models.reminders import Channel

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
AT_ONCE = 50
# What was seen of a message counts for so long; then it is looked at anew.
FRESH = timedelta(seconds=10)


class UnableToRetry(Exception):
    """The message has not failed."""


def send_due(*, clock: Clock) -> int:
    """Send what is due until nothing is; return how many messages left."""
    with contextlib.closing(delivery.Round()) as sending:
        count = 0
        while keys := _due_now(sending, at=clock()):
            count += _send_batch(looking.messages(keys), sending, clock)
        return count


def _send_batch(messages: list[Message], sending: delivery.Round, clock: Clock) -> int:
    """Send messages while what was seen of them is fresh."""
    looked_at = clock()
    looks = looking.look(messages, at=looked_at)
    # Two workers begin at different ends: they seldom want the same message.
    random.shuffle(messages)
    count = 0
    for message in messages:
        if clock() - looked_at > FRESH:
            break
        if sending.is_open(message) and claim(message=message, at=clock()):
            count += _send(message, looks[message.team_id], sending, clock)
    return count


def _due_now(sending: delivery.Round, *, at: datetime) -> list[int]:
    rows = sending.open_channels(_free(at)).order_by("send_after", "pk")
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])


def waiting() -> QuerySet[Message]:
    """Return the messages that have not come to an end."""
    return Message.objects.filter(sent_at=None, failed_at=None, withheld_at=None)


def _free(at: datetime) -> QuerySet[Message]:
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lt=at)
    return waiting().filter(unclaimed, send_after__lte=at)


def claim(*, message: Message, at: datetime) -> bool:
    """Claim a message that is due, as it was read; False where somebody else has had it since."""
    # A claim that ran out belonged to a worker that may have sent; in the application marking is the sending.
    was_left = message.claimed_until is not None and message.channel != Channel.IN_APP
    held = {
        "claimed_until": at + _seconds(settings.MESSAGE_LEASE_SECONDS),
        "claim_token": uuid.uuid4().hex,
        "attempts": message.attempts + 1,
        "may_be_twice": message.may_be_twice or was_left,
    }
    if not _free(at).filter(pk=message.pk, attempts=message.attempts).update(**held):
        return False
    for name, value in held.items():
        setattr(message, name, value)
    return True


def _send(message: Message, look: looking.Look, sending: delivery.Round, clock: Clock) -> int:
    """Send a claimed message; nothing that it raises stops the others."""
    try:
        if message.attempts > len(settings.MESSAGE_RETRY_SECONDS) + 1:
            raise outcome.Refused("Every attempt ended without an answer")
        return _mark(message, **sending.send(message, look, at=clock()))
    except database.AWAY:
        raise
    except outcome.NotSent as problem:
        return _note(message, problem, at=clock())
    except Exception as problem:
        logger.error("Message %s could not be sent: %s", message.pk, type(problem).__name__)
        return _note(message, outcome.NotSent(type(problem).__name__), at=clock())


def _note(message: Message, problem: outcome.NotSent, *, at: datetime) -> int:
    """Say what went wrong, and when the next attempt is, if there is one."""
    delays = settings.MESSAGE_RETRY_SECONDS
    is_last = problem.is_final or message.attempts > len(delays)
    after = {"failed_at": at} if is_last else {"send_after": at + _seconds(delays[message.attempts - 1])}
    _mark(
        message,
        last_error=str(problem)[:300],
        may_be_twice=message.may_be_twice or problem.may_have_arrived,
        **after,
    )
    return 0


def _mark(message: Message, **changes: Any) -> int:
    """Write how it went, and give the claim back; who lost the claim writes nothing."""
    held = waiting().filter(pk=message.pk, claim_token=message.claim_token)
    marked = held.update(claimed_until=None, **changes)
    return int(bool(marked and changes.get("sent_at")))


def _seconds(count: int) -> timedelta:
    return timedelta(seconds=count)


@transaction.atomic
def retry(*, message: Message, by: User, at: datetime) -> Message:
    """Let a failed message start again. Raises UnableToRetry."""
    failed = Message.objects.filter(pk=message.pk, failed_at__isnull=False)
    if not failed.update(failed_at=None, attempts=0, send_after=at, claimed_until=None, last_error=""):
        raise UnableToRetry(message.pk)
    audit.record_team_change(by=by, team=message.team, what="followup.retry_message", at=at)
    message.refresh_from_db()
    return message


@transaction.atomic
def retry_failed(*, team: Team | None, by: User, at: datetime) -> int:
    """Let every failed message of a team, or of all, start again; return how many."""
    failed = Message.objects.filter(failed_at__isnull=False)
    if team is not None:
        failed = failed.filter(team=team)
    count = failed.update(failed_at=None, attempts=0, send_after=at, claimed_until=None, last_error="")
    if count and team is not None:
        audit.record_team_change(by=by, team=team, what="followup.retry_message", at=at)
    elif count:
        audit.record_site_change(by=by, what="followup.retry_message", at=at)
    return count
