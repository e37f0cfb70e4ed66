"""What a review tells of the questions of the next step, and what the guideline makes of them."""

from datetime import timedelta

import pytest

from followup import decision_card, decision_facts, guidance
from patients.models import Diagnosis
from tests.factories import patients as patient_factories
from tests.factories.patients import TODAY
from tests.followup import deciding
from tests.followup.deciding import NOT_CERTAIN, PROGRESSED, VIABLE

pytestmark = pytest.mark.django_db


def told(reading, name):
    facts = decision_facts.facts_of(reading, on=TODAY)
    return next(fact for fact in facts if fact.name == name)


def course(team, reader, *answers_of_reviews):
    """Treat and read once for each of the answers, two months apart; return the last reading."""
    patient = deciding.treated_patient(team)
    count = len(answers_of_reviews)
    reading = None
    for place, answers in enumerate(answers_of_reviews, start=1):
        imaged_on = TODAY - timedelta(days=60 * (count - place))
        procedure = deciding.treat(patient, imaged_on - timedelta(days=28), by=reader)
        is_last = place == count
        reading = deciding.read_review(procedure, reader, imaged_on=imaged_on, is_open=is_last, **answers)
    return reading


class TestInterventionsDone:
    def test_count_ours_up_to_the_images(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician)
        deciding.treat(reading.review.patient, TODAY + timedelta(days=1))

        fact = told(reading, "interventions_done")

        assert (fact.value, fact.on) == (1, deciding.TREATED_ON)

    def test_count_an_intervention_on_the_day_of_the_images(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician)
        deciding.treat(reading.review.patient, TODAY)

        assert told(reading, "interventions_done").value == 2

    def test_count_those_elsewhere_but_no_other_treatment(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician)
        patient = reading.review.patient
        patient_factories.PriorTreatmentFactory(
            patient=patient, kind="arterial_intervention", treated_year=2024
        )
        patient_factories.PriorTreatmentFactory(patient=patient, kind="ablation", treated_year=2024)

        assert told(reading, "interventions_done").value == 2

    def test_leave_out_one_elsewhere_that_came_after_the_images(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician)
        patient_factories.PriorTreatmentFactory(
            patient=reading.review.patient, kind="arterial_intervention", treated_year=2026, treated_month=4
        )

        assert told(reading, "interventions_done").value == 1

    def test_are_a_lower_end_where_nobody_asked_about_elsewhere(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician)
        Diagnosis.objects.filter(patient=reading.review.patient).update(earlier_treatments_asked_on=None)

        assert told(reading, "interventions_done").value == {"min": 1}

    def test_are_not_known_where_none_is_on_record_by_then(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician)
        patient = reading.review.patient
        patient.procedures.update(started_at=deciding.moment(TODAY + timedelta(days=1)), ended_at=None)

        assert told(reading, "interventions_done").value is None
        card = decision_card.card_of(reading, on=TODAY)
        assert (card.decision, card.liver, card.bars) == ("hold", None, [])


class TestViableTumour:
    @pytest.mark.parametrize(
        ("dynamic", "said", "value"),
        [
            ("yes", "yes", True),
            ("yes", "no", False),
            ("no", "no", None),
            ("no", "yes", None),
            ("not_known", "no", None),
            ("yes", "not_known", None),
        ],
    )
    def test_is_told_by_a_dynamic_enhanced_scan_only(self, team, clinician, dynamic, said, value):
        reading = deciding.ready_to_decide(team, clinician, dynamic_enhanced=dynamic, viable_tumour=said)

        assert told(reading, "viable_tumour").value is value


class TestDeposition:
    def test_of_oil_that_was_not_given_is_none_and_says_so(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician, lipiodol_deposition="no_oil")

        fact = told(reading, "lipiodol_deposition")

        assert fact.value == "none"
        assert "No oil was given" in fact.note

    def test_that_nobody_answered_is_unknown(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician, lipiodol_deposition="")

        assert told(reading, "lipiodol_deposition").value is None


