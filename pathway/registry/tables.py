"""Which tables leave for a registry and which columns each has: the one place where a field is let out.

Every field of these models either leaves, or is called identifying by its model, or stands in `LEFT_OUT`: a new field
fails a test until somebody has thought about it.
"""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from assessments import guidance, words
from assessments.models import Assessment
from followup import decision_words
from followup.models import Decision, ImagingReview, ImportedOutcome, LesionReading, Reading
from guidelines import adverse_events
from pathway.registry import angiography, answers, columns
from pathway.registry.columns import Column
from pathway.registry.table import CODE_OF_PATIENT, Table, key_of, keys_of_many
from pathway.registry.worked_out import (
    AGE,
    COUNTED_FROM,
    HAS_IMPORTED_OUTCOME,
    SETTINGS_VERSION,
    lab_unit,
    treated_day,
)
from patients import analytes
from patients.models import (
    Diagnosis,
    LabResult,
    Lesion,
    LesionMeasurement,
    Patient,
    PriorTreatment,
)
from patients.segment_map import SEGMENTS
from procedures.models import (
    Administration,
    AdverseEvent,
    Artery,
    Embolisation,
    Exposure,
    Procedure,
    TargetVessel,
)

Model = type[models.Model]

# What stays behind though no model calls it identifying: bookkeeping, moments at a desk, device and lot numbers,
# the year of birth (the age leaves), units of entry (canonical ones leave), and lists of mixed content.
_RETRACTED = "retracted_at retracted_by"
LEFT_OUT: Mapping[Model, str] = {
    Patient: "team birth_year language consents_to_messages message_channel registered_at registered_by form_key"
    " merged_into",
    Diagnosis: "patient earlier_treatments_asked_on",
    PriorTreatment: f"{_RETRACTED} patient doses",
    Lesion: f"{_RETRACTED} patient form_key",
    LesionMeasurement: f"{_RETRACTED} source entered_at entered_by",
    LabResult: f"{_RETRACTED} patient value unit control_value reference_low reference_high corrects entered_at"
    " entered_by",
    Assessment: "patient revision edition_settings meeting_owner meeting_on created_at created_by saved_at saved_by"
    " signed_by",
    Procedure: "patient planned_on planned_lesions expected_feeders planned_agents started_by michels_type"
    " cancelled_at cancelled_by revision form_key created_at created_by saved_at saved_by signed_by"
    " amendment_opened_at",
    Exposure: "procedure entered",
    TargetVessel: "is_confirmed discarded_at",
    Administration: "lot discarded_at",
    Embolisation: "lot udi discarded_at",
    AdverseEvent: f"{_RETRACTED} graded_from graded_by form_key entered_at entered_by",
    ImagingReview: "team patient opened_at opened_by owner booked_for booked_at_time booked_modality booked_dynamic"
    " done_recorded_at done_recorded_by closed_by revision in_care",
    Reading: f"{_RETRACTED} revision started_at saved_at signed_by",
    LesionReading: "lirads_features measurement",
    Decision: "edition_settings engine_version task next_review withdrawn_at withdrawn_by",
    ImportedOutcome: "patient imported_at imported_by",
}

_STANDS, _IN_USE = Q(retracted_at=None), Q(discarded_at=None)
_BEGUN = Q(started_at__isnull=False, cancelled_at=None)
_OF_PROCEDURE = Q(procedure__started_at__isnull=False, procedure__cancelled_at=None)
_OF_TARGET = Q(
    target__discarded_at=None,
    target__is_confirmed=True,
    target__procedure__started_at__isnull=False,
    target__procedure__cancelled_at=None,
)


def all_tables(*, in_days: bool) -> tuple[Table, ...]:
    """Return the tables of an archive; days are counted from the first procedure, or are dates that were moved."""
    made = _Made(in_days)
    return (
        *_of_patients(made),
        *_of_assessments(made),
        *_of_procedures(made),
        *_given_in_procedures(made),
        *_of_follow_up(made),
        *_of_decisions(made),
    )


class _Made:
    """Makes columns of fields, several at once."""

    def __init__(self, in_days: bool) -> None:
        self.in_days = in_days

    def of(self, model: Model, names: str, *, through: str = "") -> list[Column]:
        return [
            columns.of_field(model, name, through=through, in_days=self.in_days) for name in names.split()
        ]

    def word(self, model: Model, name: str, known: Mapping[str, Any], *, named: str = "") -> Column:
        return columns.of_field(model, name, words=known, name=named, in_days=self.in_days)

    def code(self, model: Model, name: str, kind: str, *, named: str = "") -> Column:
        return columns.of_field(model, name, stands_for=kind, name=named, in_days=self.in_days)


def _same(values: Any) -> dict[str, str]:
    return {str(value): str(value) for value in values}


def _clauses() -> dict[str, str]:
    return _same(each.id for group in guidance.clauses_by_section().values() for each in group)


