"""The patient's history tells of procedures and of the days after: who did what, when, and why."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients import history
from procedures.actions import adverse_events, plan, signing, watch
from procedures.models import Procedure
from tests.factories import patients as patient_factories
from tests.factories import procedures as factory
from tests.factories.patients import NOW, TODAY
from tests.procedures.performed import performed

pytestmark = pytest.mark.django_db
NAMED = "TACE of 2 Mar 2026"


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team)


def said(patient) -> list[tuple]:
    return [(one.says, one.what, one.by, one.reason) for one in history.events_of(patient) if one.says]


def changes(event) -> dict:
    return {change.label: (change.old, change.new) for change in event.changes}


class TestProcedures:
    def test_are_told_from_the_plan_to_the_signature(self, patient, clinician, coordinator):
        made = performed(patient, clinician, created_at=NOW - timedelta(days=1), started_by=coordinator)
        signing.sign_procedure(
            procedure=made, revision=made.revision, by=clinician, at=NOW + timedelta(hours=2)
        )

        assert said(patient) == [
            ("Procedure signed", NAMED, clinician, ""),
            ("Procedure started", NAMED, coordinator, ""),
            ("Procedure planned", NAMED, clinician, ""),
        ]

    def test_are_started_by_whoever_began_them(self, patient, clinician, coordinator):
        made = factory.ProcedureFactory(patient=patient, created_by=clinician)

        plan.start_procedure(procedure=made, by=coordinator, at=NOW)

        assert ("Procedure started", NAMED, coordinator, "") in said(patient)

    def test_say_that_nobody_kept_who_began_an_old_one(self, patient, clinician, signed_in):
        factory.ProcedureFactory(patient=patient, created_by=clinician, started_at=NOW)

        page = signed_in(clinician).get(reverse("patients:history", args=[patient.pk])).content.decode()

        assert "Procedure started" in page
        assert "Not known" in page

    def test_are_cancelled_with_the_reason(self, patient, clinician):
        made = factory.ProcedureFactory(patient=patient, created_by=clinician)

        plan.cancel_procedure(procedure=made, because="Fever", by=clinician, at=NOW + timedelta(hours=1))

        assert said(patient)[0] == ("Procedure cancelled", NAMED, clinician, "Fever")

    def test_are_amended_with_what_changed_or_given_up(self, patient, clinician):
        made = performed(patient, clinician, created_at=NOW - timedelta(days=1))
        self.sign(made, clinician, hours=2)
        signing.open_amendment(procedure=made, by=clinician, at=NOW + timedelta(hours=3))
        signing.give_up_amendment(
            procedure=made, because="Nothing to change", by=clinician, at=NOW + timedelta(hours=4)
        )
        signing.open_amendment(procedure=made, by=clinician, at=NOW + timedelta(hours=5))
        row = Procedure.objects.get(pk=made.pk)
        row.narrative = "A8 was A7"
        row.save()
        self.sign(made, clinician, hours=6, reason="Artery")

        assert [(one[0], one[3]) for one in said(patient)][:6] == [
            ("Procedure amended, version 2 signed", "Artery"),
            ("Procedure opened for an amendment", ""),
            ("Amendment of a procedure given up; what stood in it was not signed", "Nothing to change"),
            ("Procedure opened for an amendment", ""),
            ("Procedure signed", ""),
            ("Procedure started", ""),
        ]
        amended = next(one for one in history.events_of(patient) if one.says)
        assert changes(amended) == {"Narrative": ("–", "A8 was A7")}

    def sign(self, procedure, by, *, hours, reason=""):
        procedure.refresh_from_db()
        signing.sign_procedure(
            procedure=procedure,
            revision=procedure.revision,
            by=by,
            at=NOW + timedelta(hours=hours),
            reason=reason,
        )

    def test_of_other_patients_are_left_out(self, patient, clinician, team):
        performed(patient_factories.PatientFactory(team=team), clinician)

        assert said(patient) == []


class TestDaysAfter:
    @pytest.fixture
    def procedure(self, patient, clinician):
        return factory.ProcedureFactory(
            patient=patient, created_by=clinician, started_at=NOW, modality="TACE"
        )

    def test_tell_what_was_logged_in_words(self, patient, procedure, coordinator):
        asked_at = NOW + timedelta(days=2)
        asked = watch.Asked(
            asked_at=asked_at,
            channel="phone",
            pain=4,
            answers={"nausea": "yes", "jaundice": "no", "ascites": "slight"},
        )
        watch.log_symptoms(procedure=procedure, asked=asked, by=coordinator, at=asked_at)

        event = next(one for one in history.events_of(patient) if one.kind == "Symptoms")

        assert (event.by, event.is_new, event.what) == (coordinator, True, f"after the {NAMED}")
        told = changes(event)
        assert told["answers"][1] == "Nausea, or no appetite: yes; Yellow eyes or skin: no; Ascites: slight"
        assert told["asked at"][1] == "4 Mar 2026, 09:30"
        assert "temperature" not in told

    def test_tell_an_event_its_change_and_that_it_was_taken_back(self, patient, procedure, clinician):
        first = adverse_events.Event(onset_on=TODAY, ctcae_grade=1, sir_class="mild")
        event = adverse_events.record_event(
            procedure=procedure, term="fever", event=first, by=clinician, at=NOW + timedelta(hours=1)
        )
        second = adverse_events.Event(onset_on=TODAY, ctcae_grade=2, sir_class="moderate")
        adverse_events.change_event(event=event, said=second, by=clinician, at=NOW + timedelta(hours=2))
        adverse_events.retract_event(
            event=event, because="Another patient", by=clinician, at=NOW + timedelta(hours=3)
        )

        taken_back, changed, added = [
            one for one in history.events_of(patient) if one.kind == "Adverse event"
        ]

        assert (taken_back.is_retraction, taken_back.reason) == (True, "Another patient")
        assert changes(changed) == {"CTCAE grade": ("1", "2"), "SIR class": ("Mild", "Moderate")}
        assert (added.is_new, added.what) == (True, f"Fever after the {NAMED}")

    def test_ask_the_database_no_more_for_more_entries(
        self, patient, procedure, coordinator, django_assert_max_num_queries
    ):
        for hours in range(1, 6):
            asked = watch.Asked(asked_at=NOW + timedelta(hours=hours), channel="ward", pain=hours)
            watch.log_symptoms(
                procedure=procedure, asked=asked, by=coordinator, at=NOW + timedelta(hours=hours)
            )

        for _each in range(3):
            made = performed(patient, coordinator)
            signing.sign_procedure(procedure=made, revision=made.revision, by=coordinator, at=NOW)

        # The rows below; procedures, versions, amendments, their people; each kind of the days after; letters, merges.
        with django_assert_max_num_queries(len(history.KINDS) + 1 + 7 + 2):
            history.events_of(patient)
