"""Procedures, what belongs to them, and the reference rows that they choose from, for tests."""

from decimal import Decimal
from importlib import import_module

import factory
from django.apps import apps
from django.test import override_settings

from procedures.models import (
    Administration,
    AdverseEvent,
    Agent,
    Artery,
    EmbolicMaterial,
    Embolisation,
    Exposure,
    Procedure,
    SymptomEntry,
    TargetVessel,
)
from tests.factories.accounts import UserFactory
from tests.factories.patients import NOW, TODAY, PatientFactory


class AgentFactory(factory.django.DjangoModelFactory):
    """An agent of its own; `AgentFactory(code="doxorubicin")` is the row that every database begins with."""

    class Meta:
        model = Agent
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"agent-{n}")
    name = factory.LazyAttribute(lambda made: made.code.capitalize())
    impossible_above_mg = Decimal(1500)


class EmbolicMaterialFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EmbolicMaterial
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"material-{n}")
    name = factory.LazyAttribute(lambda made: made.code.capitalize())
    kind = EmbolicMaterial.Kind.MICROSPHERES


class ArteryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Artery
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"artery-{n}")
    name = factory.LazyAttribute(lambda made: made.code.capitalize())
    kind = Artery.Kind.SEGMENTAL


class ProcedureFactory(factory.django.DjangoModelFactory):
    """A planned emergency; started, ended and signed by naming these moments."""

    class Meta:
        model = Procedure

    patient = factory.SubFactory(PatientFactory)
    emergency_reason = "Ruptured tumour, bleeding"
    planned_on = TODAY
    planned_modality = "TACE"
    created_at = NOW
    created_by = factory.SubFactory(UserFactory)
    saved_at = NOW
    saved_by = factory.SelfAttribute("created_by")


class TargetVesselFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TargetVessel

    procedure = factory.SubFactory(ProcedureFactory, started_at=NOW, modality="TACE")
    number = factory.Sequence(lambda n: n + 1)
    artery = factory.SubFactory(ArteryFactory, code="right-hepatic")


class AdministrationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Administration

    target = factory.SubFactory(TargetVesselFactory)
    agent = factory.SubFactory(AgentFactory, code="doxorubicin")
    dose_mg = Decimal(50)


class EmbolisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Embolisation

    target = factory.SubFactory(TargetVesselFactory)
    material = factory.SubFactory(EmbolicMaterialFactory)
    volume_ml = Decimal(2)


class ExposureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Exposure

    procedure = factory.SubFactory(ProcedureFactory, started_at=NOW)


class SymptomEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SymptomEntry

    procedure = factory.SubFactory(ProcedureFactory, started_at=NOW)
    asked_at = NOW
    entered_at = NOW


class AdverseEventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AdverseEvent

    procedure = factory.SubFactory(ProcedureFactory, started_at=NOW)
    term = "fever"
    onset_on = TODAY
    entered_at = NOW


def reference_rows() -> None:
    """Bring back the rows that every database begins with, by their own migration, where a test emptied it."""
    if Agent.objects.exists():
        return
    with override_settings(SIMPLE_HISTORY_ENABLED=False):  # the migration writes the history itself
        import_module("procedures.migrations.0003_reference_data").load(apps, None)
