"""What the frame around every page shows: navigation, theme, team, training banner."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.roles import Capability
from followup import inbox
from tace_site import timetable


class Item(NamedTuple):
    """A page of the top bar, and who finds it there; a site admin does so in any team, or in none.

    What is `rarely` opened stands under "More" as soon as the bar would be too full.
    """

    url_name: str
    label: Promise
    capability: Capability | None = None
    is_for_everybody: bool = False
    is_for_site_admins: bool = False
    rarely: bool = False


NAVIGATION = [
    Item("pathway:home", _("Home"), is_for_everybody=True),
    Item("followup:queue", _("Queue"), Capability.SEE_PATIENTS),
    Item("patients:find", _("Patients"), Capability.SEE_PATIENTS),
    Item("patients:my_tasks", _("Tasks"), Capability.SEE_PATIENTS),
    Item("pathway:meetings", _("Meetings"), Capability.SEE_PATIENTS),
    Item("pathway:cohort", _("Cohort"), Capability.SEE_PATIENTS),
    Item("pathway:imports", _("Import"), Capability.REGISTER_PATIENTS, rarely=True),
    Item("accounts:people", _("People"), Capability.MANAGE_PEOPLE),
    Item("accounts:teams", _("Teams"), is_for_site_admins=True, rarely=True),
    Item("patients:audit", _("Audit"), Capability.MANAGE_PEOPLE, is_for_site_admins=True, rarely=True),
    Item("assessments:guideline", _("Guideline"), is_for_everybody=True, rarely=True),
    Item("procedures:reference", _("Reference"), is_for_everybody=True, rarely=True),
]
# As many links as stand in one row beside the search on a screen of 1280 pixels.
MOST_IN_THE_BAR = 9


def page_frame(request: HttpRequest) -> dict:
    """Return the frame's context; safe for anonymous requests and error pages."""
    membership = getattr(request, "membership", None)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"demo": settings.IS_DEMONSTRATION, "theme": "auto"}
    return {
        "demo": settings.IS_DEMONSTRATION,
        "theme": user.theme,
        "idle_seconds": settings.IDLE_SECONDS,
        "membership": membership,
        "team": membership.team if membership else None,
        "has_several_teams": len(getattr(request, "memberships", [])) > 1,
        "may_find_patients": _may(membership, Capability.SEE_PATIENTS),
        **_navigation(request, user, membership),
        "timetable_state": _timetable_state(request),
        "unseen_messages": _unseen_messages(request, user),
    }


def _may(membership: Membership | None, capability: Capability) -> bool:
    return bool(membership and membership.may(capability))


def _is_open(item: Item, user: User, membership: Membership | None) -> bool:
    if item.is_for_everybody or (item.is_for_site_admins and user.is_site_admin):
        return True
    return item.capability is not None and _may(membership, item.capability)


def _navigation(request: HttpRequest, user: User, membership: Membership | None) -> dict[str, list[dict]]:
    """Return what this person may open, in the bar and under "More"; what holds the present page is marked."""
    shown = [item for item in NAVIGATION if _is_open(item, user, membership)]
    aside = [item for item in shown if item.rarely] if len(shown) > MOST_IN_THE_BAR else []
    return {
        "nav_items": [_link(request, item) for item in shown if item not in aside],
        "nav_more": [_link(request, item) for item in aside],
    }


def _link(request: HttpRequest, item: Item) -> dict:
    home, url = reverse("pathway:home"), reverse(item.url_name)
    is_current = request.path == url or (url != home and request.path.startswith(url))
    return {"url": url, "label": item.label, "is_current": is_current}


def _timetable_state(request: HttpRequest) -> str | None:
    """Only a whole page has a top bar; a fragment must not pay for it."""
    return None if getattr(request, "htmx", False) else timetable.state_for_page(at=timezone.now())


def _unseen_messages(request: HttpRequest, user: User) -> int:
    """Only a whole page has a bell; whoever sees no patients gets no messages."""
    if getattr(request, "htmx", False):
        return 0
    memberships = getattr(request, "memberships", [])
    teams = [m.team_id for m in memberships if m.may(Capability.SEE_PATIENTS)]
    return inbox.unseen_count(user, teams) if teams else 0
