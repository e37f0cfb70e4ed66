"""Kappa counts pairs of first readings that were made without seeing each other, from ten pairs on."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from followup import agreement
from followup.actions import readings
from followup.models import SignedReading
from tests.factories import accounts as account_factories
from tests.factories import followup as factories
from tests.factories.patients import NOW
from tests.followup.reading_world import PARTIAL, PROGRESSED, imaged, sign, sizes

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(team):
    return account_factories.member(team, Role.CLINICIAN, name="Dr B. Varga")


def pair(team, one, other, responses, *, lirads=("", ""), seen=""):
    """Two signed readings of a review of their own, with these responses; the second saw the first where `seen`."""
    review = factories.ImagingReviewFactory(patient__team=team, done=True)
    for reader, response, category in zip((one, other), responses, lirads, strict=True):
        reading = factories.ReadingFactory(review=review, reader=reader, mrecist=response)
        answers = {"seen_others": {"value": seen}} if seen and reader == other else {}
        record = {
            "answers": answers,
            "mrecist": response,
            "lesions": [{"key": "l1", "lirads": category}],
        }
        SignedReading.objects.create(
            reading=reading, number=1, record=record, signed_at=NOW, signed_by=reader
        )


class TestAgreement:
    @pytest.mark.parametrize(("pairs", "is_enough"), [(9, False), (10, True), (11, True)])
    def test_says_too_few_under_ten_pairs(self, team, clinician, second, pairs, is_enough):
        for number in range(pairs):
            pair(team, clinician, second, ("PR", "PR") if number % 2 else ("PD", "PD"))

        measure = agreement.of_team(team)[0]
        assert (measure.n, measure.is_enough, measure.kappa) == (pairs, is_enough, 1.0 if is_enough else None)

    def test_counts_what_chance_would_give(self, team, clinician, second):
        # 10 pairs, 7 alike; each reader says PR five times and PD five times, less what differs: by hand κ = 0.4.
        for responses in [("PR", "PR")] * 4 + [("PD", "PD")] * 3 + [("PR", "PD")] * 2 + [("PD", "PR")]:
            pair(team, clinician, second, responses)

        measure = agreement.of_team(team)[0]
        assert measure.observed_pct == 70
        assert measure.kappa == pytest.approx(0.4)

    def test_leaves_out_who_had_seen_the_others_numbers(self, team, clinician, second):
        pair(team, clinician, second, ("PR", "PR"), seen="yes")

        assert agreement.of_team(team)[0].n == 0

    def test_leaves_out_another_team(self, team, other_team, clinician, second):
        pair(other_team, clinician, second, ("PR", "PR"))

        assert agreement.of_team(team)[0].n == 0

    def test_counts_a_reading_as_it_was_first_signed(self, team, clinician, second):
        review = imaged(team)
        sign(review, clinician, sizes(review, *PARTIAL))
        other = sign(review, second, sizes(review, *PROGRESSED))
        readings.open_correction(reading=other, by=second, at=NOW)
        readings.save_reading(reading=other, given=sizes(review, *PARTIAL), base={}, by=second, at=NOW)
        readings.sign_reading(reading=other, by=second, at=NOW, reason="Looked again")

        assert agreement.of_team(team)[0].pairs == [("PR", "PD")]

    def test_counts_li_rads_lesion_by_lesion(self, team, clinician, second):
        pair(team, clinician, second, ("PR", "PR"), lirads=("viable", "equivocal"))
        pair(team, clinician, second, ("PR", "PR"), lirads=("viable", ""))

        assert agreement.of_team(team)[1].pairs == [("viable", "equivocal")]


class TestAgreementPage:
    def test_says_too_few_and_how_many_are_needed(self, team, clinician, second, signed_in):
        pair(team, clinician, second, ("PR", "SD"))
        page = signed_in(clinician).get(reverse("followup:agreement")).content.decode()

        assert "Too few to say: 9 more pairs are needed." in page

    def test_shows_kappa_with_the_pairs_that_it_rests_on(self, team, clinician, second, signed_in):
        for responses in [("PR", "PR")] * 6 + [("PD", "PD")] * 4:
            pair(team, clinician, second, responses)
        page = signed_in(clinician).get(reverse("followup:agreement")).content.decode()

        assert "1.00" in page
        assert "10 of 10" in page

    def test_does_not_define_kappa_where_all_say_the_same(self, team, clinician, second, signed_in):
        for _number in range(10):
            pair(team, clinician, second, ("PR", "PR"))
        page = signed_in(clinician).get(reverse("followup:agreement")).content.decode()

        assert "not defined" in page
