"""What the timetable does with the follow-up."""

import threading

from celery import shared_task
from django.utils import timezone

from followup.actions import heal, outbox, sweep

# A mail server that answers slowly holds one thread of a worker; the others keep the timetable ticking.
_ONE_SENDS = threading.Lock()


@shared_task
def open_missing_reviews() -> int:
    """Open the reviews that are missing and move the windows whose procedure moved; return how many were healed."""
    return heal.open_missing_reviews(at=timezone.now())


@shared_task
def sweep_when_due() -> int:
    """Sweep once in every hour, and again soon where a sweep did not end; return how many reminders were written."""
    now = timezone.now()
    return sweep.sweep(at=now, clock=timezone.now).reminders_written if sweep.is_due(at=now) else 0


@shared_task
def send_due_messages() -> int:
    """Send the messages that are due, unless this worker is at it already; return how many left."""
    if not _ONE_SENDS.acquire(blocking=False):
        return 0
    try:
        return outbox.send_due(clock=timezone.now)
    finally:
        _ONE_SENDS.release()
