"""What changes people, teams and memberships. Each change stands in the audit trail; whom it concerned with it."""

from dataclasses import dataclass
from datetime import date, datetime

from allauth.account import app_settings as account_settings
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Membership, Team, User
from accounts.roles import Role


class UnableToChangeMembership(Exception):
    """The message is for the person at the screen."""


@dataclass(frozen=True)
class Place:
    """The role that somebody is given in a team."""

    role: Role
    is_lead: bool = False


@transaction.atomic
def invite_person(
    *, team: Team, email: str, name: str, place: Place, site_address: str, by: User, at: datetime
) -> Membership:
    """Make the person a member, with an account if they have none yet, and send them the way in."""
    person = User.objects.filter(email__iexact=email.strip()).first()
    person = person or User.objects.create_user(email=email, name=name)
    membership = Membership.objects.create(user=person, team=team, role=place.role, is_lead=place.is_lead)
    audit.record_team_change(by=by, team=team, person=person, what="accounts.invite_person", at=at)
    send_invitation(membership=membership, site_address=site_address, by=by)
    return membership


def send_invitation(*, membership: Membership, site_address: str, by: User) -> None:
    """Send the mail once the membership is stored; an account without a password gets a link to choose one."""
    person, team = membership.user, membership.team
    context = {
        "membership": membership,
        "by": by,
        "link": site_address + (_way_in(person) if not person.has_usable_password() else "/"),
        "needs_password": not person.has_usable_password(),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
    }
    with translation.override(person.language or team.language):
        subject = render_to_string("accounts/mail/invitation_subject.txt", context).strip()
        text = render_to_string("accounts/mail/invitation.txt", context)
    transaction.on_commit(lambda: send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [person.email]))


def _way_in(person: User) -> str:
    key = account_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    uid = user_pk_to_url_str(person)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})


@transaction.atomic
def change_place(*, membership: Membership, place: Place, by: User, at: datetime) -> Membership:
    """Give a member another role, or the lead; the team keeps somebody who manages its people."""
    _refuse_own(membership, by)
    _one_change_at_a_time(membership.team)
    membership.role, membership.is_lead = place.role, place.is_lead
    membership.save(update_fields=["role", "is_lead"])
    _refuse_locked_out(membership.team)
    audit.record_team_change(
        by=by, team=membership.team, person=membership.user, what="accounts.change_place", at=at
    )
    return membership


@transaction.atomic
def set_active(*, membership: Membership, is_active: bool, by: User, at: datetime) -> Membership:
    """End a membership, or begin it again; nothing of what the person did is lost."""
    _refuse_own(membership, by)
    _one_change_at_a_time(membership.team)
    membership.is_active = is_active
    membership.save(update_fields=["is_active"])
    _refuse_locked_out(membership.team)
    what = "accounts.reactivate" if is_active else "accounts.deactivate"
    audit.record_team_change(by=by, team=membership.team, person=membership.user, what=what, at=at)
    return membership


@transaction.atomic
def set_absence(
    *,
    membership: Membership,
    away_from: date | None,
    away_until: date | None,
    deputy: Membership | None,
    by: User,
    at: datetime,
) -> Membership:
    """Note when a member is away, and who does their work meanwhile."""
    membership.away_from, membership.away_until, membership.deputy = away_from, away_until, deputy
    membership.save(update_fields=["away_from", "away_until", "deputy"])
    audit.record_team_change(
        by=by, team=membership.team, person=membership.user, what="accounts.set_absence", at=at
    )
    return membership


@transaction.atomic
def make_team(*, team: Team, by: User, at: datetime) -> Team:
    """Store a new team; its first people are invited next."""
    team.save()
    audit.record_team_change(by=by, team=team, what="accounts.make_team", at=at)
    return team


@transaction.atomic
def change_team(*, team: Team, by: User, at: datetime) -> Team:
    """Store what the form changed of a team."""
    team.save()
    audit.record_team_change(by=by, team=team, what="accounts.change_team", at=at)
    return team


@transaction.atomic
def change_user(*, person: User, by: User, at: datetime) -> User:
    """Store what a site admin changed of an account, in the trail of each of the person's teams."""
    person.save()
    _record_in_each_team(person, by=by, what="accounts.change_user", at=at)
    return person


@transaction.atomic
def remove_second_factor(*, person: User, by: User, at: datetime) -> None:
    """Let a person who lost phone and recovery codes sign in with the password alone; their sessions end."""
    Authenticator.objects.filter(user=person).delete()
    for session in UserSession.objects.filter(user=person):
        session.end()
    _record_in_each_team(person, by=by, what="accounts.remove_second_factor", at=at)


def _record_in_each_team(person: User, *, by: User, what: str, at: datetime) -> None:
    for membership in person.memberships.select_related("team"):
        audit.record_team_change(by=by, team=membership.team, person=person, what=what, at=at)


def _refuse_own(membership: Membership, by: User) -> None:
    """Nobody gives themselves another role: an admin of people would open the patients to themselves."""
    if membership.user_id == by.pk:
        raise UnableToChangeMembership(
            _("Your own role is changed by somebody else who manages people, or by a site admin.")
        )


def _one_change_at_a_time(team: Team) -> None:
    """Two who demote each other at the same moment must not both succeed."""
    Team.objects.select_for_update().get(pk=team.pk)


def _refuse_locked_out(team: Team) -> None:
    if not Membership.objects.filter(team=team).managing_people().exists():
        raise UnableToChangeMembership(
            _("Nobody would be left to manage the people of this team. Give somebody else the lead first.")
        )
