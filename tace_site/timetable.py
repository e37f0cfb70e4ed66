"""Whether the worker's timetable still ticks: asked by `/healthz` and by the top bar of every page."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError

from pathway.models import TimetableTick

# A page may be this late in telling: the question is asked with every page, and its answer changes twice a year.
PAGE_MAY_LAG = timedelta(seconds=5)


def state(*, at: datetime) -> str:
    """Return "ticking", "silent", or "unknown" when the database cannot say."""
    try:
        last = TimetableTick.objects.order_by("-ticked_at").first()
    except DatabaseError:
        return "unknown"
    silence = timedelta(seconds=settings.TIMETABLE_SILENCE_SECONDS)
    return "ticking" if last is not None and at - last.ticked_at < silence else "silent"


class _Remembered:
    """The last answer in this process; not in the shared cache, for pages must not depend on Redis."""

    said, asked_at = "", datetime.min.replace(tzinfo=UTC)


def state_for_page(*, at: datetime) -> str:
    """Return the same, a few seconds old at most."""
    if not timedelta(0) <= at - _Remembered.asked_at < PAGE_MAY_LAG:
        _Remembered.said, _Remembered.asked_at = state(at=at), at
    return _Remembered.said
