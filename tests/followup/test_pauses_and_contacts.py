"""Snoozing a review until a day, keeping the attempts to reach a patient, and ending the course."""

import uuid
from datetime import timedelta

import pytest

from accounts.models import AuditEntry, Membership
from followup import stages
from followup.actions import contacts, course, held, imaging, pauses
from followup.models import Contact
from patients.actions import register
from tests.factories.followup import FollowUpSettingsFactory, ImagingReviewFactory
from tests.factories.patients import NOW, TODAY, PatientFactory, TaskFactory


@pytest.fixture
def review(team):
    return ImagingReviewFactory(patient=PatientFactory(team=team))


def until(days: int):
    return TODAY + timedelta(days=days)


class TestSnoozing:
    def pause(self, review, by, days=7, **options):
        said = {"reason": "contacted", "note": "Calls back", **options}
        return pauses.pause(review=review, until=until(days), by=by, at=NOW, **said)

    def test_holds_until_the_day_and_no_longer(self, review, coordinator):
        made = self.pause(review, coordinator)

        assert pauses.standing_pause(review, on=until(6)) == made
        assert pauses.standing_pause(review, on=until(7)) is None
        event = review.events.last()
        assert (event.kind, event.reason, event.after) == ("paused", "contacted", {"until": "2026-03-09"})

    @pytest.mark.parametrize(
        ("days", "is_possible"), [(-1, False), (0, False), (1, True), (27, True), (28, True), (29, False)]
    )
    def test_begins_tomorrow_at_the_earliest_and_has_a_longest(self, review, coordinator, days, is_possible):
        if is_possible:
            assert self.pause(review, coordinator, days).until == until(days)
        else:
            with pytest.raises(pauses.UnableToPause) as refused:
                self.pause(review, coordinator, days)
            assert refused.value.latest == until(28)

    def test_has_the_longest_that_the_team_chose(self, review, coordinator, team):
        FollowUpSettingsFactory(team=team, longest_pause_days=3)

        assert pauses.latest_pause(review, on=TODAY) == until(3)
        with pytest.raises(pauses.UnableToPause):
            self.pause(review, coordinator, 4)

    def test_anew_ends_the_one_before(self, review, coordinator, clinician):
        first = self.pause(review, coordinator)
        second = self.pause(review, clinician, 14)

        first.refresh_from_db()
        assert (first.lifted_at, first.lifted_by) == (NOW, clinician)
        assert pauses.standing_pause(review, on=TODAY) == second

    def test_ends_when_the_patient_did_not_come(self, review, coordinator):
        booking = imaging.Booking(booked_for=review.counts_from)
        imaging.book(review=review, booking=booking, by=coordinator, at=NOW)
        self.pause(review, coordinator)

        imaging.record_missed(review=review, reason="forgot", by=coordinator, at=NOW)

        assert pauses.standing_pause(review, on=TODAY) is None

    def test_twice_is_done_once(self, review, coordinator):
        revision = review.revision

        assert self.pause(review, coordinator, revision=revision) == self.pause(
            review, coordinator, revision=revision
        )
        assert review.events.count() == 1

    def test_by_two_people_tells_the_second(self, review, coordinator, clinician):
        self.pause(review, coordinator, revision=review.revision)

        with pytest.raises(held.ChangedMeanwhile):
            self.pause(review, clinician, 14, revision=review.revision)

    def test_ends_when_somebody_wakes_it_and_waking_twice_is_waking_once(self, review, coordinator):
        self.pause(review, coordinator)

        pauses.lift_pause(review=review, by=coordinator, at=NOW)
        pauses.lift_pause(review=review, by=coordinator, at=NOW)

        assert pauses.standing_pause(review, on=TODAY) is None
        assert list(review.events.values_list("kind", flat=True)) == ["paused", "resumed"]


class TestContacts:
    def log(self, review, by, **options):
        said = {"patient": review.patient, "review": review, "channel": "phone", "outcome": "no_answer"}
        return contacts.log_contact(**{**said, **options}, by=by, at=NOW)

    def test_keep_how_what_and_when_to_try_again(self, review, coordinator):
        made = self.log(review, coordinator, next_try_on=until(2), note="Line busy")

        assert (made.at, made.by, made.next_try_on, made.note) == (NOW, coordinator, until(2), "Line busy")
        assert AuditEntry.objects.filter(what="followup.log_contact", patient_id=review.patient_id).exists()

    def test_sent_twice_are_kept_once(self, review, coordinator):
        key = uuid.uuid4()

        assert self.log(review, coordinator, form_key=key) == self.log(review, coordinator, form_key=key)
        assert Contact.objects.count() == 1

    def test_may_be_of_earlier_today_but_not_of_later(self, review, coordinator):
        earlier = NOW - timedelta(hours=3)

        assert self.log(review, coordinator, happened_at=earlier).at == earlier
        with pytest.raises(contacts.UnableToLog):
            self.log(review, coordinator, happened_at=NOW + timedelta(minutes=1))

    def test_are_about_a_review_of_the_same_patient(self, review, coordinator, team):
        with pytest.raises(contacts.UnableToLog):
            self.log(review, coordinator, patient=PatientFactory(team=team))

    def test_are_kept_for_a_closed_review_and_an_ended_patient_too(self, team, coordinator):
        ended = PatientFactory(team=team, ended_on=TODAY, ended_because="died")
        review = ImagingReviewFactory(patient=ended, decided=True)

        assert self.log(review, coordinator, outcome="relative").review == review

    def test_change_nothing_of_the_review(self, review, coordinator):
        self.log(review, coordinator, outcome="refused")

        review.refresh_from_db()
        assert (review.revision, review.events.count()) == (0, 0)


class TestTheEndOfTheCourse:
    @pytest.mark.parametrize("because", ["died", "transferred", "discharged"])
    def test_can_be_said_by_a_coordinator(self, review, coordinator, because):
        ended = course.end_course(patient=review.patient, because=because, on=TODAY, by=coordinator, at=NOW)

        assert ended.ended_because == because
        assert not stages.reviews_in_care(review.team)

    @pytest.mark.parametrize("because", ["lost", "declined"])
    def test_as_lost_or_declined_is_for_a_clinician(self, review, coordinator, clinician, because):
        end = {"patient": review.patient, "because": because, "on": TODAY, "at": NOW}
        with pytest.raises(course.NeedsClinician):
            course.end_course(**end, by=coordinator)

        assert course.end_course(**end, by=clinician).ended_because == because

    def test_is_for_somebody_who_still_is_in_the_team(self, review, clinician):
        Membership.objects.filter(user=clinician).update(is_active=False)

        with pytest.raises(course.NeedsClinician):
            course.end_course(patient=review.patient, because="lost", on=TODAY, by=clinician, at=NOW)

    def test_twice_is_refused(self, review, clinician):
        end = {"patient": review.patient, "on": TODAY, "by": clinician, "at": NOW}
        course.end_course(**end, because="lost")

        with pytest.raises(register.UnableToEnd):
            course.end_course(**end, because="died")

    def test_leaves_the_review_as_it_is_and_has_it_again_when_it_is_taken_back(self, review, clinician):
        TaskFactory(patient=review.patient)
        course.end_course(patient=review.patient, because="died", on=TODAY, by=clinician, at=NOW)
        review.refresh_from_db()
        assert (review.closed_at, review.revision) == (None, 0)

        register.reopen_course(patient=review.patient, by=clinician, at=NOW, reason="Wrong patient")

        assert stages.reviews_in_care(review.team).get() == review
