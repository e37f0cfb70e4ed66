"""Nonsense in every box of a plan and a record is answered, and never broken upon."""

import pytest
from django.urls import reverse

from procedures.models import Procedure
from tests.factories import patients as patient_factories
from tests.factories import procedures as factories
from tests.factories.patients import NOW
from tests.procedures import screens

pytestmark = pytest.mark.django_db

NONSENSE = (
    "", " ", "\x00", "9" * 400, "-1", "1e999", "NaN", "1,5", "٣", "2026-02-30", "9999-12-31", "0000-00-00",
    "0001-01-01T00:00", "9999-12-31T23:59", "<script>alert(1)</script>", "x" * 9_000, "{{ 7*7 }}", '{"a": [1e999]}',
    "agent:", "agent:nobody", "material:\x00", "0",
)  # fmt: skip
KEPT = {"base", "open_target", "csrfmiddlewaretoken", "reason_keys"}


@pytest.fixture
def procedure(team, clinician):
    patient = patient_factories.PatientFactory(team=team)
    patient_factories.LesionFactory(patient=patient)
    procedure = factories.ProcedureFactory(
        patient=patient, started_at=NOW, modality="TACE", created_by=clinician
    )
    target = factories.TargetVesselFactory(procedure=procedure, number=1)
    factories.AdministrationFactory(target=target)
    factories.EmbolisationFactory(target=target, order=2)
    return procedure


@pytest.fixture
def client(clinician, signed_in):
    return signed_in(clinician)


def url_of(procedure, name, *more):
    return reverse(f"procedures:{name}", args=[procedure.patient_id, procedure.pk, *more])


@pytest.fixture
def boxes(client, procedure):
    target = procedure.targets.get()
    page = client.get(url_of(procedure, "record"), {"target": target.pk}).content.decode()
    sent = screens.boxes_of(page)
    steps = {f"step-{key}": "" for key in ("dsa", "fistula_seen")}
    return {**sent, **steps, "run1-phases": "", f"t{target.pk}-lesions": "", "operators": ""}


@pytest.mark.parametrize("nonsense", NONSENSE, ids=lambda text: text[:12].encode("unicode_escape").decode())
class TestRecord:
    def test_answers_and_shows_again_what_was_typed(self, client, procedure, boxes, nonsense):
        data = {name: value if name in KEPT else nonsense for name, value in boxes.items()}

        answers = [
            client.post(url_of(procedure, name), data, headers={"HX-Request": "true"})
            for name in ("findings", "save", "target_close", "target_add")
        ]

        assert {answer.status_code for answer in answers} == {200}
        opened = client.get(url_of(procedure, "record"), {"target": procedure.targets.first().pk})
        assert opened.status_code == 200

    def test_answers_nonsense_around_the_boxes(self, client, procedure, boxes, nonsense):
        around = dict.fromkeys(["base", "open_target", "reason_keys", "settle", "new_artery"], nonsense)

        answer = client.post(url_of(procedure, "save"), {**boxes, **around}, headers={"HX-Request": "true"})

        assert answer.status_code in {200, 204}
        assert client.get(url_of(procedure, "record"), {"target": nonsense}).status_code == 200


@pytest.mark.parametrize("nonsense", NONSENSE, ids=lambda text: text[:12].encode("unicode_escape").decode())
class TestPlan:
    def test_refuses_at_the_field(self, client, procedure, nonsense):
        names = (
            "planned_on", "place", "planned_modality", "technique", "lesions", "feeders", "agents", "plan_note",
            "emergency_reason", "form_key",
        )  # fmt: skip
        before = Procedure.objects.count()

        answer = client.post(
            reverse("procedures:plan", args=[procedure.patient_id]), dict.fromkeys(names, nonsense)
        )

        assert answer.status_code == 422
        assert Procedure.objects.count() == before

    def test_checklist_answers(self, client, procedure, nonsense):
        answer = client.post(
            url_of(procedure, "checklist"), {"consent": nonsense, "consent_note": nonsense, "allergy": "yes"}
        )

        assert answer.status_code in {302, 422}