def _of_patients(made: _Made) -> list[Table]:
    diagnosis = "basis diagnosed_on hepatitis_b hepatitis_c alcohol steatotic cirrhosis diabetes grade"
    return [
        Table("patients", _("Patients, one line each"), Patient, (
            CODE_OF_PATIENT, AGE, COUNTED_FROM, HAS_IMPORTED_OUTCOME, *made.of(Patient, "sex ended_on ended_because"),
            *made.of(Diagnosis, diagnosis, through="diagnosis__"),
        ), to_patient="pk"),
        Table("prior_treatments", _("Treatments before, and elsewhere"), PriorTreatment, (
            CODE_OF_PATIENT, *made.of(PriorTreatment, "kind outcome"), treated_day(made.in_days),
        ), only=_STANDS),
        Table("lesions", _("Lesions"), Lesion, (
            CODE_OF_PATIENT, key_of("lesion", _("Lesion, by a code")), *made.of(Lesion, "number"),
            made.word(Lesion, "segments", _same(SEGMENTS)),
            *made.of(Lesion, "first_seen_on capsule margin vascularity"),
        ), only=_STANDS),
        Table("lesion_sizes", _("Sizes of lesions"), LesionMeasurement, (
            CODE_OF_PATIENT, made.code(LesionMeasurement, "lesion", "lesion"),
            *made.of(LesionMeasurement, "measured_on longest_mm viable_mm"),
        ), to_patient="lesion__patient_id", only=_STANDS & Q(lesion__retracted_at=None)),
        Table("labs", _("Laboratory values, in the unit that the line names"), LabResult, (
            CODE_OF_PATIENT, made.word(LabResult, "analyte", _labels_of_analytes()),
            *made.of(LabResult, "comparator canonical_value"), lab_unit(), *made.of(LabResult, "taken_on source"),
        ), only=_STANDS),
        Table("outcomes", _("What became of imported cases, in weeks from the first treatment"), ImportedOutcome, (
            CODE_OF_PATIENT, *made.of(
                ImportedOutcome, "weeks_to_first_imaging weeks_to_progression progressed weeks_to_death died"
                " viable_sum_before_mm viable_sum_after_mm mrecist"),
        )),
    ]  # fmt: skip


def _labels_of_analytes() -> dict[str, str]:
    return {name: analyte.label for name, analyte in analytes.ALL.items()}


def _of_assessments(made: _Made) -> list[Table]:
    states = Assessment.Status
    only, signed = ~Q(status=states.DISCARDED), Q(status__in=[states.SIGNED, states.AMENDED, states.IMPORTED])
    key = key_of("assessment", _("Assessment, by a code"))
    said = [
        made.word(Assessment, "verdict", words.VERDICTS), made.word(Assessment, "modality", words.MODALITIES),
        *made.of(Assessment, "is_urgent"),
        made.word(Assessment, "child_pugh_class", _same("ABC"), named="child_pugh_scored"),
        *made.of(Assessment, "albi"), made.word(Assessment, "albi_grade", _same("123")),
        made.word(Assessment, "bclc_stage", _same("0ABCD")),
        *made.of(Assessment, "decision signed_at"), SETTINGS_VERSION,
    ]  # fmt: skip
    return [
        Table("assessments", _("Assessments, with each fact of which one value is known"), Assessment, (
            CODE_OF_PATIENT, key, *made.of(Assessment, "made_on status"), *said, *answers.columns_of_facts(),
        ), only=only, signed=signed),
        Table("assessment_facts", _("Every fact of an assessment, with its range, day and source"), Assessment, (
            CODE_OF_PATIENT, key, *answers.columns_of_lines(made.in_days),
        ), only=only, signed=signed, lines=answers.rows_of),
    ]  # fmt: skip


def _of_procedures(made: _Made) -> list[Table]:
    signed = Q(signed_at__isnull=False)
    key = key_of("procedure", _("Procedure, by a code"))
    arteries = frozenset(Artery.objects.values_list("code", flat=True))
    dose = "dose_area_product_gy_cm2 air_kerma_mgy fluoroscopy_min contrast_ml"
    return [
        Table("procedures", _("Procedures that were begun, with their exposure"), Procedure, (
            CODE_OF_PATIENT, key, made.code(Procedure, "assessment", "assessment"),
            *made.of(Procedure, "started_at ended_at planned_modality modality technique access"
                     " height_cm weight_kg"),
            *made.of(Exposure, dose, through="exposure__"),
            keys_of_many("person", _("Operators, by codes"), Procedure, "operators"),
            *made.of(Procedure, "signed_at"),
        ), only=_BEGUN, signed=signed),
        Table("angiography", _("Vessels that were looked at, and in which phases"), Procedure, (
            CODE_OF_PATIENT, key, *angiography.columns(),
        ), only=_BEGUN, signed=signed, lines=angiography.lines_of(arteries)),
        Table("targets", _("Superselective targets"), TargetVessel, (
            CODE_OF_PATIENT, key_of("target", _("Target, by a code")),
            made.code(TargetVessel, "procedure", "procedure"),
            *made.of(TargetVessel, "number artery level microcatheter calibre_mm is_markedly_thick beyond_cystic"
                     " beyond_right_gastric beyond_gastroepiploic speed end_point"),
            keys_of_many("lesion", _("Lesions supplied, by codes"), TargetVessel, "lesions"),
        ), to_patient="procedure__patient_id", only=_IN_USE & Q(is_confirmed=True) & _OF_PROCEDURE,
            signed=Q(procedure__signed_at__isnull=False)),
    ]  # fmt: skip


