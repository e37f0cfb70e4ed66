"""The vessel map while a record is made: it shows what the screen says, and is sent anew only when that changes."""

from datetime import timedelta

import pytest
from django.urls import reverse

from procedures import answers as told
from procedures import record_map, working
from tests.factories import patients as patient_factories
from tests.factories import procedures as factories
from tests.factories.patients import NOW
from tests.procedures import screens
from tests.procedures.performed import add_target, performed

pytestmark = pytest.mark.django_db

DRAWN = 'id="vessel-marks"'


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team)


@pytest.fixture
def lesion(patient):
    return patient_factories.LesionFactory(patient=patient, number=1, segments=["8"])


@pytest.fixture
def procedure(patient, lesion, clinician):
    """A record in work: L1 by A8."""
    procedure = factories.ProcedureFactory(
        patient=patient, started_at=NOW, modality="TACE", created_by=clinician
    )
    add_target(procedure, 1, "a8", [lesion])
    return procedure


def map_of(procedure, **answers):
    work = working.load(procedure.patient, procedure)
    changed = {name.replace("__", "-"): {"value": value} for name, value in answers.items()}
    return record_map.context_of(work, told.answers_of(work) | changed)


def marks_of(procedure, **answers):
    return [(mark.text, mark.artery, mark.state) for mark in map_of(procedure, **answers)["vessel_marks"]]


class TestMap:
    def test_marks_each_target_with_its_number(self, procedure, lesion):
        add_target(procedure, 2, "a5", [lesion], is_confirmed=False)

        assert marks_of(procedure) == [("1", "a8", "treated"), ("2", "a5", "unconfirmed")]
        assert map_of(procedure)["has_unconfirmed"]

    def test_shows_the_artery_that_is_being_chosen(self, procedure):
        target = procedure.targets.get()

        assert marks_of(procedure, **{f"t{target.pk}__artery": "a5"}) == [("1", "a5", "treated")]

    def test_keeps_the_artery_of_the_row_while_what_is_chosen_cannot_be_read(self, procedure):
        target = procedure.targets.get()

        assert marks_of(procedure, **{f"t{target.pk}__artery": None}) == [("1", "a8", "treated")]

    def test_lets_an_expected_feeder_that_was_not_treated_stand_out(self, procedure):
        procedure.expected_feeders.add(factories.ArteryFactory(code="internal-mammary"))

        found = map_of(procedure)

        [mark] = found["untreated_marks"]
        assert (mark.text, mark.artery, str(mark.feeder.why)) == (
            "2",
            "internal-mammary",
            "expected in the plan",
        )
        assert "Not treated, though feeding" in found["map_summary"]

    def test_lets_a_feeder_of_an_earlier_procedure_stand_out_until_its_lesion_is_untreated(
        self, procedure, patient, lesion, clinician
    ):
        performed(patient, clinician, at=NOW - timedelta(days=60))
        feeders = [mark.artery for mark in map_of(procedure)["untreated_marks"]]
        target = procedure.targets.get()

        assert feeders == []
        add_target(patient.procedures.get(started_at__lt=NOW), 3, "a4a", [lesion])
        assert [mark.artery for mark in map_of(procedure)["untreated_marks"]] == ["a4a"]
        assert map_of(procedure, **{f"t{target.pk}__lesions": []})["untreated_marks"] == []

    def test_leaves_out_what_a_later_procedure_found(self, procedure, patient, lesion, clinician):
        later = performed(patient, clinician, at=NOW + timedelta(days=30))
        add_target(later, 3, "a4a", [lesion])

        assert map_of(procedure)["untreated_marks"] == []

    def test_draws_the_variant_that_is_chosen(self, procedure):
        drawn = {one.vessel.code: one for one in map_of(procedure, michels_type="III")["vessels"]}

        assert drawn["replaced-right"].is_present
        assert drawn["right-hepatic"].is_absent

    def test_has_the_same_key_for_the_same_drawing_only(self, procedure):
        target = procedure.targets.get()
        key = map_of(procedure)["map_key"]

        assert map_of(procedure, narrative="Spasm")["map_key"] == key
        assert map_of(procedure, **{f"t{target.pk}__artery": "a5"})["map_key"] != key
        assert map_of(procedure, michels_type="III")["map_key"] != key


class TestScreen:
    @pytest.fixture
    def client(self, clinician, signed_in):
        return signed_in(clinician)

    @pytest.fixture
    def sent(self, client, procedure):
        """What the page would send, the target open; its fold with the map is closed."""
        address = reverse("procedures:record", args=[procedure.patient_id, procedure.pk])
        page = client.get(address, {"target": procedure.targets.get().pk}).content.decode()
        assert DRAWN not in page
        return screens.boxes_of(page)

    @pytest.fixture
    def opened(self, client, procedure, sent):
        """What the page would send once the fold was opened and its map has come."""
        answer = self.panel(client, procedure, sent | {"map_key": ""})
        assert answer.count(DRAWN) == 1
        return sent | {"map_key": map_of(procedure)["map_key"]}

    def panel(self, client, procedure, data):
        url = reverse("procedures:findings", args=[procedure.patient_id, procedure.pk])
        return client.post(url, data, headers={"HX-Request": "true"}).content.decode()

    def test_is_not_sent_while_its_fold_is_closed(self, client, procedure, sent):
        assert "map_key" not in sent
        assert DRAWN not in self.panel(
            client, procedure, sent | {f"t{procedure.targets.get().pk}-artery": "a5"}
        )

    def test_is_not_sent_again_while_it_stays(self, client, procedure, opened):
        assert DRAWN not in self.panel(client, procedure, opened | {"narrative": "Smooth."})

    def test_is_sent_with_the_panel_when_it_changes(self, client, procedure, opened):
        answer = self.panel(client, procedure, opened | {f"t{procedure.targets.get().pk}-artery": "a5"})

        assert 'id="record-map" hx-swap-oob="true"' in answer
        assert answer.count(DRAWN) == 1
