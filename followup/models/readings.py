"""What the images showed, reader by reader: side by side, never overwritten.

A signed reading is never changed: a correction is a new version with its reason, a wrong one is retracted.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followup.models.reviews import ImagingModality, ImagingReview
from patients.models import Lesion, LesionMeasurement, Retractable, YesNo


class Response(models.TextChoices):
    COMPLETE = "CR", _("Complete response")
    PARTIAL = "PR", _("Partial response")
    STABLE = "SD", _("Stable disease")
    PROGRESSION = "PD", _("Progressive disease")
    NOT_EVALUABLE = "NE", _("Not evaluable")


class Reading(Retractable):
    """One reader's reading of one review's images; the adjudication is one too."""

    class Deposition(models.TextChoices):
        DENSE = "dense", _("Dense")
        PARTIAL = "partial", _("Partial")
        SPARSE = "sparse", _("Sparse")
        NONE = "none", _("None")
        NOT_APPLICABLE = "no_oil", _("No oil was given")

    class Necrosis(models.TextChoices):
        COMPLETE = "complete", _("Complete")
        PARTIAL = "partial", _("Partial")
        NONE = "none", _("None")

    class NonTarget(models.TextChoices):
        ABSENT = "absent", _("There are none")
        COMPLETE_RESPONSE = "complete_response", _("All gone")
        NON_PROGRESSIVE = "non_progressive", _("Still there, not worse")
        PROGRESSIVE = "progressive", _("Unequivocally worse")
        NOT_EVALUATED = "not_evaluated", _("Not evaluated")

    class Thrombus(models.TextChoices):
        VP0 = "vp0", _("None (Vp0)")
        VP1 = "vp1", _("Vp1")
        VP2 = "vp2", _("Vp2")
        VP3 = "vp3", _("Vp3")
        VP4 = "vp4", _("Vp4")

    class Spread(models.TextChoices):
        NONE = "none", _("None")
        LIMITED = "limited", _("Limited")
        EXTENSIVE = "extensive", _("Extensive")

    review = models.ForeignKey(ImagingReview, models.PROTECT, related_name="readings")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="readings")
    is_adjudication = models.BooleanField(default=False)
    adjudicated_because = models.CharField(_("why this reading stands"), max_length=300, blank=True)
    imaged_on = models.DateField(_("imaged on"))
    modality = models.CharField(_("imaging"), max_length=4, choices=ImagingModality, blank=True)
    dynamic_enhanced = models.CharField(
        _("dynamic enhanced scan"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    # Empty answers are not known, never no.
    lipiodol_deposition = models.CharField(_("oil deposition"), max_length=8, choices=Deposition, blank=True)
    necrosis = models.CharField(_("necrosis"), max_length=8, choices=Necrosis, blank=True)
    viable_tumour = models.CharField(
        _("viable tumour"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    enlargement = models.CharField(_("enlargement"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN)
    new_lesions = models.CharField(_("new lesions"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN)
    non_target = models.CharField(_("non-target lesions"), max_length=18, choices=NonTarget, blank=True)
    thrombus = models.CharField(_("tumour thrombus"), max_length=4, choices=Thrombus, blank=True)
    spread = models.CharField(_("spread outside the liver"), max_length=10, choices=Spread, blank=True)
    impression = models.TextField(_("impression"), blank=True)
    # The answers of a draft, or of a correction that is not signed yet (`followup.reading_answers`).
    typed = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)

    # Copies of what was worked out at the signature, for lists and agreement; the arithmetic is in SignedReading.
    mrecist = models.CharField(_("mRECIST"), max_length=2, choices=Response, blank=True)
    recist_1_1 = models.CharField(_("RECIST 1.1"), max_length=2, choices=Response, blank=True)
    viable_sum_mm = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    longest_sum_mm = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)

    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    identifying_fields = {"impression", "typed", "adjudicated_because", "retracted_because"}

    class Meta(Retractable.Meta):
        ordering = ["started_at", "pk"]
        constraints = [
            *Retractable.Meta.constraints,
            models.UniqueConstraint(
                fields=["review", "reader"],
                condition=Q(is_adjudication=False, retracted_at=None),
                name="followup_one_reading_a_reader",
            ),
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(is_adjudication=True, retracted_at=None),
                name="followup_one_adjudication_a_review",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="followup_reading_signed_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(is_adjudication=False) | Q(signed_at=None) | ~Q(adjudicated_because=""),
                name="followup_adjudication_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Reading of {self.review} by {self.reader}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


class LesionReading(models.Model):
    """One lesion in one reading. A lesion keeps its identity; what became of it is said here."""

    class State(models.TextChoices):
        MEASURED = "measured", _("Measured")
        DISAPPEARED = "disappeared", _("Not seen any more")
        TOO_SMALL = "too_small", _("Seen, too small to measure")
        NOT_EVALUABLE = "not_evaluable", _("Cannot be judged")
        MERGED = "merged", _("Grown together with another")

    class LiRads(models.TextChoices):
        NONVIABLE = "nonviable", _("LR-TR nonviable")
        EQUIVOCAL = "equivocal", _("LR-TR equivocal")
        VIABLE = "viable", _("LR-TR viable")
        NONEVALUABLE = "nonevaluable", _("LR-TR nonevaluable")

    reading = models.ForeignKey(Reading, models.PROTECT, related_name="lesions")
    lesion = models.ForeignKey(Lesion, models.PROTECT, related_name="readings")
    state = models.CharField(_("state"), max_length=14, choices=State, blank=True)
    longest_mm = models.DecimalField(
        _("longest diameter"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    viable_mm = models.DecimalField(
        _("viable diameter"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    is_target = models.BooleanField(_("target lesion"), default=False)
    is_new = models.BooleanField(_("new"), default=False)
    merged_into = models.ForeignKey(
        Lesion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("grown together with")
    )
    split_from = models.ForeignKey(
        Lesion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("split from")
    )
    was_treated = models.CharField(_("treated"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN)
    deposition = models.CharField(_("oil"), max_length=8, choices=Reading.Deposition, blank=True)
    # Reader's answers of guidelines.lirads_response, and what they come to.
    lirads_features = models.JSONField(default=dict, blank=True)
    lirads = models.CharField(_("LI-RADS"), max_length=12, choices=LiRads, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    # The row in the lesion's history that the signature wrote.
    measurement = models.OneToOneField(
        LesionMeasurement, models.PROTECT, null=True, blank=True, related_name="lesion_reading"
    )
    identifying_fields = {"note"}

    class Meta:
        ordering = ["lesion__number"]
        constraints = [
            models.UniqueConstraint(fields=["reading", "lesion"], name="followup_lesion_once_a_reading"),
            models.CheckConstraint(
                condition=(Q(longest_mm=None) | Q(longest_mm__range=(0, 500)))
                & (Q(viable_mm=None) | Q(viable_mm__range=(0, 500))),
                name="followup_lesion_size_possible",
            ),
            models.CheckConstraint(
                condition=Q(viable_mm=None) | Q(longest_mm=None) | Q(viable_mm__lte=models.F("longest_mm")),
                name="followup_lesion_viable_within_longest",
            ),
            models.CheckConstraint(
                condition=(Q(state="merged") & Q(merged_into__isnull=False))
                | (~Q(state="merged") & Q(merged_into=None)),
                name="followup_lesion_merged_into_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesion} in {self.reading}"


class SignedReading(models.Model):
    """What a reader signed, word for word, with the arithmetic: never changed. A correction adds a number."""

    reading = models.ForeignKey(Reading, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    record = models.JSONField()
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    identifying_fields = {"record", "reason"}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["reading", "number"], name="followup_reading_number_once"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="followup_correction_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.reading}"
