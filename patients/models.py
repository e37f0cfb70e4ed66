"""Who is treated: the patient, lesions and their sizes, laboratory values, history and dated next steps.

No clinical row is ever deleted: a wrong one is retracted with a reason and stays.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Team


def kept_history() -> HistoricalRecords:
    """Keep every version of a row: who, when, and the reason in full."""
    return HistoricalRecords(history_change_reason_field=models.TextField(null=True))


class YesNo(models.TextChoices):
    """A question with three answers: unknown is never no."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    NOT_KNOWN = "not_known", _("Not known")


class Sex(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    NOT_KNOWN = "not_known", _("Not known")


class Retractable(models.Model):
    """A row that is never deleted: a wrong one is retracted with a reason and stays to be seen."""

    retracted_at = models.DateTimeField(null=True, blank=True, editable=False)
    retracted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    retracted_because = models.CharField(_("why it is wrong"), max_length=300, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(retracted_at=None, retracted_by=None, retracted_because="")
                | (Q(retracted_at__isnull=False) & ~Q(retracted_because="")),
                name="%(app_label)s_%(class)s_retracted_with_reason",
            ),
        ]


class Patient(models.Model):
    class EndedBecause(models.TextChoices):
        DIED = "died", _("Died")
        TRANSFERRED = "transferred", _("Transferred")
        DECLINED = "declined", _("Declined further care")
        DISCHARGED = "discharged", _("Discharged")
        LOST = "lost", _("Lost to follow-up")
        RESEARCH_CASE = "research_case", _("Closed research case")
        # A second record of the same person: what it held is with `merged_into`.
        MERGED = "merged", _("Merged into another record")

    # Nobody else takes a patient who could still be treated out of every list.
    ENDED_BY_CLINICIANS = (EndedBecause.DECLINED, EndedBecause.LOST)
    # Said by an import and by a merge, never chosen in a form.
    ENDED_OTHERWISE = (EndedBecause.RESEARCH_CASE, EndedBecause.MERGED)

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        TEXT_MESSAGE = "sms", _("Text message")

    team = models.ForeignKey(Team, models.PROTECT, related_name="patients")
    mrn = models.CharField(_("record number (MRN)"), max_length=40)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    # Both names without accents and case: what lists are ordered by. The search looks through SearchWord.
    search_name = models.CharField(max_length=220, blank=True, editable=False)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, default=Sex.NOT_KNOWN)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True, choices=settings.PATIENT_LANGUAGES)
    consents_to_messages = models.CharField(
        _("agrees to messages"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    message_channel = models.CharField(_("messages by"), max_length=8, choices=Channel, blank=True)
    referrer = models.CharField(_("referred by"), max_length=200, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_because = models.CharField(_("ended because"), max_length=16, choices=EndedBecause, blank=True)
    # The record that took over all of this one. Who merged, when and why is kept with the merge (pathway.MergeRecord);
    # the database itself keeps this and `ended_because` together, and every new row away (pathway's migration).
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged_from",
        verbose_name=_("merged into"),
    )  # fmt: skip
    registered_at = models.DateTimeField(_("registered at"))
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # Sent with the form: the same form sent twice makes one patient.
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    history = kept_history()
    identifying_fields = {
        "mrn", "family_name", "given_name", "search_name", "birth_date", "phone", "email", "referrer",
    }  # fmt: skip

    class Meta:
        ordering = ["family_name", "given_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "mrn"], name="patients_patient_mrn_once_a_team"),
            models.CheckConstraint(condition=~Q(mrn=""), name="patients_patient_has_mrn"),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_because="")
                | (Q(ended_on__isnull=False) & ~Q(ended_because=""))
                | Q(ended_on=None, ended_because="research_case"),
                name="patients_patient_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(birth_date=None) | Q(birth_year=None) | Q(birth_date__year=F("birth_year")),
                name="patients_patient_birth_year_agrees",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "ended_because", "search_name"], name="patients_patient_by_name"),
        ]

    def __str__(self) -> str:
        return self.mrn

    @property
    def full_name(self) -> str:
        """The name as colleagues write it: OKAFOR, Daniel; the record number where there is no name."""
        names = [self.family_name.upper(), self.given_name]
        return ", ".join(name for name in names if name) or self.mrn

    def age_years(self, *, on: date) -> int | None:
        """Whole years on a day; None when the birth date is unknown or only its year is known."""
        if self.birth_date is None:
            return None
        had_birthday = (on.month, on.day) >= (self.birth_date.month, self.birth_date.day)
        return on.year - self.birth_date.year - (0 if had_birthday else 1)

    def age_range(self, *, on: date) -> tuple[int, int] | None:
        """Youngest and oldest possible age on a day, equal when the birth date is known."""
        age = self.age_years(on=on)
        if age is not None:
            return age, age
        if self.birth_year is None:
            return None
        oldest = on.year - self.birth_year
        return max(oldest - 1, 0), oldest


