"""What was done: the procedure vessel by vessel, the days after it, and the reference data that it chooses from.

Reference rows are retired, never deleted. A procedure is planned, started, ended and signed; its stage is worked out
from these moments and never stored.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment
from guidelines import reference
from patients.models import Lesion, Patient, Retractable, YesNo, kept_history

# As the cited rows say it, and what stands there once the pharmacy has signed.
SIGN_OFF_NEEDED = "local pharmacy sign-off needed"
SIGNED_OFF = "signed off by the local pharmacy"


def _positive(name: str) -> Q:
    return Q(**{name: None}) | Q(**{f"{name}__gt": 0})


def _not_below(least: int, name: str) -> Q:
    return Q(**{name: None}) | Q(**{f"{name}__gte": least})


def _in_order(low: str, high: str) -> Q:
    return Q(**{low: None}) | Q(**{high: None}) | Q(**{f"{high}__gte": F(low)})


class ReferenceQuerySet(models.QuerySet):
    def in_use(self) -> "ReferenceQuerySet":
        """Return the rows that a new record may choose; a retired one stays where it was chosen."""
        return self.filter(retired_on=None)


class ReferenceRow(models.Model):
    """A row that admins keep: retired when it is no longer chosen, never deleted."""

    # What other rows, imports and the vessel map call it: never changed once it is there.
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    retired_on = models.DateField(_("retired on"), null=True, blank=True, editable=False)
    # Where the numbers of this row come from; empty only where it has none.
    source = models.CharField(_("source of the numbers"), max_length=300, blank=True)
    is_signed_off = models.BooleanField(
        _("signed off by the local pharmacy"), default=False, help_text=_("Not in source until it is.")
    )

    objects = ReferenceQuerySet.as_manager()
    history: Any

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_retired(self) -> bool:
        return self.retired_on is not None

    @property
    def source_in_words(self) -> str:
        """Say where the numbers come from, and whether the local pharmacy stands by them."""
        said = self.source or reference.NOT_IN_SOURCE
        return said.replace(SIGN_OFF_NEEDED, SIGNED_OFF) if self.is_signed_off else said


class Agent(ReferenceRow):
    """A drug with its usual range and its ceilings. Numbers are shown beside a dose, never filled into a record."""

    class Basis(models.TextChoices):
        FLAT = "flat", _("mg")
        PER_M2 = "per_m2", _("mg/m²")

    abbreviation = models.CharField(_("abbreviation"), max_length=12, blank=True)
    is_in_guideline = models.BooleanField(_("named by the guideline (5.1.3)"), default=False)
    usual_low = models.DecimalField(_("usual from"), max_digits=8, decimal_places=2, null=True, blank=True)
    usual_high = models.DecimalField(_("usual to"), max_digits=8, decimal_places=2, null=True, blank=True)
    usual_basis = models.CharField(_("usual range in"), max_length=8, choices=Basis, default=Basis.FLAT)
    most_per_procedure_mg = models.DecimalField(
        _("most per procedure, mg"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    most_per_procedure_mg_per_m2 = models.DecimalField(
        _("most per procedure, mg/m²"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    warn_lifetime_mg_per_m2 = models.DecimalField(
        _("lifetime, warns from, mg/m²"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    most_lifetime_mg_per_m2 = models.DecimalField(
        _("lifetime, most, mg/m²"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    is_anthracycline = models.BooleanField(_("counts in the combined anthracycline fraction"), default=False)
    # Above this a dose is a slip of the unit, and is refused: ten times the most that anybody gives.
    impossible_above_mg = models.DecimalField(_("impossible above, mg"), max_digits=10, decimal_places=2)
    # [{"from_mg_per_dl": 1.2, "to_mg_per_dl": 3.0, "give_pct": 50}, …] and
    # [{"below_ml_per_min": 60, "advice": "reduce"}, …]: see guidelines.doses.
    bilirubin_reductions = models.JSONField(_("reductions by bilirubin"), default=list, blank=True)
    renal_reductions = models.JSONField(_("reductions by creatinine clearance"), default=list, blank=True)

    history = kept_history()
    identifying_fields: set[str] = set()

    class Meta(ReferenceRow.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=_not_below(0, "usual_low"), name="procedures_agent_usual_low_possible"
            ),
            models.CheckConstraint(
                condition=_in_order("usual_low", "usual_high"), name="procedures_agent_usual_in_order"
            ),
            models.CheckConstraint(
                condition=_in_order("warn_lifetime_mg_per_m2", "most_lifetime_mg_per_m2"),
                name="procedures_agent_lifetime_in_order",
            ),
            models.CheckConstraint(
                condition=_positive("most_per_procedure_mg")
                & _positive("most_per_procedure_mg_per_m2")
                & _positive("warn_lifetime_mg_per_m2")
                & _positive("most_lifetime_mg_per_m2")
                & Q(impossible_above_mg__gt=0),
                name="procedures_agent_ceilings_positive",
            ),
            models.CheckConstraint(
                condition=_in_order("most_per_procedure_mg", "impossible_above_mg"),
                name="procedures_agent_impossible_above_the_most",
            ),
        ]


class EmbolicMaterial(ReferenceRow):
    """What a vessel is embolised with."""

    class Kind(models.TextChoices):
        ETHIODISED_OIL = "ethiodised_oil", _("Ethiodised oil")
        GELATIN_SPONGE = "gelatin_sponge", _("Gelatin sponge")
        PERMANENT_PARTICLES = "permanent_particles", _("Permanent particles")
        MICROSPHERES = "microspheres", _("Microspheres")
        DRUG_ELUTING_BEADS = "drug_eluting_beads", _("Drug-eluting beads")
        COIL = "coil", _("Coil or plug")
        LIQUID = "liquid", _("Liquid embolic")

    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    size_low_um = models.PositiveIntegerField(_("size from, µm"), null=True, blank=True)
    size_high_um = models.PositiveIntegerField(_("size to, µm"), null=True, blank=True)
    warn_volume_ml = models.DecimalField(
        _("warns from, mL"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    most_volume_ml = models.DecimalField(
        _("most per procedure, mL"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    most_drug_mg = models.DecimalField(
        _("most drug loaded, mg"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    requires_lot = models.BooleanField(_("lot required"), default=False)
    requires_udi = models.BooleanField(_("UDI required"), default=False)

    history = kept_history()
    identifying_fields: set[str] = set()

    class Meta(ReferenceRow.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=_in_order("size_low_um", "size_high_um"),
                name="procedures_material_sizes_in_order",
            ),
            models.CheckConstraint(
                condition=_in_order("warn_volume_ml", "most_volume_ml"),
                name="procedures_material_volumes_in_order",
            ),
            models.CheckConstraint(
                condition=_positive("warn_volume_ml")
                & _positive("most_volume_ml")
                & _positive("most_drug_mg"),
                name="procedures_material_most_positive",
            ),
        ]


class Artery(ReferenceRow):
    """One vessel of the tree: `code` is its id on the vessel map (`art-<code>`)."""

    class Kind(models.TextChoices):
        TRUNK = "trunk", _("Trunk")
        HEPATIC = "hepatic", _("Hepatic artery")
        SEGMENTAL = "segmental", _("Segmental branch")
        PROTECTED = "protected", _("To be kept clear")
        VARIANT = "variant", _("Variant")
        EXTRAHEPATIC = "extrahepatic", _("Feeder from outside the liver")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="branches", verbose_name=_("arises from")
    )
    # Couinaud segments that it usually supplies, as patients.Lesion.segments names them.
    segments = models.JSONField(_("segments"), default=list, blank=True)
    side = models.CharField(
        _("side"), max_length=8, blank=True, choices=[("right", _("Right")), ("left", _("Left"))]
    )
    michels_type = models.CharField(_("Michels type"), max_length=8, blank=True)
    order = models.PositiveSmallIntegerField(_("place in lists"), default=0)

    history = kept_history()
    identifying_fields: set[str] = set()

    class Meta(ReferenceRow.Meta):
        abstract = False
        ordering = ["order", "name"]
        verbose_name_plural = "arteries"
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="procedures_artery_arises_from_another"
            ),
        ]


class Modality(models.TextChoices):
    TACE = "TACE", _("TACE: chemotherapy and embolisation")
    TAE = "TAE", _("TAE: embolisation")
    TAI = "TAI", _("TAI: infusion")


class Procedure(models.Model):
    """One session in the angiography suite, from the plan to the signed record."""

    class Technique(models.TextChoices):
        CONVENTIONAL = "conventional", _("Conventional, with oil")
        BEADS = "beads", _("With drug-eluting beads")

    class Access(models.TextChoices):
        FEMORAL = "femoral", _("Femoral artery")
        RADIAL = "radial", _("Radial artery")
        BRACHIAL = "brachial", _("Brachial artery")
        OTHER = "other", _("Other")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="procedures")
    # The signed assessment that it rests on (1.2); without one only as an emergency, with a reason.
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, null=True, blank=True, related_name="procedures"
    )
    emergency_reason = models.TextField(_("why without an assessment"), blank=True)

    planned_on = models.DateField(_("planned on"))
    place = models.CharField(_("room"), max_length=60, blank=True)
    planned_modality = models.CharField(_("modality"), max_length=4, choices=Modality)
    technique = models.CharField(_("technique"), max_length=16, choices=Technique, blank=True)
    planned_lesions = models.ManyToManyField(Lesion, blank=True, related_name="planned_procedures")
    expected_feeders = models.ManyToManyField(Artery, blank=True, related_name="+")
    planned_agents = models.ManyToManyField(Agent, blank=True, related_name="+")
    plan_note = models.TextField(_("plan"), blank=True)
    # {"consent": {"answer": "yes", "note": "", "by": …, "at": …}, …}: procedures.checklist declares the points.
    checklist = models.JSONField(default=dict, blank=True)

    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    # Who pressed start; unknown of records that began before this was kept.
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    modality = models.CharField(_("modality done"), max_length=4, choices=Modality, blank=True)
    operators = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    access = models.CharField(_("access"), max_length=12, choices=Access, blank=True)
    access_note = models.CharField(_("access, closure"), max_length=200, blank=True)
    # {"dsa": {"answer": "yes"}, "venous_phase": {"answer": "no", "because": "breath"}, …}: the steps of sections 1
    # and 5 as guidelines.technique declares them.
    steps = models.JSONField(default=dict, blank=True)
    # [{"artery": "rha", "arterial": true, "parenchymal": true, "venous": false}, …] (5.0.3).
    angiography = models.JSONField(default=list, blank=True)
    michels_type = models.CharField(_("Michels type"), max_length=8, blank=True)
    variant_note = models.CharField(_("variant anatomy"), max_length=300, blank=True)
    height_cm = models.DecimalField(_("height"), max_digits=5, decimal_places=1, null=True, blank=True)
    weight_kg = models.DecimalField(_("weight"), max_digits=5, decimal_places=1, null=True, blank=True)
    narrative = models.TextField(_("narrative"), blank=True)
    # {"oil_ml": "reason", …}: why a ceiling was passed.
    ceiling_reasons = models.JSONField(default=dict, blank=True)
    # Of a record in work: what was typed and could not be read, so that nothing is lost.
    typed = models.JSONField(default=dict, blank=True)

    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_because = models.CharField(_("cancelled because"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=0)
    # Sent with the form: the same form sent twice makes one plan.
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Since when a signed record is open again: `Amendment` says who opened it and how it ended.
    amendment_opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    identifying_fields = {
        "emergency_reason", "plan_note", "access_note", "variant_note", "narrative", "ceiling_reasons", "typed",
        "cancelled_because", "checklist", "steps", "place",
    }  # fmt: skip

    class Meta:
        ordering = ["-planned_on", "-pk"]
        indexes = [
            models.Index(fields=["patient", "-started_at"], name="procedures_by_patient"),
            # Few at any moment, and asked for by every list of what waits.
            models.Index(
                fields=["patient"],
                condition=Q(started_at__isnull=False, signed_at=None),
                name="procedures_to_sign",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(assessment__isnull=False) | ~Q(emergency_reason=""),
                name="procedures_procedure_assessed_or_emergency",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(started_at__isnull=False, ended_at__gte=F("started_at")),
                name="procedures_procedure_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(started_by=None) | Q(started_at__isnull=False),
                name="procedures_procedure_started_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None)
                | Q(signed_at__isnull=False, signed_by__isnull=False, started_at__isnull=False),
                name="procedures_procedure_signed_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None, cancelled_because="")
                | (
                    Q(cancelled_at__isnull=False, cancelled_by__isnull=False, started_at=None)
                    & ~Q(cancelled_because="")
                ),
                name="procedures_procedure_cancelled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.modality or self.planned_modality} of {self.patient}, {self.planned_on}"


class TargetVessel(models.Model):
    """One superselective position of the catheter and what was done from there."""

    class Level(models.TextChoices):
        LOBAR = "lobar", _("Lobar")
        SECTORAL = "sectoral", _("Sectoral")
        SEGMENTAL = "segmental", _("Segmental")
        SUBSEGMENTAL = "subsegmental", _("Subsegmental")
        EXTRAHEPATIC = "extrahepatic", _("Extrahepatic feeder")

    class Speed(models.TextChoices):
        SLOW = "slow", _("Slowly")
        FAST = "fast", _("Fast")

    class EndPoint(models.TextChoices):
        STASIS = "stasis", _("Stasis")
        NEAR_STASIS = "near_stasis", _("Near stasis")
        RESIDUAL_BLUSH = "residual_blush", _("Residual blush")
        INFUSION_COMPLETE = "infusion_complete", _("Infusion complete")
        STOPPED_EARLY = "stopped_early", _("Stopped early")

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="targets")
    number = models.PositiveSmallIntegerField()
    artery = models.ForeignKey(Artery, models.PROTECT, related_name="+")
    level = models.CharField(_("level reached"), max_length=16, choices=Level, blank=True)
    microcatheter = models.CharField(
        _("microcatheter"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    calibre_mm = models.DecimalField(_("calibre"), max_digits=4, decimal_places=1, null=True, blank=True)
    is_markedly_thick = models.CharField(
        _("markedly thick feeder"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    lesions = models.ManyToManyField(Lesion, blank=True, related_name="targets")
    beyond_cystic = models.CharField(
        _("beyond cystic"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    beyond_right_gastric = models.CharField(
        _("beyond right gastric"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    beyond_gastroepiploic = models.CharField(
        _("beyond gastroepiploic and gastroduodenal"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    speed = models.CharField(_("injected"), max_length=6, choices=Speed, blank=True)
    end_point = models.CharField(_("end-point"), max_length=20, choices=EndPoint, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    # Copied from the last procedure and not looked at yet: shown greyed, counted nowhere.
    is_confirmed = models.BooleanField(default=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    identifying_fields = {"note"}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "number"],
                condition=Q(discarded_at=None),
                name="procedures_target_number_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.artery}"


class Administration(models.Model):
    """One agent given at one target, in mg."""

    class Carrier(models.TextChoices):
        SOLUTION = "solution", _("In solution")
        OIL_EMULSION = "oil_emulsion", _("Emulsion with oil")
        BEADS = "beads", _("Loaded on beads")

    target = models.ForeignKey(TargetVessel, models.PROTECT, related_name="administrations")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    # Empty while it is not entered yet: the agent was given, how much is unknown.
    dose_mg = models.DecimalField(_("dose"), max_digits=8, decimal_places=2, null=True, blank=True)
    carrier = models.CharField(_("carrier"), max_length=16, choices=Carrier, blank=True)
    lot = models.CharField(_("lot"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    discarded_at = models.DateTimeField(null=True, blank=True)
    identifying_fields: set[str] = set()

    class Meta:
        ordering = ["order", "pk"]
        indexes = [models.Index(Upper("lot"), name="procedures_administration_lot")]
        constraints = [
            models.CheckConstraint(
                condition=_positive("dose_mg"), name="procedures_administration_dose_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.dose_mg} mg"


class Embolisation(models.Model):
    """One embolic material put into one target, in mL."""

    target = models.ForeignKey(TargetVessel, models.PROTECT, related_name="embolisations")
    material = models.ForeignKey(EmbolicMaterial, models.PROTECT, related_name="+")
    size_low_um = models.PositiveIntegerField(_("size from, µm"), null=True, blank=True)
    size_high_um = models.PositiveIntegerField(_("size to, µm"), null=True, blank=True)
    volume_ml = models.DecimalField(_("volume"), max_digits=6, decimal_places=2, null=True, blank=True)
    lot = models.CharField(_("lot"), max_length=40, blank=True)
    udi = models.CharField(_("UDI"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    discarded_at = models.DateTimeField(null=True, blank=True)
    identifying_fields: set[str] = set()

    class Meta:
        ordering = ["order", "pk"]
        indexes = [models.Index(Upper("lot"), name="procedures_embolisation_lot")]
        constraints = [
            models.CheckConstraint(
                condition=_positive("volume_ml"), name="procedures_embolisation_volume_positive"
            ),
            models.CheckConstraint(
                condition=_in_order("size_low_um", "size_high_um"),
                name="procedures_embolisation_sizes_in_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.material)

    @property
    def size_in_words(self) -> str:
        """Say the size in µm: 100–300, or 500; empty where it is unknown."""
        sizes = dict.fromkeys(size for size in (self.size_low_um, self.size_high_um) if size is not None)
        return "–".join(str(size) for size in sizes)


class Exposure(models.Model):
    """What the dose report says of one procedure, in canonical units, and as it was entered."""

    procedure = models.OneToOneField(Procedure, models.PROTECT, related_name="exposure")
    dose_area_product_gy_cm2 = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)
    air_kerma_mgy = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    fluoroscopy_min = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    contrast_ml = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    # {"dose_area_product": {"value": "31800", "unit": "µGy·m²"}, …}
    entered = models.JSONField(default=dict, blank=True)
    identifying_fields: set[str] = set()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_not_below(0, "dose_area_product_gy_cm2")
                & _not_below(0, "air_kerma_mgy")
                & _not_below(0, "fluoroscopy_min")
                & _not_below(0, "contrast_ml"),
                name="procedures_exposure_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"Exposure of {self.procedure}"


class SignedVersion(models.Model):
    """What was signed, word for word: never changed. An amendment adds the next number, with its reason.

    The database itself refuses an update (migration 0002).
    """

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    record = models.JSONField()
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    identifying_fields = {"record", "reason"}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="procedures_version_number_once"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="procedures_amendment_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.procedure}"


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def in_work(self) -> "AmendmentQuerySet":
        """Return those that were neither signed nor given up yet."""
        return self.filter(version=None, given_up_at=None)


class Amendment(models.Model):
    """A signed record opened again: it ends as the next version, or given up, back at what was signed."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="amendments")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # The rows as they were signed, which giving up brings back; empty of one opened before they were kept.
    signed_rows = models.JSONField(default=list, blank=True)
    version = models.OneToOneField(
        SignedVersion, models.PROTECT, null=True, blank=True, related_name="amendment"
    )
    given_up_at = models.DateTimeField(null=True, blank=True)
    given_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    given_up_because = models.CharField(_("given up because"), max_length=300, blank=True)
    # What stood in the record when it was given up, word for word.
    given_up_record = models.JSONField(default=dict, blank=True)

    objects = AmendmentQuerySet.as_manager()
    identifying_fields = {"signed_rows", "given_up_because", "given_up_record"}

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(version=None, given_up_at=None),
                name="procedures_one_amendment_in_work",
            ),
            models.CheckConstraint(
                condition=Q(given_up_at=None, given_up_by=None, given_up_because="")
                | (Q(given_up_at__isnull=False, given_up_by__isnull=False) & ~Q(given_up_because="")),
                name="procedures_amendment_given_up_who_when_why",
            ),
            models.CheckConstraint(
                condition=Q(version=None) | Q(given_up_at=None), name="procedures_amendment_ends_one_way"
            ),
        ]

    def __str__(self) -> str:
        return f"Amendment of {self.procedure}, {self.opened_at:%Y-%m-%d}"


