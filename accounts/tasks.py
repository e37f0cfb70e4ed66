"""What the timetable does for sign-in: three lines a task."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def clear_expired_sign_ins() -> None:
    """Remove sessions that have expired."""
    call_command("clearsessions")
