"""Imaging is booked, missed, done, taken back; what two people do at once is kept apart."""

from datetime import UTC, datetime, time, timedelta

import pytest

from followup.actions import held, imaging, reviews
from tests.factories.followup import ImagingReviewFactory, began_at
from tests.factories.patients import NOW, TODAY, PatientFactory
from tests.followup import courses

TUESDAY = imaging.Booking(
    booked_for=TODAY + timedelta(days=29), booked_at_time=time(8, 30), booked_modality="mri",
    booked_dynamic="yes", booked_place="MRI 2",
)  # fmt: skip
THEN = NOW + timedelta(days=29)


@pytest.fixture
def review(team, clinician):
    return courses.treated(PatientFactory(team=team), clinician).reviews.get()


def kinds(review) -> list[str]:
    return list(review.events.values_list("kind", flat=True))


class TestBooking:
    def test_keeps_when_how_and_where(self, review, coordinator):
        booked = imaging.book(review=review, booking=TUESDAY, by=coordinator, at=NOW)

        assert (booked.booked_for, booked.booked_at_time) == (TUESDAY.booked_for, time(8, 30))
        assert (booked.booked_modality, booked.booked_dynamic, booked.booked_place) == ("mri", "yes", "MRI 2")
        assert review.events.last().after["booked_at_time"] == "08:30:00"

    def test_twice_is_done_once(self, review, coordinator):
        for _time in range(2):
            imaging.book(review=review, booking=TUESDAY, by=coordinator, at=NOW, revision=review.revision)

        assert kinds(review) == ["opened", "booked"]

    def test_by_two_people_is_one_booking_and_the_second_is_told(self, review, coordinator, clinician):
        imaging.book(review=review, booking=TUESDAY, by=coordinator, at=NOW, revision=review.revision)
        other = imaging.Booking(booked_for=TODAY + timedelta(days=35))

        with pytest.raises(held.ChangedMeanwhile) as refused:
            imaging.book(review=review, booking=other, by=clinician, at=NOW, revision=review.revision)
        assert refused.value.review.booked_for == TUESDAY.booked_for

    @pytest.mark.parametrize(("days", "is_possible"), [(-1, False), (0, True), (1, True), (300, True)])
    def test_is_never_before_the_day_that_the_review_counts_from(
        self, review, coordinator, days, is_possible
    ):
        booking = imaging.Booking(booked_for=TODAY + timedelta(days=days))

        if is_possible:
            assert imaging.book(review=review, booking=booking, by=coordinator, at=NOW).booked_for
        else:
            with pytest.raises(imaging.BeforeItCounts):
                imaging.book(review=review, booking=booking, by=coordinator, at=NOW)

    def test_is_cancelled_with_a_reason_and_can_be_put_back(self, review, coordinator):
        imaging.book(review=review, booking=TUESDAY, by=coordinator, at=NOW)
        cancelled = imaging.cancel_booking(review=review, reason="scanner", by=coordinator, at=NOW)
        assert held.written(cancelled, held.BOOKING)["booked_for"] is None

        back = reviews.undo(event=review.events.last(), by=coordinator, at=NOW)

        assert back.booked_at_time == time(8, 30)
        assert kinds(review) == ["opened", "booked", "unbooked", "undone"]

    def test_that_is_not_there_cannot_be_cancelled_nor_missed(self, review, coordinator):
        with pytest.raises(imaging.NotBooked):
            imaging.cancel_booking(review=review, reason="scanner", by=coordinator, at=NOW)
        with pytest.raises(imaging.NotBooked):
            imaging.record_missed(review=review, reason="forgot", by=coordinator, at=NOW)


