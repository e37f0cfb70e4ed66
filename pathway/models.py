"""Long work, the worker's pulse, imports, the lists of meetings. No clinical rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from assessments.models import SignedVersion
from followup.models import Decision
from pathway.letters import rows as letter_rows  # noqa: F401 - Django finds the rows of a room here
from pathway.merge import rows as merge_rows  # noqa: F401 - as above
from pathway.registry import rows as registry_rows  # noqa: F401 - as above
from patients.models import Patient, Task


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


class Meeting(models.Model):
    """A multidisciplinary meeting of a day: a plan of who is discussed. What is decided is kept in the rooms below."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="meetings")
    held_on = models.DateField(_("held on"))
    # As it is written down: most who attend are of other departments and no users.
    attended = models.TextField(_("who attended"), blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The last pack that somebody asked for.
    pack_job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")
    identifying_fields = {"attended"}

    class Meta:
        ordering = ["-held_on"]
        constraints = [
            models.UniqueConstraint(fields=["team", "held_on"], name="pathway_one_meeting_a_day"),
        ]

    def __str__(self) -> str:
        return f"Meeting of {self.team}, {self.held_on}"


class Discussion(models.Model):
    """One patient on the list of a meeting: the question, and the way to what was decided on it."""

    class Why(models.TextChoices):
        REFERRED = "referred", _("Referred by an assessment")
        NOT_DECIDED = "not_decided", _("Read, not decided")
        SWITCH = "switch", _("Another treatment to be decided")
        TASK = "task", _("A task for the meeting")
        BY_HAND = "by_hand", _("Put on by hand")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="discussions")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="discussions")
    question = models.CharField(_("question"), max_length=400)
    why = models.CharField(_("why it is on the list"), max_length=12, choices=Why)
    position = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_off_at = models.DateTimeField(null=True, blank=True)
    taken_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What the decision became: the amended assessment, the decision on a review, or a dated next step.
    version = models.ForeignKey(SignedVersion, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="+")
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="+")
    identifying_fields = {"question"}

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "patient"],
                condition=Q(taken_off_at=None),
                name="pathway_discussed_once_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(taken_off_at=None, taken_off_by=None)
                | Q(taken_off_at__isnull=False, taken_off_by__isnull=False, decided_at=None),
                name="pathway_taken_off_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, version=None, decision=None, task=None)
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False)
                    & (Q(version__isnull=False) | Q(decision__isnull=False) | Q(task__isnull=False))
                ),
                name="pathway_discussion_decided_with_what",
            ),
        ]

    def __str__(self) -> str:
        return f"Discussion of {self.patient}"

    @property
    def is_decided(self) -> bool:
        """A decision that was taken back in its own room is to be made again."""
        return self.decided_at is not None and not (self.decision and self.decision.withdrawn_at)


class MeetingPack(models.Model):
    """The pack of a meeting as it was made; only the last one of a meeting keeps its pages."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="packs")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    patient_ids = models.JSONField(default=list)
    content = models.BinaryField()
    identifying_fields = {"content"}

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"Pack of {self.meeting}"
