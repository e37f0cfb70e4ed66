"""The people of a team: who they are, inviting them, their role, their absence."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import actions, permission, second_factor
from accounts.forms.people import AbsenceForm, InviteForm, PlaceForm
from accounts.models import Membership, Team
from accounts.roles import Capability


@login_required
def people(request: HttpRequest) -> HttpResponse:
    """The current team's people."""
    membership = permission.require_membership(request, may=Capability.MANAGE_PEOPLE)
    return _people_page(request, membership.team)


@login_required
def team_people(request: HttpRequest, team_id: int) -> HttpResponse:
    return _people_page(request, permission.managed_team(request, team_id))


def _people_page(request: HttpRequest, team: Team) -> HttpResponse:
    memberships = Membership.objects.filter(team=team).select_related("user", "deputy__user")
    members = sorted(memberships, key=lambda member: (not member.is_active, member.user.name.lower()))
    today = timezone.localdate()
    with_code = second_factor.people_with_one([member.user for member in members])
    context = {"of_team": team, "members": members, "with_code": with_code, "today": today}
    context["away"] = {member.pk for member in members if member.is_away(today)}
    return render(request, "accounts/people.html", context)


@login_required
def invite(request: HttpRequest, team_id: int) -> HttpResponse:
    team = permission.managed_team(request, team_id)
    form = InviteForm(request.POST or None, team=team)
    if request.method == "POST" and form.is_valid():
        membership = actions.invite_person(
            team=team, email=form.cleaned_data["email"], name=form.cleaned_data["name"], place=form.place(),
            site_address=request.build_absolute_uri("/").rstrip("/"), by=request.user, at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Invited %(person)s.") % {"person": membership.user})
        return redirect("accounts:team_people", team_id=team.pk)
    return render(request, "accounts/invite.html", {"of_team": team, "form": form})


@login_required
def member(request: HttpRequest, membership_id: int) -> HttpResponse:
    """The role and the absence of one member, each with its own form."""
    membership = permission.managed_membership(request, membership_id)
    place = PlaceForm(initial={"role": membership.role, "is_lead": membership.is_lead})
    return _member_page(request, membership, place, AbsenceForm(membership=membership))


def _member_page(
    request: HttpRequest, membership: Membership, place: PlaceForm, absence: AbsenceForm
) -> HttpResponse:
    context = {
        "member": membership,
        "place": place,
        "absence": absence,
        "is_own": membership.user == request.user,
        "has_code": second_factor.is_set_up(membership.user),
    }
    return render(request, "accounts/member.html", context)


@login_required
@require_POST
def change_place(request: HttpRequest, membership_id: int) -> HttpResponse:
    membership = permission.managed_membership(request, membership_id)
    form = PlaceForm(request.POST)
    if form.is_valid():
        try:
            actions.change_place(
                membership=membership, place=form.place(), by=request.user, at=timezone.now()
            )
        except actions.UnableToChangeMembership as reason:
            form.add_error(None, str(reason))
    if form.errors:
        membership.refresh_from_db()
        return _member_page(request, membership, form, AbsenceForm(membership=membership))
    messages.success(request, _("Changed the role of %(person)s.") % {"person": membership.user})
    return redirect("accounts:team_people", team_id=membership.team_id)


@login_required
@require_POST
def set_absence(request: HttpRequest, membership_id: int) -> HttpResponse:
    membership = permission.managed_membership(request, membership_id)
    form = AbsenceForm(request.POST, membership=membership)
    if not form.is_valid():
        place = PlaceForm(initial={"role": membership.role, "is_lead": membership.is_lead})
        return _member_page(request, membership, place, form)
    actions.set_absence(membership=membership, by=request.user, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Noted the absence of %(person)s.") % {"person": membership.user})
    return redirect("accounts:team_people", team_id=membership.team_id)


@login_required
@require_POST
def set_active(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Take a member out of the team, or let them back in."""
    membership = permission.managed_membership(request, membership_id)
    is_active = request.POST.get("is_active") == "yes"
    said = _("Let %(person)s back in.") if is_active else _("%(person)s can no longer open this team.")
    try:
        actions.set_active(membership=membership, is_active=is_active, by=request.user, at=timezone.now())
        messages.success(request, said % {"person": membership.user})
    except actions.UnableToChangeMembership as reason:
        messages.error(request, str(reason))
    return redirect("accounts:team_people", team_id=membership.team_id)


@login_required
@require_POST
def send_invitation(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Send the mail once more, for one that was lost or is too old."""
    membership = permission.managed_membership(request, membership_id)
    site_address = request.build_absolute_uri("/").rstrip("/")
    actions.send_invitation(membership=membership, site_address=site_address, by=request.user)
    messages.success(request, _("Sent the invitation to %(email)s again.") % {"email": membership.user.email})
    return redirect("accounts:team_people", team_id=membership.team_id)
