"""Where a review stands: Python and SQL agree on every day, and no two stages claim one review."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup import stages
from followup.models import ImagingReview
from tests.factories.followup import ImagingReviewFactory
from tests.factories.patients import NOW, TODAY, PatientFactory

DAYS = st.dates(date(1999, 12, 1), date(2101, 3, 1))
OPENS, CLOSES = TODAY, TODAY + timedelta(days=14)


def stage(on: date, **facts) -> str:
    return stages.stage_of(ImagingReview(due_from=OPENS, due_to=CLOSES, **facts), on=on)


class TestStage:
    @pytest.mark.parametrize(
        ("days", "expected"),
        [
            (-1, "upcoming"),
            (0, "in_window"),
            (1, "in_window"),
            (13, "in_window"),
            (14, "in_window"),
            (15, "overdue"),
        ],
    )
    def test_follows_the_window_both_days_included(self, days, expected):
        assert stage(OPENS + timedelta(days=days)) == expected

    @pytest.mark.parametrize("on", [OPENS - timedelta(days=400), OPENS, CLOSES + timedelta(days=400)])
    def test_is_what_was_done_whatever_the_day(self, on):
        done = {"done_on": TODAY}
        read = done | {"read_at": NOW}

        assert stage(on, **done) == "imaged"
        assert stage(on, **read) == "read"
        assert stage(on, **read, decided_at=NOW, closed_at=NOW, closed_because="decided") == "closed"

    def test_of_a_review_closed_before_its_imaging_is_closed(self):
        assert stage(CLOSES + timedelta(days=1), closed_at=NOW, closed_because="treated_again") == "closed"

    def test_goes_back_when_readers_disagree(self):
        assert stage(TODAY, done_on=TODAY, read_at=None) == "imaged"

    def test_has_words_for_each(self):
        assert set(stages.WORDS) == {*stages.TO_IMAGE, *stages.TO_JUDGE, stages.CLOSED}


class TestDaysLate:
    @pytest.mark.parametrize(("days", "late"), [(-1, 0), (14, 0), (15, 1), (16, 2), (379, 365)])
    def test_counts_from_the_last_day_of_the_window(self, days, late):
        review = ImagingReview(due_from=OPENS, due_to=CLOSES)

        assert stages.days_late(review, on=OPENS + timedelta(days=days)) == late

    def test_counts_from_the_imaging_once_it_is_done(self):
        review = ImagingReview(due_from=OPENS, due_to=CLOSES, done_on=CLOSES + timedelta(days=30))

        assert stages.days_late(review, on=CLOSES + timedelta(days=34)) == 4

    def test_of_a_closed_review_is_none(self):
        review = ImagingReview(due_from=OPENS, due_to=CLOSES, closed_at=NOW, closed_because="replaced")

        assert stages.days_late(review, on=CLOSES + timedelta(days=100)) == 0


@st.composite
def facts(draw) -> dict:
    """What a review may say of itself: its columns in every order that the database allows."""
    counts_from = draw(DAYS)
    due_from = counts_from + timedelta(days=draw(st.integers(0, 120)))
    said = {
        "counts_from": counts_from,
        "due_from": due_from,
        "due_to": due_from + timedelta(days=draw(st.integers(0, 90))),
    }
    reached = draw(st.sampled_from(["waiting", "done", "read", "decided", "treated again"]))
    if reached in ("done", "read", "decided"):
        done_on = draw(DAYS)
        said |= {"done_on": done_on, "done_recorded_at": datetime.combine(done_on, NOW.time(), UTC)}
    if reached in ("read", "decided"):
        said |= {"read_at": NOW}
    if reached == "decided":
        said |= {"decided_at": NOW, "closed_at": NOW, "closed_because": "decided"}
    if reached == "treated again":
        said |= {"closed_at": NOW, "closed_because": "treated_again"}
    return said


@pytest.mark.django_db
class TestTheSameInSql:
    @given(said=st.lists(facts(), min_size=1, max_size=6), on=DAYS)
    @settings(max_examples=40, deadline=None)
    def test_on_every_day(self, said, on):
        reviews = self.row(said, on)

        for found in stages.with_stage(ImagingReview.objects.filter(pk__in=reviews), on=on):
            assert found.stage == stages.stage_of(reviews[found.pk], on=on)
            assert found.days_late == stages.days_late(reviews[found.pk], on=on)
        for each in stages.WORDS:
            listed = stages.in_stage(ImagingReview.objects.filter(pk__in=reviews), each, on=on)
            expected = {pk for pk, review in reviews.items() if stages.stage_of(review, on=on) == each}
            assert set(listed.values_list("pk", flat=True)) == expected

    def row(self, said: list[dict], on: date) -> dict[int, ImagingReview]:
        """The same few rows over and over: making new ones would be most of the work."""
        first = on - timedelta(days=90)
        edges = [
            {"counts_from": first, "due_from": on + timedelta(days=a), "due_to": on + timedelta(days=b)}
            for a, b in ((-1, -1), (-1, 0), (0, 0), (0, 1), (1, 1))
        ]
        wanted = said + edges
        rows = list(ImagingReview.objects.order_by("pk")[: len(wanted)])
        rows += [ImagingReviewFactory() for _ in wanted[len(rows) :]]
        blank = {
            "done_on": None, "done_recorded_at": None, "done_recorded_by": None, "read_at": None,
            "decided_at": None, "closed_at": None, "closed_because": "",
        }  # fmt: skip
        for row, facts_of_row in zip(rows, wanted, strict=True):
            for name, value in (blank | facts_of_row).items():
                setattr(row, name, value)
            row.save()
        return {row.pk: row for row in rows}


@pytest.mark.django_db
class TestReviewsInCare:
    @pytest.mark.parametrize("because", ["died", "transferred", "declined", "discharged", "lost"])
    def test_leave_out_a_patient_whose_course_ended_and_have_the_review_again_when_that_is_taken_back(
        self, because
    ):
        review = ImagingReviewFactory()
        patient = review.patient

        patient.ended_on, patient.ended_because = TODAY, because
        patient.save()
        assert not stages.reviews_in_care(review.team).exists()

        patient.ended_on, patient.ended_because = None, ""
        patient.save()
        assert stages.reviews_in_care(review.team).get() == review

    def test_are_open_and_of_the_team(self):
        review = ImagingReviewFactory()
        ImagingReviewFactory(patient=PatientFactory(team=review.team), decided=True)
        ImagingReviewFactory()

        assert stages.reviews_in_care(review.team).get() == review
