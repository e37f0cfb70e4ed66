"""Lesions: by segment, with sizes over time; wrong ones are taken back and stay."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from patients import lesion_sizes
from patients.actions import lesions, rows
from patients.models import Lesion, LesionMeasurement
from tests.factories.patients import NOW, TODAY, LesionFactory, LesionMeasurementFactory, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


def url(name, patient, *more):
    return reverse(f"patients:{name}", args=[patient.pk, *more])


def sent(**changed) -> dict:
    return {
        "form_key": str(uuid.uuid4()),
        "segments": ["8", "4a"],
        "capsule": "intact",
        "margin": "not_known",
        "vascularity": "not_known",
        "longest_mm": "44",
        "viable_mm": "30",
        "measured_on": "2026-01-20",
        "source": "CT",
        **changed,
    }


class TestAddLesion:
    def test_gives_the_next_number_and_never_an_old_one_again(self, patient, clinician):
        first = lesions.add_lesion(patient=patient, by=clinician, at=NOW, seen={"segments": ["8"]})
        lesions.retract_lesion(lesion=first, by=clinician, at=NOW, because="A vessel")

        second = lesions.add_lesion(patient=patient, by=clinician, at=NOW, seen={"segments": ["5"]})

        assert (first.number, second.number) == (1, 2)

    def test_makes_one_lesion_of_a_form_sent_twice(self, patient, clinician, signed_in):
        client, once = signed_in(clinician), sent()

        for _each in range(2):
            assert client.post(url("add_lesion", patient), once).status_code == 302

        assert Lesion.objects.count() == 1
        assert LesionMeasurement.objects.count() == 1

    def test_takes_a_lesion_that_nobody_measured_or_placed(self, patient, clinician, signed_in):
        least = sent(segments=[], longest_mm="", viable_mm="", measured_on="", source="")

        signed_in(clinician).post(url("add_lesion", patient), least)

        lesion = Lesion.objects.get()
        assert lesion.segments == []
        assert not lesion.measurements.exists()

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"viable_mm": "44.1"}, "viable_mm"),
            ({"longest_mm": "", "viable_mm": "3"}, "longest_mm"),
            ({"longest_mm": "501"}, "longest_mm"),
            ({"measured_on": ""}, "measured_on"),
            ({"measured_on": "1961-03-13"}, "measured_on"),
            ({"measured_on": "2999-01-01"}, "measured_on"),
            ({"first_seen_on": "2999-01-01"}, "first_seen_on"),
            ({"segments": ["4"]}, "segments"),
            ({"capsule": ""}, "capsule"),
            ({"note": "x" * 301}, "note"),
        ],
    )
    def test_says_at_the_field_what_cannot_be(self, patient, clinician, signed_in, changed, field):
        answer = signed_in(clinician).post(url("add_lesion", patient), sent(**changed))

        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
        assert not Lesion.objects.exists()

    @pytest.mark.parametrize("viable", ["0", "43.9", "44"])
    def test_takes_a_viable_part_up_to_the_whole(self, patient, clinician, signed_in, viable):
        assert (
            signed_in(clinician).post(url("add_lesion", patient), sent(viable_mm=viable)).status_code == 302
        )


class TestMeasure:
    def test_adds_a_size_once(self, patient, clinician, signed_in):
        lesion, client = LesionFactory(patient=patient), signed_in(clinician)
        size = {"longest_mm": "40", "measured_on": "2026-02-20", "source": "MRI"}

        for _each in range(2):
            assert client.post(url("measure_lesion", patient, lesion.pk), size).status_code == 302

        assert lesion.measurements.count() == 1

    @pytest.mark.parametrize(("days", "status"), [(-1, 302), (0, 302), (1, 422)])
    def test_takes_no_size_of_tomorrow(self, patient, clinician, signed_in, days, status):
        lesion = LesionFactory(patient=patient)
        day = timezone.localdate() + timedelta(days=days)

        answer = signed_in(clinician).post(
            url("measure_lesion", patient, lesion.pk), {"longest_mm": "40", "measured_on": day.isoformat()}
        )

        assert answer.status_code == status

    def test_knows_no_lesion_of_another_patient(self, patient, clinician, signed_in):
        other = LesionFactory()

        assert signed_in(clinician).get(url("measure_lesion", patient, other.pk)).status_code == 404
        assert signed_in(clinician).get(url("edit_lesion", patient, other.pk)).status_code == 404


class TestTakeBack:
    def test_keeps_the_size_in_sight_with_the_reason(self, patient, clinician, signed_in):
        size, client = LesionMeasurementFactory(lesion__patient=patient), signed_in(clinician)

        client.post(url("retract_measurement", patient, size.pk), {"reason": "Read from the wrong study"})

        page = client.get(url("lesions", patient)).content.decode()
        assert "Read from the wrong study" in page
        assert "Not measured" in page

    def test_happens_once(self, patient, clinician):
        lesion = LesionFactory(patient=patient)
        lesions.retract_lesion(lesion=lesion, by=clinician, at=NOW, because="A vessel")

        with pytest.raises(rows.UnableToRetract):
            lesions.retract_lesion(lesion=lesion, by=clinician, at=NOW, because="Again")

        assert Lesion.objects.get().retracted_because == "A vessel"
        assert Lesion.objects.get().retracted_by == clinician


class TestSizesOf:
    def measured(self, patient, *sizes):
        lesion = LesionFactory(patient=patient)
        for day, millimetres in sizes:
            LesionMeasurementFactory(
                lesion=lesion, measured_on=day, longest_mm=Decimal(millimetres), viable_mm=None
            )
        return lesion_sizes.sizes_of(patient)[0]

    def test_says_the_change_since_the_first_size(self, patient):
        each = self.measured(patient, (date(2026, 1, 1), 118), (date(2026, 2, 1), 70))

        assert each.change_in_words == "−41 %"
        assert (each.first.longest_mm, each.latest.longest_mm) == (118, 70)

    @pytest.mark.parametrize(("latest", "words"), [(100, "0 %"), (112, "+12 %"), (0, "−100 %")])
    def test_writes_growth_with_its_sign(self, patient, latest, words):
        each = self.measured(patient, (date(2026, 1, 1), 100), (date(2026, 2, 1), latest))

        assert each.change_in_words == words

    @pytest.mark.parametrize(
        "sizes", [[], [(date(2026, 1, 1), 40)], [(date(2026, 1, 1), 0), (date(2026, 2, 1), 9)]]
    )
    def test_says_no_change_where_there_is_none_to_say(self, patient, sizes):
        assert self.measured(patient, *sizes).change_in_words == ""

    def test_draws_time_in_scale_and_sizes_from_zero(self, patient):
        each = self.measured(
            patient, (date(2026, 1, 1), 100), (date(2026, 1, 11), 50), (date(2026, 1, 21), 0)
        )

        xs, ys = [dot.x for dot in each.trend], [dot.y for dot in each.trend]
        assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1])
        assert ys == [5.0, 16.0, 27.0]

    def test_draws_two_sizes_of_one_day(self, patient):
        each = self.measured(patient, (TODAY, 0), (TODAY, 0))

        assert len(each.trend) == 2

    def test_looks_no_further_than_the_day(self, patient):
        self.measured(patient, (date(2026, 1, 1), 118), (date(2026, 2, 1), 70))

        each = lesion_sizes.sizes_of(patient, on=date(2026, 1, 31))[0]

        assert each.latest.longest_mm == 118

    def test_leaves_out_what_was_taken_back(self, patient):
        LesionFactory(patient=patient, retracted_at=NOW, retracted_because="A vessel")

        assert lesion_sizes.sizes_of(patient) == []


class TestLesionsPage:
    def test_says_that_nothing_recorded_is_not_no_lesion(self, patient, clinician, signed_in):
        page = signed_in(clinician).get(url("lesions", patient)).content.decode()

        assert "Nothing recorded is not the same as no lesion." in page

    def test_shows_every_lesion_on_the_map(self, patient, clinician, signed_in):
        LesionMeasurementFactory(lesion__patient=patient, lesion__segments=["8"])
        LesionFactory(patient=patient, segments=[])

        context = signed_in(clinician).get(url("lesions", patient)).context

        assert len(context["lesion_marks"]) == 2
        assert context["segments_with_lesion"] == ["8"]

    def test_offers_an_observer_nothing_to_change(self, patient, observer, signed_in):
        LesionFactory(patient=patient)

        page = signed_in(observer).get(url("lesions", patient)).content.decode()

        assert "Take back" not in page
        assert url("add_lesion", patient) not in page

    def test_costs_the_same_number_of_queries_for_one_lesion_and_for_ten(
        self, patient, clinician, signed_in, django_assert_max_num_queries
    ):
        for _each in range(10):
            LesionMeasurementFactory(lesion__patient=patient)
        client = signed_in(clinician)
        client.get(url("lesions", patient))

        with django_assert_max_num_queries(20):
            client.get(url("lesions", patient))
