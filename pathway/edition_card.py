"""The edition's settings on the home of a site admin: what is in force, what waits for a second person."""

from datetime import date
from typing import Any

from accounts.models import User
from assessments import edition_list
from assessments.models import EditionSettings


def context_for(person: User, *, on: date) -> dict[str, Any]:
    """Return what the card shows; nothing for whoever does not look after the site."""
    if not person.is_site_admin:
        return {}
    draft = EditionSettings.objects.drafts().select_related("drafted_by").first()
    return {
        "shows_edition": True,
        "edition_in_force": EditionSettings.objects.in_force(on),
        "edition_steps": edition_list.steps_of(draft, person) if draft else None,
    }
