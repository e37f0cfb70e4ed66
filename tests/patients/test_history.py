"""The history says in words who changed what, when, from what to what, and why."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from patients import history
from patients.actions import lesions, record, register, rows, tasks
from patients.models import LabResult
from tests.factories.patients import NOW, TODAY, PatientFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def patient(team, clinician):
    return register.register_patient(
        team=team,
        by=clinician,
        at=NOW,
        who={"mrn": "7041 2296", "family_name": "Okafor", "given_name": "Daniel", "sex": "male"},
        diagnosis={"cirrhosis": "compensated"},
    )


def changes(event) -> dict:
    return {change.label: (change.old, change.new) for change in event.changes}


class TestEventsOf:
    def test_begin_with_what_was_registered(self, patient, clinician):
        events = history.events_of(patient)

        assert {event.kind for event in events} == {"Patient", "Disease"}
        assert all(event.is_new and event.by == clinician and event.at == NOW for event in events)

    def test_say_from_what_to_what_in_words_not_codes(self, patient, clinician):
        record.edit_diagnosis(patient=patient, by=clinician, at=LATER, known={"cirrhosis": "decompensated"})

        assert changes(history.events_of(patient)[0]) == {"cirrhosis": ("Compensated", "Decompensated")}

    def test_say_nothing_of_a_save_that_changed_nothing(self, patient, clinician):
        before = len(history.events_of(patient))

        record.edit_diagnosis(patient=patient, by=clinician, at=LATER, known={"cirrhosis": "compensated"})

        assert len(history.events_of(patient)) == before

    def test_read_no_more_for_many_sizes_than_for_one(
        self, patient, clinician, django_assert_max_num_queries
    ):
        lesion = lesions.add_lesion(patient=patient, by=clinician, at=NOW, seen={"segments": ["8"]})
        for days in range(5):
            size = {"measured_on": TODAY - timedelta(days=days), "longest_mm": Decimal(30)}
            lesions.measure_lesion(lesion=lesion, by=clinician, at=NOW, size=size)

        # One of each kind, the panels of laboratory values, and what the rooms above add: procedures, letters, merges.
        with django_assert_max_num_queries(len(history.KINDS) + 1 + 3 + 2 + 1):
            events = history.events_of(patient)

        assert sum(event.what == "L1" for event in events) == 6

    def test_give_the_reason_of_what_was_taken_back(self, patient, clinician):
        lesion = lesions.add_lesion(patient=patient, by=clinician, at=NOW, seen={"segments": ["8"]})
        lesions.retract_lesion(lesion=lesion, by=clinician, at=LATER, because="A vessel, " + "x" * 280)

        event = history.events_of(patient)[0]

        assert (event.what, event.is_retraction) == ("L1", True)
        assert event.reason == "A vessel, " + "x" * 280

    def test_write_doses_segments_owners_and_days_as_people_do(self, patient, clinician):
        doses = [{"agent": "cisplatin", "dose": "60", "per": "per_m2"}, {"agent": "lipiodol", "dose": None}]
        known = {"kind": "arterial_intervention", "treated_year": 2024, "doses": doses}
        record.add_treatment(patient=patient, by=clinician, at=LATER, known=known)
        tasks.add_task(
            patient=patient,
            by=clinician,
            at=LATER,
            kind="call",
            title="Call",
            due_from=TODAY,
            due_to=TODAY,
            owner=clinician,
        )

        said = {
            name: new for event in history.events_of(patient) for name, (_old, new) in changes(event).items()
        }

        assert said["doses"] == "cisplatin 60 mg per m², lipiodol"
        assert said["owner"] == "Dr S. Lindqvist"
        assert said["to"] == "2 Mar 2026"

    def test_put_laboratory_values_that_came_together_into_one(self, patient, clinician):
        for analyte, value in (("bilirubin_umol_per_l", "19.5"), ("albumin_g_per_l", "38")):
            result = LabResult(
                patient=patient,
                analyte=analyte,
                value=Decimal(value),
                unit="g/L",
                canonical_value=Decimal(value),
                taken_on=TODAY,
                entered_at=LATER,
            )
            rows.keep_row(result, by=clinician, at=LATER)

        event = history.events_of(patient)[0]

        assert event.kind == "Laboratory values"
        assert [change.new for change in event.changes] == ["19.5 g/L, 2 Mar 2026", "38 g/L, 2 Mar 2026"]

    def test_leave_other_patients_out(self, patient, clinician, team):
        lesions.add_lesion(
            patient=PatientFactory(team=team), by=clinician, at=LATER, seen={"segments": ["5"]}
        )

        assert "Lesion" not in {event.kind for event in history.events_of(patient)}

    def test_name_the_system_where_nobody_did_it(self, team, clinician, signed_in):
        patient = register.register_patient(team=team, by=None, at=NOW, who={"mrn": "HCC_001"})

        page = signed_in(clinician).get(reverse("patients:history", args=[patient.pk])).content.decode()

        assert "The system" in page
