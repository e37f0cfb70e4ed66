"""“No change, hold”: what is confirmed, what is signed and decided from it, and when the images have to be read."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from followup import unchanged
from followup.actions import readings
from followup.actions import unchanged as actions
from followup.models import Decision, ImagingReview, LesionReading, Reading
from patients.models import LesionMeasurement
from procedures.models import Procedure
from tests.factories import followup as factories
from tests.factories import patients as patient_factories
from tests.factories.patients import TODAY
from tests.followup import deciding
from tests.followup.deciding import AT, VIABLE

pytestmark = pytest.mark.django_db

LAST_ON = TODAY - timedelta(days=60)


def imaged_again(team, reader, *, done_on=TODAY, dynamic="yes", **last_answers) -> ImagingReview:
    """Return a review that was imaged, of a patient with one lesion and a reading two months ago."""
    last_on = done_on - timedelta(days=60)
    patient = deciding.treated_patient(team)
    lesion = patient_factories.LesionFactory(patient=patient, first_seen_on=last_on - timedelta(days=40))
    patient_factories.LesionMeasurementFactory(
        lesion=lesion, measured_on=last_on - timedelta(days=40), longest_mm=44, viable_mm=44
    )
    procedure = deciding.treat(patient, last_on - timedelta(days=28), by=reader)
    last = deciding.read_review(procedure, reader, imaged_on=last_on, is_open=False, **last_answers)
    LesionReading.objects.create(
        reading=last, lesion=lesion, state="measured", longest_mm=38, viable_mm=0, is_target=True,
        deposition="dense",
    )  # fmt: skip
    return factories.ImagingReviewFactory(
        patient=patient, after_procedure=None, after_review=last.review, counts_from=last_on, clause="7.2",
        due_from=done_on - timedelta(days=30), due_to=done_on + timedelta(days=30), opened_by=reader,
        owner=reader, done_on=done_on, done_recorded_at=AT, done_modality="mri", done_dynamic=dynamic,
    )  # fmt: skip


def last_of(review) -> Reading:
    return Reading.objects.get(review=review.after_review)


def confirm(review, by):
    return actions.confirm_and_hold(review=review, last_id=last_of(review).pk, by=by, at=AT)


class TestConfirming:
    def test_signs_a_reading_with_the_values_of_the_last(self, team, clinician):
        review = imaged_again(team, clinician)

        reading = Reading.objects.get(pk=confirm(review, clinician).reading.pk)

        assert (reading.signed_by, reading.mrecist, reading.necrosis) == (clinician, "CR", "complete")
        assert (reading.viable_tumour, reading.new_lesions, reading.dynamic_enhanced) == ("no", "no", "yes")
        row = reading.lesions.get()
        assert (row.longest_mm, row.viable_mm, row.deposition) == (38, 0, "dense")
        assert "No change since the imaging of 1 Jan 2026" in reading.impression

    def test_decides_to_hold_with_the_next_imaging_as_proposed(self, team, clinician):
        review = imaged_again(team, clinician)

        decision = confirm(review, clinician).decision

        assert (decision.choice, decision.recommended) == ("hold", "hold")
        assert (decision.interval_months, decision.next_review.interval_reason) == (2, "as_proposed")
        assert Procedure.objects.filter(started_at=None).count() == 0

    def test_goes_on_with_the_draft_in_which_nothing_is_answered(self, team, clinician):
        review = imaged_again(team, clinician)
        begun = readings.start_reading(review=review, by=clinician, at=AT)

        assert confirm(review, clinician).reading == begun

    def test_leaves_the_decision_to_the_second_reader_where_two_are_asked(self, team, clinician):
        factories.FollowUpSettingsFactory(team=team, asks_two_readers=True)
        review = imaged_again(team, clinician)

        done = confirm(review, clinician)

        assert done.decision is None
        assert deciding.review_of(done.reading).read_at is None

    def test_signs_and_leaves_the_decision_where_the_guideline_does_not_hold(self, team, clinician):
        review = imaged_again(team, clinician)
        # Before treatment the lesion was smaller, and nobody measured what enhanced: RECIST 1.1 alone has a say.
        LesionMeasurement.objects.filter(lesion__patient=review.patient).update(longest_mm=20, viable_mm=None)

        done = confirm(review, clinician)

        assert Reading.objects.get(pk=done.reading.pk).recist_1_1 == "PD"
        assert done.decision is None
        assert deciding.review_of(done.reading).is_open

    def test_is_refused_where_another_reading_is_the_last_one_now(self, team, clinician):
        review = imaged_again(team, clinician)

        with pytest.raises(actions.UnableToConfirm):
            actions.confirm_and_hold(review=review, last_id=last_of(review).pk + 1, by=clinician, at=AT)

        assert not Decision.objects.exists()


class TestImagesThatHaveToBeRead:
    def why_not(self, review, by):
        return unchanged.unchanged(review, by=by).why_not

    def test_are_those_after_a_reading_that_was_not_quiet(self, team, clinician):
        assert "7.4" in self.why_not(imaged_again(team, clinician, **VIABLE), clinician)

    def test_are_those_of_a_plain_scan(self, team, clinician):
        assert "7.7" in self.why_not(imaged_again(team, clinician, dynamic="no"), clinician)

    def test_are_the_first_after_treatment(self, team, clinician):
        review = deciding.ready_to_decide(team, clinician).review
        review.readings.update(retracted_at=AT, retracted_because="Wrong patient")

        assert "no earlier reading" in self.why_not(review, clinician)

    def test_are_those_of_a_lesion_that_was_not_in_the_last_reading(self, team, clinician):
        review = imaged_again(team, clinician)
        lesion = patient_factories.LesionFactory(patient=review.patient, number=500)

        assert str(lesion) in self.why_not(review, clinician)

    def test_are_those_that_somebody_else_has_read(self, team, clinician, coordinator):
        review = imaged_again(team, clinician)
        factories.ReadingFactory(review=review, reader=coordinator)

        assert "Somebody else" in self.why_not(review, clinician)

    def test_are_those_that_the_person_has_begun_to_read(self, team, clinician):
        review = imaged_again(team, clinician)
        begun = readings.start_reading(review=review, by=clinician, at=AT)
        readings.save_reading(
            reading=begun, given={"necrosis": {"value": "partial"}}, base={}, by=clinician, at=AT
        )

        assert "go on there" in self.why_not(review, clinician)

    def test_are_those_that_are_not_recorded_as_done(self, team, clinician):
        review = imaged_again(team, clinician)
        ImagingReview.objects.filter(pk=review.pk).update(done_on=None, done_recorded_at=None)
        review.refresh_from_db()

        assert "not recorded as done" in self.why_not(review, clinician)


@pytest.fixture
def review(team, clinician):
    return imaged_again(team, clinician, done_on=timezone.localdate())


def address(review):
    return reverse("followup:no_change", args=[review.patient_id, review.pk])


class TestPage:
    def test_shows_what_is_to_be_confirmed_and_writes_nothing(self, clinician, signed_in, review):
        page = signed_in(clinician).get(address(review)).content.decode()

        assert "38 mm" in page
        assert "Dense" in page
        assert not review.readings.exists()

    def test_signs_and_holds(self, clinician, signed_in, review):
        answer = signed_in(clinician).post(address(review), {"last": last_of(review).pk, "confirm": "on"})

        made = Decision.objects.get(review=review)
        assert answer.url == reverse("followup:decision", args=[review.patient_id, made.pk])

    def test_asks_for_the_confirmation(self, clinician, signed_in, review):
        answer = signed_in(clinician).post(address(review), {"last": last_of(review).pk})

        assert answer.status_code == 422
        assert not review.readings.exists()

    def test_shows_new_values_where_another_reading_is_the_last_one(self, clinician, signed_in, review):
        sent = {"last": last_of(review).pk + 7, "confirm": "on"}

        answer = signed_in(clinician).post(address(review), sent)

        assert answer.status_code == 422
        assert "look at its values again" in answer.content.decode()
        assert f'name="last" value="{last_of(review).pk}"' in answer.content.decode()

    def test_says_why_images_have_to_be_read(self, clinician, signed_in, review):
        ImagingReview.objects.filter(pk=review.pk).update(done_dynamic="no")

        answer = signed_in(clinician).post(address(review), {"last": last_of(review).pk, "confirm": "on"})

        assert "These images have to be read" in answer.content.decode()
        assert not review.readings.exists()

    def test_tells_the_second_of_two_clinicians(self, clinician, signed_in, review):
        client = signed_in(clinician)
        sent = {"last": last_of(review).pk, "confirm": "on"}
        client.post(address(review), sent)

        answer = client.post(address(review), sent)

        assert "This review is closed" in answer.content.decode()
        assert Decision.objects.count() == 1
