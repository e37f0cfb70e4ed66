"""The follow-up of one patient: every review in order, its readings as each may see them, what can be done next."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from followup import patient_page
from followup.actions import contacts, reviews
from followup.models import ReviewEvent
from tests import asked as asked_of
from tests.factories import followup as factories
from tests.factories import patients as patient_factories
from tests.factories.patients import NOW, TODAY
from tests.followup import deciding

pytestmark = pytest.mark.django_db


def cards(patient, person, *, on=TODAY):
    membership = Membership.objects.select_related("user", "team").get(user=person)
    return patient_page.cards_of(patient, membership, on=on)


def shown(client, patient):
    return client.get(reverse("followup:reviews", args=[patient.pk])).content.decode()


@pytest.fixture
def two_reviews(team, clinician):
    """Return the reading of the first review, decided, and the second, open."""
    patient = deciding.treated_patient(team)
    procedure = deciding.treat(patient, TODAY - timedelta(days=100), by=clinician)
    reading = deciding.read_review(procedure, clinician, imaged_on=TODAY - timedelta(days=70), is_open=False)
    following = reviews.open_next_review(
        review=reading.review, interval_months=2, reason="as_proposed", note="", by=clinician, at=NOW
    )
    factories.DecisionFactory(
        reading=reading, review=reading.review, decided_by=clinician, next_review=following
    )
    return reading, following


class TestCards:
    def test_stand_the_latest_first_and_count_from_the_first(self, two_reviews, clinician):
        reading, following = two_reviews

        found = cards(following.patient, clinician)

        assert [(card.number, card.review.pk) for card in found] == [
            (2, following.pk),
            (1, reading.review_id),
        ]

    def test_draw_a_window_only_of_what_is_open(self, two_reviews, clinician):
        latest, first = cards(two_reviews[1].patient, clinician)

        assert latest.bar is not None
        assert first.bar is None

    def test_hold_what_was_decided_and_what_follows(self, two_reviews, clinician):
        _latest, first = cards(two_reviews[1].patient, clinician)

        ((made, words),) = first.decisions
        assert made.choice == "hold"
        assert "Next imaging" in words

    def test_propose_an_interval_beside_the_open_review_with_reasons(self, two_reviews, clinician):
        latest, first = cards(two_reviews[1].patient, clinician)

        assert latest.advice.months in (1, 2, 3)
        assert latest.advice.reasons
        assert first.advice is None

    def test_propose_nothing_once_it_is_imaged(self, two_reviews, clinician):
        following = two_reviews[1]
        following.done_on, following.done_recorded_at = following.due_from, NOW
        following.save()

        assert cards(following.patient, clinician)[0].advice is None

    def test_propose_nothing_where_no_reading_stands(self, team, clinician):
        review = factories.ImagingReviewFactory(patient__team=team)

        assert cards(review.patient, clinician)[0].advice is None

    def test_keep_events_and_contacts_with_their_own_review(self, two_reviews, clinician, coordinator):
        _reading, following = two_reviews
        contacts.log_contact(
            patient=following.patient, review=following, channel="phone", outcome="reached", next_try_on=None,
            note="", by=coordinator, at=NOW,
        )  # fmt: skip
        reviews.assign(review=following, owner=coordinator, by=clinician, at=NOW)

        latest, first = cards(following.patient, clinician)

        assert len(latest.contacts) == 1
        assert first.contacts == []
        assert latest.events[0].words == f"Owner: {clinician} → {coordinator}"
        assert first.events == []


class TestReadings:
    @pytest.fixture
    def imaged(self, team, clinician):
        return factories.ImagingReviewFactory(patient__team=team, done=True, opened_by=clinician)

    def test_of_others_are_hidden_from_who_may_still_read(self, imaged, clinician):
        factories.ReadingFactory(review=imaged)

        card = cards(imaged.patient, clinician)[0]

        assert card.ought_to_read
        assert [row.response for row in card.readings] == [None]

    def test_are_shown_to_who_does_not_read(self, imaged, coordinator):
        factories.ReadingFactory(review=imaged)

        assert cards(imaged.patient, coordinator)[0].readings[0].response["code"] == "CR"

    def test_are_shown_after_ones_own_signature(self, imaged, clinician):
        factories.ReadingFactory(review=imaged)
        factories.ReadingFactory(review=imaged, reader=clinician)

        card = cards(imaged.patient, clinician)[0]

        assert [row.response["code"] for row in card.readings] == ["CR", "CR"]

    def test_are_shown_once_one_stands(self, imaged, clinician):
        factories.ReadingFactory(review=imaged)
        imaged.read_at = NOW
        imaged.save()

        card = cards(imaged.patient, clinician)[0]

        assert card.readings[0].stands
        assert card.readings[0].response["code"] == "CR"

    def test_tell_when_the_readers_disagree(self, imaged, coordinator):
        factories.ReadingFactory(review=imaged)
        factories.ReadingFactory(review=imaged, quiet=False, mrecist="PD", recist_1_1="PD")

        assert cards(imaged.patient, coordinator)[0].is_disputed

    def test_leave_out_what_was_taken_back(self, imaged, coordinator, clinician):
        factories.ReadingFactory(
            review=imaged, retracted_at=NOW, retracted_by=clinician, retracted_because="Wrong patient"
        )

        assert cards(imaged.patient, coordinator)[0].readings == []

    def test_offer_to_go_on_with_ones_own_draft(self, imaged, clinician, coordinator):
        draft = factories.ReadingFactory(review=imaged, reader=clinician, signed_at=None, signed_by=None)

        assert cards(imaged.patient, clinician)[0].own_draft == draft
        assert cards(imaged.patient, coordinator)[0].own_draft is None


class TestPage:
    def test_stands_between_procedures_and_tasks_in_the_tabs(self, team, clinician, signed_in):
        patient = patient_factories.PatientFactory(team=team)

        page = shown(signed_in(clinician), patient)

        order = [page.index(f'href="{reverse(name, args=[patient.pk])}"') for name in (
            "procedures:list", "followup:reviews", "patients:tasks",
        )]  # fmt: skip
        assert order == sorted(order)

    def test_says_what_opens_the_first_review(self, team, clinician, signed_in):
        patient = patient_factories.PatientFactory(team=team)

        assert "opens by itself when a procedure begins" in shown(signed_in(clinician), patient)

    def test_leads_a_coordinator_to_the_row_of_the_queue(self, team, coordinator, signed_in):
        review = factories.ImagingReviewFactory(patient__team=team)

        page = shown(signed_in(coordinator), review.patient)

        assert reverse("followup:queue_row", args=[review.pk]) in page
        assert "Work it in the queue" in page

    @pytest.mark.parametrize(
        ("stage", "offered"),
        [("done", "followup:start_reading"), ("read", "followup:decide")],
    )
    def test_leads_a_clinician_to_what_the_images_wait_for(self, team, clinician, signed_in, stage, offered):
        review = factories.ImagingReviewFactory(patient__team=team, opened_by=clinician, **{stage: True})
        address = reverse(offered, args=[review.patient_id, review.pk])

        assert address in shown(signed_in(clinician), review.patient)

    @pytest.mark.parametrize("stage", ["done", "read"])
    def test_offers_neither_to_a_coordinator(self, team, coordinator, clinician, signed_in, stage):
        review = factories.ImagingReviewFactory(patient__team=team, opened_by=clinician, **{stage: True})

        page = shown(signed_in(coordinator), review.patient)

        for name in ("followup:start_reading", "followup:decide"):
            assert reverse(name, args=[review.patient_id, review.pk]) not in page

    def test_calls_nothing_due_once_the_course_has_ended(self, team, clinician, signed_in):
        review = factories.ImagingReviewFactory(
            patient__team=team, patient__ended_because="died", patient__ended_on=TODAY
        )

        page = shown(signed_in(clinician), review.patient)

        assert "The course has ended: nothing is due" in page
        assert "Overdue" not in page
        assert "Work it in the queue" not in page

    def test_says_who_did_what_by_itself(self, team, clinician, signed_in):
        review = factories.ImagingReviewFactory(patient__team=team)
        factories.ReviewEventFactory(review=review, kind=ReviewEvent.Kind.OPENED, by=None)

        assert "by itself" in shown(signed_in(clinician), review.patient)

    def test_costs_no_more_for_eight_reviews_than_a_few_queries_each(self, team, clinician, signed_in):
        patient = deciding.treated_patient(team)
        today = timezone.localdate()
        for months in range(8):
            procedure = deciding.treat(patient, today - timedelta(days=60 * (9 - months)), by=clinician)
            reading = deciding.read_review(
                procedure, clinician, imaged_on=today - timedelta(days=60 * (8 - months)), is_open=False
            )
            factories.DecisionFactory(reading=reading, review=reading.review)
            factories.ContactFactory(review=reading.review)
            factories.ReviewEventFactory(review=reading.review)
        client = signed_in(clinician)
        shown(client, patient)

        with CaptureQueriesContext(connection) as queries:
            shown(client, patient)

        assert len(asked_of.by_the_page(queries)) <= 24
