"""What the database itself refuses, and what a row says of itself."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from patients.models import Lesion, LesionMeasurement, Patient, Task
from tests.factories import patients as made
from tests.factories.patients import NOW, TODAY


def refused(save) -> bool:
    try:
        with transaction.atomic():
            save()
    except IntegrityError:
        return True
    return False


@pytest.mark.django_db
class TestPatientConstraints:
    def test_refuse_a_second_patient_with_the_number_in_one_team(self, team, other_team):
        made.PatientFactory(team=team, mrn="1")

        assert refused(lambda: made.PatientFactory(team=team, mrn="1"))
        assert not refused(lambda: made.PatientFactory(team=other_team, mrn="1"))

    @pytest.mark.parametrize(
        "columns",
        [
            {"mrn": ""},
            {"ended_on": TODAY, "ended_because": ""},
            {"ended_on": None, "ended_because": "died"},
            {"birth_date": date(1961, 3, 14), "birth_year": 1962},
        ],
    )
    def test_refuse_what_contradicts_itself(self, columns):
        assert refused(lambda: made.PatientFactory(**columns))

    def test_let_a_research_case_end_on_no_day(self):
        assert not refused(lambda: made.PatientFactory(ended_on=None, ended_because="research_case"))


@pytest.mark.django_db
class TestOtherConstraints:
    @pytest.mark.parametrize(
        "size",
        [
            {"longest_mm": -1, "viable_mm": None},
            {"longest_mm": Decimal("500.1"), "viable_mm": None},
            {"longest_mm": 20, "viable_mm": 21},
        ],
    )
    def test_refuse_an_impossible_size(self, size):
        assert refused(lambda: made.LesionMeasurementFactory(**size))

    @pytest.mark.parametrize(
        "size", [{"longest_mm": 0, "viable_mm": 0}, {"longest_mm": 500, "viable_mm": 500}]
    )
    def test_take_the_smallest_and_the_largest_size(self, size):
        assert not refused(lambda: made.LesionMeasurementFactory(**size))

    @pytest.mark.parametrize("factory", [made.LesionFactory, made.AllergyFactory, made.PriorTreatmentFactory])
    def test_refuse_a_retraction_without_a_reason(self, factory):
        assert refused(lambda: factory(retracted_at=NOW))
        assert refused(lambda: factory(retracted_because="wrong patient"))
        assert not refused(lambda: factory(retracted_at=NOW, retracted_because="wrong patient"))

    def test_refuse_a_month_without_a_year_and_a_day_without_a_month(self):
        assert refused(lambda: made.PriorTreatmentFactory(treated_month=5))
        assert refused(lambda: made.PriorTreatmentFactory(treated_year=2024, treated_day=5))
        assert not refused(
            lambda: made.PriorTreatmentFactory(treated_year=2024, treated_month=5, treated_day=5)
        )

    def test_refuse_a_task_that_ends_before_it_begins_or_closes_without_outcome(self):
        assert refused(lambda: made.TaskFactory(due_from=TODAY, due_to=date(2026, 3, 1)))
        assert refused(lambda: made.TaskFactory(closed_at=NOW))
        assert refused(lambda: made.TaskFactory(outcome="done"))

    def test_give_a_number_to_one_lesion_of_a_patient(self):
        lesion = made.LesionFactory()

        assert refused(lambda: made.LesionFactory(patient=lesion.patient, number=lesion.number))


class TestPatient:
    @pytest.mark.parametrize(
        ("on", "expected"),
        [(date(2026, 3, 13), 64), (date(2026, 3, 14), 65), (date(2026, 3, 15), 65)],
    )
    def test_is_a_year_older_on_the_birthday(self, on, expected):
        assert Patient(birth_date=date(1961, 3, 14)).age_years(on=on) == expected

    def test_has_a_range_of_ages_when_only_the_year_is_known(self):
        patient = Patient(birth_year=1961)

        assert patient.age_years(on=TODAY) is None
        assert patient.age_range(on=TODAY) == (64, 65)

    def test_has_no_age_when_nothing_is_known(self):
        assert Patient().age_range(on=TODAY) is None

    def test_writes_the_surname_in_capitals_and_falls_back_to_the_number(self):
        assert Patient(family_name="Okafor", given_name="Daniel", mrn="1").full_name == "OKAFOR, Daniel"
        assert Patient(given_name="Daniel", mrn="1").full_name == "Daniel"
        assert Patient(mrn="HCC_001").full_name == "HCC_001"


class TestTask:
    @pytest.mark.parametrize(("on", "late"), [(date(2026, 3, 1), 0), (TODAY, 0), (date(2026, 3, 3), 1)])
    def test_is_late_from_the_day_after_the_last(self, on, late):
        assert Task(due_to=TODAY).days_late(on=on) == late


class TestLesion:
    def test_names_its_segments_as_the_map_does(self):
        assert Lesion(segments=["8", "4a"]).segments_in_words == "S8, S4a"

    def test_shows_the_day_of_a_size(self):
        size = LesionMeasurement(lesion=Lesion(number=2), measured_on=TODAY, longest_mm=Decimal("44.0"))

        assert str(size) == "L2 2026-03-02: 44.0 mm"
