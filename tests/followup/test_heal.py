"""What was missed is made good: reviews that are missing, windows whose procedure moved."""

from datetime import date, datetime, timedelta

import pytest

from assessments.actions import drafts
from followup import current_step, tasks
from followup.actions import heal, held, imaging, reviews
from followup.models import ImagingReview, ReviewEvent
from patients.models import Patient
from procedures.models import Procedure
from tests.factories.accounts import TeamFactory
from tests.factories.followup import ImagingReviewFactory
from tests.factories.patients import NOW, TODAY, PatientFactory
from tests.factories.procedures import ProcedureFactory
from tests.followup import courses


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def performed(patient, by, at=NOW) -> Procedure:
    """A procedure that was begun and signed, and whose review nobody opened."""
    return ProcedureFactory(
        patient=patient, started_at=at, modality="TACE", signed_at=at, signed_by=by, saved_by=by
    )


def read(review, by, at) -> ImagingReview:
    row = imaging.record_done(review=review, imaged=imaging.Imaged(done_on=at.date()), by=by, at=at)
    held.keep(row, ReviewEvent.Kind.READ, changes={"read_at": at}, by=by, at=at)
    return row


class TestMissingReviews:
    def test_are_opened_from_the_last_procedure(self, patient, clinician):
        performed(patient, clinician, at=NOW - days(100))
        last = performed(patient, clinician, at=NOW - days(50))

        assert heal.open_missing_reviews(at=NOW) == 1

        review = patient.reviews.get()
        assert (review.after_procedure, review.clause) == (last, "7.1")
        assert review.due_from == TODAY - days(22)
        assert (review.owner, review.opened_by) == (None, None)

    def test_are_opened_once(self, patient, clinician):
        performed(patient, clinician)

        assert [heal.open_missing_reviews(at=NOW) for _time in range(2)] == [1, 0]

    def test_are_opened_after_a_decision_that_came_to_nothing(self, patient, clinician):
        """Decided to treat again, assessed anew, and then not treated: imaging goes on."""
        review = courses.treated(patient, clinician, at=NOW - days(60)).reviews.get()
        row = read(review, clinician, NOW - days(30))
        reviews.close(review=row, because="decided", by=clinician, at=NOW - days(30))
        courses.sign(patient, clinician, at=NOW - days(20))
        assert list(current_step.without_next_step(patient.team, on=TODAY)) == [patient]

        assert heal.open_missing_reviews(at=NOW) == 1

        opened = patient.reviews.get(closed_at=None)
        assert (opened.after_review, opened.counts_from) == (review, TODAY - days(30))
        assert not current_step.without_next_step(patient.team, on=TODAY)

    @pytest.mark.parametrize("preparing", ["draft", "meeting", "to_plan", "planned"])
    def test_are_left_alone_while_the_next_treatment_is_prepared(self, patient, clinician, preparing):
        review = courses.treated(patient, clinician, at=NOW - days(60)).reviews.get()
        row = read(review, clinician, NOW - days(30))
        reviews.close(review=row, because="decided", by=clinician, at=NOW - days(30))
        if preparing == "draft":
            drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)
        elif preparing == "meeting":
            courses.sign(patient, clinician, "refer", at=NOW - days(9))
        else:
            assessment = courses.sign(patient, clinician, "proceed", at=NOW - days(9))
            if preparing == "planned":
                courses.planned(patient, clinician, assessment)

        assert heal.open_missing_reviews(at=NOW) == 0

    def test_of_a_patient_who_was_never_treated_are_none(self, patient, clinician):
        courses.sign(patient, clinician)
        courses.planned(patient, clinician)

        assert heal.open_missing_reviews(at=NOW) == 0

    def test_of_a_patient_whose_course_has_ended_wait_until_that_is_taken_back(self, patient, clinician):
        performed(patient, clinician)
        Patient.objects.filter(pk=patient.pk).update(ended_on=TODAY, ended_because="transferred")
        assert heal.open_missing_reviews(at=NOW) == 0

        Patient.objects.filter(pk=patient.pk).update(ended_on=None, ended_because="")
        assert heal.open_missing_reviews(at=NOW) == 1

    def test_of_one_team_can_be_asked_for(self, patient, clinician):
        performed(patient, clinician)

        assert heal.open_missing_reviews(at=NOW, team=TeamFactory()) == 0
        assert heal.open_missing_reviews(at=NOW, team=patient.team) == 1

    def test_of_one_patient_that_fails_never_stop_the_others(self, patient, clinician, team, monkeypatch):
        others = [PatientFactory(team=team) for _number in range(2)]
        for each in (patient, *others):
            performed(each, clinician)
        whole = reviews.open_review

        def poisoned(*, procedure, by, at):
            if procedure.patient_id == others[0].pk:
                raise ValueError("poison")
            return whole(procedure=procedure, by=by, at=at)

        monkeypatch.setattr(reviews, "open_review", poisoned)
        faults = []

        healed = heal.open_missing_reviews(
            at=NOW, fault=lambda subject, error: faults.append((subject, str(error)))
        )

        assert healed == 2
        assert faults == [(f"patient:{others[0].pk}", "poison")]

    def test_that_fail_are_logged_by_number(self, patient, clinician, monkeypatch, caplog):
        performed(patient, clinician)
        monkeypatch.setattr(reviews, "open_review", lambda **_said: 1 / 0)

        assert heal.open_missing_reviews(at=NOW) == 0
        assert f"patient:{patient.pk} could not be healed: ZeroDivisionError" in caplog.text

    def test_are_opened_by_the_timetable_too(self, patient, clinician):
        performed(patient, clinician)

        assert tasks.open_missing_reviews() == 1


