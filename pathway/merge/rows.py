"""Which records became one, and which were found to be two people. No clinical row stands here."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from patients.models import Patient


class MergeRecord(models.Model):
    """That two records of one person became one: what went over, and how to tell them apart again.

    It repeats no clinical row: which rows moved, and of those that were changed the columns before and after.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    kept = models.ForeignKey(Patient, models.PROTECT, related_name="merges")
    duplicate = models.ForeignKey(Patient, models.PROTECT, related_name="was_merged")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("why it is one person"), max_length=300)
    # {"patients.LabResult": [keys]}: the rows that hung on the duplicate.
    moved = models.JSONField(default=dict)
    # [{"row": "patients.Lesion", "key": 7, "before": {column: value}, "after": {…}}, …] in the order of the change.
    changed = models.JSONField(default=list)
    # {"patients.LabResult": highest key}: what is above it was made since.
    newest = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_because = models.CharField(_("why it was wrong"), max_length=300, blank=True)
    identifying_fields = {"reason", "changed", "undone_because"}

    class Meta:
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["duplicate"], condition=Q(undone_at=None), name="pathway_merged_into_one"
            ),
            models.CheckConstraint(condition=~Q(kept=F("duplicate")), name="pathway_merge_of_two_records"),
            models.CheckConstraint(condition=~Q(reason=""), name="pathway_merge_has_reason"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None, undone_because="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_because="")),
                name="pathway_merge_undone_who_when_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duplicate} into {self.kept}"


class DistinctPair(models.Model):
    """Two records that somebody looked at and found to be two people: the list of likely ones leaves them out."""

    first = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    second = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    identifying_fields: set[str] = set()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pathway_distinct_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pathway_distinct_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} is not {self.second}"
