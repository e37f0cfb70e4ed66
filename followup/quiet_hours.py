"""The hours in which nothing leaves, on the team's own clock."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from followup.models import FollowUpSettings


def is_quiet(numbers: FollowUpSettings, local_time: time) -> bool:
    """Say whether nothing leaves now; the same hour twice means that no hour is quiet."""
    start, end = numbers.quiet_from, numbers.quiet_until
    if start <= end:
        return start <= local_time < end
    return local_time >= start or local_time < end


def next_moment(numbers: FollowUpSettings, *, at: datetime, zone: ZoneInfo) -> datetime:
    """Return `at`, or the end of the quiet hours in which it lies."""
    local = at.astimezone(zone)
    if not is_quiet(numbers, local.time()):
        return at
    end = datetime.combine(local.date(), numbers.quiet_until, tzinfo=zone)
    # Compared on the wall's clock: within one zone that is how datetimes compare.
    if end <= local:
        end = datetime.combine(local.date() + timedelta(days=1), numbers.quiet_until, tzinfo=zone)
    return end.astimezone(at.tzinfo)
