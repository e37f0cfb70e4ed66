"""The parts of a patient's page that are fetched later: the vessels of the last procedure, the doses of a lifetime."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guidelines.meter import NOT_KNOWN, OVER, WATCH, WITHIN
from pathway import lifetime_doses
from patients.models import PriorTreatment
from procedures.actions import signing
from tests import asked as asked_of
from tests.factories.patients import DiagnosisFactory, PatientFactory, PriorTreatmentFactory
from tests.factories.procedures import AdministrationFactory, AgentFactory, ProcedureFactory
from tests.pathway import ten_procedures
from tests.procedures import performed

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
HTMX = {"headers": {"HX-Request": "true"}}
# 1.8 m² by Mosteller.
BODY = {"height_cm": Decimal(162), "weight_kg": Decimal(72)}
BEFORE = timedelta(days=70)


@pytest.fixture
def patient(team):
    found = PatientFactory(team=team)
    DiagnosisFactory(patient=found, earlier_treatments_asked_on=AT.date())
    return found


def given(patient, by, dose_mg, at=AT, agent="doxorubicin", **body):
    """Give one dose in a procedure of that moment."""
    procedure = ProcedureFactory(
        patient=patient, created_by=by, started_at=at, modality="TACE", **(body or BODY)
    )
    return AdministrationFactory(
        target__procedure=procedure, agent=AgentFactory(code=agent),
        dose_mg=None if dose_mg is None else Decimal(dose_mg),
    )  # fmt: skip


def of(patient, code="doxorubicin"):
    return next(one for one in lifetime_doses.lifetimes_of(patient).agents if one.agent.code == code)


class TestLifetimeDoses:
    def test_add_up_what_was_given_here_and_elsewhere(self, patient, clinician):
        given(patient, clinician, 90, AT - BEFORE)
        given(patient, clinician, 90)
        PriorTreatmentFactory(
            patient=patient, kind=PriorTreatment.Kind.SYSTEMIC_THERAPY,
            doses=[{"agent": "Doxorubicin", "dose": "100", "per": "per_m2"}],
        )  # fmt: skip

        found = of(patient)

        assert [round(one.mg_per_m2) for one in found.doses] == [100, 50, 50]
        assert found.meter.amount == pytest.approx(200)
        assert found.left == pytest.approx(350)
        assert sum(part.width for part in found.parts) == pytest.approx(100 * 200 / 550, abs=0.1)

    @pytest.mark.parametrize(
        ("dose_per_m2", "verdict"), [(450, WITHIN), (451, WATCH), (550, WATCH), (551, OVER)]
    )
    def test_are_told_against_the_ceiling(self, patient, clinician, dose_per_m2, verdict):
        given(patient, clinician, dose_per_m2 * Decimal("1.8"))

        assert of(patient).meter.verdict == verdict

    def test_count_several_arteries_of_a_day_once(self, patient, clinician):
        performed.performed(patient, clinician, at=AT, **BODY)

        found = of(patient)

        assert [one.earlier.dose_mg for one in found.doses] == [60]

    def test_count_what_nobody_confirmed_nowhere(self, patient, clinician):
        copied = given(patient, clinician, 90)
        copied.target.is_confirmed = False
        copied.target.save()

        assert lifetime_doses.lifetimes_of(patient).agents == []

    @pytest.mark.parametrize(
        ("dose_mg", "body"), [(None, BODY), (90, {"height_cm": None, "weight_kg": Decimal(70)})]
    )
    def test_are_a_lower_end_where_a_dose_or_the_body_is_unknown(self, patient, clinician, dose_mg, body):
        given(patient, clinician, dose_mg, **body)

        found = of(patient)

        assert found.meter.verdict == NOT_KNOWN
        assert found.left is None
        assert found.missing

    def test_are_a_lower_end_where_nobody_asked_for_treatments_elsewhere(self, team, clinician):
        unasked = PatientFactory(team=team)
        given(unasked, clinician, 90)

        found = lifetime_doses.lifetimes_of(unasked)

        assert not found.is_history_asked
        assert found.agents[0].is_lower_end

    def test_take_the_body_of_the_last_procedure_for_a_day_without_one(self, patient, clinician):
        given(patient, clinician, 90, AT - BEFORE, height_cm=None, weight_kg=None)
        given(patient, clinician, 90)

        first, second = of(patient).doses

        assert first.is_estimated
        assert not second.is_estimated
        assert first.mg_per_m2 == pytest.approx(50)

    def test_put_anthracyclines_together_where_there_was_more_than_one(self, patient, clinician):
        given(patient, clinician, Decimal("1.8") * 275, AT - BEFORE)
        assert lifetime_doses.lifetimes_of(patient).together is None

        given(patient, clinician, Decimal("1.8") * 450, agent="epirubicin")

        assert lifetime_doses.lifetimes_of(patient).together.amount == pytest.approx(100)

    def test_show_an_agent_without_a_ceiling_by_its_sum(self, patient, clinician):
        given(patient, clinician, 40, agent="own-agent")

        found = of(patient, "own-agent")

        assert found.meter is None
        assert found.total_mg == 40


class TestTheParts:
    @pytest.mark.parametrize("view", ["last_vessel_map", "lifetime_doses"])
    def test_are_a_fragment_for_the_page_and_a_page_without_scripts(
        self, signed_in, clinician, patient, view
    ):
        client, address = signed_in(clinician), reverse(f"pathway:{view}", args=[patient.pk])

        assert b"<html" not in client.get(address, **HTMX).content
        assert b"<html" in client.get(address).content

    @pytest.mark.parametrize(
        ("view", "is_signed", "most"),
        [("last_vessel_map", True, 15), ("last_vessel_map", False, 16), ("lifetime_doses", True, 15)],
    )
    def test_ask_the_database_a_few_times(self, signed_in, clinician, patient, view, is_signed, most):
        ten_procedures.make(patient, clinician, on=AT.date())
        if is_signed:
            record = performed.performed(patient, clinician, at=AT)
            signing.sign_procedure(
                procedure=record, revision=record.revision, by=clinician, at=AT + timedelta(hours=2)
            )
        else:
            patient.procedures.update(signed_at=None, signed_by=None)
        client, address = signed_in(clinician), reverse(f"pathway:{view}", args=[patient.pk])
        client.get(address, **HTMX)

        with CaptureQueriesContext(connection) as asked:
            client.get(address, **HTMX)

        statements = asked_of.by_the_page(asked)
        assert len(statements) <= most, "\n".join(statements)

    def test_show_the_vessels_of_the_last_procedure(self, signed_in, clinician, patient):
        performed.performed(patient, clinician, at=AT - BEFORE)
        last = performed.performed(patient, clinician, at=AT)

        answer = signed_in(clinician).get(reverse("pathway:last_vessel_map", args=[patient.pk]), **HTMX)

        assert answer.context["procedure"] == last
        assert [mark.artery for mark in answer.context["vessel_marks"]] == ["a8", "a5"]
        assert "not signed yet" in answer.content.decode()

    def test_say_what_is_not_there_yet(self, signed_in, clinician, patient):
        client = signed_in(clinician)

        vessels = client.get(reverse("pathway:last_vessel_map", args=[patient.pk]), **HTMX).content.decode()
        doses = client.get(reverse("pathway:lifetime_doses", args=[patient.pk]), **HTMX).content.decode()

        assert "No procedure has begun yet" in vessels
        assert "No agent with a dose is on record" in doses
