"""Whether the worker's timetable still ticks, and the reminders are still swept: the dead-man's switch.

`/healthz` asks it, and the top bar of every page.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder

from followup.models import SweepRun
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


def sweep_state(*, at: datetime) -> str:
    """Return "on time", "late" when no sweep was finished within twice its period, or "unknown" as above.

    An installation is given as long for its first one.
    """
    try:
        last = _last_sweep_at()
    except DatabaseError:
        return "unknown"
    patience = 2 * timedelta(seconds=settings.SWEEP_PERIOD_SECONDS)
    return "on time" if last is not None and at - last < patience else "late"


def _last_sweep_at() -> datetime | None:
    """When the last sweep was finished; before the first, since when there could have been one."""
    finished = SweepRun.objects.filter(finished_at__isnull=False).order_by("-finished_at").first()
    if finished is not None:
        return finished.finished_at
    applied = MigrationRecorder.Migration.objects.filter(app="followup").order_by("applied").first()
    return applied.applied if applied else None


class _Remembered:
    """The last answer in this process; not in the shared cache, for pages must not depend on Redis."""

    said, asked_at = "", datetime.min.replace(tzinfo=UTC)


def state_for_page(*, at: datetime) -> str:
    """Return the timetable's state, "unswept" where it ticks and the sweeps are late; a few seconds old at most."""
    if not timedelta(0) <= at - _Remembered.asked_at < PAGE_MAY_LAG:
        said = state(at=at)
        is_unswept = said == "ticking" and sweep_state(at=at) == "late"
        _Remembered.said, _Remembered.asked_at = "unswept" if is_unswept else said, at
    return _Remembered.said
