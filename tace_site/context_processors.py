"""What the frame around every page shows: navigation, theme, team, training banner."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.roles import Capability

NAVIGATION = [
    ("pathway:home", _("Home"), None),
    ("patients:find", _("Patients"), Capability.SEE_PATIENTS),
    ("patients:my_tasks", _("Tasks"), Capability.SEE_PATIENTS),
    ("pathway:imports", _("Import"), Capability.REGISTER_PATIENTS),
    ("accounts:people", _("People"), Capability.MANAGE_PEOPLE),
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
        "nav_items": [
            {"url_name": name, "label": label}
            for name, label, capability in NAVIGATION
            if signed_in and (capability is None or (membership and membership.may(capability)))
        ],
    }
