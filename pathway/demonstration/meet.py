"""The next meeting of the demonstration team: everybody whom the records raise a question about by then."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.models import Team, User
from pathway.actions import meetings
from pathway.meeting import proposals
from pathway.models import Meeting

IN_DAYS = 4


def prepare_meeting(team: Team, colleagues: Mapping[str, User], at: datetime) -> Meeting:
    """Open the meeting and put on its list whom it proposes; who is asked for later stays proposed."""
    by = colleagues["coordinator"]
    meeting = meetings.open_meeting(team=team, held_on=at.date() + timedelta(days=IN_DAYS), by=by, at=at)
    due = [one for one in proposals.proposals_of(meeting, on=at.date()) if not one.is_later]
    meetings.put_on_proposed(meeting=meeting, proposals=due, by=by, at=at)
    return meeting
