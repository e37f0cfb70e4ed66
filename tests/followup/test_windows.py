"""Windows and days are right at every moment: any day, any time zone, clock changes, ends of months, 29 February."""

import calendar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from followup import guidance, stages
from followup.actions import held
from followup.models import ImagingReview
from patients.models import Patient
from tests.factories.followup import ImagingReviewFactory
from tests.factories.patients import PatientFactory
from tests.factories.procedures import ProcedureFactory

# Clocks that change at midnight, by half an hour, on Fridays, never; and one that lost a whole day.
ZONES = [
    "UTC", "Europe/Stockholm", "America/New_York", "America/Santiago", "Asia/Beirut", "Australia/Lord_Howe",
    "Asia/Kathmandu", "Pacific/Apia", "Pacific/Kiritimati", "Africa/Cairo", "Asia/Tokyo", "Pacific/Auckland",
]  # fmt: skip
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=100 * 365)).map(lambda passed: BEGINNING + passed)
SLOW = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def months_later(day: date, months: int) -> date:
    """Count month by month, as one would on a calendar."""
    year, month = day.year, day.month
    for _month in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@pytest.fixture
def patient(db):
    """One patient for all examples of a property: each example sets all that it looks at."""
    patient = PatientFactory()
    ProcedureFactory(patient=patient, started_at=datetime(2026, 3, 2, tzinfo=UTC))
    return patient


@pytest.fixture
def reviewed_patient(patient):
    ImagingReviewFactory(patient=patient, after_procedure=patient.procedures.get(), decided=True)
    return patient


def begin(patient: Patient, moment: datetime, zone: str = "UTC") -> Patient:
    patient.procedures.update(started_at=moment)
    patient.team.time_zone = zone
    return patient


class TestTheFirstWindow:
    @given(moment=MOMENTS, zone=st.sampled_from(ZONES))
    @example(moment=datetime(2026, 3, 28, 23, 30, tzinfo=UTC), zone="Europe/Stockholm")
    @example(moment=datetime(2024, 2, 1, 0, 0, tzinfo=UTC), zone="UTC")
    @example(moment=datetime(2011, 12, 30, 9, 59, tzinfo=UTC), zone="Pacific/Apia")
    @SLOW
    def test_is_28_to_42_days_after_the_local_day(self, patient, moment, zone):
        window = guidance.window(begin(patient, moment, zone), on=moment.date())

        local = moment.astimezone(ZoneInfo(zone)).date()
        assert (window.clause, window.counts_from) == ("7.1", local)
        assert (window.due_from, window.due_to) == (local + timedelta(days=28), local + timedelta(days=42))


class TestALaterWindow:
    @given(done_on=DAYS, months=st.sampled_from([None, 1, 2, 3]))
    @example(done_on=date(2026, 1, 31), months=1)
    @example(done_on=date(2024, 1, 31), months=1)
    @example(done_on=date(2026, 4, 30), months=1)
    @example(done_on=date(2023, 11, 30), months=3)
    @example(done_on=date(2024, 2, 29), months=3)
    @example(done_on=date(2025, 11, 29), months=3)
    @SLOW
    def test_is_whole_months_after_the_imaging(self, reviewed_patient, done_on, months):
        begun_at = datetime.combine(done_on - timedelta(days=30), datetime.min.time(), UTC)
        patient = begin(reviewed_patient, begun_at)
        patient.reviews.update(done_on=done_on)

        window = guidance.window(patient, on=done_on, interval_months=months)

        assert (window.clause, window.counts_from) == ("7.2", done_on)
        if months is None:
            assert window.due_from == months_later(done_on, 1)
            assert window.due_to == months_later(done_on, 3)
        else:
            planned, tolerance = months_later(done_on, months), timedelta(days=7)
            assert (window.due_from, window.due_to) == (planned - tolerance, planned + tolerance)
        assert done_on <= window.due_from <= window.due_to

    @pytest.mark.parametrize(("day", "counts"), [(27, False), (28, True), (29, True)])
    def test_begins_with_the_first_imaging_that_counts(self, reviewed_patient, day, counts):
        patient = begin(reviewed_patient, datetime(2026, 3, 2, 12, tzinfo=UTC))
        done_on = date(2026, 3, 2) + timedelta(days=day)
        patient.reviews.update(done_on=done_on)

        window = guidance.window(patient, on=done_on)

        assert window.clause == ("7.2" if counts else "7.1")
        assert window.ignored_reviews == (() if counts else (done_on,))

    def test_leaves_out_the_review_whose_window_is_asked_for(self, reviewed_patient):
        patient = begin(reviewed_patient, datetime(2026, 3, 2, 12, tzinfo=UTC))
        patient.reviews.update(done_on=date(2026, 4, 2))

        assert guidance.window(patient, on=date(2026, 4, 2), but=patient.reviews.get()).clause == "7.1"


class TestTheDay:
    @given(moment=MOMENTS, zone=st.sampled_from(ZONES), later=st.timedeltas(timedelta(0), timedelta(days=3)))
    @settings(max_examples=200, deadline=None)
    def test_never_goes_back(self, moment, zone, later):
        """Whatever the clock does at night, the next moment is never of an earlier day."""
        review = ImagingReview(patient=Patient(team=PatientFactory.build().team))
        review.patient.team.time_zone = zone

        assert held.today_of(review, moment) <= held.today_of(review, moment + later)

    @given(opens=DAYS, length=st.integers(0, 90), zone=st.sampled_from(ZONES), before=st.integers(0, 80))
    @settings(max_examples=200, deadline=None)
    def test_takes_every_review_through_its_window_once(self, opens, length, zone, before):
        """Looked at every hour, a review is upcoming, in its window, overdue: in this order and never back."""
        closes = opens + timedelta(days=length)
        review = ImagingReview(due_from=opens, due_to=closes)
        start = datetime.combine(closes, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
        start -= timedelta(hours=before)

        seen = [self.stage_at(review, start + timedelta(hours=hour), zone) for hour in range(120)]

        order = [stages.UPCOMING, stages.IN_WINDOW, stages.OVERDUE]
        assert seen == sorted(seen, key=order.index)
        assert seen[-1] == stages.OVERDUE
        if zone != "Pacific/Apia":  # where 30 December 2011 never was
            assert seen[before] == stages.IN_WINDOW

    def stage_at(self, review, moment, zone):
        return stages.stage_of(review, on=moment.astimezone(ZoneInfo(zone)).date())
