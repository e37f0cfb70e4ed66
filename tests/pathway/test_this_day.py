"""The home page by role: procedures, calls and decisions of the day; what an admin of people is to look at."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from procedures.models import Agent
from tests.factories.followup import ImagingReviewFactory
from tests.factories.patients import PatientFactory, TaskFactory
from tests.factories.procedures import AgentFactory, ProcedureFactory


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


def call(patient, owner, today, first, last):
    return TaskFactory(
        patient=patient, owner=owner, kind="call", due_from=today + timedelta(days=first),
        due_to=today + timedelta(days=last),
    )  # fmt: skip


class TestProceduresOfTheDay:
    def test_are_shown_to_a_clinician_with_the_way_to_the_checklist(
        self, signed_in, clinician, patient, today
    ):
        procedure = ProcedureFactory(patient=patient, planned_on=today)
        ProcedureFactory(patient=PatientFactory(team=patient.team), planned_on=today + timedelta(days=1))

        response = signed_in(clinician).get("/")

        assert response.context["todays_procedures"] == [procedure]
        address = reverse("procedures:checklist", args=[patient.pk, procedure.pk])
        assert f'href="{address}"' in response.content.decode()

    def test_are_not_those_that_were_cancelled(self, signed_in, clinician, patient, today):
        ProcedureFactory(
            patient=patient, planned_on=today, cancelled_at=timezone.now(), cancelled_by=clinician,
            cancelled_because="Fever",
        )  # fmt: skip

        assert signed_in(clinician).get("/").context["todays_procedures"] == []

    def test_lead_no_coordinator_to_a_page_that_refuses(self, signed_in, coordinator, patient, today):
        ProcedureFactory(patient=patient, planned_on=today)

        assert "checklist" not in signed_in(coordinator).get("/").content.decode()


class TestToDecide:
    def test_holds_what_was_read_and_not_decided(self, signed_in, clinician, coordinator, patient, today):
        review = ImagingReviewFactory(patient=patient, read=True, done_on=today)
        ImagingReviewFactory(patient=PatientFactory(team=patient.team), done=True)
        address = reverse("followup:decide", args=[patient.pk, review.pk])

        response = signed_in(clinician).get("/")

        assert response.context["to_decide"] == [review]
        assert f'href="{address}"' in response.content.decode()
        assert f'href="{address}"' not in signed_in(coordinator).get("/").content.decode()


class TestCallsOfTheDay:
    @pytest.mark.parametrize(
        ("first", "last", "is_shown"), [(-2, -1, True), (-1, 1, True), (0, 0, True), (1, 2, False)]
    )
    def test_are_those_whose_time_has_come(
        self, signed_in, coordinator, patient, today, first, last, is_shown
    ):
        task = call(patient, coordinator, today, first, last)

        found = signed_in(coordinator).get("/").context["todays_calls"]

        assert found == ([task] if is_shown else [])

    def test_are_not_those_of_a_patient_whose_course_has_ended(self, signed_in, coordinator, team, today):
        ended = PatientFactory(team=team, ended_on=today, ended_because="died")
        call(ended, coordinator, today, 0, 0)

        assert signed_in(coordinator).get("/").context["todays_calls"] == []

    def test_are_recorded_as_shown(self, signed_in, coordinator, patient, today):
        call(patient, coordinator, today, 0, 0)

        signed_in(coordinator).get("/")

        assert patient.pk in AuditEntry.objects.get(what="pathway:home").listed_ids


class TestTheAdminOfPeople:
    def test_sees_how_many_agents_and_materials_wait_for_the_pharmacy(self, signed_in, people_admin, team):
        before = signed_in(people_admin).get("/").context["unsigned_reference"]
        agent = AgentFactory(code="a-new-one", name="A new one")
        assert signed_in(people_admin).get("/").context["unsigned_reference"] == before + 1

        Agent.objects.filter(pk=agent.pk).update(is_signed_off=True)

        response = signed_in(people_admin).get("/")
        assert response.context["unsigned_reference"] == before
        assert reverse("followup:team_settings", args=[team.pk]) in response.content.decode()
