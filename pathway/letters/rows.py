"""Letters that leave the house: the head of a team's paper, a letter in work, and what went out, word for word.

Rows of `pathway.models`, which brings them together.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from patients.models import Patient, kept_history


class Kind(models.TextChoices):
    REFERRER = "referrer", _("To the referrer")
    PATIENT = "patient", _("To the patient")


class Letterhead(models.Model):
    """Who writes, and whom to call: printed on every letter of a team."""

    team = models.OneToOneField(Team, models.PROTECT, primary_key=True, related_name="letterhead")
    address = models.CharField(_("name and address"), max_length=300, blank=True)
    phone = models.CharField(_("phone, on working days"), max_length=40)
    urgent_phone = models.CharField(_("phone, at night and on other days"), max_length=40, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    history = kept_history()
    identifying_fields: set[str] = set()

    def __str__(self) -> str:
        return f"Letterhead of {self.team}"


class LetterDraft(models.Model):
    """A letter in work: what a person adds to what the rows say. Closed when the letter went out or is given up."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="letter_drafts")
    kind = models.CharField(max_length=8, choices=Kind)
    language = models.CharField(_("language"), max_length=12, choices=settings.PATIENT_LANGUAGES)
    recipient = models.CharField(_("to"), max_length=300, blank=True)
    added = models.CharField(_("a sentence of your own"), max_length=600, blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Grows with every change: who works on an older one is told.
    revision = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    identifying_fields = {"recipient", "added"}

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "kind"], condition=Q(closed_at=None), name="pathway_one_open_draft_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="pathway_letter_draft_closed_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"Letter {self.get_kind_display().lower()}, {self.patient}"


class Letter(models.Model):
    """A letter that went out, word for word: never changed. The database itself refuses an update."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="letters")
    draft = models.OneToOneField(LetterDraft, models.PROTECT, related_name="letter")
    kind = models.CharField(max_length=8, choices=Kind)
    language = models.CharField(max_length=12)
    # The whole letter, as the paper was set from it (`pathway.letters.content`).
    content = models.JSONField()
    # The same for whoever reads it without the paper.
    text = models.TextField()
    pdf = models.BinaryField()
    # SHA-256 of the paper, so that a copy can be compared with what went out.
    pdf_sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    identifying_fields = {"content", "text", "pdf"}

    class Meta:
        ordering = ["-issued_at", "-pk"]

    def __str__(self) -> str:
        return f"Letter {self.get_kind_display().lower()}, {self.patient}, {self.issued_at:%Y-%m-%d}"


class LetterSending(models.Model):
    """How a letter left the house: said by who sent it; the product itself sends no letter."""

    class Way(models.TextChoices):
        POST = "post", _("By post")
        HAND = "hand", _("By hand")
        MAIL = "mail", _("By e-mail")

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="sendings")
    way = models.CharField(_("how"), max_length=8, choices=Way)
    sent_on = models.DateField(_("on"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    identifying_fields: set[str] = set()

    class Meta:
        ordering = ["sent_on", "pk"]

    def __str__(self) -> str:
        return f"{self.get_way_display()}, {self.sent_on}"
