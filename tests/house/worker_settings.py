"""The product's settings for real workers that a test starts: they also know a job that takes its time."""

from tace_site.settings import *  # noqa: F403

CELERY_IMPORTS = ["tests.house.slow_job"]
