"""Days between procedures, doses and exposure of the cohort: what counts, against which levels, and who is shown it."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from pathway.cohort import boxes_plot, procedures_page, spread
from pathway.cohort.spread import Level, Sample
from tests.factories.procedures import (
    AdministrationFactory,
    AgentFactory,
    ExposureFactory,
    TargetVesselFactory,
)
from tests.pathway.cohort_world import FIRST, asked, table, treated


def given(procedure, dose_mg, agent, **target):
    AdministrationFactory(
        target=TargetVesselFactory(procedure=procedure, **target), agent=agent, dose_mg=dose_mg
    )


@pytest.fixture
def agent(db):
    return AgentFactory(
        code="testorubicin", usual_low=30, usual_high=75, most_per_procedure_mg=150, source="Test 2020"
    )


def page(team, **more):
    return procedures_page.page_of(asked(team, **more))


class TestIntervals:
    @pytest.mark.parametrize(
        ("days", "words"),
        [
            (27, "under 4 weeks"),
            (28, "4 to under 6 weeks"),
            (29, "4 to under 6 weeks"),
            (364, "52 weeks or more"),
        ],
    )
    def test_begin_with_the_procedure_before(self, team, days, words):
        treated(team, FIRST, FIRST + timedelta(days=days))

        found = table(page(team).figure("intervals"))

        assert [label for label, row in found.items() if row[0] == "1"] == [words]

    def test_are_of_one_patient(self, team):
        treated(team, FIRST)
        treated(team, FIRST + timedelta(days=40))

        assert page(team).figure("intervals") is None

    def test_stand_by_their_number(self, team):
        treated(team, *(FIRST + timedelta(days=days) for days in (0, 40, 100)))

        found = table(page(team).figure("intervals-by-number"))

        assert {label: row[:2] for label, row in found.items()} == {
            "All, days": ["2", "50"],
            "From no. 1 to no. 2, days": ["1", "40"],
            "From no. 2 to no. 3, days": ["1", "60"],
        }


class TestDoses:
    def test_are_summed_over_the_targets_of_a_procedure(self, team, agent):
        (procedure,) = treated(team)
        given(procedure, 30, agent)
        given(procedure, 20, agent)

        found = table(page(team).figure("doses"))

        assert found["Testorubicin, mg"] == [
            "1", "50", "50 – 50", "50 – 50",
            "usual from 30: 1 reach it; usual to 75: 0 reach it; at most 150: 0 reach it",
        ]  # fmt: skip

    def test_count_no_target_that_is_only_copied_or_taken_out(self, team, agent):
        (procedure,) = treated(team)
        given(procedure, 30, agent, is_confirmed=False)
        given(procedure, 20, agent, discarded_at=procedure.started_at)

        assert page(team).figure("doses") is None

    def test_that_nobody_wrote_leave_the_sum_unknown(self, team, agent):
        (procedure,) = treated(team)
        given(procedure, 30, agent)
        given(procedure, None, agent)

        found = page(team).figure("doses")

        assert table(found)["Testorubicin, mg"][0] == "0"
        assert any("is not written: 1." in words for words in found.words)

    def test_are_per_square_metre_where_their_range_is(self, team):
        per_m2 = AgentFactory(code="perplatin", usual_basis="per_m2", usual_low=35, usual_high=100)
        known, unknown = treated(team)[0], treated(team)[0]
        known.height_cm, known.weight_kg = Decimal(180), Decimal(80)
        known.save()
        for procedure in (known, unknown):
            given(procedure, 100, per_m2)

        found = page(team).figure("doses")

        assert table(found)["Perplatin, mg/m²"][:2] == ["1", "50"]
        assert any("body size is not written: 1." in words for words in found.words)

    def test_name_the_source_of_each_level(self, team, agent):
        given(treated(team)[0], 30, agent)

        assert "Testorubicin: Test 2020" in page(team).figure("doses").source


class TestExposure:
    @pytest.mark.parametrize(
        ("kerma_mgy", "notified", "substantial"), [(2999, 0, 0), (3000, 1, 0), (3001, 1, 0), (5000, 1, 1)]
    )
    def test_says_how_many_reach_a_level(self, team, kerma_mgy, notified, substantial):
        ExposureFactory(procedure=treated(team)[0], air_kerma_mgy=kerma_mgy)

        row = table(page(team).figure("exposure"))["Air kerma at the reference point, mGy"]

        assert row[4] == (
            f"first notification 3000: {notified} reach it; substantial 5000: {substantial} reach it"
        )

    def test_leaves_unknown_what_a_report_does_not_say(self, team):
        ExposureFactory(procedure=treated(team)[0], contrast_ml=120)
        treated(team)

        found = page(team).figure("exposure")

        assert table(found)["Contrast medium, mL"][:2] == ["1", "120"]
        assert table(found)["Fluoroscopy time, min"][:2] == ["0", "–"]
        assert any("Without any dose report: 1." in words for words in found.words)

    def test_marks_the_level_that_no_source_gives(self, team):
        treated(team)

        assert "reference level: not in source" in page(team).figure("exposure").source

    def test_shows_an_observer_no_small_number(self, team):
        for _n in range(4):
            ExposureFactory(procedure=treated(team)[0], contrast_ml=120)

        found = page(team, is_masked=True).figure("exposure")

        assert found.drawn is None
        assert table(found)["Contrast medium, mL"] == ["<5", "–", "–", "–", "at most 300"]


class TestBoxes:
    def test_hold_the_levels_within_their_axis(self):
        sample = Sample("Kerma", "mGy", [100.0, 200.0, 300.0], 3, [Level(5000, "substantial")])

        (box,) = boxes_plot.draw([sample], is_masked=False, has_own_axes=True).boxes

        assert box.median < box.marks[0].x <= boxes_plot.WIDTH - boxes_plot.RIGHT - boxes_plot.ROOM

    def test_mark_nothing_changed_where_values_lie_on_both_sides(self):
        both, above = Sample("A", "", [-1.0, 2.0], 2), Sample("B", "", [1.0, 2.0], 2)

        assert boxes_plot.draw([both], is_masked=False).zero is not None
        assert boxes_plot.draw([above], is_masked=False).zero is None

    @pytest.mark.parametrize("values", [[0.0], [-0.004], [7.0, 7.0], [1e6, 2e6], [-50.0, 4.0]])
    def test_have_an_axis_that_holds_every_value(self, values):
        scale = boxes_plot.Scale.over(values)

        assert scale.low <= min(values) <= max(values) <= scale.high
        assert 2 <= len(scale.ticks()) <= boxes_plot.MOST_STEPS + 3

    @pytest.mark.parametrize(
        ("value", "words"), [(1280.4, "1280"), (12.0, "12"), (12.34, "12.3"), (0.25, "0.25"), (0.0, "0")]
    )
    def test_write_numbers_short(self, value, words):
        assert spread.words(value) == words


class TestTheFiles:
    @pytest.mark.parametrize(
        ("plot", "last"),
        [("intervals", "40"), ("intervals-by-number", "40"), ("doses", "mg"), ("exposure", "120.0")],
    )
    def test_hold_a_line_a_procedure(self, signed_in, clinician, team, agent, plot, last):
        first, second = treated(team, date(2025, 1, 6), date(2025, 2, 15))
        given(first, 50, agent)
        ExposureFactory(procedure=second, contrast_ml=120)

        address = reverse("pathway:export_cohort", args=["procedures", "csv"])
        answer = signed_in(clinician).get(address, {"plot": plot})

        (row,) = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
        assert (row[0], row[-1]) == (first.patient.mrn, last)
