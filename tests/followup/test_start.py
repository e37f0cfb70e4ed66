"""Beginning a procedure from its checklist: the record opens, and the follow-up with it."""

import pytest
from django.urls import reverse

from patients.models import Patient
from procedures.actions import plan
from tests.factories.patients import NOW, TODAY, PatientFactory
from tests.followup import courses


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


@pytest.fixture
def procedure(patient, clinician):
    return courses.planned(patient, clinician)


@pytest.fixture
def begin(signed_in, clinician, patient, procedure):
    client = signed_in(clinician)
    return lambda: client.post(
        reverse("followup:start_procedure", args=[patient.pk, procedure.pk]), follow=True
    )


def words(response) -> str:
    return " ".join(response.content.decode().split())


class TestBeginning:
    def test_is_the_button_of_the_checklist(self, signed_in, clinician, patient, procedure):
        page = signed_in(clinician).get(reverse("procedures:checklist", args=[patient.pk, procedure.pk]))

        assert f'action="{reverse("followup:start_procedure", args=[patient.pk, procedure.pk])}"' in words(
            page
        )

    def test_opens_the_record_the_review_and_the_calls_of_the_days_after(self, begin, patient, procedure):
        response = begin()

        assert response.redirect_chain[-1][0] == reverse("procedures:record", args=[patient.pk, procedure.pk])
        assert patient.reviews.get().after_procedure == procedure
        assert patient.tasks.filter(kind="call").exists()

    def test_twice_goes_to_the_same_record(self, begin, patient):
        begin()
        response = begin()

        assert response.status_code == 200
        assert patient.reviews.count() == 1

    def test_of_a_cancelled_plan_says_so_and_begins_nothing(self, begin, clinician, patient, procedure):
        plan.cancel_procedure(procedure=procedure, because="Fever", by=clinician, at=NOW)

        assert "Nothing was changed: Cancelled." in words(begin())
        assert not patient.reviews.exists()

    def test_after_the_end_of_the_course_says_so_and_begins_nothing(self, begin, patient, procedure):
        Patient.objects.filter(pk=patient.pk).update(ended_on=TODAY, ended_because="transferred")

        assert "Nothing was begun: the course has ended." in words(begin())
        procedure.refresh_from_db()
        assert procedure.started_at is None
