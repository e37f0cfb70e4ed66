"""Whether liver function is back, what leaves it open, and the sessions that definitions of failure are asked of."""

from datetime import timedelta

import pytest

from assessments.actions import signing
from followup import decision_card, guidance, liver_recovery, sessions
from followup.models import LesionReading
from tests.factories import assessments as assessment_factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as procedure_factories
from tests.factories.patients import NOW, TODAY
from tests.followup import deciding
from tests.followup.deciding import PROGRESSED, TREATED_ON, VIABLE

pytestmark = pytest.mark.django_db

# Albumin for an ALBI of grade 2a, 2b at a bilirubin of 20 µmol/L: -2.28, -2.26 at the cut of -2.27.
GRADE_2A, GRADE_2B = 36.92, 36.69


@pytest.fixture
def procedure(team, clinician):
    """An intervention with clotting, ascites and encephalopathy known before it."""
    patient = deciding.treated_patient(team)
    before = TREATED_ON - timedelta(days=1)
    assessment = assessment_factories.draft(patient, clinician, on=before)
    assessment.decision = "proceed"
    assessment.save()
    signing.sign_assessment(assessment=assessment, by=clinician, on=before, at=NOW)
    deciding.measured(patient, before, bilirubin=20, albumin=GRADE_2A, inr=1.1)
    return deciding.treat(patient, by=clinician, assessment=assessment)


def log_signs(procedure, day, **answers):
    signs = {"ascites": "none", "encephalopathy": "none"} | answers
    procedure_factories.SymptomEntryFactory(procedure=procedure, asked_at=deciding.moment(day), answers=signs)


def recovery(procedure):
    return liver_recovery.recovery_after(procedure, on=TODAY)


class TestRecovery:
    def test_is_there_where_neither_grade_is_worse(self, procedure):
        deciding.measured(procedure.patient, TODAY, bilirubin=20, albumin=GRADE_2A, inr=1.1)
        log_signs(procedure, TODAY)

        assert recovery(procedure).has_recovered is True

    def test_is_not_there_where_the_modified_albi_grade_is_worse(self, procedure):
        deciding.measured(procedure.patient, TODAY, bilirubin=20, albumin=GRADE_2B, inr=1.1)
        log_signs(procedure, TODAY)

        found = recovery(procedure)
        assert (found.is_albi_back, found.is_child_pugh_back, found.has_recovered) == (False, True, False)

    def test_is_not_there_where_the_child_pugh_class_is_worse(self, procedure):
        deciding.measured(procedure.patient, TODAY, bilirubin=20, albumin=GRADE_2A, inr=1.1)
        log_signs(procedure, TODAY, ascites="moderate_to_severe")

        found = recovery(procedure)
        assert (found.is_albi_back, found.is_child_pugh_back, found.has_recovered) == (True, False, False)

    def test_is_not_known_where_nobody_looked_for_the_signs(self, procedure):
        deciding.measured(procedure.patient, TODAY, bilirubin=20, albumin=GRADE_2A, inr=1.1)

        found = recovery(procedure)
        assert found.has_recovered is None
        assert found.missing == ["ascites", "encephalopathy"]

    def test_is_not_known_without_values(self, procedure):
        found = recovery(procedure)

        assert found.has_recovered is None
        assert "bilirubin_umol_per_l" in found.missing

    @pytest.mark.parametrize(("day", "counts"), [(13, False), (14, True), (15, True)])
    def test_looks_at_values_from_day_14_on(self, procedure, day, counts):
        on = TREATED_ON + timedelta(days=day)
        deciding.measured(procedure.patient, on, bilirubin=20, albumin=GRADE_2A, inr=1.1)

        assert (recovery(procedure).now.albi is not None) is counts

    @pytest.mark.parametrize(("day", "counts"), [(13, False), (14, True), (15, True)])
    def test_looks_at_signs_from_day_14_on(self, procedure, day, counts):
        deciding.measured(procedure.patient, TODAY, bilirubin=20, albumin=GRADE_2A, inr=1.1)
        log_signs(procedure, TREATED_ON + timedelta(days=day))

        assert (recovery(procedure).has_recovered is True) is counts

    def test_takes_signs_from_a_later_assessment_and_not_what_it_carried_over(self, procedure, clinician):
        deciding.measured(procedure.patient, TODAY, bilirubin=20, albumin=GRADE_2A, inr=1.1)
        later = assessment_factories.draft(procedure.patient, clinician, on=TODAY)
        assert recovery(procedure).has_recovered is True

        for name in ("ascites", "encephalopathy"):
            later.facts[name]["on"] = TREATED_ON.isoformat()
        later.save()
        assert recovery(procedure).has_recovered is None

    def test_is_a_fact_of_the_next_step(self, procedure, clinician):
        deciding.measured(procedure.patient, TODAY, bilirubin=20, albumin=GRADE_2A, inr=1.1)
        log_signs(procedure, TODAY)
        reading = deciding.read_review(procedure, clinician, **VIABLE)

        step = guidance.next_step_of(reading, on=TODAY)

        assert step.fact("liver_function_recovered").value is True
        assert step.says["options"] == ["repeat"]


