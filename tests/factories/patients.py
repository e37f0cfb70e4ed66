"""Patients and what belongs to them, for tests."""

from datetime import UTC, date, datetime

import factory

from patients import search
from patients.actions import register
from patients.models import (
    Allergy,
    Diagnosis,
    LabResult,
    Lesion,
    LesionMeasurement,
    Patient,
    PriorTreatment,
    StandingRisks,
    Task,
)
from tests.factories.accounts import TeamFactory

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class PatientFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Patient
        skip_postgeneration_save = True

    team = factory.SubFactory(TeamFactory)
    mrn = factory.Sequence(lambda n: f"MRN{n:05d}")
    family_name = "Okafor"
    given_name = "Daniel"
    search_name = factory.LazyAttribute(lambda made: search.sort_name(made.family_name, made.given_name))
    birth_date = date(1961, 3, 14)
    sex = "male"
    registered_at = NOW

    @factory.post_generation
    def search_words(self, create, extracted, **kwargs):
        if create:
            register.index_words(self)


class DiagnosisFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Diagnosis

    patient = factory.SubFactory(PatientFactory)


class StandingRisksFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StandingRisks

    patient = factory.SubFactory(PatientFactory)


class AllergyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Allergy

    patient = factory.SubFactory(PatientFactory)
    substance = "Iodinated contrast"


class PriorTreatmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PriorTreatment

    patient = factory.SubFactory(PatientFactory)
    kind = "resection"


class LabResultFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LabResult

    patient = factory.SubFactory(PatientFactory)
    analyte = "bilirubin_umol_per_l"
    value = 19
    unit = "umol/L"
    canonical_value = factory.SelfAttribute("value")
    taken_on = TODAY
    entered_at = NOW


class LesionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Lesion

    patient = factory.SubFactory(PatientFactory)
    number = factory.Sequence(lambda n: n + 1)
    segments = factory.LazyFunction(lambda: ["8"])


class LesionMeasurementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LesionMeasurement

    lesion = factory.SubFactory(LesionFactory)
    measured_on = TODAY
    longest_mm = 44
    viable_mm = 44
    entered_at = NOW


class TaskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Task

    patient = factory.SubFactory(PatientFactory)
    kind = "recheck"
    title = "Repeat platelets"
    due_from = TODAY
    due_to = TODAY
    created_at = NOW
