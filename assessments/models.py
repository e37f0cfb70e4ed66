"""Is it right, now: the facts at one moment, the findings, the decision and its signature; the edition's settings."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from patients.models import Patient


class EditionSettings(models.Model):
    """The numbers that the guideline leaves open, as one version approved by a second person; then unchangeable."""

    version = models.PositiveIntegerField(unique=True)
    edition = models.CharField(max_length=20, default="cn-2011")
    # Names and values of guidelines.settings; a name that is absent has the engine's default.
    values = models.JSONField(default=dict, blank=True)
    reason = models.TextField(_("reason"))
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    identifying_fields: set[str] = set()

    class Meta:
        ordering = ["-version"]
        verbose_name_plural = "edition settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(drafted_by=None) | ~Q(approved_by=F("drafted_by")),
                name="assessments_edition_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}, settings version {self.version}"


class Assessment(models.Model):
    """Facts of one patient at one moment, weighed against the guideline."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SIGNED = "signed", _("Signed")
        AMENDED = "amended", _("Amended")
        DISCARDED = "discarded", _("Discarded")

    class Choice(models.TextChoices):
        PROCEED = "proceed", _("Proceed")
        DO_NOT_PROCEED = "do_not_proceed", _("Do not proceed")
        REFER = "refer", _("Refer to the multidisciplinary meeting")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="assessments")
    made_on = models.DateField(_("made on"), null=True, blank=True, help_text=_("Empty: a research case."))
    # {"bilirubin_umol_per_l": {"value": 2.1, "unit": "mg/dL", "on": "2026-11-19", "source": "laboratory"}, …}:
    # the contract's shape, with the date and the source of each fact beside it.
    facts = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    # Grows with every saved draft: whoever saves on an older one is shown both values.
    revision = models.PositiveIntegerField(default=0)
    edition_settings = models.ForeignKey(EditionSettings, models.PROTECT, related_name="assessments")

    # Copies of what the engine said, for lists; the signed record is in SignedVersion.
    verdict = models.CharField(max_length=32, blank=True)
    modality = models.CharField(max_length=8, blank=True)
    is_urgent = models.BooleanField(null=True)
    child_pugh_class = models.CharField(max_length=1, blank=True)
    albi = models.FloatField(null=True, blank=True)
    albi_grade = models.CharField(max_length=1, blank=True)
    bclc_stage = models.CharField(max_length=1, blank=True)

    why_not_surgery = models.CharField(_("why surgery is unsuitable or declined"), max_length=300, blank=True)
    individual_plan = models.TextField(_("individual plan"), blank=True)
    decision = models.CharField(_("decision"), max_length=16, choices=Choice, blank=True)
    reason_against_finding = models.TextField(_("reason for going against the finding"), blank=True)

    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    identifying_fields = {"why_not_surgery", "individual_plan", "reason_against_finding"}

    class Meta:
        ordering = ["-made_on", "-pk"]
        indexes = [models.Index(fields=["patient", "-made_on"], name="assessments_by_patient")]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None, status__in=["draft", "discarded"])
                | Q(signed_at__isnull=False, signed_by__isnull=False, status__in=["signed", "amended"]),
                name="assessments_assessment_signed_who_and_when",
            ),
            models.UniqueConstraint(
                fields=["patient"], condition=Q(status="draft"), name="assessments_one_draft_a_patient"
            ),
        ]

    def __str__(self) -> str:
        return f"Assessment of {self.patient}, {self.made_on}"


class SignedVersion(models.Model):
    """What was signed, word for word: never changed. An amendment adds the next number, with its reason."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    # The whole record: facts with unit, date, source; the engine's answer; decision, reasons; edition, settings, engine.
    record = models.JSONField()
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    identifying_fields = {"record", "reason"}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="assessments_version_number_once"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="assessments_amendment_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.assessment}"