class TestIntervalThatIsProposed:
    @pytest.mark.parametrize(("albumin", "months"), [(GRADE_2A, 2), (GRADE_2B, 3)])
    def test_is_longer_where_the_liver_is_worse(self, procedure, clinician, albumin, months):
        deciding.measured(procedure.patient, TODAY, bilirubin=20, albumin=albumin, inr=1.1)
        log_signs(procedure, TODAY)
        reading = deciding.read_review(procedure, clinician)

        assert guidance.interval_advice(reading, on=TODAY).months == months

    def test_is_the_safe_end_while_something_is_not_known(self, procedure, clinician):
        reading = deciding.read_review(procedure, clinician)

        card = decision_card.card_of(reading, on=TODAY)

        assert card.proposal.months is None
        assert card.months == 2


class TestCard:
    def test_draws_liver_function_over_time_with_the_interventions(self, procedure, clinician):
        deciding.measured(procedure.patient, TODAY, bilirubin=20, albumin=GRADE_2B, inr=1.1)

        liver = decision_card.card_of(deciding.read_review(procedure, clinician), on=TODAY).liver

        assert len(liver.chart.points) == 2
        assert len(liver.treated_at) == 1
        assert liver.rows[0].cells[1].more.startswith("grade 2b, +0.0")

    def test_has_the_open_adverse_events_first(self, procedure, clinician):
        procedure_factories.AdverseEventFactory(procedure=procedure, ctcae_grade=3, resolved_on=TODAY)
        procedure_factories.AdverseEventFactory(procedure=procedure, term="nausea", ctcae_grade=1)

        events = decision_card.card_of(deciding.read_review(procedure, clinician), on=TODAY).events

        assert [row.event.term for row in events] == ["nausea", "fever"]

    def test_sums_doses_over_a_lifetime(self, procedure, clinician):
        target = procedure_factories.TargetVesselFactory(procedure=procedure)
        procedure_factories.AdministrationFactory(target=target, dose_mg=75)

        bars = decision_card.card_of(deciding.read_review(procedure, clinician), on=TODAY).bars

        assert any(bar.meter.key == "doxorubicin.lifetime" for bar in bars)

    def test_says_how_far_a_definition_of_failure_is_met(self, procedure, clinician):
        lesion = patient_factories.LesionFactory(patient=procedure.patient)
        reading = deciding.read_review(procedure, clinician, **PROGRESSED)
        LesionReading.objects.create(
            reading=reading, lesion=lesion, state="measured", longest_mm=40, viable_mm=30, was_treated="yes"
        )

        said = [
            outcome["says"]
            for definition in decision_card.card_of(reading, on=TODAY).definitions
            for outcome in definition["outcomes"]
        ]

        assert "1 of 2 progressions in a row." in said
        assert "1 of 2 insufficient responses in a row (over 50 % viable)." in said


class TestSessions:
    def test_have_the_review_that_judged_each(self, team, clinician):
        patient = deciding.treated_patient(team)
        first = deciding.treat(patient, TREATED_ON - timedelta(days=60), by=clinician)
        deciding.read_review(first, clinician, imaged_on=TREATED_ON - timedelta(days=20), is_open=False)
        second = deciding.treat(patient, TREATED_ON, by=clinician)
        reading = deciding.read_review(second, clinician, **PROGRESSED)

        found = sessions.sessions_of(reading)

        assert [one.reviewed_on for one in found] == [TREATED_ON - timedelta(days=20), TODAY]
        assert [one.progressed for one in found] == [False, True]

    def test_that_no_review_judged_have_none(self, team, clinician):
        patient = deciding.treated_patient(team)
        deciding.treat(patient, TREATED_ON - timedelta(days=14), by=clinician)
        reading = deciding.read_review(deciding.treat(patient, TREATED_ON, by=clinician), clinician)

        assert [one.reviewed_on for one in sessions.sessions_of(reading)] == [None, TODAY]

    @pytest.mark.parametrize(("code", "is_adapted"), [("epirubicin", True), ("doxorubicin", None)])
    def test_are_adapted_for_certain_by_another_agent_only(self, team, clinician, code, is_adapted):
        patient = deciding.treated_patient(team)
        first = deciding.treat(patient, TREATED_ON - timedelta(days=40), by=clinician)
        second = deciding.treat(patient, TREATED_ON, by=clinician)
        for procedure, agent in ((first, "doxorubicin"), (second, code)):
            target = procedure_factories.TargetVesselFactory(procedure=procedure)
            given = procedure_factories.AgentFactory(code=agent)
            procedure_factories.AdministrationFactory(target=target, agent=given)

        found = sessions.sessions_of(deciding.read_review(second, clinician))

        assert found[-1].is_adapted is is_adapted

    @pytest.mark.parametrize(
        ("after", "rose"), [((30, 45), True), ((10, 25), True), ((30, 20), False), ((), None)]
    )
    def test_know_whether_afp_went_on_rising(self, team, clinician, after, rose):
        patient = deciding.treated_patient(team)
        procedure = deciding.treat(patient, TREATED_ON, by=clinician)
        values = [(TREATED_ON - timedelta(days=2), 20)]
        values += [(TREATED_ON + timedelta(days=7 * place), one) for place, one in enumerate(after, start=1)]
        for day, value in values:
            patient_factories.LabResultFactory(
                patient=patient, analyte="afp_ng_per_ml", value=value, unit="ng/mL", taken_on=day
            )

        found = sessions.sessions_of(deciding.read_review(procedure, clinician))

        assert found[-1].markers_rose is rose

    @pytest.mark.parametrize(("now", "appeared"), [("vp0", False), ("vp2", True), ("", None)])
    def test_know_whether_vessels_were_invaded_since(self, procedure, clinician, now, appeared):
        reading = deciding.read_review(procedure, clinician, thrombus=now)

        assert sessions.sessions_of(reading)[-1].vascular_invasion is appeared