def _given_in_procedures(made: _Made) -> list[Table]:
    events = "onset_on resolved_on ctcae_grade cirse_grade"
    event_words = {key: term.label for key, term in adverse_events.TERMS.items()}
    versions = [
        made.word(AdverseEvent, "ctcae_version", _same(["5.0"])),
        made.word(AdverseEvent, "cirse_version", _same(["2017"])),
        made.word(AdverseEvent, "sir_version", _same(["2017"])),
    ]
    return [
        Table("doses", _("Agents given, target by target"), Administration, (
            CODE_OF_PATIENT, made.code(Administration, "target", "target"),
            *made.of(Administration, "agent dose_mg carrier order"),
        ), to_patient="target__procedure__patient_id", only=_IN_USE & _OF_TARGET,
            signed=Q(target__procedure__signed_at__isnull=False)),
        Table("embolisations", _("Embolic materials, target by target"), Embolisation, (
            CODE_OF_PATIENT, made.code(Embolisation, "target", "target"),
            *made.of(Embolisation, "material size_low_um size_high_um volume_ml order"),
        ), to_patient="target__procedure__patient_id", only=_IN_USE & _OF_TARGET,
            signed=Q(target__procedure__signed_at__isnull=False)),
        Table("adverse_events", _("Adverse events"), AdverseEvent, (
            CODE_OF_PATIENT, made.code(AdverseEvent, "procedure", "procedure"),
            made.word(AdverseEvent, "term", event_words), *made.of(AdverseEvent, events),
            made.word(AdverseEvent, "sir_class", adverse_events.SIR), *versions,
            *made.of(AdverseEvent, "expected causality graded_at"),
        ), to_patient="procedure__patient_id", only=_STANDS & _OF_PROCEDURE,
            signed=Q(graded_at__isnull=False, procedure__signed_at__isnull=False)),
    ]  # fmt: skip


def _of_follow_up(made: _Made) -> list[Table]:
    scan = (
        "imaged_on modality dynamic_enhanced lipiodol_deposition necrosis viable_tumour enlargement new_lesions"
        " non_target thrombus spread mrecist recist_1_1 viable_sum_mm longest_sum_mm is_adjudication signed_at"
    )
    return [
        Table("reviews", _("Reviews by imaging: their windows and what was done"), ImagingReview, (
            CODE_OF_PATIENT, key_of("review", _("Review, by a code")),
            made.code(ImagingReview, "after_procedure", "procedure"),
            made.code(ImagingReview, "after_review", "review"), *made.of(ImagingReview, "counts_from"),
            made.word(ImagingReview, "clause", _clauses()),
            *made.of(ImagingReview, "due_from due_to interval_months interval_reason is_rescheduled done_on"
                     " done_modality done_dynamic is_elsewhere read_at decided_at closed_at closed_because"),
        )),
        Table("readings", _("Readings, reader by reader"), Reading, (
            CODE_OF_PATIENT, key_of("reading", _("Reading, by a code")), made.code(Reading, "review", "review"),
            made.code(Reading, "reader", "person"), *made.of(Reading, scan),
        ), to_patient="review__patient_id", only=_STANDS, signed=Q(signed_at__isnull=False)),
        Table("lesion_readings", _("Lesions in each reading"), LesionReading, (
            CODE_OF_PATIENT, made.code(LesionReading, "reading", "reading"),
            made.code(LesionReading, "lesion", "lesion"),
            *made.of(LesionReading, "state longest_mm viable_mm is_target is_new was_treated deposition lirads"),
            made.code(LesionReading, "merged_into", "lesion"), made.code(LesionReading, "split_from", "lesion"),
        ), to_patient="reading__review__patient_id", only=Q(reading__retracted_at=None),
            signed=Q(reading__signed_at__isnull=False)),
    ]  # fmt: skip


def _of_decisions(made: _Made) -> list[Table]:
    recommended = {**dict(Decision.Choice.choices), decision_words.INSUFFICIENT: _("Not enough known")}
    return [
        Table("decisions", _("Decisions on reviews"), Decision, (
            CODE_OF_PATIENT, made.code(Decision, "review", "review"), made.code(Decision, "reading", "reading"),
            *made.of(Decision, "choice"), made.word(Decision, "options", decision_words.OPTIONS),
            made.word(Decision, "recommended", recommended), made.word(Decision, "clauses", _clauses()),
            *made.of(Decision, "against_because interval_months decided_at"),
            made.code(Decision, "decided_by", "person"),
            made.code(Decision, "assessment", "assessment"), SETTINGS_VERSION,
        ), to_patient="review__patient_id", only=Q(withdrawn_at=None)),
    ]  # fmt: skip
