"""What an export for a registry leaves behind here: the team's secret key, the order, and the file for some days.

Rows of `pathway.models`, which brings them together.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from procedures.models import Modality


class RegistryKey(models.Model):
    """What a team's codes and moved dates are made with: made once, never shown, never changed."""

    team = models.OneToOneField(Team, models.PROTECT, primary_key=True, related_name="registry_key")
    # As accounts.vault wrote it: a copy of the database alone leads from no code back to a patient.
    secret = models.CharField(max_length=255)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    identifying_fields = {"secret"}

    def __str__(self) -> str:
        return f"Registry key of {self.team}"


class RegistryExport(models.Model):
    """One export: what was asked for, and what came of it. The file is kept until a day, the row for ever."""

    class Dates(models.TextChoices):
        DAYS = "days", _("As days from the first procedure")
        MOVED = "moved", _("As dates, moved by a secret number of days")

    team = models.ForeignKey(Team, models.PROTECT, related_name="registry_exports")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    since = models.DateField(_("procedure from"), null=True, blank=True)
    until = models.DateField(_("procedure to"), null=True, blank=True)
    modality = models.CharField(_("modality"), max_length=4, choices=Modality, blank=True)
    dates = models.CharField(_("dates"), max_length=8, choices=Dates, default=Dates.DAYS)
    only_signed = models.BooleanField(_("signed records only"), default=True)
    job = models.OneToOneField("pathway.Job", models.PROTECT, related_name="registry_export")
    patient_count = models.PositiveIntegerField(null=True, blank=True)
    # Whose rows are in the file: for the audit trail, which names them each time that it leaves.
    patient_ids = models.JSONField(default=list, blank=True)
    size_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    kept_until = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)
    identifying_fields = {"patient_ids"}

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                name="pathway_registry_export_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Registry export of {self.team}, {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def file_name(self) -> str:
        return f"registry-{self.pk}.zip"


class RegistryPiece(models.Model):
    """A piece of an export's file: whoever fetches it holds one piece in memory at a time."""

    export = models.ForeignKey(RegistryExport, models.PROTECT, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    identifying_fields = {"content"}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["export", "number"], name="pathway_registry_piece_once"),
        ]

    def __str__(self) -> str:
        return f"Piece {self.number} of {self.export}"