class SymptomEntry(Retractable):
    """One round or call in the days after: how the patient is. Coordinators log, clinicians grade."""

    class Channel(models.TextChoices):
        WARD = "ward", _("Ward round")
        PHONE = "phone", _("Phone call")
        VISIT = "visit", _("Visit")

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="symptom_entries")
    asked_at = models.DateTimeField(_("asked at"))
    channel = models.CharField(_("by"), max_length=8, choices=Channel, default=Channel.WARD)
    temperature_c = models.DecimalField(
        _("temperature"), max_digits=3, decimal_places=1, null=True, blank=True
    )
    pain = models.PositiveSmallIntegerField(_("pain, 0 to 10"), null=True, blank=True)
    # Answers of the call script (procedures.symptoms declares the questions and their choices).
    answers = models.JSONField(default=dict, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    history = kept_history()
    identifying_fields = {"note", "retracted_because"}

    class Meta(Retractable.Meta):
        ordering = ["asked_at", "pk"]
        verbose_name_plural = "symptom entries"
        constraints = [
            *Retractable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(temperature_c=None) | Q(temperature_c__gte=30, temperature_c__lte=45),
                name="procedures_symptom_temperature_possible",
            ),
            models.CheckConstraint(
                condition=Q(pain=None) | Q(pain__lte=10), name="procedures_symptom_pain_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"Symptoms on {self.asked_at:%Y-%m-%d}"


class AdverseEvent(Retractable):
    """One adverse event after a procedure, graded by a clinician in each scheme with its version."""

    class Causality(models.TextChoices):
        UNRELATED = "unrelated", _("Unrelated")
        UNLIKELY = "unlikely", _("Unlikely")
        POSSIBLE = "possible", _("Possible")
        PROBABLE = "probable", _("Probable")
        DEFINITE = "definite", _("Definite")

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="adverse_events")
    # A term of guidelines.adverse_events, or "other" with words of its own.
    term = models.CharField(_("event"), max_length=40)
    other_term = models.CharField(_("which"), max_length=120, blank=True)
    onset_on = models.DateField(_("began on"))
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)
    ctcae_grade = models.PositiveSmallIntegerField(_("CTCAE grade"), null=True, blank=True)
    ctcae_version = models.CharField(max_length=8, default="5.0", editable=False)
    # The numbers that the grade was worked out from: value, unit, limits, baseline.
    graded_from = models.JSONField(default=dict, blank=True)
    cirse_grade = models.PositiveSmallIntegerField(_("CIRSE grade"), null=True, blank=True)
    cirse_version = models.CharField(max_length=8, default="2017", editable=False)
    sir_class = models.CharField(_("SIR class"), max_length=20, blank=True)
    sir_version = models.CharField(max_length=8, default="2017", editable=False)
    expected = models.CharField(_("expected course"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN)
    causality = models.CharField(_("caused by the procedure"), max_length=12, choices=Causality, blank=True)
    treatment = models.CharField(_("what was done"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    graded_at = models.DateTimeField(null=True, blank=True)
    graded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    history = kept_history()
    identifying_fields = {"other_term", "treatment", "note", "retracted_because"}

    class Meta(Retractable.Meta):
        ordering = ["onset_on", "pk"]
        constraints = [
            *Retractable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(resolved_on=None) | Q(resolved_on__gte=F("onset_on")),
                name="procedures_event_resolves_after_onset",
            ),
            models.CheckConstraint(
                condition=Q(ctcae_grade=None) | Q(ctcae_grade__range=(1, 5)),
                name="procedures_event_ctcae_known",
            ),
            models.CheckConstraint(
                condition=Q(cirse_grade=None) | Q(cirse_grade__range=(1, 6)),
                name="procedures_event_cirse_known",
            ),
            models.CheckConstraint(
                condition=Q(graded_at=None, graded_by=None)
                | Q(graded_at__isnull=False, graded_by__isnull=False),
                name="procedures_event_graded_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.other_term or self.term
