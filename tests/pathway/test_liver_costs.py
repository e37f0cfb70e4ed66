"""What a procedure cost the liver: before, worst, back; what nobody measured is not known."""

from datetime import date, timedelta

import pytest

from pathway import liver_costs
from tests.factories.patients import LabResultFactory, PatientFactory

BEGUN = date(2025, 6, 2)


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


def value(patient, days, bilirubin, albumin=40):
    for name, unit, amount in (
        ("bilirubin_umol_per_l", "umol/L", bilirubin),
        ("albumin_g_per_l", "g/L", albumin),
    ):
        LabResultFactory(
            patient=patient, analyte=name, unit=unit, value=amount, canonical_value=amount,
            taken_on=BEGUN + timedelta(days=days),
        )  # fmt: skip


def costs_of(patient, *days):
    interventions = [
        liver_costs.Intervention(BEGUN + timedelta(days=number), f"TACE {number}", "/")
        for number in days or (0,)
    ]
    return liver_costs.costs_of(interventions, list(patient.lab_results.all()))


class TestBefore:
    @pytest.mark.parametrize(("days", "is_known"), [(-91, False), (-90, True), (0, True), (1, False)])
    def test_is_of_the_90_days_up_to_the_procedure(self, patient, days, is_known):
        value(patient, days, 15)

        (cost,) = costs_of(patient)

        assert (cost.before is not None) is is_known

    def test_is_the_last_value(self, patient):
        value(patient, -30, 15)
        value(patient, -2, 20)

        assert costs_of(patient)[0].before.day == -2


class TestWorst:
    @pytest.mark.parametrize(("days", "worst"), [(89, 89), (90, 90), (91, 4)])
    def test_is_of_the_90_days_after(self, patient, days, worst):
        value(patient, -2, 15)
        value(patient, 4, 30)
        value(patient, days, 60)

        assert costs_of(patient)[0].worst.day == worst

    def test_is_not_of_the_days_after_the_next_procedure(self, patient):
        value(patient, -2, 15)
        value(patient, 4, 30)
        value(patient, 40, 90)

        first, _second = costs_of(patient, 0, 35)

        assert first.worst.day == 4
        assert first.rise.startswith("+0.")


class TestBack:
    # At 40 g/L of albumin: 15 µmol/L is grade 1, 30 is 2a, 80 is 2b.
    @pytest.mark.parametrize(
        ("after", "state", "back_on"),
        [
            ([], liver_costs.NOT_KNOWN, None),
            ([(4, 16)], liver_costs.NOT_WORSE, None),
            ([(4, 30)], liver_costs.NOT_BACK, None),
            ([(4, 30), (40, 16)], liver_costs.BACK, 40),
            ([(4, 30), (120, 16)], liver_costs.BACK, 120),
            ([(4, 16), (40, 30)], liver_costs.NOT_BACK, None),
        ],
    )
    def test_is_the_first_value_after_the_worst_in_no_worse_a_grade(self, patient, after, state, back_on):
        value(patient, -2, 15)
        for days, bilirubin in after:
            value(patient, days, bilirubin)

        (cost,) = costs_of(patient)

        assert cost.state == state
        assert (cost.back.day if cost.back else None) == back_on

    def test_is_not_told_of_a_procedure_without_a_value_before(self, patient):
        value(patient, 4, 30)

        assert costs_of(patient)[0].state == liver_costs.NOT_KNOWN

    def test_says_that_the_next_procedure_came_first(self, patient):
        value(patient, -2, 15)
        value(patient, 4, 30)

        first, second = costs_of(patient, 0, 35)

        assert first.state == liver_costs.NEXT_CAME
        assert second.state == liver_costs.NOT_KNOWN


class TestTheDrawing:
    def test_keeps_every_value_within_its_frame(self, patient):
        for days, bilirubin in ((-80, 15), (4, 90), (90, 20), (200, 17)):
            value(patient, days, bilirubin)

        (cost,) = costs_of(patient)

        assert len(cost.places) == 3
        assert all(0 <= place.x <= liver_costs.WIDTH for place in cost.places)
        assert all(0 <= place.y <= liver_costs.HEIGHT for place in cost.places)
        assert cost.before_y == cost.places[0].y
