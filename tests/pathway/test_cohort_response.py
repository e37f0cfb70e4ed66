"""How the tumour changed: the changes, their drawings, and who is shown them."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from followup.actions import outcomes
from pathway.cohort import response, response_page, response_plots
from pathway.cohort.figure import Asked
from pathway.cohort.people import Person, Read
from tests.factories.patients import PatientFactory

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FIRST = date(2025, 1, 6)


def watched(pk, *sums):
    """A patient with 100 mm before, and one reading every four weeks."""
    readings = [
        Read(date.fromordinal(FIRST.toordinal() + 28 * (n + 1)), "SD", total, 100.0, False, False)
        for n, total in enumerate(sums)
    ]
    last = readings[-1].on if readings else FIRST
    return Person(
        pk, f"P{pk}", first_on=FIRST, procedures=[FIRST], procedure_ids=[pk], readings=readings, seen_on=last
    )


def figures_of(people):
    return response_page.page_of(Asked(None, FIRST, people, False)).figures


def imported(team, before=40.0, after=10.0, weeks=8.0):
    patient = PatientFactory(team=team, ended_because="research_case")
    outcome = {
        "viable_sum_before_mm": before, "viable_sum_after_mm": after, "mrecist": "PR",
        "weeks_to_first_imaging": weeks, "weeks_to_progression": 30.0, "progressed": "yes",
    }  # fmt: skip
    outcomes.record_imported_outcome(patient=patient, outcome=outcome, by=None, at=NOW)
    return patient


class TestChanges:
    def test_are_measured_against_the_sum_before(self):
        (one,) = response.changed([watched(1, 60.0, 130.0)])

        assert [(change.weeks, change.percent) for change in one.changes] == [(4, -40), (8, 30)]
        assert one.best.percent == -40

    def test_stand_from_the_largest_growth_to_the_largest_fall(self):
        found = response.changed([watched(1, 40.0), watched(2, 250.0), watched(3, 100.0)])

        assert [one.best.percent for one in found] == [150, 0, -60]

    @pytest.mark.parametrize("before", [None, 0.0])
    def test_are_unknown_without_a_sum_before(self, before):
        person = watched(1, 40.0)
        person.readings[0].viable_before_mm = before

        assert response.changed([person]) == []


class TestDrawings:
    def test_hold_growth_beyond_the_edge_at_the_edge(self):
        (bar,) = response_plots.waterfall(response.changed([watched(1, 900.0)])).shapes

        assert bar.y == response_plots.TOP
        assert "+800 %" in bar.title

    def test_show_no_more_patients_than_can_be_told_apart_and_say_so(self):
        figures = figures_of([watched(n, 50.0 + n) for n in range(1, 252)])

        assert [len(figure.drawn.shapes) for figure in figures] == [100, 100, 100]
        assert all("251" in figure.words[1] for figure in figures)

    def test_let_a_lane_reach_whatever_is_marked_on_it(self):
        row = dict.fromkeys(("weeks_to_death", "weeks_to_progression", "weeks_to_first_imaging", "mrecist"))
        row |= {
            "progressed": "no",
            "died": "not_known",
            "weeks_to_progression": 5,
            "weeks_to_first_imaging": 9,
        }

        (lane,) = response_plots.swimmers([Person(1, "P1", imported=row | {"mrecist": "PR"})]).shapes

        assert [mark.kind for mark in lane.marks] == ["procedure", "pr"]
        assert lane.end == lane.marks[1].x
        assert lane.goes_on

    def test_are_left_out_where_nobody_has_data(self):
        assert figures_of([]) == []
        assert figures_of([watched(1)]) == []

    def test_say_themselves_part_by_part(self):
        waterfall, spider, swimmer = figures_of([watched(1, 40.0)])

        assert waterfall.drawn.shapes[0].title == "P1: -60 % SD"
        assert spider.drawn.shapes[0].title == "P1: -60 % (week 4)"
        assert swimmer.drawn.shapes[0].title == "P1: procedure, week 0; SD, week 4; watched until week 4"


class TestThePage:
    def test_says_what_is_missing_when_there_is_nobody(self, signed_in, clinician):
        found = signed_in(clinician).get(reverse("pathway:cohort_page", args=["response"]))

        assert "Nobody can be shown yet" in found.content.decode()

    def test_draws_all_three_of_an_imported_cohort(self, signed_in, clinician, team):
        patient = imported(team)

        found = signed_in(clinician).get(reverse("pathway:cohort_page", args=["response"]))

        assert [one.key for one in found.context["page"].figures] == ["waterfall", "spider", "swimmer"]
        assert f"{patient.mrn}: -75 % PR" in found.content.decode()

    @pytest.mark.parametrize(("count", "is_drawn"), [(4, False), (5, True)])
    def test_shows_an_observer_nothing_of_fewer_than_five(self, signed_in, observer, team, count, is_drawn):
        for _n in range(count):
            imported(team)

        found = signed_in(observer).get(reverse("pathway:cohort_page", args=["response"]))

        assert bool(found.context["page"].figures) == is_drawn

    def test_says_at_the_field_what_it_cannot_read(self, signed_in, clinician):
        assert (
            signed_in(clinician)
            .get(reverse("pathway:cohort_page", args=["response"]), {"since": "soon"})
            .status_code
            == 422
        )


class TestTheFiles:
    def test_hold_every_change_and_say_who_left(self, signed_in, clinician, team):
        patient = imported(team)

        answer = signed_in(clinician).get(reverse("pathway:export_cohort", args=["response", "csv"]))

        (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert list(row.values()) == [patient.mrn, "8.0", "-75.0", "PR"]
        assert AuditEntry.objects.get(what="pathway:export_response").listed_ids == [patient.pk]

    @pytest.mark.parametrize(
        ("plot", "status"), [("waterfall", 200), ("swimmer", 200), ("spider", 200), ("x", 404)]
    )
    def test_are_the_drawings_of_the_page(self, signed_in, clinician, team, plot, status):
        imported(team)

        answer = signed_in(clinician).get(
            reverse("pathway:export_cohort", args=["response", "svg"]), {"plot": plot}
        )

        assert answer.status_code == status

    def test_of_the_courses_hold_what_is_marked(self, signed_in, clinician, team):
        patient = imported(team)

        address = reverse("pathway:export_cohort", args=["response", "csv"])
        answer = signed_in(clinician).get(address, {"plot": "swimmer"})

        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
        assert rows == [
            [patient.mrn, "0.0", "procedure"],
            [patient.mrn, "8.0", "PR"],
            [patient.mrn, "30.0", "PD"],
            [patient.mrn, "30.0", "watched until then"],
        ]
