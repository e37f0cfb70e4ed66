"""Teams: their settings, and for site admins the list of all and a new one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import actions, permission
from accounts.forms.people import NewTeamForm, TeamForm
from accounts.models import Team


@login_required
def teams(request: HttpRequest) -> HttpResponse:
    permission.require_site_admin(request)
    members = Count("memberships", filter=Q(memberships__is_active=True, memberships__user__is_active=True))
    return render(request, "accounts/teams.html", {"teams": Team.objects.annotate(members=members)})


@login_required
def make_team(request: HttpRequest) -> HttpResponse:
    permission.require_site_admin(request)
    form = NewTeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        team = actions.make_team(team=form.save(commit=False), by=request.user, at=timezone.now())
        messages.success(
            request, _("Made the team %(team)s. Now invite somebody who leads it.") % {"team": team}
        )
        return redirect("accounts:invite", team_id=team.pk)
    return render(request, "accounts/make_team.html", {"form": form})


@login_required
def team_settings(request: HttpRequest, team_id: int) -> HttpResponse:
    team = permission.managed_team(request, team_id)
    form = TeamForm(request.POST or None, instance=team)
    if request.method == "POST" and form.is_valid():
        actions.change_team(team=form.save(commit=False), by=request.user, at=timezone.now())
        messages.success(request, _("Changed the settings of the team."))
        return redirect("accounts:team_people", team_id=team.pk)
    return render(
        request, "accounts/team_settings.html", {"of_team": Team.objects.get(pk=team.pk), "form": form}
    )
