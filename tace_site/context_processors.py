"""What the frame around every page shows: navigation, theme, team, training banner."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.roles import Capability
from tace_site import timetable

# What a site admin may open in any team, or in none.
SITE_ADMIN = "site admin"
OF_SITE_ADMINS = {"accounts:teams", "patients:audit"}

NAVIGATION = [
    ("pathway:home", _("Home"), None),
    ("patients:find", _("Patients"), Capability.SEE_PATIENTS),
    ("patients:my_tasks", _("Tasks"), Capability.SEE_PATIENTS),
    ("pathway:imports", _("Import"), Capability.REGISTER_PATIENTS),
    ("accounts:people", _("People"), Capability.MANAGE_PEOPLE),
    ("accounts:teams", _("Teams"), SITE_ADMIN),
    ("patients:audit", _("Audit"), Capability.MANAGE_PEOPLE),
    ("assessments:guideline", _("Guideline"), None),
]


def page_frame(request: HttpRequest) -> dict:
    """Return the frame's context; safe for anonymous requests and error pages."""
    membership = getattr(request, "membership", None)
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "demo": settings.IS_DEMONSTRATION,
        "theme": user.theme if signed_in else "auto",
        "idle_seconds": settings.IDLE_SECONDS if signed_in else None,
        "membership": membership,
        "team": membership.team if membership else None,
        "has_several_teams": len(getattr(request, "memberships", [])) > 1,
        "may_find_patients": _may(membership, Capability.SEE_PATIENTS),
        "nav_items": _nav_items(request, membership) if signed_in else [],
        "timetable_state": timetable.state_for_page(at=timezone.now())
        if _is_whole_page(request, signed_in)
        else None,
    }


def _may(membership: Membership | None, capability: Capability | str | None) -> bool:
    if capability == SITE_ADMIN:
        return False
    return capability is None or bool(membership and membership.may(capability))


def _nav_items(request: HttpRequest, membership: Membership | None) -> list[dict]:
    """Return what this person may open, the item that holds the present page marked."""
    items = [
        {"url": reverse(name), "label": label}
        for name, label, capability in NAVIGATION
        if _may(membership, capability) or (request.user.is_site_admin and name in OF_SITE_ADMINS)
    ]
    for item in items:
        holds_page = item["url"] != "/" and request.path.startswith(item["url"])
        item["is_current"] = holds_page or request.path == item["url"]
    return items


def _is_whole_page(request: HttpRequest, signed_in: bool) -> bool:
    """Only a whole page has a top bar; a fragment must not pay for it."""
    return signed_in and not getattr(request, "htmx", False)
