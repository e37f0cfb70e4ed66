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
    # Why it failed, in the words that its page shows.
    failure = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    identifying_fields = {"parameters", "result", "failure"}

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


class CohortImport(models.Model):
    """An uploaded cohort on its way: the file, what its columns mean, and the jobs that checked and imported it."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="cohort_imports")
    file_name = models.CharField(_("file"), max_length=200)
    # The file itself, only until it is imported or given up.
    content = models.BinaryField()
    row_count = models.PositiveIntegerField()
    # [{"column", "target", "unit", "means"}, …]: see pathway.cohort_import.mapping.
    rules = models.JSONField(default=list)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    check_job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="+")
    import_job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    identifying_fields = {"file_name", "content"}

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(imported_at=None) | models.Q(given_up_at=None),
                name="pathway_cohort_imported_or_given_up",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_open(self) -> bool:
        return self.imported_at is None and self.given_up_at is None


class RememberedMapping(models.Model):
    """What a team last said of a file with these columns."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    # SHA-256 of the sorted column names.
    columns_digest = models.CharField(max_length=64)
    rules = models.JSONField(default=list)
    saved_at = models.DateTimeField()
    identifying_fields: set[str] = set()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "columns_digest"], name="pathway_mapping_once_a_header"),
        ]

    def __str__(self) -> str:
        return f"Columns {self.columns_digest[:8]} of {self.team}"