class TestProgression:
    @pytest.mark.parametrize(
        ("mrecist", "recist", "value"),
        [
            ("PD", "SD", True),
            ("SD", "PD", False),
            ("CR", "", False),
            ("NE", "PD", True),
            ("", "", None),
        ],
    )
    def test_is_read_off_mrecist_first(self, team, clinician, mrecist, recist, value):
        answers = {"viable_tumour": "yes", "mrecist": mrecist, "recist_1_1": recist}
        reading = deciding.ready_to_decide(team, clinician, **answers)

        assert told(reading, "progression").value is value

    def test_is_not_there_where_nothing_is_viable_larger_or_new(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician, mrecist="NE", recist_1_1="SD")

        assert told(reading, "progression").value is False

    @pytest.mark.parametrize(("before", "now", "value"), [("vp1", "vp2", True), ("vp2", "vp2", False)])
    def test_is_there_where_thrombus_is_more_than_at_the_review_before(
        self, team, clinician, before, now, value
    ):
        reading = course(team, clinician, {"thrombus": before}, {"thrombus": now})

        assert told(reading, "progression").value is value

    def test_is_not_told_by_thrombus_of_which_nobody_knew_before(self, team, clinician):
        reading = course(team, clinician, {"thrombus": ""}, {"thrombus": "vp2"})

        assert told(reading, "progression").value is False

    def test_is_there_where_the_disease_has_spread_since(self, team, clinician):
        reading = course(team, clinician, {"spread": "none"}, {"spread": "limited"})

        assert told(reading, "progression").value is True


class TestEarlierProgressions:
    @pytest.mark.parametrize(
        ("before", "value"),
        [
            ([], 0),
            [[PROGRESSED], 1],
            [[PROGRESSED, PROGRESSED], 2],
            [[PROGRESSED, {}], 0],
            [[{}, PROGRESSED], 1],
        ],
    )
    def test_count_in_a_row_directly_before(self, team, clinician, before, value):
        reading = course(team, clinician, *before, PROGRESSED)

        assert told(reading, "earlier_progressions").value == value

    def test_are_a_range_where_a_review_leaves_it_open(self, team, clinician):
        unanswered = {"mrecist": "", "recist_1_1": "", "viable_tumour": "yes"}
        reading = course(team, clinician, PROGRESSED, unanswered, PROGRESSED, PROGRESSED)

        assert told(reading, "earlier_progressions").value == {"min": 1, "max": 3}

    def test_pass_over_a_review_without_a_reading(self, team, clinician):
        reading = course(team, clinician, PROGRESSED, PROGRESSED)
        earlier = reading.review.patient.reviews.exclude(pk=reading.review_id).get()
        earlier.readings.update(retracted_at=deciding.AT, retracted_because="Wrong patient")

        assert told(reading, "earlier_progressions").value == 0


class TestNextStep:
    """Each branch of the contract, through the rows."""

    def test_holds_where_7_4_is_met(self, team, clinician):
        step = guidance.next_step_of(deciding.ready_to_decide(team, clinician), on=TODAY)

        assert (step.decision, step.says["clauses"]) == ("hold", ["7.4"])

    def test_repeats_where_tumour_is_viable(self, team, clinician):
        step = guidance.next_step_of(deciding.ready_to_decide(team, clinician, **VIABLE), on=TODAY)

        assert (step.decision, step.says["clauses"]) == ("consider_repeat", ["7.7", "7.5"])
        assert step.says["options"] == ["repeat", "wait_for_liver_recovery"]

    @pytest.mark.parametrize(
        ("interventions", "decision"),
        [(2, "consider_repeat"), (3, "consider_repeat"), (4, "prolong_interval")],
    )
    def test_prolongs_after_more_than_three_without_progression(
        self, team, clinician, interventions, decision
    ):
        reading = course(team, clinician, *[VIABLE] * interventions)

        assert guidance.next_step_of(reading, on=TODAY).decision == decision

    @pytest.mark.parametrize(
        ("reviews", "decision"),
        [
            ([PROGRESSED, PROGRESSED], "consider_repeat"),
            ([VIABLE, PROGRESSED, PROGRESSED], "switch_or_combine"),
            ([PROGRESSED, VIABLE, PROGRESSED], "consider_repeat"),
        ],
    )
    def test_switches_after_two_progressions_in_a_row_from_the_third_on(
        self, team, clinician, reviews, decision
    ):
        assert guidance.next_step_of(course(team, clinician, *reviews), on=TODAY).decision == decision

    def test_looks_again_where_nothing_is_viable_and_7_4_is_not_met(self, team, clinician):
        step = guidance.next_step_of(deciding.ready_to_decide(team, clinician, **NOT_CERTAIN), on=TODAY)

        assert step.decision == "review_again"

    def test_does_not_decide_on_a_plain_scan(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician, dynamic_enhanced="no", mrecist="NE")

        step = guidance.next_step_of(reading, on=TODAY)

        assert step.decision == "insufficient_data"
        assert "viable_tumour" in step.says["missing"]

    def test_keeps_its_facts_as_plain_values(self, team, clinician):
        step = guidance.next_step_of(deciding.ready_to_decide(team, clinician), on=TODAY)

        kept = step.facts_as_kept["necrosis"]

        assert (kept["value"], kept["on"]) == ("complete", "2026-03-02")
