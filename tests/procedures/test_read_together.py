"""Rows that are read together are the rows that each table holds, column by column and kind by kind."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.models import PriorTreatment
from procedures import read_together
from procedures.models import (
    Administration,
    Agent,
    Artery,
    EmbolicMaterial,
    Embolisation,
    Procedure,
    TargetVessel,
)
from tests.factories import patients as patient_factories
from tests.factories import procedures as factories
from tests.procedures.performed import performed

pytestmark = pytest.mark.django_db


def columns_of(rows):
    return {
        row.pk: [
            (field.attname, type(value), str(value))
            for field in row._meta.concrete_fields
            for value in [getattr(row, field.attname)]
        ]
        for row in rows
    }


@pytest.fixture
def querysets(team, clinician):
    procedure = performed(patient_factories.PatientFactory(team=team), clinician, dose_mg="33.33")
    procedure.expected_feeders.add(factories.ArteryFactory(code="a6"))
    factories.AgentFactory(
        code="new", name='An agent of "ours"', bilirubin_reductions=[{"from_mg_per_dl": 1.2, "give_pct": 50}]
    )
    patient_factories.PriorTreatmentFactory(
        patient=procedure.patient, doses=[{"agent": "ADM", "dose": "100", "per": "per_m2"}]
    )
    return [
        Agent.objects.all(),
        EmbolicMaterial.objects.all(),
        Artery.objects.all(),
        TargetVessel.objects.all(),
        Administration.objects.all(),
        Embolisation.objects.filter(lot="G2231"),
        TargetVessel.lesions.through.objects.all(),
        Procedure.operators.through.objects.all(),
        Procedure.expected_feeders.through.objects.all(),
        PriorTreatment.objects.all(),
    ]


class TestReadTogether:
    def test_gives_each_table_its_own_rows(self, querysets):
        found = read_together.rows_of(*querysets)

        assert [columns_of(rows) for rows in found] == [columns_of(queryset) for queryset in querysets]
        assert all(found)

    def test_asks_once(self, querysets):
        with CaptureQueriesContext(connection) as queries:
            read_together.rows_of(*querysets)

        assert len(queries) == 1

    def test_gives_rows_that_can_be_saved(self, querysets):
        _agents, [row, *_more] = read_together.rows_of(Agent.objects.all(), Administration.objects.all())

        row.dose_mg = 12
        row.save()

        assert Administration.objects.count() == 2
        assert Administration.objects.get(pk=row.pk).dose_mg == 12

    def test_finds_none_where_there_are_none(self, db):
        assert read_together.rows_of(TargetVessel.objects.all(), Administration.objects.all()) == [[], []]