class TestNotComing:
    def test_makes_the_review_wait_again_and_keeps_what_was_missed(self, review, coordinator):
        imaging.book(review=review, booking=TUESDAY, by=coordinator, at=NOW)

        missed = imaging.record_missed(review=review, reason="transport", by=coordinator, at=THEN)

        assert (missed.booked_for, missed.booked_modality, missed.booked_place) == (None, "", "")
        event = review.events.last()
        assert (event.kind, event.reason) == ("missed", "transport")
        assert event.before["booked_for"] == TUESDAY.booked_for.isoformat()

    @pytest.mark.parametrize(("days", "is_possible"), [(-1, False), (0, True), (1, True)])
    def test_is_known_on_the_day_itself_at_the_earliest(self, review, coordinator, days, is_possible):
        imaging.book(review=review, booking=TUESDAY, by=coordinator, at=NOW)
        at = THEN + timedelta(days=days)

        if is_possible:
            imaging.record_missed(review=review, reason="forgot", by=coordinator, at=at)
        else:
            with pytest.raises(imaging.InTheFuture):
                imaging.record_missed(review=review, reason="forgot", by=coordinator, at=at)


class TestImagingDone:
    def done(self, review, by, at=THEN, revision=None, **said):
        imaged = imaging.Imaged(**{"done_on": THEN.date(), **said})
        return imaging.record_done(review=review, imaged=imaged, by=by, at=at, revision=revision)

    def test_is_recorded_with_who_and_when(self, review, coordinator):
        row = self.done(review, coordinator, done_place="Here", done_modality="ct", done_dynamic="yes")

        assert (row.done_recorded_by, row.done_recorded_at) == (coordinator, THEN)
        assert review.events.last().after["done_place"] == "Here"

    def test_elsewhere_keeps_the_outside_report(self, review, coordinator):
        row = self.done(review, coordinator, is_elsewhere=True, outside_report="No viable tumour.")

        assert (row.is_elsewhere, row.outside_report) == (True, "No viable tumour.")

    def test_twice_is_recorded_once(self, review, coordinator, clinician):
        self.done(review, coordinator, revision=review.revision)
        self.done(review, clinician, revision=review.revision)

        assert kinds(review) == ["opened", "done"]

    def test_otherwise_than_it_was_recorded_is_refused(self, review, coordinator):
        self.done(review, coordinator)

        with pytest.raises(held.AlreadyImaged):
            self.done(review, coordinator, done_modality="mri")

    @pytest.mark.parametrize(
        ("days", "refusal"),
        [
            (-1, imaging.BeforeItCounts),
            (0, None),
            (1, None),
            (28, None),
            (29, None),
            (30, imaging.InTheFuture),
        ],
    )
    def test_is_on_a_day_between_the_intervention_and_today(self, review, coordinator, days, refusal):
        done_on = TODAY + timedelta(days=days)

        if refusal:
            with pytest.raises(refusal):
                self.done(review, coordinator, done_on=done_on)
        else:
            assert self.done(review, coordinator, done_on=done_on).done_on == done_on

    def test_takes_today_from_where_the_team_works(self, review, coordinator):
        team = review.team
        team.time_zone = "Pacific/Auckland"
        team.save()
        late_in_the_evening_utc = datetime(2026, 3, 31, 20, 0, tzinfo=UTC)

        row = self.done(
            review, coordinator, at=late_in_the_evening_utc, done_on=datetime(2026, 4, 1, tzinfo=UTC).date()
        )

        assert row.done_on == row.done_on.replace(month=4, day=1)

    def test_can_be_however_late(self, coordinator, team):
        review = ImagingReviewFactory(patient=PatientFactory(team=team))
        at = began_at(TODAY + timedelta(days=700))

        assert self.done(review, coordinator, at=at, done_on=at.date()).done_on == at.date()

    def test_is_taken_back_with_a_reason(self, review, coordinator):
        self.done(review, coordinator, done_place="Here")

        row = imaging.take_back_done(review=review, reason="wrong_patient", by=coordinator, at=THEN)

        assert (row.done_on, row.done_recorded_by, row.done_place) == (None, None, "")
        assert review.events.last().reason == "wrong_patient"
        with pytest.raises(imaging.NotImaged):
            imaging.take_back_done(review=review, reason="other", by=coordinator, at=THEN)

    def test_that_was_read_is_not_taken_back(self, coordinator, team):
        review = ImagingReviewFactory(patient=PatientFactory(team=team), read=True)

        with pytest.raises(imaging.IsRead):
            imaging.take_back_done(review=review, reason="other", by=coordinator, at=NOW)
