"""Images wait for whoever can bring them on: to be read, read a second time, or adjudicated."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from followup import reading_lists
from tests.factories import accounts as account_factories
from tests.factories import followup as factories
from tests.factories.patients import NOW, TODAY
from tests.followup.reading_world import PARTIAL, PROGRESSED, draft, imaged, sign, sizes

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(team):
    return imaged(team)


@pytest.fixture
def second(team):
    return account_factories.member(team, Role.CLINICIAN, name="Dr B. Varga")


def waiting(team, person):
    return [(row.pk, row.signed, row.own_draft) for row in reading_lists.to_read(team, person)]


class TestToRead:
    def test_holds_what_nobody_read(self, team, review, clinician):
        assert waiting(team, clinician) == [(review.pk, 0, None)]

    def test_leaves_out_what_is_not_imaged_and_what_is_read(self, team, clinician):
        factories.ImagingReviewFactory(patient__team=team)
        factories.ImagingReviewFactory(patient__team=team, read=True)

        assert waiting(team, clinician) == []

    def test_leaves_out_a_patient_whose_course_ended(self, team, review, clinician):
        review.patient.ended_on, review.patient.ended_because = TODAY, "died"
        review.patient.save()

        assert waiting(team, clinician) == []

    def test_names_the_draft_that_the_person_began(self, team, review, clinician, second):
        reading = draft(review, clinician, {})

        assert waiting(team, clinician) == [(review.pk, 0, reading.pk)]
        assert waiting(team, second) == [(review.pk, 0, None)]

    def test_holds_a_second_reading_for_the_other_reader_only(self, team, review, clinician, second):
        factories.FollowUpSettingsFactory(team=team, asks_two_readers=True)
        sign(review, clinician, sizes(review, *PARTIAL))

        assert waiting(team, clinician) == []
        assert waiting(team, second) == [(review.pk, 1, None)]

    def test_holds_a_dispute_for_both_who_disagree(self, team, review, clinician, second):
        sign(review, clinician, sizes(review, *PARTIAL))
        sign(review, second, sizes(review, *PROGRESSED))

        assert waiting(team, clinician) == [(review.pk, 2, None)]
        assert waiting(team, second) == [(review.pk, 2, None)]


class TestHome:
    def test_lists_images_to_a_clinician(self, review, clinician, signed_in):
        page = signed_in(clinician).get(reverse("pathway:home")).content.decode()

        assert reverse("followup:review_readings", args=[review.patient_id, review.pk]) in page
        assert "nobody read it" in page

    def test_leads_back_to_a_draft(self, review, clinician, signed_in):
        reading = draft(review, clinician, {}, at=NOW)
        page = signed_in(clinician).get(reverse("pathway:home")).content.decode()

        assert reverse("followup:reading", args=[review.patient_id, reading.pk]) in page

    def test_lists_none_to_a_coordinator(self, review, coordinator, signed_in):
        page = signed_in(coordinator).get(reverse("pathway:home")).content.decode()

        assert "nobody read it" not in page
