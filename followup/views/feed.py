"""A person's calendar feed: the feed itself, which asks for no session, and the page on which its address is made."""

from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.models import Membership
from accounts.roles import Capability
from followup import feed as feeds
from followup import queue, throttle
from followup.actions import feeds as actions
from followup.models import CalendarFeed
from patients import access

# A calendar asks every few minutes at most, from a telephone and a desk; who asks with wrong tokens is guessing.
MOST_READINGS_AN_HOUR, MOST_REFUSED_AN_HOUR = 120, 60


@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give the feed to whoever holds its address; a wrong or revoked one is not there."""
    address = get_adapter().get_client_ip(request) or ""
    found = CalendarFeed.objects.filter(token_digest=actions.digest_of(token), revoked_at=None)
    one = found.select_related("team", "owner").first()
    if throttle.is_over("feed", one.token_digest if one else address, most=_most(one)):
        return HttpResponse(
            _("Too many requests. Try again in an hour."), status=429, content_type="text/plain"
        )
    membership = _membership(one) if one else None
    if one is None or membership is None:
        raise Http404
    now = timezone.now()
    actions.note_reading(feed=one, at=now)
    with timezone.override(ZoneInfo(one.team.time_zone)), translation.override(_language(one)):
        scope = queue.scope_of(membership, on=timezone.localdate())
        written = feeds.written(scope, at=now)
    response = HttpResponse(written, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="tace-pathway.ics"'
    return response


def _most(one: CalendarFeed | None) -> int:
    return MOST_READINGS_AN_HOUR if one else MOST_REFUSED_AN_HOUR


def _membership(one: CalendarFeed) -> Membership | None:
    """Return the owner's place in the team while they may see its patients there."""
    active = Membership.objects.active().select_related("team", "user")
    membership = active.filter(user=one.owner, team=one.team).first()
    return membership if membership and membership.may(Capability.SEE_PATIENTS) else None


def _language(one: CalendarFeed) -> str:
    return one.owner.language or one.team.language


@login_required
@require_GET
def feed_settings(request: HttpRequest) -> HttpResponse:
    """Show whether my feed of this team is in use, and how to make or revoke it."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    return _page(request, membership)


@login_required
@require_POST
@never_cache
def make_feed(request: HttpRequest) -> HttpResponse:
    """Make my feed and show its address: here, this once, for nothing but its digest is kept to be shown later."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    replaces = request.POST.get("replaces", "")
    is_key = replaces.isascii() and replaces.isdecimal() and len(replaces) < 19
    try:
        _feed, token = actions.make_feed(
            membership=membership, replaces=int(replaces) if is_key else None, at=timezone.now()
        )
    except actions.UnableToMake:
        messages.info(
            request, _("Nothing was made: the address was made already, or renewed in another window.")
        )
        return redirect("followup:feed_settings")
    address = settings.SITE_URL.rstrip("/") + reverse("followup:feed", args=[token])
    return _page(request, membership, address=address)


@login_required
@require_POST
def revoke_feed(request: HttpRequest) -> HttpResponse:
    """Revoke my feed: its address opens nothing from now on."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    if actions.revoke_feed(membership=membership, at=timezone.now()):
        messages.success(request, _("Revoked. The address opens nothing any more."))
    else:
        messages.info(request, _("No feed was in use."))
    return redirect("followup:feed_settings")


def _page(request: HttpRequest, membership: Membership, *, address: str = "") -> HttpResponse:
    context = {"feed": actions.feed_in_use(membership), "address": address}
    return render(request, "followup/feed.html", context)
