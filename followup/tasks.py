"""What the timetable does with the follow-up."""

from celery import shared_task
from django.utils import timezone

from followup.actions import heal


@shared_task
def open_missing_reviews() -> int:
    """Open the reviews that are missing and move the windows whose procedure moved; return how many were healed."""
    return heal.open_missing_reviews(at=timezone.now())
