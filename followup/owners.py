"""Who answers for something today: its owner, or the deputy while the owner is away; nobody is a red stage."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Membership, Team, User
from accounts.roles import CAPABILITIES, Capability

# Who only looks on answers for nothing: what an observer owned before waits for an owner.
WORKING_ROLES = [role for role, may in CAPABILITIES.items() if Capability.WORK_QUEUE in may]


@dataclass(frozen=True)
class Answering:
    """Who does it today, and for whom where that is a deputy."""

    person: User
    stands_in_for: User | None = None
    away_until: date | None = None


def answering(team: Team, user: User | None, *, on: date) -> Answering | None:
    """Return who answers for what `user` owns in the team that day; None where nobody does."""
    if user is None:
        return None
    rows = _members(team).filter(user=user).select_related("user", "deputy__user")
    membership = rows.first()
    return _answering(membership, on=on) if membership else None


def all_answering(team: Team, *, on: date) -> dict[int, Answering]:
    """Return who answers for each member (by the member's user key), in one query; who is missing has nobody."""
    return {key: answer for key, answer in of_every_member(team, on=on).items() if answer}


def of_every_member(team: Team, *, on: date) -> dict[int, Answering | None]:
    """Return the same with those who have nobody as well, who left the team among them."""
    members = Membership.objects.filter(team=team).select_related("user", "deputy__user")
    return {member.user_id: _answering(member, on=on) if _works(member) else None for member in members}


def _works(member: Membership) -> bool:
    return member.is_active and member.user.is_active and member.role in WORKING_ROLES


def _answering(membership: Membership, *, on: date) -> Answering | None:
    if not membership.is_away(on):
        return Answering(membership.user)
    deputy = membership.deputy
    if deputy is None or not _works(deputy) or deputy.is_away(on):
        return None
    return Answering(deputy.user, membership.user, membership.away_until)


def unowned(team: Team, *, on: date) -> Q:
    """Return the condition "nobody owns it": no owner, one who left, or one who is away without a deputy there."""
    return Q(owner=None) | ~Q(owner__in=_answered(team, on=on))


def _answered(team: Team, *, on: date) -> QuerySet:
    """The keys of the members for whom somebody answers that day."""
    away = Q(away_from__lte=on, away_until__gte=on)
    deputy_away = Q(deputy__away_from__lte=on, deputy__away_until__gte=on)
    works: dict = {
        "deputy__is_active": True,
        "deputy__user__is_active": True,
        "deputy__role__in": WORKING_ROLES,
    }
    deputy_there = Q(**works) & ~deputy_away
    return _members(team).filter(~away | deputy_there).values("user")


def _members(team: Team) -> QuerySet[Membership]:
    return Membership.objects.active().filter(team=team, role__in=WORKING_ROLES)
