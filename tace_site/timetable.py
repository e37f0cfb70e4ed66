"""Whether the worker's timetable still ticks: asked by `/healthz` and by the top bar of every page."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError

from pathway.models import TimetableTick


def state(*, at: datetime) -> str:
    """Return "ticking", "silent", or "unknown" when the database cannot say."""
    try:
        last = TimetableTick.objects.order_by("-ticked_at").first()
    except DatabaseError:
        return "unknown"
    silence = timedelta(seconds=settings.TIMETABLE_SILENCE_SECONDS)
    return "ticking" if last is not None and at - last.ticked_at < silence else "silent"
