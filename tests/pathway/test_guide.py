"""The first steps on the home page: by role, ticked by the rows, put away and brought back."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from pathway import guide
from procedures.models import Agent
from tests.factories import accounts as factories
from tests.factories import followup, procedures
from tests.factories.patients import LabResultFactory, PatientFactory


def steps_of(person, team):
    membership = person.memberships.filter(team=team).select_related("team").first()
    return {str(step.words): step for step in guide.guide_for(person, membership).steps}


def done(person, team):
    return [words for words, step in steps_of(person, team).items() if step.is_done]


class TestSteps:
    @pytest.mark.parametrize("role", Role.values)
    @pytest.mark.parametrize("is_lead", [False, True])
    def test_lead_only_where_the_person_may_go(self, signed_in, team, role, is_lead):
        if is_lead and role not in (Role.CLINICIAN, Role.COORDINATOR):
            role = Role.CLINICIAN
        person = factories.member(team, role, is_lead=is_lead)
        client = signed_in(person)

        steps = steps_of(person, team).values()

        assert 3 <= len(steps) <= 5
        # Whoever looks after the sign-in is asked for the password first.
        assert {client.get(step.url).status_code for step in steps} <= {200, 302}

    def test_begin_with_none_done(self, clinician, team):
        assert done(clinician, team) == []

    def test_are_ticked_by_what_the_person_did(self, clinician, team):
        PatientFactory(team=team, registered_by=clinician)
        procedures.ProcedureFactory(
            patient__team=team, started_at=timezone.now(), signed_at=timezone.now(), signed_by=clinician
        )
        followup.DecisionFactory(
            reading__review__patient__team=team, reading__reader=clinician, decided_by=clinician
        )

        assert done(clinician, team) == [
            "Enter your first patient",
            "Record a procedure vessel by vessel, and sign",
            "Sign the reading of a follow-up scan",
            "Choose what comes after a reading",
        ]

    def test_are_not_ticked_by_what_others_did(self, clinician, coordinator, team):
        LabResultFactory(patient__team=team, entered_by=clinician)

        assert "Enter or paste laboratory values" not in done(coordinator, team)

    def test_are_of_the_current_team(self, coordinator, team, other_team):
        PatientFactory(team=other_team, registered_by=coordinator)

        assert done(coordinator, team) == []

    def test_of_an_admin_wait_for_the_pharmacy(self, people_admin, team):
        words = "Let the pharmacy sign off the agents"
        assert words not in done(people_admin, team)

        Agent.objects.update(is_signed_off=True)

        assert words in done(people_admin, team)

    def test_of_an_observer_are_ticked_by_looking(self, signed_in, observer, team):
        signed_in(observer).get(reverse("pathway:board"))

        assert done(observer, team) == ["See where every patient stands in the loop"]

    def test_of_a_site_admin_without_a_team_begin_with_one(self, db):
        person = factories.UserFactory(is_site_admin=True)

        found = guide.guide_for(person, None)

        assert [step.is_done for step in found.steps] == [False, False, False]
        assert found.left == 3

    def test_are_none_for_a_person_without_a_team(self, db):
        assert guide.guide_for(factories.UserFactory(), None) is None

    def test_cost_one_query(self, clinician, team):
        membership = clinician.memberships.select_related("team").get()

        with CaptureQueriesContext(connection) as asked:
            guide.guide_for(clinician, membership)

        assert len(asked) == 1


class TestPuttingAway:
    def test_is_remembered_for_the_person_until_asked_for(self, signed_in, clinician, coordinator):
        client = signed_in(clinician)
        assert client.get("/").context["guide"].left == 5

        answer = client.post(reverse("accounts:put_guide_away"))

        assert answer.url == reverse("pathway:home")
        assert "come back from the menu" in str(next(iter(get_messages(answer.wsgi_request))))
        assert client.get("/").context["guide"] is None
        assert signed_in(clinician).get("/").context["guide"] is None
        assert signed_in(coordinator).get("/").context["guide"]

        assert "Show the first steps" in client.get("/").content.decode()
        client.post(reverse("accounts:bring_guide_back"))

        assert client.get("/").context["guide"].left == 5
        assert "Show the first steps" not in client.get("/").content.decode()

    @pytest.mark.parametrize("view", ["put_guide_away", "bring_guide_back"])
    def test_is_no_matter_of_looking(self, signed_in, clinician, view):
        assert signed_in(clinician).get(reverse(f"accounts:{view}")).status_code == 405
