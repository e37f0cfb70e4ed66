"""What the timetable does with waiting jobs."""

from celery import shared_task
from django.utils import timezone

from pathway.models import TimetableTick


@shared_task
def run_waiting_jobs() -> None:
    """Mark the pulse, then run the jobs that wait."""
    TimetableTick.objects.update_or_create(entry="run_waiting_jobs", defaults={"ticked_at": timezone.now()})
