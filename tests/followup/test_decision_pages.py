"""The page of the decision: the card, the form, what is decided through it, and taking it back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from followup.models import Decision
from tests.followup import deciding
from tests.followup.deciding import NOT_CERTAIN, PROGRESSED, VIABLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


def address(reading):
    return reverse("followup:decide", args=[reading.review.patient_id, reading.review_id])


def sent(reading, choice, **more):
    return {
        "reading": reading.pk,
        "reading_revision": reading.revision,
        "choice": choice,
        "months": "2",
    } | more


def through_the_page(client, reading, choice, **more):
    """Post the form; return the decision that was made."""
    answer = client.post(address(reading), sent(reading, choice, **more))
    assert answer.status_code == 302, answer.context["form"].errors
    return Decision.objects.get(review=reading.review)


def course(team, reader, *answers_of_reviews):
    patient = deciding.treated_patient(team)
    reading = None
    for place, answers in enumerate(answers_of_reviews, start=1):
        behind = len(answers_of_reviews) - place
        imaged_on = deciding.TODAY - timedelta(days=60 * behind)
        procedure = deciding.treat(patient, imaged_on - timedelta(days=28), by=reader)
        reading = deciding.read_review(procedure, reader, imaged_on=imaged_on, is_open=behind == 0, **answers)
    return reading


class TestEveryBranch:
    """Each decision of the contract, followed as it is recommended."""

    def test_holds(self, team, clinician, signed_in):
        reading = deciding.ready_to_decide(team, clinician)

        made = through_the_page(signed_in(clinician), reading, "hold")

        assert (made.choice, made.recommended, made.next_review.interval_months) == ("hold", "hold", 2)

    def test_repeats_and_goes_to_the_assessment(self, team, clinician, signed_in):
        reading = deciding.ready_to_decide(team, clinician, **VIABLE)

        answer = signed_in(clinician).post(
            address(reading), sent(reading, "consider_repeat", repeat_how="repeat")
        )

        made = Decision.objects.get()
        assert answer.url == reverse("assessments:edit", args=[made.review.patient_id, made.assessment_id])

    def test_waits_for_the_liver(self, team, clinician, signed_in):
        reading = deciding.ready_to_decide(team, clinician, **VIABLE)

        made = through_the_page(
            signed_in(clinician), reading, "consider_repeat", months="1",
            repeat_how="wait_for_liver_recovery",
        )  # fmt: skip

        assert made.options == ["wait_for_liver_recovery"]
        assert made.task is not None
        assert made.next_review is not None

    def test_prolongs(self, team, clinician, signed_in):
        reading = course(team, clinician, VIABLE, VIABLE, VIABLE, VIABLE)

        made = through_the_page(
            signed_in(clinician), reading, "prolong_interval", months="3", repeat_later="on"
        )

        assert (made.recommended, made.options, made.interval_months) == (
            "prolong_interval", ["repeat_later"], 3,
        )  # fmt: skip

    def test_switches(self, team, clinician, signed_in, today):
        reading = course(team, clinician, VIABLE, PROGRESSED, PROGRESSED)

        made = through_the_page(
            signed_in(clinician), reading, "switch_or_combine", months="1", switch_to=["systemic_therapy"],
            refer_kind="mdt", refer_owner=clinician.pk, refer_on=(today + timedelta(days=7)).isoformat(),
        )  # fmt: skip

        assert (made.recommended, made.options) == ("switch_or_combine", ["systemic_therapy"])
        assert (made.task.owner, made.task.due_to) == (clinician, today + timedelta(days=7))

    def test_images_again(self, team, clinician, signed_in):
        reading = deciding.ready_to_decide(team, clinician, **NOT_CERTAIN)

        assert through_the_page(signed_in(clinician), reading, "review_again").recommended == "review_again"

    def test_decides_with_a_reason_where_not_enough_is_known(self, team, clinician, signed_in):
        reading = deciding.ready_to_decide(team, clinician, dynamic_enhanced="no", mrecist="NE")
        client = signed_in(clinician)

        page = client.get(address(reading))
        made = through_the_page(client, reading, "review_again", months="1", against_because="technical")

        assert "Not enough known" in page.content.decode()
        assert "Dynamic enhanced CT or MRI shows it" in page.content.decode()
        assert made.recommended == "insufficient_data"
