"""The course in numbers: curves against the days of the procedure, and what it cost the liver."""

from datetime import date, timedelta

import pytest

from assessments.actions import signing
from patients import lab_chart
from procedures import course, liver_cost, watch_chart
from tests.factories.assessments import draft
from tests.factories.patients import NOW, TODAY, LabResultFactory, PatientFactory
from tests.factories.procedures import ProcedureFactory, SymptomEntryFactory

pytestmark = pytest.mark.django_db
BILIRUBIN, ALBUMIN, INR = "bilirubin_umol_per_l", "albumin_g_per_l", "inr"


def date_of(day: int) -> date:
    return TODAY + timedelta(days=day)


@pytest.fixture
def procedure(team):
    return ProcedureFactory(patient=PatientFactory(team=team), started_at=NOW, modality="TACE")


def lab(procedure, analyte, day, value, unit="umol/L", factor=1, **more):
    return LabResultFactory(
        patient=procedure.patient,
        analyte=analyte,
        value=value,
        unit=unit,
        canonical_value=value * factor,
        taken_on=date_of(day),
        **more,
    )


def liver(procedure, day, bilirubin, albumin, inr=1.1):
    lab(procedure, BILIRUBIN, day, bilirubin)
    lab(procedure, ALBUMIN, day, albumin, "g/L")
    lab(procedure, INR, day, inr, "ratio")


def followed(procedure, day) -> course.Course:
    return course.course_of(procedure, on=date_of(day))


def curve(procedure, day, label):
    return {one.label: one for one in watch_chart.curves_of(followed(procedure, day))}.get(label)


class TestCurves:
    def test_are_none_while_nothing_was_measured(self, procedure):
        lab(procedure, BILIRUBIN, -3, 20)

        assert watch_chart.curves_of(followed(procedure, 2)) == []

    def test_draw_what_was_asked(self, procedure):
        SymptomEntryFactory(procedure=procedure, temperature_c="38.2", pain=0)

        assert curve(procedure, 2, "Temperature").description == "Temperature. day 0: 38.2 °C."
        assert curve(procedure, 2, "Pain").description == "Pain. day 0: pain 0."

    def test_put_every_curve_on_the_same_days(self, procedure):
        SymptomEntryFactory(procedure=procedure, temperature_c="38.2")
        lab(procedure, BILIRUBIN, -60, 20)
        lab(procedure, BILIRUBIN, 3, 40)

        temperature, bilirubin = (curve(procedure, 4, label) for label in ("Temperature", "Bilirubin"))
        assert temperature.usual == bilirubin.usual
        assert bilirubin.chart.points[0].x == lab_chart.LEFT
        assert "60 days before: 20 µmol/L" in bilirubin.description

    @pytest.mark.parametrize(("day", "last"), [(13, "14"), (14, "14"), (15, "30")])
    def test_reach_to_day_thirty_when_something_is_late(self, procedure, day, last):
        lab(procedure, BILIRUBIN, day, 40)

        assert curve(procedure, 30, "Bilirubin").chart.days[-1].label == last

    def test_shade_the_days_of_the_expected_course(self, procedure):
        lab(procedure, BILIRUBIN, 7, 40)

        drawn = curve(procedure, 7, "Bilirubin")
        assert drawn.late[1] == drawn.chart.points[0].x
        assert drawn.usual[1] == drawn.late[0]
        assert drawn.usual_width > drawn.late_width > 0

    def test_draw_only_limits_that_were_given(self, procedure):
        lab(procedure, BILIRUBIN, 2, 40, reference_high=21)

        assert len(curve(procedure, 2, "Bilirubin").limits) == 1

    def test_draw_no_limit_where_none_was_given(self, procedure):
        lab(procedure, BILIRUBIN, 2, 40)

        assert curve(procedure, 2, "Bilirubin").limits == ()

    def test_stand_in_the_unit_of_the_newest_value(self, procedure):
        lab(procedure, BILIRUBIN, -1, 17.1)
        lab(procedure, BILIRUBIN, 2, 2, "mg/dL", 17.1, reference_low=0, reference_high=1)

        drawn = curve(procedure, 2, "Bilirubin")
        assert drawn.unit == "mg/dL"
        assert len(drawn.limits) == 2
        assert drawn.chart.points[0].y == drawn.limits[0]


