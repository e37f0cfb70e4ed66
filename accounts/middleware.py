"""Puts the person's current membership on the request, and activates their language and the team's time zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.models import Membership

SESSION_KEY = "team_id"


class MembershipMiddleware:
    """`request.membership`: the active membership chosen in this session, the first otherwise, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = self._membership(request)
        if request.membership is None:
            return self.get_response(request)
        team = request.membership.team
        with (
            timezone.override(ZoneInfo(team.time_zone)),
            translation.override(request.user.language or team.language),
        ):
            request.LANGUAGE_CODE = translation.get_language()
            return self.get_response(request)

    def _membership(self, request: HttpRequest) -> Membership | None:
        if not request.user.is_authenticated:
            return None
        memberships = list(
            Membership.objects.filter(user=request.user, is_active=True).select_related("team").order_by("pk")
        )
        chosen = request.session.get(SESSION_KEY)
        return next((m for m in memberships if m.team_id == chosen), memberships[0] if memberships else None)