class SearchWord(models.Model):
    """One thing that a patient is found by: a folded word of the name, the record number, the birth date.

    Bytes, because they compare alike on every database and in every locale: the search is a look-up of a
    range in the index and never a scan. Made anew from the patient by `actions.register`.
    """

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="search_words")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    word = models.BinaryField(max_length=120)
    identifying_fields = {"word"}

    class Meta:
        indexes = [models.Index(fields=["team", "word", "patient"], name="patients_word_prefix")]

    def __str__(self) -> str:
        return bytes(self.word).decode()


class Diagnosis(models.Model):
    """What is known of the disease; one row a patient, its changes in the history."""

    class Basis(models.TextChoices):
        IMAGING = "imaging", _("Imaging criteria")
        HISTOLOGY = "histology", _("Histology")
        CLINICAL = "clinical", _("Clinical")
        NOT_KNOWN = "not_known", _("Not known")

    class Degree(models.TextChoices):
        NONE = "none", _("No cirrhosis")
        COMPENSATED = "compensated", _("Compensated")
        DECOMPENSATED = "decompensated", _("Decompensated")
        DEGREE_NOT_KNOWN = "degree_not_known", _("Degree unknown")
        NOT_KNOWN = "not_known", _("Not known")

    class Grade(models.TextChoices):
        G1 = "g1", _("G1, well differentiated")
        G2 = "g2", _("G2, moderately differentiated")
        G3 = "g3", _("G3, poorly differentiated")
        G4 = "g4", _("G4, undifferentiated")
        NOT_KNOWN = "not_known", _("Not known")

    patient = models.OneToOneField(Patient, models.PROTECT, related_name="diagnosis")
    basis = models.CharField(_("basis"), max_length=12, choices=Basis, default=Basis.NOT_KNOWN)
    diagnosed_on = models.DateField(_("diagnosed on"), null=True, blank=True)
    hepatitis_b = models.CharField(_("hepatitis B"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN)
    hepatitis_c = models.CharField(_("hepatitis C"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN)
    alcohol = models.CharField(_("alcohol"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN)
    steatotic = models.CharField(
        _("steatotic liver disease"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    other_aetiology = models.CharField(_("other aetiology"), max_length=200, blank=True)
    cirrhosis = models.CharField(_("cirrhosis"), max_length=20, choices=Degree, default=Degree.NOT_KNOWN)
    diabetes = models.CharField(_("diabetes"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN)
    pathology = models.TextField(_("pathology"), blank=True)
    grade = models.CharField(_("grade"), max_length=10, choices=Grade, default=Grade.NOT_KNOWN)
    # With no treatment on record: empty means that nobody asked, a date means that there was none.
    earlier_treatments_asked_on = models.DateField(_("earlier treatments asked on"), null=True, blank=True)

    history = kept_history()
    identifying_fields = {"pathology", "other_aetiology"}

    class Meta:
        verbose_name_plural = "diagnoses"

    def __str__(self) -> str:
        return f"Diagnosis of {self.patient}"


class Lesion(Retractable):
    """One tumour of the liver, with an identity that outlasts its sizes."""

    class Capsule(models.TextChoices):
        INTACT = "intact", _("Intact")
        INCOMPLETE = "incomplete", _("Incomplete")
        ABSENT = "absent", _("Absent")
        NOT_KNOWN = "not_known", _("Not known")

    class Margin(models.TextChoices):
        CLEAR = "clear", _("Clear")
        UNCLEAR = "unclear", _("Unclear")
        NOT_KNOWN = "not_known", _("Not known")

    class Vascularity(models.TextChoices):
        HIGH = "high", _("High")
        MODERATE = "moderate", _("Moderate")
        LOW = "low", _("Low")
        NOT_KNOWN = "not_known", _("Not known")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="lesions")
    number = models.PositiveSmallIntegerField(
        _("number"), help_text=_("L1, L2 … in the order of their finding.")
    )
    # Couinaud segments as the map's ids say them: "1", "2", "3", "4a", "4b", "5" … "8".
    segments = models.JSONField(_("segments"), default=list)
    first_seen_on = models.DateField(_("first seen on"), null=True, blank=True)
    capsule = models.CharField(_("capsule"), max_length=12, choices=Capsule, default=Capsule.NOT_KNOWN)
    margin = models.CharField(_("margin"), max_length=12, choices=Margin, default=Margin.NOT_KNOWN)
    vascularity = models.CharField(
        _("vascularity"), max_length=12, choices=Vascularity, default=Vascularity.NOT_KNOWN
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    history = kept_history()
    identifying_fields = {"note", "retracted_because"}

    class Meta(Retractable.Meta):
        ordering = ["number"]
        constraints = [
            *Retractable.Meta.constraints,
            models.UniqueConstraint(fields=["patient", "number"], name="patients_lesion_number_once"),
        ]

    def __str__(self) -> str:
        return f"L{self.number}"

    @property
    def segments_in_words(self) -> str:
        """Say the segments as the map does: S8, S4a."""
        return ", ".join(f"S{segment}" for segment in self.segments)


class LesionMeasurement(Retractable):
    """The size of a lesion on one day, in mm; viable is the enhancing part (mRECIST)."""

    lesion = models.ForeignKey(Lesion, models.PROTECT, related_name="measurements")
    measured_on = models.DateField(_("measured on"))
    longest_mm = models.DecimalField(_("longest diameter"), max_digits=5, decimal_places=1)
    viable_mm = models.DecimalField(
        _("viable diameter"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    source = models.CharField(
        _("source"), max_length=60, blank=True, help_text=_("CT, MRI, outside report …")
    )
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    history = kept_history()
    identifying_fields = {"retracted_because"}

    class Meta(Retractable.Meta):
        ordering = ["measured_on", "pk"]
        constraints = [
            *Retractable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(longest_mm__gte=0, longest_mm__lte=500),
                name="patients_measurement_longest_possible",
            ),
            models.CheckConstraint(
                condition=Q(viable_mm=None) | Q(viable_mm__gte=0, viable_mm__lte=500),
                name="patients_measurement_viable_possible",
            ),
            models.CheckConstraint(
                condition=Q(viable_mm=None) | Q(viable_mm__lte=F("longest_mm")),
                name="patients_measurement_viable_within_longest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesion} {self.measured_on}: {self.longest_mm} mm"


class LabResult(Retractable):
    """One laboratory value as it was entered, and the same in the canonical unit of its analyte."""

    class Comparator(models.TextChoices):
        EQUAL = "", "="
        BELOW = "<", "<"
        ABOVE = ">", ">"
        AT_MOST = "≤", "≤"
        AT_LEAST = "≥", "≥"

    class Source(models.TextChoices):
        TYPED = "typed", _("Typed")
        PASTED = "pasted", _("Pasted from a report")
        IMPORTED = "imported", _("Imported")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="lab_results")
    # A name of patients.analytes (the laboratory facts of guidelines.facts, and a few that no clause reads).
    analyte = models.CharField(_("analyte"), max_length=40)
    comparator = models.CharField(max_length=1, choices=Comparator, blank=True, default=Comparator.EQUAL)
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=6)
    unit = models.CharField(_("unit"), max_length=24)
    canonical_value = models.DecimalField(max_digits=16, decimal_places=6)
    # The control of a prothrombin time in seconds: the guideline asks for the time over control.
    control_value = models.DecimalField(_("control"), max_digits=16, decimal_places=6, null=True, blank=True)
    taken_on = models.DateField(_("taken on"))
    source = models.CharField(max_length=8, choices=Source, default=Source.TYPED)
    reference_low = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    reference_high = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    history = kept_history()
    identifying_fields = {"retracted_because"}

    class Meta(Retractable.Meta):
        ordering = ["-taken_on", "-entered_at", "-pk"]
        indexes = [models.Index(fields=["patient", "analyte", "-taken_on"], name="patients_lab_latest")]
        constraints = [
            *Retractable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(comparator__in=["", "<", ">", "≤", "≥"]), name="patients_lab_comparator_known"
            ),
            models.CheckConstraint(
                condition=Q(control_value=None) | Q(analyte="prothrombin_time_s", comparator=""),
                name="patients_lab_control_of_prothrombin_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.analyte} {self.comparator}{self.value} {self.unit} on {self.taken_on}"


class PriorTreatment(Retractable):
    """A treatment before this team's own procedures, or elsewhere; doses count towards lifetime ceilings."""

    class Kind(models.TextChoices):
        RESECTION = "resection", _("Resection")
        TRANSPLANTATION = "transplantation", _("Liver transplantation")
        ABLATION = "ablation", _("Ablation")
        ARTERIAL_INTERVENTION = "arterial_intervention", _("TACE, TAE or TAI elsewhere")
        SYSTEMIC_THERAPY = "systemic_therapy", _("Systemic therapy")
        RADIOTHERAPY = "radiotherapy", _("Radiotherapy")
        OTHER = "other", _("Other")

    class Outcome(models.TextChoices):
        NO_RESIDUAL_TUMOUR = "no_residual_tumour", _("No tumour left")
        FAILED = "failed", _("Failed, tumour left")
        RECURRENCE = "recurrence", _("Tumour came back")
        NOT_KNOWN = "not_known", _("Not known")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="prior_treatments")
    kind = models.CharField(_("treatment"), max_length=24, choices=Kind)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, default=Outcome.NOT_KNOWN)
    # The exact day is often unknown: a year, or a year and a month, is enough.
    treated_year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    treated_month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    treated_day = models.PositiveSmallIntegerField(_("day"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    description = models.CharField(_("what was done"), max_length=300, blank=True)
    # [{"agent": "doxorubicin", "dose": "50", "per": "total" | "per_m2"}], the dose in mg or mg/m²: the
    # reference list of agents stands in a room above this one.
    doses = models.JSONField(_("doses"), default=list, blank=True)

    history = kept_history()
    identifying_fields = {"place", "description", "retracted_because"}

    class Meta(Retractable.Meta):
        ordering = ["treated_year", "treated_month", "treated_day", "pk"]
        constraints = [
            *Retractable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(treated_month=None) | Q(treated_year__isnull=False, treated_month__range=(1, 12)),
                name="patients_prior_treatment_month_of_a_year",
            ),
            models.CheckConstraint(
                condition=Q(treated_day=None) | Q(treated_month__isnull=False, treated_day__range=(1, 31)),
                name="patients_prior_treatment_day_of_a_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.treated_year or ''}".strip()

    @property
    def treated(self) -> str:
        """Say when, as exactly as it is known: 2024, 2024-05 or 2024-05-17."""
        parts = [self.treated_year, self.treated_month, self.treated_day]
        return "-".join(f"{part:02d}" for part in parts if part)


class Allergy(Retractable):
    """A substance that the patient reacts to; whether anybody asked is `StandingRisks.allergies_asked_on`."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="allergies")
    substance = models.CharField(_("substance"), max_length=120)
    reaction = models.CharField(_("reaction"), max_length=120, blank=True)
    since_year = models.PositiveSmallIntegerField(_("since"), null=True, blank=True)

    history = kept_history()
    identifying_fields = {"retracted_because"}

    class Meta(Retractable.Meta):
        ordering = ["pk"]
        verbose_name_plural = "allergies"

    def __str__(self) -> str:
        return self.substance


class StandingRisks(models.Model):
    """Lasting risks that each procedure has to respect; one row a patient, its changes in the history."""

    patient = models.OneToOneField(Patient, models.PROTECT, related_name="standing_risks")
    allergies_asked_on = models.DateField(_("allergies asked on"), null=True, blank=True)
    antithrombotics = models.CharField(
        _("takes antithrombotics"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    antithrombotics_which = models.CharField(_("which"), max_length=200, blank=True)
    bilioenteric_anastomosis = models.CharField(
        _("bilioenteric anastomosis or stent"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    thyroid_disease = models.CharField(
        _("thyroid disease"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    pregnancy_possible = models.CharField(
        _("pregnancy possible"), max_length=10, choices=YesNo, default=YesNo.NOT_KNOWN
    )
    other = models.TextField(_("other risks"), blank=True)

    history = kept_history()
    identifying_fields = {"other"}

    class Meta:
        verbose_name_plural = "standing risks"

    def __str__(self) -> str:
        return f"Standing risks of {self.patient}"


class Task(models.Model):
    """A dated next step that is not imaging."""

    class Kind(models.TextChoices):
        RECHECK = "recheck", _("Recheck a value")
        MULTIDISCIPLINARY_MEETING = "mdt", _("Multidisciplinary meeting")
        CALL = "call", _("Call")
        OTHER = "other", _("Other")

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        NOT_NEEDED = "not_needed", _("No longer needed")
        NOT_POSSIBLE = "not_possible", _("Could not be done")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="tasks")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("what"), max_length=200)
    # The fact to measure again, for a recheck: a name of guidelines.facts.
    fact = models.CharField(max_length=40, blank=True)
    due_from = models.DateField(_("from"))
    due_to = models.DateField(_("to"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    outcome_note = models.CharField(_("note"), max_length=300, blank=True)
    identifying_fields = {"title", "outcome_note"}

    history = kept_history()

    class Meta:
        ordering = ["due_to", "pk"]
        indexes = [
            models.Index(fields=["owner", "due_to"], condition=Q(closed_at=None), name="patients_task_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_to__gte=F("due_from")), name="patients_task_window_in_order"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, outcome="", outcome_note="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="patients_task_closed_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def days_late(self, *, on: date) -> int:
        """Days since the window closed; 0 while there is time."""
        return max((on - self.due_to).days, 0)
