"""Planning a procedure: on a signed decision, or as an emergency; its checklist; cancelling and starting."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from assessments.actions import drafts
from patients.models import Task
from procedures import basis, checklist, stages
from procedures.actions import plan as actions
from procedures.models import Procedure
from tests.factories import assessments as assessment_factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as factories
from tests.factories.patients import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team)


def signed(patient, by, *, decision="proceed", **changed):
    """A signed assessment with a decision, as its columns say it."""
    row = assessment_factories.draft(patient, by, **changed)
    row.status, row.signed_at, row.signed_by, row.decision = "signed", NOW, by, decision
    row.verdict, row.modality = "eligible", "TACE"
    row.reason_against_finding = "" if decision == "proceed" else "Patient declines"
    row.save()
    return row


def a_plan(**changed):
    return actions.Plan(
        **{
            "planned_on": TODAY,
            "place": "Room 2",
            "planned_modality": "TACE",
            "technique": "conventional",
            "plan_note": "",
            **changed,
        }
    )


class TestPlanProcedure:
    def test_rests_on_the_decision_to_proceed(self, patient, clinician):
        assessment = signed(patient, clinician)
        lesion = patient_factories.LesionFactory(patient=patient)
        feeder = factories.ArteryFactory(code="a8")

        made = actions.plan_procedure(
            patient=patient,
            assessment=assessment,
            plan=a_plan(lesions=[lesion], feeders=[feeder]),
            by=clinician,
            at=NOW,
        )

        assert made.assessment == assessment
        assert list(made.planned_lesions.all()) == [lesion]
        assert list(made.expected_feeders.all()) == [feeder]
        assert AuditEntry.objects.filter(what="procedures.plan", patient_id=patient.pk).count() == 1

    @pytest.mark.parametrize("decision", [None, "do_not_proceed"])
    def test_without_one_needs_a_reason(self, patient, clinician, decision):
        assessment = signed(patient, clinician, decision=decision) if decision else None

        with pytest.raises(actions.UnableToPlan):
            actions.plan_procedure(
                patient=patient, assessment=assessment, plan=a_plan(), by=clinician, at=NOW
            )

        assert not Procedure.objects.exists()

    def test_without_one_is_an_emergency_with_its_reason(self, patient, clinician):
        made = actions.plan_procedure(
            patient=patient,
            assessment=None,
            plan=a_plan(emergency_reason="Ruptured, bleeding"),
            by=clinician,
            at=NOW,
        )

        assert made.emergency_reason == "Ruptured, bleeding"

    def test_sent_twice_makes_one(self, patient, clinician):
        assessment, key = signed(patient, clinician), uuid.uuid4()

        made = [
            actions.plan_procedure(
                patient=patient, assessment=assessment, plan=a_plan(), by=clinician, at=NOW, form_key=key
            )
            for _twice in range(2)
        ]

        assert made[0] == made[1]

    def test_needs_a_course_that_has_not_ended(self, patient, clinician):
        assessment = signed(patient, clinician)
        patient.ended_because, patient.ended_on = "discharged", TODAY
        patient.save()

        with pytest.raises(actions.UnableToPlan):
            actions.plan_procedure(
                patient=patient, assessment=assessment, plan=a_plan(), by=clinician, at=NOW
            )


class TestStages:
    def test_follow_the_moments(self, clinician):
        procedure = factories.ProcedureFactory()
        assert stages.stage_of(procedure) == "planned"
        procedure.started_at = NOW
        assert stages.stage_of(procedure) == "running"
        procedure.ended_at = NOW
        assert stages.stage_of(procedure) == "performed"
        procedure.signed_at = NOW
        assert stages.stage_of(procedure) == "signed"

    @pytest.mark.parametrize(("hours", "is_late"), [(47, False), (48, False), (49, True)])
    def test_ask_for_a_signature_after_48_hours(self, hours, is_late):
        procedure = factories.ProcedureFactory(started_at=NOW, modality="TACE")

        assert stages.is_signature_late(procedure, at=NOW + timedelta(hours=hours)) is is_late


class TestStartProcedure:
    def test_counts_as_performed_and_is_done_once(self, clinician):
        procedure = factories.ProcedureFactory()

        actions.start_procedure(procedure=procedure, by=clinician, at=NOW)
        actions.start_procedure(procedure=procedure, by=clinician, at=NOW + timedelta(hours=1))

        procedure.refresh_from_db()
        assert procedure.started_at == NOW
        assert procedure.modality == "TACE"
        assert list(procedure.operators.all()) == [clinician]

    def test_opens_the_calls_of_the_days_after_at_once_and_once_only(self, clinician):
        procedure = factories.ProcedureFactory()

        for hours in (0, 1):
            actions.start_procedure(procedure=procedure, by=clinician, at=NOW + timedelta(hours=hours))

        calls = Task.objects.filter(patient=procedure.patient, kind=Task.Kind.CALL)
        assert [(call.due_from - TODAY).days for call in calls] == [1, 3, 7, 14]

    def test_is_refused_for_a_cancelled_plan(self, clinician):
        procedure = factories.ProcedureFactory()
        actions.cancel_procedure(procedure=procedure, because="Fever", by=clinician, at=NOW)

        with pytest.raises(actions.UnableToChange):
            actions.start_procedure(procedure=procedure, by=clinician, at=NOW)

    def test_bars_cancelling(self, clinician):
        procedure = factories.ProcedureFactory()
        actions.start_procedure(procedure=procedure, by=clinician, at=NOW)

        with pytest.raises(actions.UnableToChange):
            actions.cancel_procedure(procedure=procedure, because="Fever", by=clinician, at=NOW)


class TestChecklist:
    def test_begins_with_the_conditions_of_the_assessment(self):
        procedure = factories.ProcedureFactory()

        points = checklist.points_for(procedure, ["correct_coagulation_first"])

        assert points[0].key == "condition_correct_coagulation_first"
        assert points[0].clause == "4.2"

    def test_keeps_who_answered_and_leaves_others_alone(self, clinician):
        procedure = factories.ProcedureFactory()
        given = {"consent": {"answer": "yes", "note": ""}}

        actions.answer_checklist(procedure=procedure, given=given, by=clinician, at=NOW)
        actions.answer_checklist(
            procedure=procedure,
            given={**given, "allergy": {"answer": "no", "note": "asleep"}},
            by=procedure.created_by,
            at=NOW,
        )

        procedure.refresh_from_db()
        assert procedure.checklist["consent"]["by"] == str(clinician)
        open_keys = [point.key for point in checklist.open_points(procedure, checklist.USUAL)]
        assert "consent" not in open_keys
        assert "allergy" in open_keys

    def test_shows_what_the_record_knows_and_no_more(self, patient):
        patient_factories.StandingRisksFactory(patient=patient, antithrombotics="yes", thyroid_disease="no")

        known = checklist.known_of(patient, {})

        assert known["antithrombotics"] == "Yes"
        assert known["thyroid"] == "No"
        assert "bilioenteric" not in known
        assert "allergy" not in known


class TestPages:
    def form(self, **changed):
        today = timezone.localdate().isoformat()
        return {"planned_on": today, "planned_modality": "TACE", "technique": "", **changed}

    def test_plan_then_checklist_then_start(self, patient, clinician, signed_in):
        signed(patient, clinician)
        client = signed_in(clinician)

        answer = client.post(reverse("procedures:plan", args=[patient.pk]), self.form())
        procedure = Procedure.objects.get()
        page = client.get(answer.url)
        client.post(answer.url, {"consent": "yes"})
        started = client.post(reverse("followup:start_procedure", args=[patient.pk, procedure.pk]))

        assert "decided to proceed" in page.content.decode()
        procedure.refresh_from_db()
        assert procedure.checklist["consent"]["answer"] == "yes"
        assert started.url == reverse("procedures:record", args=[patient.pk, procedure.pk])

    def test_asks_for_the_reason_of_an_emergency_at_its_field(self, patient, clinician, signed_in):
        client = signed_in(clinician)

        refused = client.post(reverse("procedures:plan", args=[patient.pk]), self.form(emergency_reason=" "))

        assert refused.status_code == 422
        assert "Write why this cannot wait" in refused.content.decode()
        assert not Procedure.objects.exists()

    def test_says_that_a_booking_without_a_decision_departs_from_the_guideline(
        self, patient, clinician, signed_in
    ):
        page = signed_in(clinician).get(reverse("procedures:plan", args=[patient.pk])).content.decode()

        assert "No signed assessment" in page
        assert reverse("assessments:clause", args=["1.2"]) in page

    def test_list_shows_an_unsigned_one_in_red_after_48_hours(self, patient, observer, signed_in):
        started = timezone.now() - timedelta(hours=50)
        factories.ProcedureFactory(patient=patient, started_at=started, ended_at=started, modality="TAI")

        page = signed_in(observer).get(reverse("procedures:list", args=[patient.pk])).content.decode()

        assert "Performed, not signed for more than 48 hours" in page
        assert "state-late" in page

    def test_cancel_asks_for_a_reason_and_keeps_it(self, patient, clinician, signed_in):
        procedure = factories.ProcedureFactory(patient=patient)
        url = reverse("procedures:cancel", args=[patient.pk, procedure.pk])
        client = signed_in(clinician)

        refused = client.post(url, {"because": ""})
        client.post(url, {"because": "Fever"})

        procedure.refresh_from_db()
        assert refused.status_code == 422
        assert procedure.cancelled_because == "Fever"

    def test_a_plan_that_has_begun_is_not_changed(self, patient, clinician, signed_in):
        procedure = factories.ProcedureFactory(patient=patient, started_at=NOW, place="Room 1")

        signed_in(clinician).post(
            reverse("procedures:edit_plan", args=[patient.pk, procedure.pk]),
            self.form(place="Room 9", emergency_reason="x"),
        )

        procedure.refresh_from_db()
        assert procedure.place == "Room 1"


class TestBasis:
    def test_is_the_assessment_signed_last_whatever_it_decided(self, patient, clinician):
        first = signed(patient, clinician)
        drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)

        assert basis.last_signed(patient) == first

    def test_tells_the_fistula_of_its_facts(self, patient, clinician):
        assert basis.Basis(signed(patient, clinician, fistula="severe")).fistula == "severe"
        assert basis.Basis(None).fistula is None
