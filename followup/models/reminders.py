"""Reminders that fell due and messages that leave. Correctness lives in these rows; the broker only wakes workers."""

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from followup.models.reviews import ImagingReview
from patients.models import Patient, Task, kept_history
from procedures.models import Procedure


class FollowUpSettings(models.Model):
    """How one team follows up. All numbers are the product's own, not in source, and a team may change them."""

    team = models.OneToOneField(Team, models.PROTECT, related_name="follow_up_settings")
    soon_days = models.PositiveSmallIntegerField(_("“soon”, days before the window"), default=7)
    escalate_after_days = models.JSONField(
        _("clinician and lead are told, days after the window closed"), default=list, blank=True
    )
    unread_working_days = models.PositiveSmallIntegerField(_("unread after, working days"), default=3)
    undecided_working_days = models.PositiveSmallIntegerField(_("undecided after, working days"), default=5)
    unsigned_working_days = models.PositiveSmallIntegerField(_("unsigned after, working days"), default=2)
    unstarted_working_days = models.PositiveSmallIntegerField(
        _("planned and not begun after, working days"), default=2
    )
    longest_pause_days = models.PositiveSmallIntegerField(_("longest snooze, days"), default=28)
    quiet_from = models.TimeField(_("quiet from"), default=time(19, 0))
    quiet_until = models.TimeField(_("quiet until"), default=time(7, 0))
    sends_email = models.BooleanField(_("send e-mail to staff"), default=True)
    reminds_patients = models.BooleanField(_("remind patients who agreed"), default=False)
    webhook_url = models.URLField(_("address of the text message gateway"), blank=True)
    # As accounts.vault wrote it: a copy of the database signs nothing.
    webhook_secret = models.CharField(
        _("secret that signs what is sent there, encrypted"), max_length=255, blank=True
    )
    # 4-6 weeks after every intervention instead of only the first: a setting, not in source.
    images_early_after_each = models.BooleanField(
        _("image 4-6 weeks after every intervention"), default=False
    )
    asks_two_readers = models.BooleanField(_("two readers for each review"), default=False)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    history = kept_history()
    identifying_fields = {"webhook_secret"}

    class Meta:
        verbose_name_plural = "follow-up settings"

    def __str__(self) -> str:
        return f"Follow-up settings of {self.team}"


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In the application")
    EMAIL = "email", _("E-mail")
    WEBHOOK = "webhook", _("Text message gateway")


class Message(models.Model):
    """What leaves: one for each recipient, channel and slot. Claimed by a conditional update with a lease.

    A mail server is in no transaction of ours: a worker that died between sending and marking may have sent. Such a
    message goes out once more under the same Message-ID, and `may_be_twice` says so.
    """

    # The template key of a message about a file: its words were written with it, and go out as they are.
    FILE_READY = "file_ready"

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    # One of the two: staff, or the patient who agreed.
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="messages")
    patient = models.ForeignKey(Patient, models.PROTECT, null=True, blank=True, related_name="messages")
    channel = models.CharField(max_length=8, choices=Channel)
    # Team-local hour that it was gathered for, such as 2026-03-02T07.
    slot = models.CharField(max_length=16)
    language = models.CharField(max_length=12)
    template_key = models.CharField(max_length=20)
    # Staff messages name no patient: a count and a link. A patient's text names no disease.
    subject = models.CharField(max_length=200)
    body = models.TextField()
    # Deterministic: the same message has the same one on every attempt.
    message_id = models.CharField(max_length=120, unique=True)
    gathered_at = models.DateTimeField()
    send_after = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    # Of the worker that holds the claim: only it may mark the message.
    claim_token = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    may_be_twice = models.BooleanField(default=False)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    withheld_at = models.DateTimeField(null=True, blank=True)
    withheld_because = models.CharField(max_length=60, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    identifying_fields = {"body", "subject", "last_error"}

    class Meta:
        ordering = ["-gathered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "team", "channel", "slot"],
                condition=Q(user__isnull=False),
                name="followup_message_once_a_slot",
            ),
            models.UniqueConstraint(
                fields=["patient", "channel", "slot"],
                condition=Q(patient__isnull=False),
                name="followup_patient_message_once_a_slot",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, patient=None) | Q(user=None, patient__isnull=False),
                name="followup_message_to_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["send_after"],
                condition=Q(sent_at=None, failed_at=None, withheld_at=None),
                name="followup_message_to_send",
            ),
            models.Index(fields=["team", "-gathered_at"], name="followup_message_by_team"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.slot}"


