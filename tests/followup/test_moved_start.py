"""A corrected start moves what counts from it in the same request: the review's window, the calls, the skin check."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from patients.models import Task
from procedures.actions import skin_check
from tests.factories.patients import PatientFactory
from tests.followup import courses
from tests.procedures import screens

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


@pytest.fixture
def procedure(patient, clinician):
    """Begun three days ago; nothing is signed."""
    return courses.begun(patient, clinician, at=timezone.now() - timedelta(days=3))


@pytest.fixture
def send(signed_in, clinician, patient, procedure):
    """Send the record as a browser does, some boxes changed."""
    client, keys = signed_in(clinician), [patient.pk, procedure.pk]
    boxes = screens.boxes_of(client.get(reverse("procedures:record", args=keys)).content.decode())
    return lambda **changed: client.post(reverse("followup:save_record", args=keys), boxes | changed, **HTMX)


def begun(procedure, *, days: int = 0, minutes: int = 0) -> str:
    moved = timezone.localtime(procedure.started_at) - timedelta(days=days, minutes=minutes)
    return moved.strftime("%Y-%m-%dT%H:%M")


class TestACorrectedStart:
    def test_moves_the_window_at_once_and_says_who_did(self, send, patient, procedure, clinician):
        before = patient.reviews.get()

        assert send(started_at=begun(procedure, days=2)).status_code == 200

        review = patient.reviews.get()
        assert review.counts_from == before.counts_from - timedelta(days=2)
        assert (before.due_from - review.due_from, before.due_to - review.due_to) == (timedelta(days=2),) * 2
        moved = review.events.last()
        assert (moved.kind, moved.reason, moved.by) == ("rescheduled", "procedure_moved", clinician)

    def test_of_the_hour_alone_moves_nothing(self, send, patient, procedure):
        before = patient.reviews.get()

        send(started_at=begun(procedure, minutes=1))

        assert patient.reviews.get().counts_from == before.counts_from
        assert not patient.reviews.get().events.filter(kind="rescheduled").exists()

    def test_leaves_a_window_that_a_person_chose(self, send, patient, procedure):
        patient.reviews.update(is_rescheduled=True)
        before = patient.reviews.get()

        send(started_at=begun(procedure, days=2))

        assert patient.reviews.get().due_from == before.due_from

    def test_that_cannot_be_read_moves_nothing(self, send, patient):
        before = patient.reviews.get()

        send(started_at="the day before yesterday")

        assert patient.reviews.get().counts_from == before.counts_from

    def test_moves_the_calls_and_keeps_their_owner(self, send, patient, procedure, clinician):
        send(started_at=begun(procedure, days=2))

        calls = Task.objects.filter(patient=patient, kind=Task.Kind.CALL, closed_at=None).order_by("due_from")
        began_on = timezone.localdate() - timedelta(days=5)
        assert [(call.due_from - began_on).days for call in calls] == [7, 14]
        assert {call.owner for call in calls} == {clinician}

    def test_moves_the_skin_check(self, send, patient, procedure):
        send(air_kerma="6", air_kerma_unit="Gy")
        first = skin_check.task_of(procedure, timezone.localdate() - timedelta(days=3))

        send(started_at=begun(procedure, days=2), air_kerma="6", air_kerma_unit="Gy")

        first.refresh_from_db()
        assert first.outcome == Task.Outcome.NOT_NEEDED
        moved = skin_check.task_of(procedure, timezone.localdate() - timedelta(days=5))
        assert moved.due_from == first.due_from - timedelta(days=2)
