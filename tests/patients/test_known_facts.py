"""What the record settles for an assessment, and what it must not claim to know."""

from datetime import date
from decimal import Decimal

import pytest

import guidelines
from patients.known_facts import known_facts
from tests.factories.patients import (
    NOW,
    TODAY,
    DiagnosisFactory,
    LabResultFactory,
    LesionFactory,
    LesionMeasurementFactory,
    PatientFactory,
    PriorTreatmentFactory,
)

pytestmark = pytest.mark.django_db


def facts_of(patient, on=TODAY):
    return known_facts(patient, on=on)


class TestWho:
    def test_gives_age_and_sex(self):
        facts = facts_of(PatientFactory())

        assert facts["age_years"] == {"value": 64, "source": "record"}
        assert facts["sex"] == {"value": "male", "source": "record"}

    def test_gives_both_possible_ages_when_only_the_year_is_known(self):
        facts = facts_of(PatientFactory(birth_date=None, birth_year=1961))

        assert facts["age_years"] == {"min": 64, "max": 65, "source": "record"}

    def test_claims_nothing_of_an_unknown_person(self):
        assert facts_of(PatientFactory(birth_date=None, sex="not_known")) == {}


class TestLesions:
    def measured(self, patient, millimetres, on=TODAY, **seen):
        lesion = LesionFactory(patient=patient, **seen)
        return LesionMeasurementFactory(
            lesion=lesion, longest_mm=Decimal(millimetres), viable_mm=None, measured_on=on
        )

    def test_give_every_diameter_with_the_oldest_day(self):
        patient = PatientFactory()
        self.measured(patient, 44, on=date(2026, 2, 1))
        self.measured(patient, "27.5", on=date(2026, 2, 20))

        facts = facts_of(patient)

        assert facts["lesion_diameters_mm"] == {"value": [44, 27.5], "on": "2026-02-01", "source": "record"}

    def test_give_capsule_and_margin_of_the_largest_alone(self):
        patient = PatientFactory()
        self.measured(patient, 44, capsule="intact", margin="not_known")
        self.measured(patient, 27, capsule="absent", margin="clear")

        facts = facts_of(patient)

        assert facts["capsule"]["value"] == "intact"
        assert "margin" not in facts

    def test_give_the_count_and_the_least_when_one_was_not_measured(self):
        patient = PatientFactory()
        self.measured(patient, 44)
        LesionFactory(patient=patient)

        facts = facts_of(patient)

        assert facts["lesion_count"]["value"] == 2
        assert facts["largest_lesion_mm"] == {"min": 44, "on": "2026-03-02", "source": "record"}
        assert "lesion_diameters_mm" not in facts

    def test_claim_no_count_when_nothing_was_recorded(self):
        assert "lesion_count" not in facts_of(PatientFactory())

    def test_count_none_when_every_lesion_has_gone(self):
        patient = PatientFactory()
        self.measured(patient, 0)

        assert facts_of(patient)["lesion_count"] == {"value": 0, "on": "2026-03-02", "source": "record"}

    def test_look_at_neither_the_future_nor_what_was_taken_back(self):
        patient = PatientFactory()
        size = self.measured(patient, 44)
        LesionMeasurementFactory(
            lesion=size.lesion, longest_mm=99, viable_mm=None, measured_on=date(2026, 3, 3)
        )
        LesionMeasurementFactory(
            lesion=size.lesion, longest_mm=98, viable_mm=None, retracted_at=NOW, retracted_because="wrong"
        )

        assert facts_of(patient)["lesion_diameters_mm"]["value"] == [44]


class TestEarlierTreatments:
    def test_claim_none_only_when_somebody_asked(self):
        asked, not_asked = PatientFactory(), PatientFactory()
        DiagnosisFactory(patient=asked, earlier_treatments_asked_on=TODAY)

        assert facts_of(asked)["prior_surgery"] == {"value": "none", "on": "2026-03-02", "source": "record"}
        assert facts_of(asked)["recurrence_after_transplant"]["value"] is False
        assert "prior_surgery" not in facts_of(not_asked)

    @pytest.mark.parametrize("outcome", ["failed", "recurrence", "no_residual_tumour"])
    def test_give_the_outcome_of_the_last_resection(self, outcome):
        patient = PatientFactory()
        PriorTreatmentFactory(patient=patient, treated_year=2019, outcome="no_residual_tumour")
        PriorTreatmentFactory(patient=patient, treated_year=2023, outcome=outcome)

        assert facts_of(patient)["prior_surgery"]["value"] == outcome

    def test_claim_nothing_of_an_outcome_that_nobody_knows(self):
        patient = PatientFactory()
        DiagnosisFactory(patient=patient, earlier_treatments_asked_on=TODAY)
        PriorTreatmentFactory(patient=patient, outcome="not_known")

        assert "prior_surgery" not in facts_of(patient)
        assert facts_of(patient)["recurrence_after_transplant"]["value"] is False

    @pytest.mark.parametrize(("outcome", "value"), [("recurrence", True), ("no_residual_tumour", False)])
    def test_know_a_recurrence_after_transplantation(self, outcome, value):
        patient = PatientFactory()
        PriorTreatmentFactory(patient=patient, kind="transplantation", outcome=outcome)

        assert facts_of(patient)["recurrence_after_transplant"]["value"] is value

    def test_leave_out_what_was_taken_back(self):
        patient = PatientFactory()
        PriorTreatmentFactory(patient=patient, outcome="failed", retracted_at=NOW, retracted_because="wrong")

        assert "prior_surgery" not in facts_of(patient)


class TestTogether:
    def test_are_what_the_guideline_accepts(self):
        patient = PatientFactory(birth_date=None, birth_year=1961)
        LabResultFactory(patient=patient)
        lesion = LesionFactory(patient=patient, capsule="intact", margin="clear")
        LesionMeasurementFactory(lesion=lesion)
        PriorTreatmentFactory(patient=patient, outcome="recurrence")

        facts = {
            name: {key: entry[key] for key in ("value", "min", "max", "unit") if entry.get(key) is not None}
            for name, entry in facts_of(patient).items()
        }
        plain = {name: value["value"] if set(value) == {"value"} else value for name, value in facts.items()}

        answer = guidelines.eligibility(plain)

        assert answer["verdict"] == "insufficient_data"
        assert {"bilirubin_umol_per_l", "lesion_diameters_mm", "prior_surgery"} <= set(plain)
