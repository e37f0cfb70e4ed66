"""Imaging that is due, what was done to get it done, and the coordinators' tools round it.

A review is one turn of the loop: open from the intervention (or the review before) until a decision closes it. Its
stage is worked out from its dates (`followup.stages`), never stored. A patient whose course ended keeps the review as
it is: nothing is due and nothing goes out, and it is there again should the end be taken back.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from patients.models import Patient, Task, YesNo
from procedures.models import Procedure


class ImagingModality(models.TextChoices):
    CT = "ct", _("CT")
    MRI = "mri", _("MRI")
    BOTH = "both", _("CT and MRI")


class ImagingReview(models.Model):
    """One review by imaging: its window, who looks after it, when it is booked, done, read and decided."""

    class ClosedBecause(models.TextChoices):
        DECIDED = "decided", _("Decided")
        TREATED_AGAIN = "treated_again", _("Treated again before the review")
        REPLACED = "replaced", _("Replaced by another review")

    class IntervalReason(models.TextChoices):
        AS_PROPOSED = "as_proposed", _("As proposed")
        CLINICAL = "clinical", _("Clinical judgement")
        SCANNER = "scanner", _("Scanner or holidays")
        PATIENT = "patient", _("The patient's wish")
        OTHER = "other", _("Other")

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="reviews")
    # What its window counts from: an intervention of ours, or the review before.
    after_procedure = models.ForeignKey(
        Procedure, models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    after_review = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    counts_from = models.DateField(_("counts from"))
    clause = models.CharField(_("clause"), max_length=8)
    due_from = models.DateField(_("due from"))
    due_to = models.DateField(_("due to, this day included"))
    interval_months = models.PositiveSmallIntegerField(_("interval, months"), null=True, blank=True)
    interval_reason = models.CharField(
        _("why this interval"), max_length=12, choices=IntervalReason, blank=True
    )
    interval_note = models.CharField(_("reason in words"), max_length=300, blank=True)
    # A window that a person chose is left alone when the schedule is worked out again.
    is_rescheduled = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    booked_for = models.DateField(_("booked for"), null=True, blank=True)
    booked_at_time = models.TimeField(_("at"), null=True, blank=True)
    booked_modality = models.CharField(_("imaging"), max_length=4, choices=ImagingModality, blank=True)
    booked_dynamic = models.CharField(
        _("dynamic phases ordered"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    booked_place = models.CharField(_("place"), max_length=120, blank=True)

    done_on = models.DateField(_("imaging done on"), null=True, blank=True)
    done_modality = models.CharField(_("imaging"), max_length=4, choices=ImagingModality, blank=True)
    done_dynamic = models.CharField(
        _("dynamic enhanced scan"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    done_place = models.CharField(_("place"), max_length=120, blank=True)
    is_elsewhere = models.BooleanField(_("imaged elsewhere"), default=False)
    outside_report = models.TextField(_("outside report"), blank=True)
    done_recorded_at = models.DateTimeField(null=True, blank=True)
    done_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Set while one reading stands: taken away when readers disagree, until somebody adjudicates.
    read_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_because = models.CharField(_("closed because"), max_length=16, choices=ClosedBecause, blank=True)
    closing_note = models.CharField(_("note"), max_length=300, blank=True)
    # Grows with every change: who works on an older one is told.
    revision = models.PositiveIntegerField(default=0)
    # Whether the patient's course goes on: kept by the database itself (migration 0003) from patients_patient, so that
    # the queue's index holds nobody whose course has ended. Nothing in Python writes it.
    in_care = models.BooleanField(default=True, editable=False)
    identifying_fields = {"outside_report", "interval_note", "closing_note", "booked_place", "done_place"}

    class Meta:
        ordering = ["due_to", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(closed_at=None), name="followup_one_open_review_a_patient"
            ),
            models.CheckConstraint(
                condition=Q(due_from__gte=F("counts_from"), due_to__gte=F("due_from")),
                name="followup_review_window_in_order",
            ),
            models.CheckConstraint(
                condition=Q(after_procedure__isnull=False) | Q(after_review__isnull=False),
                name="followup_review_counts_from_something",
            ),
            models.CheckConstraint(
                condition=Q(booked_for__isnull=False)
                | Q(booked_for=None, booked_at_time=None, booked_modality="", booked_place=""),
                name="followup_review_booked_with_a_day",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None, done_recorded_at=None, done_recorded_by=None)
                | Q(done_on__isnull=False, done_recorded_at__isnull=False),
                name="followup_review_done_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(read_at=None) | Q(done_on__isnull=False), name="followup_review_read_after_done"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None) | Q(read_at__isnull=False),
                name="followup_review_decided_after_read",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, closed_because="")
                | (Q(closed_at__isnull=False) & ~Q(closed_because="")),
                name="followup_review_closed_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(closed_because="decided", decided_at__isnull=False)
                | (~Q(closed_because="decided") & Q(decided_at=None)),
                name="followup_review_decided_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(interval_months=None) | Q(interval_months__range=(1, 12)),
                name="followup_review_interval_possible",
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "due_to"], condition=Q(closed_at=None), name="followup_review_open_by_team"
            ),
            # The whole queue, the longest waiting first, with all that its filters and counts ask for.
            models.Index(
                "team",
                Coalesce("done_on", "due_to"),
                "id",
                "due_from",
                "due_to",
                "done_on",
                "read_at",
                "owner",
                "booked_for",
                "done_modality",
                "booked_modality",
                "is_elsewhere",
                "patient",
                condition=Q(closed_at=None, in_care=True),
                name="followup_queue",
            ),
        ]

    def __str__(self) -> str:
        return f"Review of {self.patient}, {self.due_from} to {self.due_to}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_to_read(self) -> bool:
        """Say whether its images may still be read: also those of a patient who was treated again before."""
        is_left = self.closed_because == self.ClosedBecause.TREATED_AGAIN
        return self.done_on is not None and (self.is_open or is_left)


class ReviewEvent(models.Model):
    """What was done to a review: who, when, why, and the fields before and after. Only added, never changed."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        RESCHEDULED = "rescheduled", _("Window changed")
        ASSIGNED = "assigned", _("Owner changed")
        BOOKED = "booked", _("Booked")
        BOOKING_CANCELLED = "unbooked", _("Booking cancelled")
        DID_NOT_ATTEND = "missed", _("Did not attend")
        DONE = "done", _("Imaging done")
        DONE_TAKEN_BACK = "not_done", _("Imaging done: taken back")
        PAUSED = "paused", _("Snoozed")
        RESUMED = "resumed", _("Woken")
        READ = "read", _("Read")
        DISPUTED = "disputed", _("Readers disagree")
        DECIDED = "decided", _("Decided")
        DECISION_WITHDRAWN = "undecided", _("Decision withdrawn")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Opened again")
        UNDONE = "undone", _("Undone")

    review = models.ForeignKey(ImagingReview, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # A code of `followup.reasons`, where the kind has any.
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    # {"field": value} as they stood and as they stand; dates and moments in ISO 8601.
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    identifying_fields = {"note", "before", "after"}

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


class Contact(models.Model):
    """One attempt to reach a patient about a review: how, what came of it, and when to try again."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        TEXT_MESSAGE = "sms", _("Text message")
        EMAIL = "email", _("E-mail")
        LETTER = "letter", _("Letter")
        IN_PERSON = "in_person", _("In person")

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached, agreed")
        CALL_BACK = "call_back", _("Reached, call again")
        RELATIVE = "relative", _("Spoke with a relative")
        LEFT_MESSAGE = "left_message", _("Left a message")
        NO_ANSWER = "no_answer", _("No answer")
        WRONG_NUMBER = "wrong_number", _("Wrong number or address")
        REFUSED = "refused", _("Refuses this imaging")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="contacts")
    review = models.ForeignKey(ImagingReview, models.PROTECT, null=True, blank=True, related_name="contacts")
    at = models.DateTimeField(_("when"))
    channel = models.CharField(_("how"), max_length=10, choices=Channel)
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome)
    next_try_on = models.DateField(_("next try on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    identifying_fields = {"note"}

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            # The calls of a month, for the calendar.
            models.Index(
                fields=["next_try_on"],
                condition=Q(next_try_on__isnull=False),
                name="followup_contact_next_try",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_outcome_display()}"


class Pause(models.Model):
    """Somebody answers for what waits and says until when: no reminder goes out before. Silence pauses nothing."""

    class Reason(models.TextChoices):
        CONTACTED = "contacted", _("Patient contacted, waiting for the answer")
        HOSPITAL = "hospital", _("In hospital or too ill now")
        SCANNER = "scanner", _("No scanner time before")
        TRAVELLING = "travelling", _("Patient is away")
        WORKING_ON_IT = "working", _("I am working on it")
        OTHER = "other", _("Other")

    review = models.ForeignKey(ImagingReview, models.PROTECT, null=True, blank=True, related_name="pauses")
    procedure = models.ForeignKey(Procedure, models.PROTECT, null=True, blank=True, related_name="+")
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="+")
    # The first day on which reminders count again.
    until = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    note = models.CharField(_("note"), max_length=300, blank=True)
    paused_at = models.DateTimeField()
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    identifying_fields = {"note"}

    class Meta:
        ordering = ["-paused_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(review__isnull=False, procedure=None, task=None)
                | Q(review=None, procedure__isnull=False, task=None)
                | Q(review=None, procedure=None, task__isnull=False),
                name="followup_pause_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False),
                name="followup_pause_lifted_who_and_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["review", "until"], condition=Q(lifted_at=None), name="followup_pause_review"
            ),
            models.Index(
                fields=["procedure", "until"], condition=Q(lifted_at=None), name="followup_pause_procedure"
            ),
            models.Index(fields=["task", "until"], condition=Q(lifted_at=None), name="followup_pause_task"),
        ]

    def __str__(self) -> str:
        return f"Until {self.until}"


class BulkChange(models.Model):
    """One action on many rows of the queue, with what each was before: so that it can be undone."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=ReviewEvent.Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # [{"review": 12, "revision": 4, "before": {…}}, …]
    rows = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    identifying_fields = {"rows"}

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="followup_bulk_undone_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


class SavedView(models.Model):
    """A filter of the queue that a person named; the filter itself is the address's query."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="queue_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500)
    saved_at = models.DateTimeField()
    identifying_fields: set[str] = set()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["team", "owner", "name"], name="followup_view_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarFeed(models.Model):
    """A person's calendar feed: only a digest of its token is kept, and a revoked token opens nothing."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="calendar_feeds")
    # SHA-256 of the token in the address.
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    identifying_fields = {"token_digest"}

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "owner"], condition=Q(revoked_at=None), name="followup_one_feed_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.owner}, {self.team}"
