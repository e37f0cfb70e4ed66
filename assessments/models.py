"""Is it right, now: the facts at one moment, the findings, the decision and its signature; the edition's settings."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from patients.models import Patient

ELIGIBLE_VERDICTS = ("eligible", "eligible_with_conditions")


class EditionSettingsQuerySet(models.QuerySet):
    def published(self) -> "EditionSettingsQuerySet":
        return self.filter(effective_from__isnull=False)

    def drafts(self) -> "EditionSettingsQuerySet":
        return self.filter(effective_from=None, discarded_at=None)

    def in_force(self, on: date) -> "EditionSettings | None":
        """Return the newest published version that is effective on that day."""
        return self.published().filter(effective_from__lte=on).order_by("-version").first()


class EditionSettings(models.Model):
    """The numbers that the guideline leaves open, as one version approved by a second person; then unchangeable.

    Published means that `effective_from` is set: from then on the database refuses a change (migration 0003). There is
    one draft at a time, so that versions are published in the order of their numbers.
    """

    version = models.PositiveIntegerField(unique=True)
    edition = models.CharField(max_length=20, default="cn-2011")
    # Names and values of the engine's settings; a name that is absent has the engine's default.
    values = models.JSONField(default=dict, blank=True)
    # Three numbers of the page itself, not in source either.
    lab_age_limit_days = models.PositiveSmallIntegerField(
        _("laboratory values are old after, days"), default=28
    )
    recheck_from_days = models.PositiveSmallIntegerField(_("recheck not before, days"), default=7)
    recheck_to_days = models.PositiveSmallIntegerField(_("recheck not after, days"), default=14)
    reason = models.TextField(_("reason"))
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    # The version that the draft was begun from: the one in force, or an older one to go back to.
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    discarded_because = models.CharField(_("why it is discarded"), max_length=300, blank=True)
    identifying_fields: set[str] = set()

    objects = EditionSettingsQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        verbose_name_plural = "edition settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(drafted_by=None) | ~Q(approved_by=F("drafted_by")),
                name="assessments_edition_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="assessments_edition_approved_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(recheck_to_days__gte=F("recheck_from_days")),
                name="assessments_edition_recheck_in_order",
            ),
            # The first version came with the system: nobody drafted or approved it.
            models.CheckConstraint(
                condition=Q(version=1)
                | Q(approved_by=None, effective_from=None)
                | Q(approved_by__isnull=False, effective_from__isnull=False),
                name="assessments_edition_published_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None, discarded_by=None, discarded_because="")
                | (
                    Q(discarded_at__isnull=False, discarded_by__isnull=False, effective_from=None)
                    & ~Q(discarded_because="")
                ),
                name="assessments_edition_discarded_who_when_why",
            ),
            models.UniqueConstraint(
                fields=["edition"],
                condition=Q(effective_from=None, discarded_at=None),
                name="assessments_edition_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}, settings version {self.version}"

    @property
    def is_published(self) -> bool:
        return self.effective_from is not None

    @property
    def is_draft(self) -> bool:
        return not self.is_published and self.discarded_at is None


class EditionDryRun(models.Model):
    """What a draft would change in all that was weighed, run once on the draft as it stood (`draft_digest`)."""

    draft = models.ForeignKey(EditionSettings, models.PROTECT, related_name="dry_runs")
    compared_with = models.ForeignKey(EditionSettings, models.PROTECT, related_name="+")
    draft_digest = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=40)
    # How many records were weighed and how they came out: {"assessments": 412, "verdict": 3, …}.
    counts = models.JSONField(default=dict)
    run_at = models.DateTimeField()
    run_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    identifying_fields: set[str] = set()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Dry run of {self.draft}"


class EditionFlip(models.Model):
    """One record that a draft would answer otherwise. It holds numbers of records, and no value of a patient."""

    class About(models.TextChoices):
        ASSESSMENT = "assessment", _("Assessment")
        READING = "reading", _("Reading")

    class Kind(models.TextChoices):
        VERDICT = "verdict", _("Another answer")
        CONDITIONS = "conditions", _("Other conditions only")
        NOT_RECORDED = "not_recorded", _("Cannot be told: a fact was not recorded")
        NOT_ASKED = "not_asked", _("Not asked then: the fact was added later")

    dry_run = models.ForeignKey(EditionDryRun, models.CASCADE, related_name="flips")
    about = models.CharField(max_length=10, choices=About)
    kind = models.CharField(max_length=12, choices=Kind)
    # Numbers without a foreign key: a room further up the pathway may own the record.
    record_id = models.PositiveBigIntegerField()
    patient_id = models.PositiveBigIntegerField()
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    on = models.DateField(null=True)
    # Of an assessment its status; of a reading what was decided on it, if anything.
    state = models.CharField(max_length=18, blank=True)
    before = models.CharField(max_length=32)
    after = models.CharField(max_length=32)
    # Why: clauses that come out otherwise, conditions that come or go, facts that would be needed.
    clauses = models.JSONField(default=list)
    conditions = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    identifying_fields: set[str] = set()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["dry_run", "kind"], name="assessments_flips_of_run")]

    def __str__(self) -> str:
        return f"{self.about} {self.record_id}: {self.before} → {self.after}"


class Assessment(models.Model):
    """Facts of one patient at one moment, weighed against the guideline."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SIGNED = "signed", _("Signed")
        AMENDED = "amended", _("Amended")
        DISCARDED = "discarded", _("Discarded")
        # Came with an imported cohort: weighed, with nobody's decision and nobody's signature.
        IMPORTED = "imported", _("Imported")

    class Choice(models.TextChoices):
        PROCEED = "proceed", _("Proceed")
        DO_NOT_PROCEED = "do_not_proceed", _("Do not proceed")
        REFER = "refer", _("Refer to the multidisciplinary meeting")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="assessments")
    made_on = models.DateField(
        _("made on"), null=True, blank=True, help_text=_("Empty: an imported case without a date.")
    )
    # {"bilirubin_umol_per_l": {"value": 2.1, "unit": "mg/dL", "on": "2026-11-19", "source": "laboratory"}, …}:
    # the contract's shape, with the date, the source and the person of each fact beside it (assessments.entries).
    facts = models.JSONField(default=dict)
    # Of a draft: every answer as it stands in the form, the unreadable ones too, so that nothing typed is lost.
    typed = models.JSONField(default=dict, blank=True)
    # Of a draft: {field: {"typed": …, "by": name, "at": …}}: the second value where two people typed differently.
    conflicts = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    # Grows with every saved change: whoever saves on an older one is shown both values.
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
    meeting_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who takes it to the meeting"),
    )
    meeting_on = models.DateField(_("meeting on"), null=True, blank=True)
    reason_against_finding = models.TextField(_("reason for going against the finding"), blank=True)

    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    discarded_because = models.CharField(_("reason for discarding"), max_length=300, blank=True)
    identifying_fields = {
        "typed", "conflicts", "why_not_surgery", "individual_plan", "reason_against_finding", "discarded_because",
    }  # fmt: skip

    class Meta:
        ordering = ["-made_on", "-pk"]
        indexes = [models.Index(fields=["patient", "-made_on"], name="assessments_by_patient")]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None, status__in=["draft", "discarded", "imported"])
                | Q(signed_at__isnull=False, signed_by__isnull=False, status__in=["signed", "amended"]),
                name="assessments_assessment_signed_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["signed", "amended"]) | ~Q(decision=""),
                name="assessments_signed_with_decision",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["signed", "amended"])
                | ~Q(reason_against_finding="")
                | Q(decision="refer")
                | Q(decision="proceed", verdict__in=ELIGIBLE_VERDICTS)
                | (Q(decision="do_not_proceed") & ~Q(verdict__in=ELIGIBLE_VERDICTS)),
                name="assessments_against_finding_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["signed", "amended"], decision="refer")
                | Q(meeting_owner__isnull=False, meeting_on__isnull=False),
                name="assessments_referral_has_owner_and_date",
            ),
            models.CheckConstraint(
                condition=~Q(status="discarded") | ~Q(discarded_because=""),
                name="assessments_discarded_with_reason",
            ),
            models.UniqueConstraint(
                fields=["patient"], condition=Q(status="draft"), name="assessments_one_draft_a_patient"
            ),
        ]

    def __str__(self) -> str:
        return f"Assessment of {self.patient}, {self.made_on}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_signed(self) -> bool:
        return self.status in (self.Status.SIGNED, self.Status.AMENDED)

    @property
    def goes_against_finding(self) -> bool:
        """Say whether the decision contradicts what the engine said; a referral never does."""
        return decision_goes_against(self.decision, self.verdict)


def decision_goes_against(decision: str, verdict: str) -> bool:
    """To proceed where the verdict is not an eligible one (unknown included), or not to where it is."""
    is_eligible = verdict in ELIGIBLE_VERDICTS
    if decision == Assessment.Choice.PROCEED:
        return not is_eligible
    return decision == Assessment.Choice.DO_NOT_PROCEED and is_eligible


class SignedVersion(models.Model):
    """What was signed, word for word: never changed. An amendment adds the next number, with its reason.

    The database itself refuses an update (migration 0002).
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    # The whole record (actions.signing.record_of): facts with their source, the engine's answer, decision, reasons.
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
