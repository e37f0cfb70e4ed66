"""The course of a patient on one time axis: what is drawn, what the table says, and what stays hidden."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from pathway import timeline, timeline_drawing, timeline_page, timeline_values
from patients import lab_chart, lesion_sizes
from tests import asked as asked_of
from tests.factories import followup as factories
from tests.factories.accounts import member
from tests.factories.patients import LabResultFactory, LesionFactory, LesionMeasurementFactory, PatientFactory
from tests.factories.procedures import AdverseEventFactory, ProcedureFactory
from tests.pathway import ten_procedures

TODAY = date(2026, 3, 2)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("UTC"))


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


def course_of(patient, span="all", on=TODAY):
    return timeline_page.context_of(
        patient,
        span,
        procedures=list(patient.procedures.all()),
        results=list(patient.lab_results.all()),
        lesions=lesion_sizes.sizes_of(patient, on=on),
        on=on,
    )


def said(patient, span="all", on=TODAY):
    return [one.words for day in course_of(patient, span, on)["timeline"].days for one in day.happenings]


def values_of(patient, key):
    results, lesions = list(patient.lab_results.all()), lesion_sizes.sizes_of(patient, on=TODAY)
    found = timeline_values.series_of(results, lesions, [])
    return [(v.on, v.title) for each in found if each.key == key for v in each.values]


def lab(patient, name, amount, on=TODAY, **fields):
    units = {"bilirubin_umol_per_l": "µmol/L", "albumin_g_per_l": "g/L", "afp_ng_per_ml": "ng/mL"}
    return LabResultFactory(
        patient=patient, analyte=name, value=amount, canonical_value=amount, taken_on=on,
        unit=units.get(name, "10^9/L"), **fields,
    )  # fmt: skip


class TestTheTable:
    def test_tells_the_loop_the_latest_first(self, patient, clinician):
        review = factories.ImagingReviewFactory(patient=patient, decided=True)
        reading = factories.ReadingFactory(review=review, reader=clinician)
        factories.DecisionFactory(reading=reading)
        AdverseEventFactory(
            procedure=review.after_procedure, onset_on=TODAY - timedelta(days=27), ctcae_grade=2
        )

        assert said(patient) == [
            "Window for imaging, to 16 Mar 2026",
            "Imaged by CT",
            "Read by Dr S. Lindqvist: Complete response (mRECIST)",
            "Decided: No treatment for now",
            "Fever, CTCAE grade 2",
            "TACE",
        ]

    def test_tells_nothing_of_what_was_taken_back(self, patient, clinician):
        review = factories.ImagingReviewFactory(patient=patient, decided=True)
        made = factories.DecisionFactory(reading=factories.ReadingFactory(review=review, reader=clinician))
        made.withdrawn_at, made.withdrawn_by, made.withdrawn_because = at(TODAY), clinician, "Wrong patient"
        made.save()
        AdverseEventFactory(
            procedure=review.after_procedure, retracted_at=at(TODAY), retracted_because="Not so"
        )

        assert not [words for words in said(patient) if "Decided" in words or "Fever" in words]

    def test_tells_no_response_while_another_has_still_to_read(self, patient, clinician):
        review = factories.ImagingReviewFactory(patient=patient, done=True)
        factories.ReadingFactory(review=review, reader=clinician)

        assert not [words for words in said(patient) if "response" in words]

    def test_takes_the_day_where_the_team_works(self, patient):
        patient.team.time_zone = "Asia/Shanghai"
        patient.team.save()
        ProcedureFactory(
            patient=patient, modality="TACE", started_at=datetime(2026, 2, 1, 20, tzinfo=ZoneInfo("UTC"))
        )

        assert [day.on for day in course_of(patient)["timeline"].days] == [date(2026, 2, 2)]


class TestTheValues:
    def test_work_out_albi_from_one_day_only(self, patient):
        lab(patient, "bilirubin_umol_per_l", 17)
        lab(patient, "albumin_g_per_l", 36)
        lab(patient, "bilirubin_umol_per_l", 40, on=TODAY - timedelta(days=9))

        assert values_of(patient, "albi") == [(TODAY, "−2.25, grade 2")]

    @pytest.mark.parametrize("comparator", ["<", "≤", ">", "≥"])
    def test_work_out_no_albi_from_a_bound(self, patient, comparator):
        lab(patient, "bilirubin_umol_per_l", 3, comparator=comparator)
        lab(patient, "albumin_g_per_l", 36)

        assert values_of(patient, "albi") == []

    def test_leave_out_what_was_taken_back(self, patient):
        lab(patient, "afp_ng_per_ml", 400, retracted_at=at(TODAY), retracted_because="Wrong tube")

        assert values_of(patient, "afp_ng_per_ml") == []

    def test_sum_the_viable_parts_only_where_every_lesion_was_measured(self, patient):
        first, second = LesionFactory(patient=patient), LesionFactory(patient=patient)
        for lesion, day, viable in ((first, 20, 30), (second, 20, 12), (first, 5, 10)):
            LesionMeasurementFactory(
                lesion=lesion, measured_on=TODAY - timedelta(days=day), longest_mm=40, viable_mm=viable
            )

        assert values_of(patient, "viable") == [(TODAY - timedelta(days=20), "42 mm")]

    def test_do_not_take_an_unknown_viable_part_for_none(self, patient):
        LesionMeasurementFactory(lesion__patient=patient, measured_on=TODAY, longest_mm=40, viable_mm=None)

        assert values_of(patient, "viable") == []

    def test_take_the_sum_of_the_reading_that_stands(self, patient, clinician):
        review = factories.ImagingReviewFactory(patient=patient, read=True)
        factories.ReadingFactory(review=review, reader=clinician, viable_sum_mm=Decimal("21.5"))

        cells = {day.on: day.cells[2] for day in course_of(patient)["timeline"].days}
        assert cells[TODAY] == "21.5 mm"


class TestTheDrawing:
    def test_has_a_logarithmic_axis_for_afp_even_of_one_value(self, patient):
        lab(patient, "afp_ng_per_ml", 100)

        panel = course_of(patient)["timeline"].panels[0]

        assert panel.chart.is_logarithmic
        assert [tick.label for tick in panel.chart.ticks] == ["100", "1000"]

    def test_says_where_no_value_falls_into_the_time(self, patient):
        ProcedureFactory(patient=patient, modality="TACE", started_at=at(TODAY))
        lab(patient, "afp_ng_per_ml", 100, on=TODAY - timedelta(days=400))

        assert course_of(patient, "all")["timeline"].panels[0].chart
        assert course_of(patient, "year")["timeline"].panels[0].chart is None

    @pytest.mark.parametrize(
        ("span", "first"),
        [
            ("all", TODAY - timedelta(days=800)),
            ("nonsense", TODAY - timedelta(days=800)),
            ("year", TODAY - timedelta(days=365)),
            ("procedure", TODAY - timedelta(days=128)),
        ],
    )
    def test_begins_where_the_span_says(self, span, first):
        happened = [
            timeline.Happening(timeline.PROCEDURE, TODAY - timedelta(days=days), "TACE", "")
            for days in (800, 100)
        ]
        asked = span if span in timeline_drawing.SPANS else "all"

        day = timeline_drawing.first_day(asked, happened, [], TODAY - timedelta(days=100), on=TODAY)

        assert day == first

    def test_reaches_what_is_due(self, patient):
        review = factories.ImagingReviewFactory(patient=patient, counts_from=TODAY - timedelta(days=7))

        drawn = course_of(patient)["timeline"]

        window = next(mark for mark in drawn.marks if mark.lane == timeline.REVIEW)
        assert window.is_to_come
        assert window.x + window.width == timeline_drawing.WIDTH - timeline_drawing.RIGHT
        assert review.due_to > TODAY

    def test_keeps_every_point_within_the_frame(self):
        dated = [lab_chart.Dated(TODAY - timedelta(days=n * 90), 10.0**n, str(n)) for n in range(5)][::-1]
        series = timeline_values.Series("afp", "AFP", "ng/mL", dated, is_logarithmic=True)

        drawn = timeline_drawing.draw([], [series], dated[0].on, on=TODAY)

        points = drawn.panels[0].chart.points
        assert points[0].x == timeline_drawing.LEFT
        assert points[-1].x == timeline_drawing.WIDTH - timeline_drawing.RIGHT
        assert all(lab_chart.TOP <= point.y <= lab_chart.HEIGHT for point in points)


class TestThePage:
    def test_asks_the_database_at_most_25_times_for_ten_procedures(self, signed_in, clinician, patient):
        ten_procedures.make(patient, clinician, on=timezone.localdate())
        client, address = signed_in(clinician), reverse("pathway:patient", args=[patient.pk])
        client.get(address)  # what is done once a minute: the session's activity, the timetable's state

        with CaptureQueriesContext(connection) as asked:
            response = client.get(address)

        statements = asked_of.by_the_page(asked)
        assert len(statements) <= 25, "\n".join(statements)
        assert len(response.context["timeline"].begun) == 10
        assert len(response.context["liver_costs"]) == 10
        assert [one.lesions for one in response.context["lesion_history"].days[-1].treated] == ["L1, L2"]

    def test_leads_without_scripts_to_what_is_fetched_later(self, signed_in, clinician, patient):
        ProcedureFactory(patient=patient, modality="TACE", started_at=timezone.now() - timedelta(days=3))

        page = signed_in(clinician).get(reverse("pathway:patient", args=[patient.pk])).content.decode()

        for view in ("last_vessel_map", "lifetime_doses"):
            assert f'href="{reverse(f"pathway:{view}", args=[patient.pk])}"' in page

    def test_shows_no_lesions_through_time_until_there_are_two_days(self, signed_in, clinician, patient):
        client, address = signed_in(clinician), reverse("pathway:patient", args=[patient.pk])
        lesion, today = LesionFactory(patient=patient, segments=["8"]), timezone.localdate()
        LesionMeasurementFactory(lesion=lesion, measured_on=today - timedelta(days=40))
        assert "Lesions through time" not in client.get(address).content.decode()

        LesionMeasurementFactory(lesion=lesion, measured_on=today - timedelta(days=4))

        assert "Lesions through time" in client.get(address).content.decode()

    def test_says_what_will_appear_where_nothing_is_on_record(self, signed_in, clinician, patient):
        page = signed_in(clinician).get(reverse("pathway:patient", args=[patient.pk])).content.decode()

        assert "Nothing with a day is on record here" in page

    def test_names_in_the_picture_what_the_table_says(self, signed_in, team, patient):
        ProcedureFactory(patient=patient, modality="TACE", started_at=timezone.now() - timedelta(days=3))
        observer = member(team, Role.OBSERVER)

        page = signed_in(observer).get(reverse("pathway:patient", args=[patient.pk]), {"span": "procedure"})

        assert [span["key"] for span in page.context["spans"] if span["is_current"]] == ["procedure"]
        assert page.content.decode().count("TACE") >= 2
