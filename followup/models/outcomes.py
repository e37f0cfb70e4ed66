"""What became of a patient of an imported cohort: weeks from the first treatment, as the cohort was published."""

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followup.models.readings import Response
from patients.models import Patient, YesNo


def _weeks(label: Any) -> models.DecimalField:
    return models.DecimalField(
        label, max_digits=8, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )


class ImportedOutcome(models.Model):
    """Weeks and not days: a published cohort names no date, and none is invented.

    It is no reading (nobody of the team saw the images, no review asked for them) and it never changes.
    """

    patient = models.OneToOneField(Patient, models.PROTECT, related_name="imported_outcome")
    weeks_to_first_imaging = _weeks(_("weeks to the first imaging after it"))
    # To the event, or as long as the patient was watched without one: `progressed` and `died` say which.
    weeks_to_progression = _weeks(_("weeks to progression, or watched without it"))
    progressed = models.CharField(_("progressed"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN)
    weeks_to_death = _weeks(_("weeks to death, or known to be alive"))
    died = models.CharField(_("died"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN)
    viable_sum_before_mm = models.DecimalField(
        _("sum of viable diameters before"), max_digits=6, decimal_places=1, null=True, blank=True
    )
    viable_sum_after_mm = models.DecimalField(
        _("sum of viable diameters after"), max_digits=6, decimal_places=1, null=True, blank=True
    )
    mrecist = models.CharField(_("mRECIST"), max_length=2, choices=Response, blank=True)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    identifying_fields: set[str] = set()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(weeks_to_first_imaging=None) | Q(weeks_to_first_imaging__gte=0))
                & (Q(weeks_to_progression=None) | Q(weeks_to_progression__gte=0))
                & (Q(weeks_to_death=None) | Q(weeks_to_death__gte=0)),
                name="followup_outcome_weeks_from_treatment",
            ),
            models.CheckConstraint(
                condition=(Q(viable_sum_before_mm=None) | Q(viable_sum_before_mm__gte=0))
                & (Q(viable_sum_after_mm=None) | Q(viable_sum_after_mm__gte=0)),
                name="followup_outcome_sums_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"Outcome of {self.patient}"
