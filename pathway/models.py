"""Long work and the worker's pulse. No clinical rows."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Team


class Job(models.Model):
    """Work that a page only starts: the worker claims the row, does it and reports progress here."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(max_length=40)
    team = models.ForeignKey(Team, models.PROTECT, related_name="jobs")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    parameters = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    # A running job whose lease ran out belongs to a worker that died: it is claimed again.
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_steps = models.PositiveIntegerField(default=0)
    all_steps = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    identifying_fields = {"parameters", "result"}

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["state", "claimed_until"], name="pathway_job_to_claim")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class TimetableTick(models.Model):
    """When the timetable last ran each of its entries: `/healthz` fails when the pulse stops."""

    entry = models.CharField(max_length=60, unique=True)
    ticked_at = models.DateTimeField()
    identifying_fields: set[str] = set()

    def __str__(self) -> str:
        return f"{self.entry} {self.ticked_at:%Y-%m-%d %H:%M:%S}"
