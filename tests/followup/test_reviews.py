"""Reviews are opened by what happened, moved, owned, closed and opened again; each step is in the history."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Membership
from accounts.roles import Role
from followup.actions import held, imaging, pauses, reviews, start
from followup.models import ImagingReview, ReviewEvent
from patients.models import Patient
from procedures.actions import plan
from tests.factories.accounts import TeamFactory, member
from tests.factories.followup import FollowUpSettingsFactory, ImagingReviewFactory
from tests.factories.patients import NOW, TODAY, PatientFactory
from tests.factories.procedures import ProcedureFactory
from tests.followup import courses, deciding

Because = ImagingReview.ClosedBecause
A_MONTH_ON = NOW + timedelta(days=30)


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


@pytest.fixture
def review(patient, clinician):
    return courses.treated(patient, clinician).reviews.get()


def days(count: int) -> timedelta:
    return timedelta(days=count)


def end(patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(ended_on=TODAY, ended_because="died")


def kinds(review) -> list[str]:
    return list(review.events.values_list("kind", flat=True))


class TestBeginningAProcedure:
    def test_opens_its_review_four_to_six_weeks_later(self, review, clinician):
        assert (review.counts_from, review.clause) == (TODAY, "7.1")
        assert (review.due_from, review.due_to) == (TODAY + days(28), TODAY + days(42))
        assert review.owner == clinician
        assert kinds(review) == ["opened"]
        assert AuditEntry.objects.filter(what="followup.opened", patient_id=review.patient_id).exists()

    def test_twice_opens_it_once(self, patient, clinician):
        procedure = courses.begun(patient, clinician)

        start.start_procedure(procedure=procedure, by=clinician, at=NOW + days(1))

        assert patient.reviews.count() == 1

    def test_of_a_staged_second_closes_the_open_review_as_treated_again(self, patient, clinician, review):
        second = courses.treated(patient, clinician, at=NOW + days(14))

        review.refresh_from_db()
        assert review.closed_because == Because.TREATED_AGAIN
        opened = patient.reviews.get(closed_at=None)
        assert opened.after_procedure == second
        assert (opened.clause, opened.due_from, opened.due_to) == ("7.1", TODAY + days(42), TODAY + days(56))
        assert not patient.tasks.filter(closed_at=None).exists()

    def test_leaves_a_task_for_images_that_nobody_had_read(self, patient, clinician, review):
        imaging.record_done(review=review, imaged=imaging.Imaged(done_on=TODAY), by=clinician, at=NOW)

        courses.begun(patient, clinician, at=NOW + days(1))

        task = patient.tasks.exclude(kind="call").get(closed_at=None)
        assert "Look at the imaging of 2 Mar 2026" in task.title
        assert task.owner == clinician

    def test_leaves_a_task_for_imaging_that_is_booked_and_would_come_too_early(
        self, patient, clinician, coordinator, review
    ):
        reviews.assign(review=review, owner=coordinator, by=clinician, at=NOW)
        booking = imaging.Booking(booked_for=TODAY + days(30))
        imaging.book(review=review, booking=booking, by=clinician, at=NOW)

        courses.begun(patient, clinician, at=NOW + days(14))

        task = patient.tasks.exclude(kind="call").get(closed_at=None)
        assert "Move or cancel the imaging booked for 1 Apr 2026" in task.title
        assert (task.owner, task.due_to) == (coordinator, TODAY + days(14))

    def test_leaves_a_task_for_a_reading_on_which_nobody_had_decided(self, team, clinician, coordinator):
        reading = deciding.ready_to_decide(team, clinician)
        review = reading.review
        reviews.assign(review=review, owner=coordinator, by=clinician, at=NOW)

        courses.begun(review.patient, coordinator, at=NOW + days(1))

        task = review.patient.tasks.exclude(kind="call").get(closed_at=None)
        assert "Decide what the reading of 2 Mar 2026 asks for" in task.title
        assert (task.owner, task.due_to) == (clinician, TODAY + days(1))

    def test_leaves_it_to_the_owner_where_the_reader_has_left(self, team, clinician, coordinator):
        review = deciding.ready_to_decide(team, clinician).review
        reviews.assign(review=review, owner=coordinator, by=clinician, at=NOW)
        Membership.objects.filter(user=clinician).update(is_active=False)

        courses.begun(review.patient, coordinator, at=NOW + days(1))

        assert review.patient.tasks.exclude(kind="call").get(closed_at=None).owner == coordinator

    def test_leaves_no_task_where_it_was_decided(self, team, clinician):
        procedure = deciding.treat(deciding.treated_patient(team), by=clinician)
        deciding.read_review(procedure, clinician, is_open=False)

        courses.begun(procedure.patient, clinician, at=NOW + days(1))

        assert not procedure.patient.tasks.exclude(kind="call").filter(closed_at=None).exists()

    def test_after_a_review_that_counts_gives_the_whole_of_7_2(self, patient, clinician, review):
        imaged = imaging.Imaged(done_on=TODAY + days(30))
        imaging.record_done(review=review, imaged=imaged, by=clinician, at=NOW + days(30))

        courses.begun(patient, clinician, at=NOW + days(40))

        opened = patient.reviews.get(closed_at=None)
        assert (opened.clause, opened.counts_from) == ("7.2", date(2026, 4, 11))
        assert (opened.due_from, opened.due_to) == (date(2026, 5, 11), date(2026, 7, 11))

    def test_images_early_after_each_where_the_team_chose_so(self, patient, clinician, review):
        FollowUpSettingsFactory(team=patient.team, images_early_after_each=True)
        imaged = imaging.Imaged(done_on=TODAY + days(30))
        imaging.record_done(review=review, imaged=imaged, by=clinician, at=NOW + days(30))

        courses.begun(patient, clinician, at=NOW + days(40))

        opened = patient.reviews.get(closed_at=None)
        assert (opened.clause, opened.due_from) == ("7.1", TODAY + days(68))

    def test_counts_from_the_day_where_the_team_works(self, db):
        team = TeamFactory(time_zone="Pacific/Auckland")
        by = member(team, Role.CLINICIAN)

        courses.begun(PatientFactory(team=team), by, at=datetime(2026, 3, 2, 20, 30, tzinfo=UTC))

        assert ImagingReview.objects.get(team=team).counts_from == date(2026, 3, 3)

    def test_of_a_patient_whose_course_has_ended_is_refused(self, patient, clinician):
        procedure = courses.planned(patient, clinician)
        end(patient)

        with pytest.raises(start.UnableToStart):
            start.start_procedure(procedure=procedure, by=clinician, at=NOW)
        procedure.refresh_from_db()
        assert procedure.started_at is None

    def test_that_was_cancelled_opens_nothing(self, patient, clinician):
        procedure = courses.planned(patient, clinician)
        plan.cancel_procedure(procedure=procedure, because="fever", by=clinician, at=NOW)

        with pytest.raises(plan.UnableToChange):
            start.start_procedure(procedure=procedure, by=clinician, at=NOW)
        assert not patient.reviews.exists()

    def test_not_at_all_opens_no_review(self, clinician, patient):
        with pytest.raises(reviews.UnableToOpen):
            reviews.open_review(procedure=courses.planned(patient, clinician), by=clinician, at=NOW)


class TestTheOwner:
    def test_stays_with_the_patient(self, patient, clinician, coordinator, review):
        reviews.assign(review=review, owner=coordinator, by=clinician, at=NOW)

        courses.begun(patient, clinician, at=NOW + days(14))

        assert patient.reviews.get(closed_at=None).owner == coordinator

    def test_is_nobody_where_none_of_them_works_the_queue(self, patient, clinician, people_admin):
        procedure = courses.planned(patient, clinician)
        plan.start_procedure(procedure=procedure, by=clinician, at=NOW)

        assert reviews.open_review(procedure=procedure, by=people_admin, at=NOW).owner is None

    def test_is_given_and_taken(self, review, clinician, coordinator):
        reviews.assign(review=review, owner=coordinator, by=clinician, at=NOW)
        reviews.assign(review=review, owner=coordinator, by=clinician, at=NOW)
        taken = reviews.assign(review=review, owner=None, by=clinician, at=NOW)

        assert taken.owner is None
        assert kinds(review) == ["opened", "assigned", "assigned"]
        assert review.events.last().before == {"owner": coordinator.pk}

    @pytest.mark.parametrize("who", ["observer", "people_admin", "stranger"])
    def test_is_never_who_does_not_work_the_queue(self, request, review, clinician, who):
        with pytest.raises(reviews.UnableToAssign):
            reviews.assign(review=review, owner=request.getfixturevalue(who), by=clinician, at=NOW)


class TestTheNextReview:
    @pytest.fixture
    def decided(self, review, clinician):
        at = NOW + days(30)
        imaged = imaging.Imaged(done_on=at.date())
        row = imaging.record_done(review=review, imaged=imaged, by=clinician, at=at)
        held.keep(row, ReviewEvent.Kind.READ, changes={"read_at": at}, by=clinician, at=at)
        return reviews.close(review=row, because=Because.DECIDED, by=clinician, at=at)

    def open_next(self, review, by, months=None, at=A_MONTH_ON):
        chosen = {"interval_months": months, "reason": "clinical" if months else "", "note": ""}
        return reviews.open_next_review(review=review, by=by, at=at, **chosen)

    @pytest.mark.parametrize(
        ("months", "due_from", "due_to"),
        [
            (None, date(2026, 5, 1), date(2026, 7, 1)),
            (1, date(2026, 4, 24), date(2026, 5, 8)),
            (2, date(2026, 5, 25), date(2026, 6, 8)),
            (3, date(2026, 6, 24), date(2026, 7, 8)),
        ],
    )
    def test_counts_from_the_imaging_with_the_interval_that_was_chosen(
        self, decided, clinician, months, due_from, due_to
    ):
        opened = self.open_next(decided, clinician, months)

        assert (opened.counts_from, opened.clause) == (date(2026, 4, 1), "7.2")
        assert (opened.due_from, opened.due_to) == (due_from, due_to)
        assert (opened.after_review, opened.interval_months) == (decided, months)

    def test_counts_from_the_intervention_while_the_imaging_was_too_early_to_count(
        self, patient, review, clinician
    ):
        at = NOW + days(7)
        row = imaging.record_done(
            review=review, imaged=imaging.Imaged(done_on=at.date()), by=clinician, at=at
        )
        held.keep(row, ReviewEvent.Kind.READ, changes={"read_at": at}, by=clinician, at=at)
        reviews.close(review=row, because=Because.DECIDED, by=clinician, at=at)

        opened = self.open_next(row, clinician, months=2, at=at)

        assert (opened.clause, opened.due_from) == ("7.1", TODAY + days(28))

    def test_is_opened_once(self, decided, clinician):
        assert self.open_next(decided, clinician) == self.open_next(decided, clinician, months=3)

    def test_is_refused_while_another_is_open(self, patient, decided, clinician):
        courses.begun(patient, clinician, at=NOW + days(31))

        with pytest.raises(reviews.UnableToOpen):
            self.open_next(decided, clinician)

    def test_is_refused_once_the_course_has_ended(self, patient, decided, clinician):
        end(patient)

        with pytest.raises(held.CourseEnded):
            self.open_next(decided, clinician)


class TestRescheduling:
    def move(self, review, by, *, first=35, last=49, **options):
        return reviews.reschedule(
            review=review, due_from=TODAY + days(first), due_to=TODAY + days(last), reason="scanner", by=by,
            at=NOW, note=options.pop("note", "The scanner is being replaced"), **options,
        )  # fmt: skip

    @pytest.mark.parametrize(("last", "note"), [(41, ""), (42, ""), (43, "A long journey")])
    def test_later_than_the_clause_allows_asks_for_words(self, review, clinician, last, note):
        assert self.move(review, clinician, last=last, note=note).due_to == TODAY + days(last)

    def test_later_than_the_clause_allows_is_refused_without_words(self, review, clinician):
        with pytest.raises(reviews.UnableToReschedule):
            self.move(review, clinician, last=43, note="")

    def test_of_a_later_review_is_measured_by_the_whole_of_7_2(self, review, clinician):
        imaging.record_done(
            review=review, imaged=imaging.Imaged(done_on=TODAY + days(30)), by=clinician, at=A_MONTH_ON
        )
        courses.begun(review.patient, clinician, at=NOW + days(40))
        later = review.patient.reviews.get(closed_at=None)

        moved = self.move(later, clinician, first=80, last=131, note="")

        assert moved.due_to == date(2026, 7, 11)
        with pytest.raises(reviews.UnableToReschedule):
            self.move(later, clinician, first=80, last=132, note="")

    def test_moves_the_window_and_keeps_what_it_was(self, review, clinician):
        moved = self.move(review, clinician)

        assert (moved.due_from, moved.is_rescheduled) == (TODAY + days(35), True)
        event = review.events.last()
        assert (event.reason, event.before["due_to"]) == ("scanner", "2026-04-13")

    def test_twice_is_done_once_even_with_the_older_revision(self, review, clinician):
        self.move(review, clinician, revision=review.revision)
        self.move(review, clinician, revision=review.revision)

        assert kinds(review) == ["opened", "rescheduled"]

    @pytest.mark.parametrize(("first", "last"), [(-1, 40), (40, 39)])
    def test_asks_for_a_window_in_order_after_the_day_that_it_counts_from(
        self, review, clinician, first, last
    ):
        with pytest.raises(reviews.UnableToReschedule):
            self.move(review, clinician, first=first, last=last)

    @pytest.mark.parametrize(("first", "last"), [(0, 0), (0, 40), (40, 40)])
    def test_takes_any_other(self, review, clinician, first, last):
        assert self.move(review, clinician, first=first, last=last).due_to == TODAY + days(last)

    def test_of_what_was_imaged_is_refused(self, review, clinician):
        imaging.record_done(review=review, imaged=imaging.Imaged(done_on=TODAY), by=clinician, at=NOW)

        with pytest.raises(held.AlreadyImaged):
            self.move(review, clinician)

    def test_by_someone_who_read_an_older_one_is_refused_and_says_how_it_is_now(
        self, review, clinician, coordinator
    ):
        reviews.assign(review=review, owner=coordinator, by=coordinator, at=NOW)

        with pytest.raises(held.ChangedMeanwhile) as refused:
            self.move(review, clinician, revision=review.revision)
        assert refused.value.review.owner == coordinator


class TestClosing:
    def test_as_decided_asks_that_it_was_read(self, review, clinician):
        with pytest.raises(reviews.UnableToClose):
            reviews.close(review=review, because=Because.DECIDED, by=clinician, at=NOW)

    def test_twice_says_that_it_is_closed(self, review, clinician):
        reviews.close(review=review, because=Because.REPLACED, by=clinician, at=NOW)

        with pytest.raises(held.ReviewClosed):
            reviews.close(review=review, because=Because.REPLACED, by=clinician, at=NOW)

    def test_can_be_taken_back_to_what_it_was(self, review, clinician):
        before = held.written(review, [*held.WINDOW, *held.CLOSING, "owner"])
        reviews.close(review=review, because=Because.REPLACED, note="Wrong one", by=clinician, at=NOW)

        opened = reviews.reopen(review=review, reason="mistake", by=clinician, at=NOW)

        assert held.written(opened, before) == before
        assert kinds(review) == ["opened", "closed", "reopened"]

    def test_of_a_decided_one_taken_back_is_a_decision_withdrawn(self, clinician, patient):
        review = ImagingReviewFactory(patient=patient, decided=True)

        opened = reviews.reopen(review=review, reason="undecided", by=clinician, at=NOW)

        assert (opened.decided_at, opened.read_at) == (None, NOW)
        assert kinds(review) == ["undecided"]

    def test_cannot_be_taken_back_while_another_is_open(self, patient, clinician, review):
        courses.begun(patient, clinician, at=NOW + days(14))

        with pytest.raises(reviews.UnableToReopen):
            reviews.reopen(review=review, reason="mistake", by=clinician, at=NOW)

    def test_cannot_be_taken_back_where_it_is_open(self, clinician, review):
        with pytest.raises(reviews.UnableToReopen):
            reviews.reopen(review=review, reason="mistake", by=clinician, at=NOW)


class TestUndoing:
    def test_puts_back_what_one_event_changed(self, review, clinician, coordinator):
        booking = imaging.Booking(booked_for=TODAY + days(30), booked_place="Room 2", booked_modality="mri")
        imaging.book(review=review, booking=booking, by=clinician, at=NOW)
        event = review.events.last()
        reviews.assign(review=review, owner=coordinator, by=clinician, at=NOW)

        undone = reviews.undo(event=event, by=clinician, at=NOW)

        assert (undone.booked_for, undone.booked_modality, undone.owner) == (None, "", coordinator)
        assert kinds(review) == ["opened", "booked", "assigned", "undone"]

    def test_gives_an_owner_back(self, review, clinician, coordinator):
        reviews.assign(review=review, owner=coordinator, by=clinician, at=NOW)

        assert reviews.undo(event=review.events.last(), by=clinician, at=NOW).owner == clinician

    def test_takes_imaging_back_that_was_recorded_in_another_time_zone(self, review, clinician):
        at = NOW.astimezone(tz=None)
        imaging.record_done(review=review, imaged=imaging.Imaged(done_on=TODAY), by=clinician, at=at)

        undone = reviews.undo(event=review.events.last(), by=clinician, at=at)

        assert (undone.done_on, undone.done_recorded_at, undone.done_recorded_by) == (None, None, None)

    def test_is_refused_where_it_was_changed_since(self, review, clinician):
        for day in (30, 31):
            booking = imaging.Booking(booked_for=TODAY + days(day))
            imaging.book(review=review, booking=booking, by=clinician, at=NOW)
        first = review.events.filter(kind="booked").first()

        with pytest.raises(reviews.UnableToUndo):
            reviews.undo(event=first, by=clinician, at=NOW)

    def test_twice_is_refused(self, review, clinician, coordinator):
        reviews.assign(review=review, owner=coordinator, by=clinician, at=NOW)
        event = review.events.last()
        reviews.undo(event=event, by=clinician, at=NOW)

        with pytest.raises(reviews.UnableToUndo):
            reviews.undo(event=event, by=clinician, at=NOW)

    def test_of_the_opening_is_refused(self, review, clinician):
        with pytest.raises(reviews.UnableToUndo):
            reviews.undo(event=review.events.get(), by=clinician, at=NOW)

    def test_of_imaging_that_was_read_is_refused(self, review, clinician):
        row = imaging.record_done(review=review, imaged=imaging.Imaged(done_on=TODAY), by=clinician, at=NOW)
        event = review.events.last()
        held.keep(row, ReviewEvent.Kind.READ, changes={"read_at": NOW}, by=clinician, at=NOW)

        with pytest.raises(reviews.UnableToUndo):
            reviews.undo(event=event, by=clinician, at=NOW)


class TestWhatIsRefused:
    """Each action on a review that is closed, or of a patient whose course has ended."""

    ACTIONS = {
        "reschedule": lambda review, by: reviews.reschedule(
            review=review, due_from=TODAY, due_to=TODAY, reason="other", by=by, at=NOW
        ),
        "assign": lambda review, by: reviews.assign(review=review, owner=None, by=by, at=NOW),
        "close": lambda review, by: reviews.close(review=review, because=Because.REPLACED, by=by, at=NOW),
        "book": lambda review, by: imaging.book(
            review=review, booking=imaging.Booking(booked_for=TODAY), by=by, at=NOW
        ),
        "cancel": lambda review, by: imaging.cancel_booking(review=review, reason="other", by=by, at=NOW),
        "missed": lambda review, by: imaging.record_missed(review=review, reason="forgot", by=by, at=NOW),
        "done": lambda review, by: imaging.record_done(
            review=review, imaged=imaging.Imaged(done_on=TODAY), by=by, at=NOW
        ),
        "take back": lambda review, by: imaging.take_back_done(review=review, reason="other", by=by, at=NOW),
        "pause": lambda review, by: pauses.pause(
            review=review, until=TODAY + days(2), reason="other", by=by, at=NOW
        ),
        "wake": lambda review, by: pauses.lift_pause(review=review, by=by, at=NOW),
    }

    @pytest.mark.parametrize("action", list(ACTIONS))
    def test_is_said_by_the_type_of_the_refusal_and_changes_nothing(self, action, review, clinician):
        act, patient = self.ACTIONS[action], review.patient
        events = review.events.count()
        end(patient)
        with pytest.raises(held.CourseEnded):
            act(review, clinician)

        Patient.objects.filter(pk=patient.pk).update(ended_on=None, ended_because="")
        reviews.close(review=review, because=Because.REPLACED, by=clinician, at=NOW)
        with pytest.raises(held.ReviewClosed):
            act(review, clinician)
        assert review.events.count() == events + 1

    def test_an_older_open_review_is_never_a_second_one(self, patient, review):
        with pytest.raises(IntegrityError), transaction.atomic():
            ImagingReviewFactory(patient=patient, after_procedure=ProcedureFactory(patient=patient))
