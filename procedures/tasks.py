"""What the timetable does with the days after procedures."""

from celery import shared_task
from django.utils import timezone

from procedures.actions import watch


@shared_task
def keep_watch() -> int:
    """Make the calls and the red flags that are missing; return how many procedures were looked at."""
    return watch.keep_watch(at=timezone.now())
