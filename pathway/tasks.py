"""What the timetable does with waiting jobs."""

import threading

from celery import shared_task
from django.utils import timezone

from pathway.actions import edition_runs, imports, jobs, packs, registry
from pathway.models import TimetableTick

# How each kind of job is done, by the name in its row.
KINDS: dict[str, jobs.Kind] = {
    **imports.JOB_KINDS,
    **edition_runs.JOB_KINDS,
    **packs.JOB_KINDS,
    **registry.JOB_KINDS,
}

# Long jobs may hold two threads of a worker; the others keep the timetable ticking.
_ROOM_FOR_JOBS = threading.BoundedSemaphore(2)


@shared_task
def tick() -> None:
    """Mark the pulse that `/healthz` and the top bar look at."""
    TimetableTick.objects.update_or_create(entry="tick", defaults={"ticked_at": timezone.now()})


@shared_task
def run_waiting_jobs() -> int:
    """Run the jobs that wait, unless this worker is busy with two already; return how many it ran."""
    if not _ROOM_FOR_JOBS.acquire(blocking=False):
        return 0
    try:
        return jobs.run_waiting_jobs(kinds=KINDS, clock=timezone.now)
    finally:
        _ROOM_FOR_JOBS.release()


@shared_task
def take_away_old_files() -> int:
    """Take away the registry exports whose days are over; return how many."""
    return registry.take_away_old_files(at=timezone.now())
