"""The Celery application and the whole timetable."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tace_site.settings")

app = Celery("tace_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Seconds or crontab; each entry names a task that calls one action.
app.conf.beat_schedule = {
    "run-waiting-jobs": {"task": "pathway.tasks.run_waiting_jobs", "schedule": 2.0},
    "clear-expired-sign-ins": {"task": "accounts.tasks.clear_expired_sign_ins", "schedule": 3600.0},
}
