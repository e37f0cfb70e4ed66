"""What happens to each request of a signed-in person: idle sessions, second factor, membership, language.

Order in the settings: IdleSessionMiddleware, MembershipMiddleware, SecondFactorMiddleware.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

from accounts import held_form, permission, second_factor, session_lock
from accounts.models import Membership

GetResponse = Callable[[HttpRequest], HttpResponse]


class IdleSessionMiddleware:
    """Lock a session that was idle; answer a page's own request with 401, so that the page can ask for the password."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.locked_user = None
        if request.user.is_authenticated and session_lock.is_idle(request.session, at=timezone.now()):
            request.locked_user = request.user
            request.user = AnonymousUser()  # type: ignore[assignment]
        held = held_form.go_on_with_held_form(request)
        if held is not None:
            return held
        if session_lock.is_page_of_somebody_else(request):
            return _expired() if request.htmx else held_form.hold_form_of_somebody_else(request)
        response = self.get_response(request)
        # A page that asks by itself does not show that somebody is there.
        if request.user.is_authenticated and "X-Background" not in request.headers:
            session_lock.note_activity(request.session, at=timezone.now())
        return self._keep_page(request, response)

    def _keep_page(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """A redirect to the sign-in page would lose what the page holds: answer so that it can go on."""
        if request.user.is_authenticated or not _leads_to_sign_in(response):
            return response
        if request.htmx:
            return _expired()
        return held_form.hold_form(request) if request.method == "POST" else response


def _expired() -> HttpResponse:
    return HttpResponse(status=401, headers={"X-Session": "expired", "HX-Trigger": "sign-in-again"})


def _leads_to_sign_in(response: HttpResponse) -> bool:
    """Say whether a page refused somebody who is not signed in; the pages of sign-in itself name no next page."""
    if response.status_code != 302:
        return False
    path, _mark, query = response["Location"].partition("?")
    return path == reverse("account_login") and "next=" in query


class MembershipMiddleware:
    """`request.membership`: the active membership chosen in this session, the first otherwise, or None.

    The person's language and the team's time zone hold for the whole request.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.memberships = self._memberships(request)
        request.membership = self._chosen(request)
        team = request.membership.team if request.membership else None
        language = _language(request, team)
        zone = ZoneInfo(team.time_zone) if team else timezone.get_default_timezone()
        with timezone.override(zone), translation.override(language):
            request.LANGUAGE_CODE = language
            return self.get_response(request)

    def _memberships(self, request: HttpRequest) -> list[Membership]:
        if not request.user.is_authenticated:
            return []
        memberships = Membership.objects.filter(user=request.user, is_active=True)
        return list(memberships.select_related("team").order_by("pk"))

    def _chosen(self, request: HttpRequest) -> Membership | None:
        if not request.memberships:
            return None
        chosen = request.session.get(permission.CHOSEN_TEAM)
        return next((m for m in request.memberships if m.team_id == chosen), request.memberships[0])


def _name_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _language(request: HttpRequest, team) -> str:
    own = request.user.language if request.user.is_authenticated else ""
    return own or (team.language if team else translation.get_language())


class SecondFactorMiddleware:
    """Lead a member of a team that requires a second factor to set it up before anything else."""

    # By name: what setting it up needs, and the ways out.
    STILL_OPEN = frozenset(
        {
            "mfa_activate_totp",
            "account_reauthenticate",
            "account_logout",
            "accounts:reauthenticate",
            "accounts:set_theme",
            "healthz",
        }
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        requires = any(membership.team.requires_second_factor for membership in request.memberships)
        if not requires or _name_of(request) in self.STILL_OPEN:
            return None
        if second_factor.is_set_up(request.user):
            return None
        set_up = reverse("mfa_activate_totp")
        return HttpResponseClientRedirect(set_up) if request.htmx else HttpResponseRedirect(set_up)