class Reminder(models.Model):
    """That something fell due for somebody: written once for each subject, rung, day and recipient."""

    class Rung(models.TextChoices):
        SOON = "soon", _("Due soon")
        DUE = "due", _("Window opened")
        LATE = "late", _("Window closed")
        ESCALATED = "escalated", _("Late, escalated")
        WEEKLY = "weekly", _("Late, every week")
        UNREAD = "unread", _("Imaged, not read")
        UNDECIDED = "undecided", _("Read, not decided")
        UNSIGNED = "unsigned", _("Performed, not signed")
        UNSTARTED = "unstarted", _("Planned, not begun")
        TASK = "task", _("Task is due")
        TASK_LATE = "task_late", _("Task is late")

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    review = models.ForeignKey(ImagingReview, models.PROTECT, null=True, blank=True, related_name="reminders")
    procedure = models.ForeignKey(Procedure, models.PROTECT, null=True, blank=True, related_name="+")
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="+")
    rung = models.CharField(max_length=10, choices=Rung)
    # The day on which the rung fell due: a window that moved has rungs of its own.
    rung_on = models.DateField()
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    patient = models.ForeignKey(Patient, models.PROTECT, null=True, blank=True, related_name="+")
    # Subject, rung, day and recipient in one: "review:12/late/2026-03-02/user:7". The conflict that is ignored.
    key = models.CharField(max_length=100, unique=True)
    made_at = models.DateTimeField()
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="reminders")
    # No message was made, with the reason (ended, paused since, no address).
    dropped_because = models.CharField(max_length=40, blank=True)
    identifying_fields: set[str] = set()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(review__isnull=False, procedure=None, task=None)
                | Q(review=None, procedure__isnull=False, task=None)
                | Q(review=None, procedure=None, task__isnull=False),
                name="followup_reminder_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, patient=None) | Q(user=None, patient__isnull=False),
                name="followup_reminder_to_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "made_at"],
                condition=Q(message=None, dropped_because=""),
                name="followup_reminder_to_gather",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class MessageTemplate(models.Model):
    """The words of one message in one language, as site admins wrote them; without a row the product's own stand."""

    key = models.CharField(max_length=20)
    language = models.CharField(max_length=12)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    history = kept_history()
    identifying_fields: set[str] = set()

    class Meta:
        ordering = ["key", "language"]
        constraints = [
            models.UniqueConstraint(fields=["key", "language"], name="followup_template_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key}, {self.language}"


class SweepRun(models.Model):
    """One sweep: when it began and ended and what it wrote. No end within twice its period: the alarm."""

    started_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    reminders_written = models.PositiveIntegerField(default=0)
    messages_gathered = models.PositiveIntegerField(default=0)
    reviews_opened = models.PositiveIntegerField(default=0)
    fault_count = models.PositiveIntegerField(default=0)
    identifying_fields: set[str] = set()

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"Sweep of {self.started_at:%Y-%m-%d %H:%M}"


class SweepFault(models.Model):
    """A row that a sweep could not work through: recorded and skipped, so that it never stops the others."""

    run = models.ForeignKey(SweepRun, models.PROTECT, related_name="faults")
    # "review:12": what it was about.
    subject = models.CharField(max_length=40)
    error = models.CharField(max_length=300)
    at = models.DateTimeField()
    identifying_fields = {"error"}

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.subject


class FailsafeSheet(models.Model):
    """A month's list of patients without a next step, as a person checked and signed it: it ought to be empty."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    # The first day of the month.
    month = models.DateField()
    patient_ids = models.JSONField(default=list)
    in_care_count = models.PositiveIntegerField()
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True)
    identifying_fields = {"note", "patient_ids"}

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["team", "month"], name="followup_sheet_once_a_month"),
        ]

    def __str__(self) -> str:
        return f"Failsafe sheet {self.month:%Y-%m}, {self.team}"
