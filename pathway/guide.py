"""The first steps of a person in the product, by role: three to five, each ticked by the rows that it leaves behind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, Membership, Team, User
from accounts.roles import Role
from assessments.models import Assessment
from followup.models import Contact, Decision, FollowUpSettings, Reading
from patients.models import LabResult, Patient
from procedures.models import Agent, Procedure

Rows = Callable[[User, Team | None], QuerySet[Any]]


@dataclass(frozen=True)
class Kind:
    """One step as it is for everybody: its words, the page where it is done, and the rows that show that it was.

    With `is_absence` it is done when there is none of these rows; the page of a team's own takes the team's key.
    """

    words: Promise
    view: str
    rows: Rows
    query: str = ""
    is_of_team: bool = False
    is_absence: bool = False


@dataclass(frozen=True)
class Step:
    words: str | Promise
    url: str
    is_done: bool


@dataclass(frozen=True)
class Guide:
    """The steps of one person; `left` of them are open."""

    steps: list[Step]

    @property
    def left(self) -> int:
        return sum(not step.is_done for step in self.steps)


def _seen(what: str) -> Rows:
    """What a person has looked at is in the audit trail."""
    return lambda person, team: AuditEntry.objects.filter(by=person, team=team, what=what)


KINDS: Mapping[str, Kind] = {
    "patient": Kind(
        _("Enter your first patient"), "patients:register",
        lambda person, team: Patient.objects.filter(team=team, registered_by=person),
    ),
    "assess": Kind(
        _("Assess a patient against the guideline, and sign"), "patients:find",
        lambda person, team: Assessment.objects.filter(patient__team=team, signed_by=person),
    ),
    "treat": Kind(
        _("Record a procedure vessel by vessel, and sign"), "patients:find",
        lambda person, team: Procedure.objects.filter(patient__team=team, signed_by=person),
    ),
    "read": Kind(
        _("Sign the reading of a follow-up scan"), "followup:queue",
        lambda person, team: Reading.objects.filter(review__patient__team=team, signed_by=person),
        "?stage=imaged",
    ),
    "decide": Kind(
        _("Choose what comes after a reading"), "followup:queue",
        lambda person, team: Decision.objects.filter(reading__review__patient__team=team, decided_by=person),
        "?stage=read",
    ),
    "labs": Kind(
        _("Enter or paste laboratory values"), "patients:find",
        lambda person, team: LabResult.objects.filter(patient__team=team, entered_by=person),
    ),
    "contact": Kind(
        _("Work the queue: note a call or a letter"), "followup:queue",
        lambda person, team: Contact.objects.filter(patient__team=team, by=person),
    ),
    "deputy": Kind(
        _("Name who stands in for you"), "accounts:account",
        lambda person, team: Membership.objects.filter(user=person, team=team, deputy__isnull=False),
    ),
    "invite": Kind(
        _("Invite your colleagues"), "accounts:people",
        lambda person, team: Membership.objects.filter(team=team, is_active=True).exclude(user=person),
    ),
    "settings": Kind(
        _("Look through how the team follows up, and save it"), "followup:team_settings",
        lambda person, team: FollowUpSettings.objects.filter(team=team), is_of_team=True,
    ),
    "pharmacy": Kind(
        _("Let the pharmacy sign off the agents"), "procedures:reference",
        lambda person, team: Agent.objects.filter(is_signed_off=False, retired_on=None), is_absence=True,
    ),
    "code": Kind(
        _("Protect your sign-in with a code"), "mfa_index",
        lambda person, team: Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP),
    ),
    "teams": Kind(_("Make the first team"), "accounts:teams", lambda person, team: Team.objects.all()),
    "overview": Kind(_("Open the one page of a patient"), "patients:find", _seen("pathway:patient")),
    "board": Kind(_("See where every patient stands in the loop"), "pathway:board", _seen("pathway:board")),
    "cohort": Kind(_("Look at all patients together"), "pathway:cohort", _seen("pathway:cohort")),
}  # fmt: skip
OF_ROLE: Mapping[str, Sequence[str]] = {
    Role.CLINICIAN: ("patient", "assess", "treat", "read", "decide"),
    Role.COORDINATOR: ("patient", "labs", "contact", "deputy"),
    Role.ADMIN: ("invite", "settings", "pharmacy", "code"),
    Role.OBSERVER: ("overview", "board", "cohort"),
}
OF_LEADS = ("invite", "settings", "board", "deputy")
OF_SITE_ADMINS = ("teams", "pharmacy", "code")


def guide_for(person: User, membership: Membership | None) -> Guide | None:
    """Return the steps of a person in the current team, in one query; None once they are put away."""
    keys = _keys(person, membership)
    if person.guide_put_away_at is not None or not keys:
        return None
    team = membership.team if membership else None
    asked = (Exists(KINDS[key].rows(person, team)) for key in keys)
    found = User.objects.filter(pk=person.pk).values_list(*asked).get()
    return Guide([_step(KINDS[key], is_there, team) for key, is_there in zip(keys, found, strict=True)])


def _keys(person: User, membership: Membership | None) -> Sequence[str]:
    if membership is None:
        return OF_SITE_ADMINS if person.is_site_admin else ()
    return OF_LEADS if membership.is_lead else OF_ROLE[membership.role]


def _step(kind: Kind, is_there: bool, team: Team | None) -> Step:
    arguments = [team.pk] if kind.is_of_team and team else []
    return Step(kind.words, reverse(kind.view, args=arguments) + kind.query, is_there != kind.is_absence)
