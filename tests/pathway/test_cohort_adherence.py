"""Whether imaging came when it was due: each answer at its edges, the months against their limits, and who is named."""

import csv
import io
import math
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from pathway.cohort import adherence, adherence_page, control_chart
from tests.factories.followup import ImagingReviewFactory
from tests.pathway.cohort_world import FIRST, TODAY, asked, table, treated

DUE_FROM, DUE_TO = FIRST + timedelta(days=28), FIRST + timedelta(days=42)


def moment(day):
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def kept(row=None, **more):
    fields = {
        "clause": "7.1", "interval_months": None, "is_rescheduled": False, "due_from": DUE_FROM, "due_to": DUE_TO,
        "done_on": None, "closed_on": None, **more,
    }  # fmt: skip
    ended_on, on = fields.pop("ended_on", None), fields.pop("on", TODAY)
    return adherence.kind_of(fields, tolerance_days=7, on=on, ended_on=ended_on)


def review(team, done_on=None, *, procedure=None, **more):
    procedure = procedure or treated(team)[0]
    fields = {"done_on": done_on, "done_recorded_at": moment(done_on)} if done_on else {}
    return ImagingReviewFactory(
        patient=procedure.patient, after_procedure=procedure, counts_from=FIRST, **fields, **more
    )


class TestEachReview:
    @pytest.mark.parametrize(
        ("days", "kind"),
        [
            (-8, "early"), (-7, "tolerance"), (-1, "tolerance"), (0, "window"), (14, "window"), (15, "tolerance"),
            (21, "tolerance"), (22, "late"),
        ],
    )  # fmt: skip
    def test_is_judged_by_the_day_of_its_imaging(self, days, kind):
        assert kept(done_on=DUE_FROM + timedelta(days=days)) == kind

    @pytest.mark.parametrize(("days", "kind"), [(-1, "early"), (0, "window"), (14, "window"), (15, "late")])
    def test_adds_no_tolerance_where_the_window_holds_it(self, days, kind):
        assert kept(clause="7.2", interval_months=2, done_on=DUE_FROM + timedelta(days=days)) == kind

    def test_adds_it_to_a_window_that_a_person_chose(self):
        day = DUE_TO + timedelta(days=1)

        assert kept(clause="7.2", interval_months=2, is_rescheduled=True, done_on=day) == "tolerance"

    @pytest.mark.parametrize(("days", "kind"), [(6, ""), (7, ""), (8, "never")])
    def test_is_never_only_when_its_days_are_over(self, days, kind):
        assert kept(on=DUE_TO + timedelta(days=days)) == kind

    @pytest.mark.parametrize("what", ["closed_on", "ended_on"])
    @pytest.mark.parametrize(("days", "kind"), [(6, ""), (7, ""), (8, "never")])
    def test_is_no_longer_due_where_it_was_closed_before(self, what, days, kind):
        assert kept(**{what: DUE_TO + timedelta(days=days)}) == kind


class TestThePage:
    def test_counts_each_answer(self, team):
        for days in (0, 15, 40):
            review(team, DUE_FROM + timedelta(days=days))
        review(team)

        found = table(adherence_page.page_of(asked(team)).figure("adherence"))

        assert found["All reviews"][:6] == ["1", "1", "0", "1", "1", "4"]
        assert found["All reviews"][6].startswith("50.0 %")

    def test_names_the_formula_and_what_is_not_in_source(self, team):
        review(team, DUE_FROM)

        words = " ".join(adherence_page.page_of(asked(team)).figure("adherence").words)

        assert "Kept = (within the window + within tolerance) ÷" in words
        assert "Tolerance: 7 days before or after, a setting of the edition, not in source" in words

    def test_says_how_many_are_still_open(self, team):
        review(team, DUE_FROM)
        review(team, due_from=TODAY, due_to=TODAY + timedelta(days=14))

        words = adherence_page.page_of(asked(team)).figure("adherence").words

        assert "Not counted, because their days are not over: 1." in words

    def test_counts_no_other_team(self, team, other_team):
        review(other_team, DUE_FROM)

        assert adherence_page.page_of(asked(team)).figures == ()

    def test_names_who_looked_after_it_and_who_operated(self, team, clinician, coordinator):
        (procedure,) = treated(team)
        procedure.operators.add(clinician)
        review(team, DUE_FROM, procedure=procedure, owner=coordinator)

        page = adherence_page.page_of(asked(team))

        assert list(table(page.figure("adherence-coordinators"))) == [str(coordinator)]
        assert list(table(page.figure("adherence-operators"))) == [str(clinician)]

    def test_names_nobody_to_an_observer(self, signed_in, observer, team, coordinator):
        for _n in range(5):
            review(team, DUE_FROM, owner=coordinator)

        found = signed_in(observer).get(reverse("pathway:cohort_page", args=["adherence"]))

        assert (
            str(coordinator) not in found.content.decode().partition("<main")[2].partition("cohort-fold")[0]
        )
        assert list(table(found.context["page"].figure("adherence-coordinators"))) == ["Person 1"]

    def test_hides_from_an_observer_a_part_that_the_whole_would_tell(self, team):
        for _n in range(6):
            review(team, DUE_FROM)
        review(team, DUE_FROM, clause="7.2")

        found = table(adherence_page.page_of(asked(team, is_masked=True)).figure("adherence"))

        assert list(found) == ["All reviews"]

    def test_gives_each_review_as_a_file(self, signed_in, clinician, team):
        made = review(team, DUE_TO + timedelta(days=7))

        answer = signed_in(clinician).get(reverse("pathway:export_cohort", args=["adherence", "csv"]))

        (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert (row["MRN"], row["Kept as"]) == (made.patient.mrn, "Within tolerance")


class TestMonths:
    def test_stand_within_three_standard_deviations_of_the_whole(self):
        one, other = control_chart.months_of([(date(2025, 1, 1), 80, 100), (date(2025, 2, 1), 10, 20)])

        middle = 90 / 120
        assert one.low == pytest.approx(middle - 3 * math.sqrt(middle * (1 - middle) / 100))
        assert other.high == 1.0
        assert (one.is_outside, other.is_outside) == (False, False)

    def test_are_outside_beyond_their_limit(self):
        _one, other = control_chart.months_of([(date(2025, 1, 1), 95, 100), (date(2025, 2, 1), 10, 20)])

        assert other.is_outside

    @pytest.mark.parametrize("counted", [[], [(date(2025, 1, 1), 0, 0)]])
    def test_without_reviews_are_none(self, counted):
        assert control_chart.months_of(counted) == []

    @pytest.mark.parametrize("kept", [0, 4])
    def test_of_all_or_none_have_no_width_and_lie_within(self, kept):
        (month,) = control_chart.months_of([(date(2025, 1, 1), kept, 4)])

        assert (month.low, month.high, month.is_outside) == (kept / 4, kept / 4, False)

    def test_are_hidden_from_an_observer_where_few_were_not_kept(self, team):
        for _n in range(5):
            review(team, DUE_FROM)
        review(team)
        dues, _open = adherence.dues_of(
            team, {one.pk for one in asked(team).people}, tolerance_days=7, on=TODAY
        )

        assert adherence_page.months_of(dues, is_masked=True) == ([], 1)
        assert adherence_page.months_of(dues, is_masked=False)[0][0].of == 6

    def test_say_themselves_point_by_point(self):
        months = control_chart.months_of([(date(2025, 1, 1), 95, 100), (date(2025, 2, 1), 10, 20)])

        titles = [point.title for point in control_chart.draw(months).points]

        assert titles[1] == "February 2025: 10 of 20, 50 %; limits 65–100 %; outside of the limits"