class TestLiverCost:
    def cost(self, procedure, day):
        return liver_cost.cost_of(followed(procedure, day))

    def test_compares_day_seven_and_the_review_with_before(self, procedure):
        for day, bilirubin, albumin in ((-2, 20, 38), (7, 40, 34), (35, 24, 36)):
            liver(procedure, day, bilirubin, albumin)

        before, day_7, review = self.cost(procedure, 40)

        assert [moment.day for moment in (before, day_7, review)] == [-2, 7, 35]
        assert before.albi["value"] == pytest.approx(-2.37, abs=0.01)
        assert day_7.albi_difference == "+0.54"
        assert (before.albi_difference, review.albi["grade"]) == ("", "2")

    def test_says_a_range_where_ascites_is_not_known(self, procedure):
        liver(procedure, -2, 20, 38)

        before, day_7, _review = self.cost(procedure, 10)

        assert before.child_pugh_words == "A–B, 5 to 9 points"
        assert (day_7.albi, day_7.child_pugh, day_7.on) == (None, None, None)

    def test_takes_ascites_from_the_assessment(self, procedure, clinician):
        assessment = draft(procedure.patient, clinician)
        assessment.facts = {"ascites": {"value": "none"}, "encephalopathy": {"value": "none"}}
        assessment.save()
        procedure.assessment = assessment
        liver(procedure, -2, 20, 38)
        liver(procedure, 7, 60, 38)

        before, day_7, _review = self.cost(procedure, 10)

        assert before.child_pugh_words == "A 5"
        # A sum and a range have no one difference.
        assert day_7.child_pugh_difference == ""

    @pytest.mark.parametrize(("day", "counts"), [(4, False), (5, True), (10, True), (11, False)])
    def test_takes_ascites_that_was_looked_for_in_these_days(self, procedure, day, counts):
        liver(procedure, 7, 20, 38)
        SymptomEntryFactory(
            procedure=procedure,
            asked_at=NOW + timedelta(days=day),
            answers={"ascites": "slight", "encephalopathy": "none"},
        )

        day_7 = self.cost(procedure, 20)[1]

        assert day_7.child_pugh_words == ("A 6" if counts else "A–B, 5 to 9 points")
        assert day_7.open_signs_words == ("" if counts else "ascites, encephalopathy")

    def test_takes_the_newest_of_each_sign_and_leaves_the_other_open(self, procedure):
        liver(procedure, 7, 20, 38)
        for day, found in ((6, {"ascites": "none"}), (7, {"ascites": "slight"}), (8, {"nausea": "no"})):
            SymptomEntryFactory(procedure=procedure, asked_at=NOW + timedelta(days=day), answers=found)

        day_7 = self.cost(procedure, 20)[1]

        assert day_7.child_pugh_words == "A–B, 6 to 8 points"
        assert day_7.open_signs_words == "encephalopathy"

    def test_takes_the_signs_of_a_later_assessment_for_the_review(self, procedure, clinician):
        liver(procedure, 35, 20, 38)
        signs = {"ascites": "none", "encephalopathy": "none"}
        assessment = draft(procedure.patient, clinician, on=TODAY + timedelta(days=33), **signs)
        assert self.cost(procedure, 40)[2].child_pugh_words == "A–B, 5 to 9 points"

        assessment.decision, assessment.why_not_surgery = "proceed", "Age 84"
        assessment.save()
        signing.sign_assessment(
            assessment=assessment, by=clinician, on=TODAY + timedelta(days=33), at=NOW + timedelta(days=33)
        )

        assert self.cost(procedure, 40)[2].child_pugh_words == "A 5"

    def test_says_the_difference_of_two_sums(self):
        score = {"points": 5, "classes": ["A"], "min_points": 5, "max_points": 5}
        before = liver_cost.Moment("Before", TODAY, 0, None, score)
        after = liver_cost.Moment("Day 7", TODAY, 7, None, {**score, "points": 7}, before)

        assert after.child_pugh_difference == "+2"
        assert after.albi_difference == ""

    @pytest.mark.parametrize(("day", "counts"), [(4, False), (5, True), (10, True), (11, False)])
    def test_takes_values_of_days_five_to_ten_for_day_seven(self, procedure, day, counts):
        liver(procedure, day, 40, 34)

        assert (self.cost(procedure, 20)[1].albi is not None) is counts

    @pytest.mark.parametrize(("day", "counts"), [(27, False), (28, True), (90, True), (91, False)])
    def test_takes_the_first_values_after_four_weeks_for_the_review(self, procedure, day, counts):
        liver(procedure, day, 40, 34)

        assert (self.cost(procedure, 120)[2].albi is not None) is counts

    def test_counts_nothing_after_the_next_procedure(self, procedure):
        ProcedureFactory(patient=procedure.patient, started_at=NOW + timedelta(days=20))
        liver(procedure, 35, 40, 34)

        assert self.cost(procedure, 60)[2].albi is None

    def test_is_not_known_where_the_facts_cannot_be(self, procedure):
        lab(procedure, BILIRUBIN, -2, 20, "furlong")

        assert self.cost(procedure, 2)[0].albi is None