class TestMovedWindows:
    def move(self, procedure, started_at: datetime) -> None:
        Procedure.objects.filter(pk=procedure.pk).update(started_at=started_at, saved_at=started_at)

    def test_follow_a_start_that_was_corrected(self, patient, clinician):
        procedure = courses.treated(patient, clinician)
        self.move(procedure, NOW - days(3))

        assert heal.open_missing_reviews(at=NOW) == 1

        review = patient.reviews.get()
        assert (review.counts_from, review.due_from) == (TODAY - days(3), TODAY + days(25))
        event = review.events.last()
        assert (event.kind, event.reason, event.by) == ("rescheduled", "procedure_moved", None)
        assert heal.open_missing_reviews(at=NOW) == 0

    def test_stay_where_only_the_hour_was_corrected(self, patient, clinician):
        self.move(courses.treated(patient, clinician), NOW + timedelta(hours=2))

        assert heal.open_missing_reviews(at=NOW) == 0

    def test_stay_where_a_person_chose_them(self, patient, clinician):
        procedure = courses.treated(patient, clinician)
        window = {"due_from": TODAY + days(30), "due_to": TODAY + days(31)}
        reviews.reschedule(review=patient.reviews.get(), reason="other", by=clinician, at=NOW, **window)
        self.move(procedure, NOW - days(3))

        assert heal.open_missing_reviews(at=NOW) == 0

    def test_stay_once_the_imaging_was_done(self, patient, clinician):
        procedure = courses.treated(patient, clinician)
        imaged = imaging.Imaged(done_on=TODAY)
        imaging.record_done(review=patient.reviews.get(), imaged=imaged, by=clinician, at=NOW)
        self.move(procedure, NOW - days(3))

        assert heal.open_missing_reviews(at=NOW) == 0

    def test_of_a_later_review_keep_the_interval_that_was_chosen(self, patient, clinician):
        procedure = courses.treated(patient, clinician)
        row = read(patient.reviews.get(), clinician, NOW + days(30))
        reviews.close(review=row, because="decided", by=clinician, at=NOW + days(30))
        said = {"interval_months": 2, "reason": "clinical", "note": ""}
        reviews.open_next_review(review=row, by=clinician, at=NOW + days(30), **said)
        # It was begun so late that the imaging was before the window: it does not count any more.
        Procedure.objects.filter(pk=procedure.pk).update(started_at=NOW + days(5), saved_at=NOW + days(40))

        assert heal.open_missing_reviews(at=NOW + days(40)) == 1

        opened = patient.reviews.get(closed_at=None)
        assert (opened.clause, opened.counts_from) == ("7.1", TODAY + days(5))
        assert opened.interval_months == 2

    def test_look_at_nobody_whose_dates_agree(self, patient, clinician, django_assert_num_queries):
        for _number in range(5):
            courses.treated(PatientFactory(team=patient.team), clinician)

        with django_assert_num_queries(2):
            assert heal.open_missing_reviews(at=NOW) == 0


class TestTheHistory:
    """Written at the head of the release: procedures of before have no review yet."""

    def test_of_a_long_course_is_healed_with_its_last_review_only(self, patient, clinician):
        for months in (1, 5, 9):
            performed(patient, clinician, at=datetime(2025, months, 3, 9, 0, tzinfo=NOW.tzinfo))

        heal.open_missing_reviews(at=NOW)

        review = ImagingReview.objects.get(patient=patient)
        assert (review.due_from, review.due_to) == (date(2025, 10, 1), date(2025, 10, 15))

    def test_counts_the_imaging_that_is_known(self, patient, clinician):
        first = performed(patient, clinician, at=NOW - days(200))
        ImagingReviewFactory(
            patient=patient, after_procedure=first, counts_from=TODAY - days(200), decided=True,
            done_on=TODAY - days(160),
        )  # fmt: skip
        performed(patient, clinician, at=NOW - days(10))

        heal.open_missing_reviews(at=NOW)

        assert patient.reviews.get(closed_at=None).clause == "7.2"
