"""The Celery application and the whole timetable.

The timetable can run as a thread of the worker (TIMETABLE_IN_WORKER, out of the box) or as a process of its own
(`celery -A tace_site beat`, in a hospital). `worker --beat` is neither: it forks a second process, whose in-memory
queue no worker reads.
"""

import logging.config
import os
from typing import Any

from celery import Celery, signals
from celery.beat import EmbeddedService
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tace_site.settings")

app = Celery("tace_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def every(seconds: float, task: str, queue: str = "celery") -> dict[str, Any]:
    """Return an entry; a wake-up that nobody took before the next one is worth nothing, so it expires."""
    return {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": max(seconds, 2.0)}}


# Each entry names a task that calls one action. Long jobs have a queue of their own, so that a hospital can give
# them workers of their own.
app.conf.beat_schedule = {
    "tick": every(2.0, "pathway.tasks.tick"),
    "run-waiting-jobs": every(2.0, "pathway.tasks.run_waiting_jobs", queue="jobs"),
    "keep-watch": every(600.0, "procedures.tasks.keep_watch"),
    "sweep-when-due": every(30.0, "followup.tasks.sweep_when_due"),
    "send-due-messages": every(5.0, "followup.tasks.send_due_messages"),
    # Besides what each sweep heals: a sweep that fails heals nothing.
    "open-missing-reviews": every(21600.0, "followup.tasks.open_missing_reviews"),
    "take-away-old-files": every(3600.0, "pathway.tasks.take_away_old_files"),
    "clear-expired-sign-ins": every(3600.0, "accounts.tasks.clear_expired_sign_ins"),
}


@signals.setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Celery sets up no logging of its own: its lines would quote what an exception says of a row."""
    logging.config.dictConfig(settings.LOGGING)


@signals.worker_ready.connect
def start_timetable_in_worker(sender: Any, **kwargs: Any) -> None:
    """Start the timetable as a thread, where the settings say so."""
    if settings.TIMETABLE_IN_WORKER:
        app.send_task("pathway.tasks.tick")
        app.send_task("followup.tasks.sweep_when_due")
        EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler").start()
