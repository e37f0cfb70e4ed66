"""Make a person's calendar feed, and revoke it. The token is given back once; only its digest is kept."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import Membership
from followup.models import CalendarFeed

# 32 bytes: nobody guesses it, so that the address alone may open the feed.
TOKEN_BYTES = 32


class UnableToMake(Exception):
    """The feed that was to be replaced is not the one in use: the same form came twice, or from an old page."""


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def feed_in_use(membership: Membership) -> CalendarFeed | None:
    """Return the person's feed of the team, None where there is none or it is revoked."""
    return CalendarFeed.objects.filter(
        team=membership.team, owner=membership.user_id, revoked_at=None
    ).first()


@transaction.atomic
def make_feed(*, membership: Membership, replaces: int | None, at: datetime) -> tuple[CalendarFeed, str]:
    """Make the feed of a member; the one that it replaces opens nothing from then on. Returns it with its token.

    `replaces` is the feed that the person saw in use. Raises UnableToMake where that is not so any more.
    """
    Membership.objects.select_for_update().get(pk=membership.pk)
    older = feed_in_use(membership)
    if (older.pk if older else None) != replaces:
        raise UnableToMake(membership.pk)
    if older:
        _revoke(older, at=at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = CalendarFeed.objects.create(
        team=membership.team, owner=membership.user, token_digest=digest_of(token), made_at=at
    )
    _record(membership, "followup.feed_made", at=at)
    return feed, token


@transaction.atomic
def revoke_feed(*, membership: Membership, at: datetime) -> CalendarFeed | None:
    """Revoke the person's feed of the team; None where none was in use."""
    Membership.objects.select_for_update().get(pk=membership.pk)
    feed = feed_in_use(membership)
    if feed:
        _revoke(feed, at=at)
        _record(membership, "followup.feed_revoked", at=at)
    return feed


def note_reading(*, feed: CalendarFeed, at: datetime) -> None:
    """Note that a calendar asked for the feed, so that its owner sees whether anybody still does."""
    feed.last_read_at = at
    feed.save(update_fields=["last_read_at"])


def _revoke(feed: CalendarFeed, *, at: datetime) -> None:
    feed.revoked_at = at
    feed.save(update_fields=["revoked_at"])


def _record(membership: Membership, what: str, *, at: datetime) -> None:
    person = membership.user
    audit.record_team_change(by=person, team=membership.team, what=what, at=at, person=person)
