"""The pages of the days after: who may do what, what is asked, and that nothing typed is lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patients.models import Task
from procedures.models import SymptomEntry
from tests import asked as asked_of
from tests.factories.patients import PatientFactory
from tests.factories.procedures import ProcedureFactory, SymptomEntryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def procedure(team):
    began = timezone.now() - timedelta(days=9)
    return ProcedureFactory(patient=PatientFactory(team=team), started_at=began, modality="TACE")


def url(name, procedure, *more):
    return reverse(f"procedures:{name}", args=[procedure.patient_id, procedure.pk, *more])


def form(procedure, **changed):
    asked_at = timezone.localtime(timezone.now()).strftime("%Y-%m-%dT%H:%M")
    return {"asked_at": asked_at, "channel": "phone", "temperature_c": "37.2", "pain": "0", **changed}


class TestWatch:
    def test_says_that_nothing_is_known_before_anybody_asked(self, procedure, observer, signed_in):
        page = signed_in(observer).get(url("watch", procedure)).content.decode()

        assert "Not known: too little was asked" in page
        assert "Day 9 today" in page
        assert url("log_symptoms", procedure) not in page

    def test_shows_a_red_flag_with_what_to_look_for(self, procedure, clinician, signed_in):
        SymptomEntryFactory(procedure=procedure, asked_at=timezone.now(), temperature_c="38.9", pain=3)

        page = signed_in(clinician).get(url("watch", procedure)).content.decode()

        assert "Not the expected course" in page
        assert "Liver abscess" in page

    def test_is_not_there_before_the_procedure_begins(self, team, clinician, signed_in):
        planned = ProcedureFactory(patient=PatientFactory(team=team))

        assert signed_in(clinician).get(url("watch", planned)).status_code == 404

    def test_is_not_there_under_another_patient(self, procedure, team, clinician, signed_in):
        address = reverse("procedures:watch", args=[PatientFactory(team=team).pk, procedure.pk])

        assert signed_in(clinician).get(address).status_code == 404

    def test_asks_the_database_no_more_for_more_entries(self, procedure, clinician, signed_in):
        client = signed_in(clinician)
        counted = []
        for _more in range(3):
            for number in range(4):
                asked_at = timezone.now() - timedelta(hours=number)
                SymptomEntryFactory(procedure=procedure, asked_at=asked_at, entered_by=clinician)
            with CaptureQueriesContext(connection) as queries:
                client.get(url("watch", procedure))
            counted.append(len(asked_of.by_the_page(queries)))

        assert counted[1] == counted[2] <= 35


class TestLogSymptoms:
    def test_is_done_by_a_coordinator(self, procedure, coordinator, signed_in):
        answered = signed_in(coordinator).post(
            url("log_symptoms", procedure), form(procedure, nausea="yes", temperature_c="37,2")
        )

        assert answered.url == url("watch", procedure)
        entry = SymptomEntry.objects.get()
        assert (float(entry.temperature_c), entry.pain, entry.answers) == (37.2, 0, {"nausea": "yes"})

    def test_takes_an_open_question_for_not_asked(self, procedure, coordinator, signed_in):
        signed_in(coordinator).post(url("log_symptoms", procedure), form(procedure, pain=""))

        entry = SymptomEntry.objects.get()
        assert (entry.pain, entry.answers) == (None, {})

    def test_keeps_what_was_found_of_the_liver_and_shows_it(self, procedure, coordinator, signed_in):
        client = signed_in(coordinator)

        client.post(url("log_symptoms", procedure), form(procedure, ascites="slight", rest_is_no="on"))

        answers = SymptomEntry.objects.get().answers
        assert (answers["ascites"], "encephalopathy" in answers) == ("slight", False)
        assert "Ascites: slight" in client.get(url("watch", procedure)).content.decode()

    def test_refuses_a_sign_of_the_liver_that_is_none(self, procedure, coordinator, signed_in):
        answered = signed_in(coordinator).post(url("log_symptoms", procedure), form(procedure, ascites="no"))

        assert answered.status_code == 422
        assert not SymptomEntry.objects.exists()

    def test_writes_no_for_the_rest_only_when_somebody_says_so(self, procedure, coordinator, signed_in):
        signed_in(coordinator).post(
            url("log_symptoms", procedure), form(procedure, vomiting="yes", rest_is_no="on")
        )

        answers = SymptomEntry.objects.get().answers
        assert answers["vomiting"] == "yes"
        assert answers["jaundice"] == "no"
        assert len(answers) == 11

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"temperature_c": "101"}, "less than or equal to 45"),
            ({"temperature_c": "warm"}, "Enter a number"),
            ({"pain": "11"}, "Select a valid choice"),
            ({"asked_at": "2019-01-01T10:00"}, "before the procedure began"),
            ({"asked_at": "2099-01-01T10:00"}, "in the future"),
            ({"asked_at": ""}, "Say when you asked"),
            ({"channel": ""}, "Ward round, call or visit?"),
            ({"temperature_c": "", "pain": ""}, "Nothing is answered yet"),
        ],
    )
    def test_refuses_what_cannot_be_and_keeps_what_was_typed(
        self, procedure, coordinator, signed_in, changed, said
    ):
        answered = signed_in(coordinator).post(
            url("log_symptoms", procedure), form(procedure, note="Calls back at noon", **changed)
        )

        if said == "Nothing is answered yet":
            # A note alone is worth keeping.
            assert answered.status_code == 302
            answered = signed_in(coordinator).post(url("log_symptoms", procedure), form(procedure, **changed))
            assert answered.status_code == 422
            assert said in answered.content.decode()
            return
        page = answered.content.decode()
        assert answered.status_code == 422
        assert said in page
        assert "Calls back at noon" in page
        assert not SymptomEntry.objects.exists()

    def test_makes_one_entry_of_a_form_sent_twice(self, procedure, coordinator, signed_in):
        sent = form(procedure, form_key="4a6e1f0e-1a7c-4b67-9a53-1f5f2ed1d1b1")
        client = signed_in(coordinator)

        client.post(url("log_symptoms", procedure), sent)
        client.post(url("log_symptoms", procedure), sent)

        assert SymptomEntry.objects.count() == 1


class TestRetractSymptoms:
    def test_keeps_the_entry_struck_through_with_its_reason(self, procedure, coordinator, signed_in):
        entry = SymptomEntryFactory(procedure=procedure, asked_at=timezone.now())
        client = signed_in(coordinator)

        client.post(url("retract_symptoms", procedure, entry.pk), {"reason": "Other patient"})

        page = client.get(url("watch", procedure)).content.decode()
        assert "Other patient" in page
        assert "Not known: too little was asked" in page


class TestOpenCalls:
    def test_makes_the_calls_that_can_still_be_made(self, procedure, coordinator, signed_in):
        answered = signed_in(coordinator).post(url("open_calls", procedure), follow=True)

        assert "The calls stand among the tasks now." in answered.content.decode()
        assert Task.objects.get().title.startswith("Call, day 14")

    def test_says_so_when_none_is_missing(self, procedure, coordinator, signed_in):
        client = signed_in(coordinator)
        client.post(url("open_calls", procedure))

        answered = client.post(url("open_calls", procedure), follow=True)

        assert "No call is missing" in answered.content.decode()
