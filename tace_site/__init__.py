"""The building: settings, addresses, worker and timetable. Says nothing clinical."""

from tace_site.celery import app as celery_app

__all__ = ["celery_app"]
