"""May this person open this page of a team, or of the site? Who may see a patient is asked of `patients.access`."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import Membership, Team, User
from accounts.roles import Capability

# The key of the session under which the chosen team stands.
CHOSEN_TEAM = "team_id"


def require_membership(request: HttpRequest, *, may: Capability) -> Membership:
    """Return the current membership if it allows `may`; 404 without a team, 403 otherwise."""
    if request.membership is None:
        raise Http404
    if not request.membership.may(may):
        raise PermissionDenied
    return request.membership


def require_site_admin(request: HttpRequest) -> User:
    """Return the person if they look after the whole site; 403 otherwise."""
    if not request.user.is_site_admin:
        raise PermissionDenied
    return request.user


def managed_team(request: HttpRequest, team_id: int) -> Team:
    """Return a team whose people this person manages: a lead, an admin of people, or any site admin."""
    team = get_object_or_404(Team, pk=team_id)
    if request.user.is_site_admin:
        return team
    membership = next((m for m in request.memberships if m.team_id == team.pk), None)
    if membership is None:
        raise Http404
    if not membership.may(Capability.MANAGE_PEOPLE):
        raise PermissionDenied
    return team


def managed_membership(request: HttpRequest, membership_id: int) -> Membership:
    """Return a member of such a team."""
    membership = get_object_or_404(Membership.objects.select_related("user", "team"), pk=membership_id)
    managed_team(request, membership.team_id)
    return membership
