"""What was decided on a review, on which facts, under which rule, and what it set going."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment, EditionSettings
from followup.models.readings import Reading
from followup.models.reviews import ImagingReview
from patients.models import Task


class Decision(models.Model):
    """The decision that closes a review. Never changed: a wrong one is withdrawn with a reason and made anew."""

    class Choice(models.TextChoices):
        HOLD = "hold", _("No treatment for now")
        REPEAT = "consider_repeat", _("Treat again")
        PROLONG = "prolong_interval", _("Longer interval, protect the liver")
        SWITCH = "switch_or_combine", _("Switch or combine")
        REVIEW_AGAIN = "review_again", _("Image again")

    class Against(models.TextChoices):
        LIVER_FUNCTION = "liver", _("Liver function")
        CONDITION = "condition", _("General condition")
        PATIENT = "patient", _("The patient's wish")
        MEETING = "meeting", _("Multidisciplinary meeting decided")
        TECHNICAL = "technical", _("Vessels or technique")
        OTHER_TREATMENT = "other_treatment", _("Another treatment is under way")
        OTHER = "other", _("Other")

    review = models.ForeignKey(ImagingReview, models.PROTECT, related_name="decisions")
    # The reading that stood when it was decided.
    reading = models.ForeignKey(Reading, models.PROTECT, related_name="decisions")
    choice = models.CharField(_("decision"), max_length=18, choices=Choice)
    options = models.JSONField(default=list, blank=True)
    # What the guideline said, "insufficient_data" included; its clauses, facts and findings as they were shown.
    recommended = models.CharField(max_length=18)
    clauses = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    edition_settings = models.ForeignKey(EditionSettings, models.PROTECT, related_name="+")
    engine_version = models.CharField(max_length=40)
    against_because = models.CharField(
        _("why against the recommendation"), max_length=16, choices=Against, blank=True
    )
    note = models.TextField(_("reason in words"), blank=True)
    interval_months = models.PositiveSmallIntegerField(_("next imaging in, months"), null=True, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # What it set going: a repeat its assessment, a switch its referral, the others the next review.
    assessment = models.OneToOneField(
        Assessment, models.PROTECT, null=True, blank=True, related_name="decided_by"
    )
    task = models.OneToOneField(Task, models.PROTECT, null=True, blank=True, related_name="decided_by")
    next_review = models.OneToOneField(
        ImagingReview, models.PROTECT, null=True, blank=True, related_name="decided_by"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_because = models.CharField(_("why it is withdrawn"), max_length=300, blank=True)
    identifying_fields = {"note", "withdrawn_because", "facts", "findings"}

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review"], condition=Q(withdrawn_at=None), name="followup_one_decision_a_review"
            ),
            models.CheckConstraint(
                condition=Q(choice=models.F("recommended")) | ~Q(against_because=""),
                name="followup_decision_against_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because="")),
                name="followup_decision_withdrawn_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(interval_months=None) | Q(interval_months__range=(1, 12)),
                name="followup_decision_interval_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_choice_display()}, {self.review}"
