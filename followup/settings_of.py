"""How a team follows up: its own settings, or the product's where it has none."""

from datetime import UTC, datetime

from accounts.models import Team
from followup.models import FollowUpSettings

# Not in source: the clinician and the lead are told one, two and four weeks after the window closed.
ESCALATE_AFTER_DAYS = (7, 14, 28)
NEVER_SAVED = datetime(2000, 1, 1, tzinfo=UTC)


def settings_of(team: Team) -> FollowUpSettings:
    """Return the team's settings; the defaults, unsaved, where there is no row."""
    return FollowUpSettings.objects.filter(team=team).first() or of_the_product(team)


def of_the_product(team: Team) -> FollowUpSettings:
    """Return the product's own numbers, unsaved."""
    return FollowUpSettings(team=team, saved_at=NEVER_SAVED, escalate_after_days=list(ESCALATE_AFTER_DAYS))
