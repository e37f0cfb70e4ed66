"""A decision closes its review and sets going what follows; it is withdrawn while nobody has acted on it."""

from datetime import date, timedelta

import pytest

from assessments.actions import drafts, signing
from assessments.models import Assessment
from followup.actions import contacts, decisions, held, reviews
from followup.models import Decision, ImagingReview
from patients.actions import register
from patients.actions import tasks as task_actions
from patients.models import Task
from procedures.models import Procedure
from tests.factories import assessments as assessment_factories
from tests.factories import followup as factories
from tests.factories import patients as patient_factories
from tests.factories.patients import NOW, TODAY
from tests.followup import deciding
from tests.followup.deciding import AT, VIABLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiet(team, clinician):
    """A reading for which the guideline says hold."""
    return deciding.ready_to_decide(team, clinician)


@pytest.fixture
def viable(team, clinician):
    """A reading for which the guideline says: consider a repeat."""
    return deciding.ready_to_decide(team, clinician, **VIABLE)


def decide(reading, by, choice="hold", **more):
    return decisions.decide(review=reading.review, reading=reading, choice=choice, by=by, at=AT, **more)


class TestHold:
    def test_closes_the_review_as_decided(self, quiet, clinician):
        decision = decide(quiet, clinician, interval_months=2)

        review = deciding.review_of(quiet)
        assert (review.closed_because, review.decided_at) == ("decided", AT)
        assert (decision.choice, decision.recommended, decision.clauses) == ("hold", "hold", ["7.4"])

    def test_opens_the_next_review_after_the_interval(self, quiet, clinician):
        decision = decide(quiet, clinician, interval_months=2)

        following = decision.next_review
        assert (following.due_from, following.due_to) == (date(2026, 4, 25), date(2026, 5, 9))
        assert (following.interval_months, following.interval_reason) == (2, "as_proposed")
        assert following.owner == clinician

    def test_keeps_the_facts_findings_and_settings_as_they_were_shown(self, quiet, clinician):
        decision = decide(quiet, clinician, interval_months=2)

        assert decision.facts["necrosis"]["value"] == "complete"
        assert {finding["clause"] for finding in decision.findings} >= {"7.4", "7.8"}
        assert decision.edition_settings.version == 1
        assert decision.engine_version

    def test_plans_no_procedure(self, quiet, clinician):
        decide(quiet, clinician, interval_months=2)

        assert Procedure.objects.filter(started_at=None).count() == 0


class TestGoingAgainstTheGuideline:
    def test_needs_a_reason(self, quiet, clinician):
        with pytest.raises(decisions.NeedsReason):
            decide(quiet, clinician, "consider_repeat")

        assert deciding.review_of(quiet).is_open
        assert not Decision.objects.exists()

    def test_keeps_the_reason(self, quiet, clinician):
        decision = decide(quiet, clinician, "review_again", against_because="patient", note="Wants certainty")

        assert (decision.recommended, decision.against_because, decision.note) == (
            "hold", "patient", "Wants certainty",
        )  # fmt: skip

    def test_keeps_no_reason_where_it_does_not(self, quiet, clinician):
        decision = decide(quiet, clinician, against_because="patient", interval_months=2)

        assert decision.against_because == ""

    def test_needs_a_reason_where_not_enough_is_known(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician, dynamic_enhanced="no", mrecist="NE")

        with pytest.raises(decisions.NeedsReason):
            decide(reading, clinician, "review_again")

        decision = decide(reading, clinician, "review_again", against_because="technical", interval_months=1)
        assert decision.recommended == "insufficient_data"


class TestRepeat:
    def test_opens_an_assessment_and_no_review(self, viable, clinician):
        decision = decide(viable, clinician, "consider_repeat", options=["repeat"])

        assert decision.assessment.is_draft
        assert decision.next_review is None
        assert not ImagingReview.objects.filter(patient=viable.review.patient, closed_at=None).exists()

    def test_fills_the_assessment_with_what_the_record_and_the_reading_know(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician, thrombus="vp1", spread="none", **VIABLE)
        patient = reading.review.patient
        deciding.measured(patient, TODAY, bilirubin=25)
        lesion = patient_factories.LesionFactory(patient=patient)
        patient_factories.LesionMeasurementFactory(lesion=lesion, longest_mm=38, viable_mm=12)

        facts = decide(reading, clinician, "consider_repeat").assessment.facts

        assert facts["bilirubin_umol_per_l"]["value"] == 25
        assert facts["lesion_diameters_mm"]["value"] == [38]
        assert (facts["pvtt"]["value"], facts["pvtt"]["on"]) == ("vp1", "2026-03-02")
        assert facts["macrovascular_invasion"]["value"] is True
        assert facts["extrahepatic_spread"]["value"] == "none"

    def test_says_nothing_of_vessels_where_there_is_no_thrombus(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician, thrombus="vp0", **VIABLE)

        assert "macrovascular_invasion" not in decide(reading, clinician, "consider_repeat").assessment.facts

    def test_uses_the_draft_that_is_there_and_leaves_what_was_typed_later(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician, thrombus="vp1", spread="none", **VIABLE)
        draft = assessment_factories.draft(reading.review.patient, clinician, on=TODAY + timedelta(days=1))

        decision = decide(reading, clinician, "consider_repeat")

        assert decision.assessment == draft
        assert decision.assessment.facts["pvtt"]["value"] == "vp0"

    def test_takes_over_what_is_newer_than_in_that_draft(self, team, clinician):
        reading = deciding.ready_to_decide(team, clinician, thrombus="vp1", **VIABLE)
        draft = assessment_factories.draft(
            reading.review.patient, clinician, on=TODAY - timedelta(days=3), at=NOW - timedelta(days=3)
        )

        decision = decide(reading, clinician, "consider_repeat")

        assert decision.assessment.facts["pvtt"]["value"] == "vp1"
        assert decision.assessment.revision == draft.revision + 1

    def test_first_lets_the_liver_recover_with_a_recheck_and_imaging(self, viable, clinician):
        decision = decide(
            viable, clinician, "consider_repeat", options=["wait_for_liver_recovery"], interval_months=1
        )

        assert (decision.task.kind, decision.task.owner) == ("recheck", clinician)
        assert (decision.task.due_from, decision.task.due_to) == (date(2026, 3, 9), date(2026, 3, 16))
        assert decision.next_review.is_open
        assert decision.assessment is None


class TestSwitch:
    def test_asks_somebody_by_a_day_and_keeps_imaging(self, quiet, clinician, coordinator):
        referral = decisions.Referral(owner=coordinator, due_on=date(2026, 3, 10))

        decision = decide(
            quiet, clinician, "switch_or_combine", options=["surgery", "combine"], interval_months=3,
            against_because="meeting", referral=referral,
        )  # fmt: skip

        assert (decision.task.kind, decision.task.owner, decision.task.due_to) == (
            "mdt", coordinator, date(2026, 3, 10),
        )  # fmt: skip
        assert "surgery" in decision.task.title
        assert decision.next_review.is_open

    def test_is_asked_within_two_weeks_where_nobody_names_a_day(self, quiet, clinician):
        decision = decide(quiet, clinician, "switch_or_combine", against_because="meeting")

        assert (decision.task.owner, decision.task.due_to) == (clinician, date(2026, 3, 16))


class TestOtherChoices:
    @pytest.mark.parametrize("choice", ["prolong_interval", "review_again"])
    def test_open_the_next_review(self, quiet, clinician, choice):
        decision = decide(quiet, clinician, choice, against_because="condition", interval_months=3)

        assert decision.next_review.interval_months == 3
        assert (decision.task, decision.assessment) == (None, None)


class TestRefusal:
    def test_tells_the_second_person_what_the_first_decided(self, quiet, clinician):
        first = decide(quiet, clinician, interval_months=2)

        with pytest.raises(decisions.DecidedAlready) as refused:
            decide(quiet, clinician, interval_months=3)

        assert refused.value.decision == first

    def test_of_a_reading_that_does_not_stand_any_more(self, quiet, clinician):
        quiet.retracted_at, quiet.retracted_because = AT, "Wrong patient"
        quiet.save()
        factories.ReadingFactory(review=quiet.review, reader=clinician)

        with pytest.raises(decisions.ReadAnew):
            decide(quiet, clinician)

    def test_of_a_reading_that_was_corrected_since(self, quiet, clinician):
        seen = type(quiet).objects.get(pk=quiet.pk)
        type(quiet).objects.filter(pk=quiet.pk).update(revision=1)

        with pytest.raises(decisions.ReadAnew):
            decide(seen, clinician)

    def test_of_a_review_that_nobody_read(self, quiet, clinician):
        ImagingReview.objects.filter(pk=quiet.review_id).update(read_at=None)

        with pytest.raises(decisions.NotRead):
            decide(quiet, clinician)

    def test_of_a_review_that_was_closed_by_another_treatment(self, quiet, clinician):
        procedure = deciding.treat(quiet.review.patient, TODAY + timedelta(days=1))
        reviews.open_review(procedure=procedure, by=clinician, at=AT)

        with pytest.raises(held.ReviewClosed):
            decide(quiet, clinician)

    def test_of_a_patient_whose_course_has_ended(self, quiet, clinician):
        register.end_course(patient=quiet.review.patient, by=clinician, at=AT, because="died", on=TODAY)

        with pytest.raises(held.CourseEnded):
            decide(quiet, clinician)


def withdraw(decision, by, because="Decided on the wrong patient"):
    return decisions.withdraw_decision(decision=decision, because=because, by=by, at=AT + timedelta(hours=1))


class TestWithdrawal:
    def test_opens_the_review_again_and_takes_back_the_next(self, quiet, clinician):
        decision = decide(quiet, clinician, interval_months=2)

        withdrawn = withdraw(decision, clinician)

        review, following = deciding.review_of(quiet), ImagingReview.objects.get(pk=decision.next_review_id)
        assert (review.is_open, review.decided_at) == (True, None)
        assert following.closed_because == "replaced"
        assert (withdrawn.withdrawn_by, withdrawn.withdrawn_because) == (
            clinician, "Decided on the wrong patient",
        )  # fmt: skip

    def test_lets_another_decision_be_made(self, quiet, clinician):
        withdraw(decide(quiet, clinician, interval_months=2), clinician)

        again = decide(quiet, clinician, interval_months=3)

        assert (again.next_review.is_open, again.next_review.interval_months) == (True, 3)

    def test_discards_the_assessment_that_it_opened(self, viable, clinician):
        decision = decide(viable, clinician, "consider_repeat")

        withdraw(decision, clinician)

        assert Assessment.objects.get(pk=decision.assessment_id).status == "discarded"

    def test_leaves_a_draft_that_was_there_before_to_the_next_decision(self, viable, clinician):
        draft = assessment_factories.draft(viable.review.patient, clinician)
        withdraw(decide(viable, clinician, "consider_repeat"), clinician)

        again = decide(viable, clinician, "consider_repeat")

        assert again.assessment == draft

    def test_closes_the_task_that_it_made(self, quiet, clinician):
        decision = decide(quiet, clinician, "switch_or_combine", against_because="meeting")

        withdraw(decision, clinician)

        assert Task.objects.get(pk=decision.task_id).outcome == "not_needed"

    def test_is_refused_a_second_time(self, quiet, clinician):
        decision = decide(quiet, clinician, interval_months=2)
        withdraw(decision, clinician)

        with pytest.raises(decisions.UnableToWithdraw):
            withdraw(decision, clinician)

    def test_is_refused_after_the_end_of_the_course(self, quiet, clinician):
        decision = decide(quiet, clinician, interval_months=2)
        register.end_course(patient=quiet.review.patient, by=clinician, at=AT, because="died", on=TODAY)

        with pytest.raises(held.CourseEnded):
            withdraw(decision, clinician)


class TestWhatStandsInTheWay:
    def refused(self, decision, by):
        with pytest.raises(decisions.UnableToWithdraw) as refusal:
            withdraw(decision, by)
        assert not deciding.review_of(decision).is_open
        return " ".join(refusal.value.obstacles)

    def test_is_work_on_the_next_review(self, quiet, clinician, coordinator):
        decision = decide(quiet, clinician, interval_months=2)
        reviews.assign(review=decision.next_review, owner=coordinator, by=clinician, at=AT)

        assert "was worked on" in self.refused(decision, clinician)

    def test_is_a_call_about_the_next_review(self, quiet, clinician):
        decision = decide(quiet, clinician, interval_months=2)
        patient = quiet.review.patient
        contacts.log_contact(
            patient=patient, review=decision.next_review, channel="phone", outcome="no_answer", by=clinician,
            at=AT,
        )  # fmt: skip

        assert "was worked on" in self.refused(decision, clinician)

    def test_is_a_task_that_was_done(self, quiet, clinician):
        decision = decide(quiet, clinician, "switch_or_combine", against_because="meeting")
        task_actions.close_task(task=decision.task, by=clinician, at=AT, outcome="done")

        assert "Done" in self.refused(decision, clinician)

    def test_is_no_task_that_was_not_needed(self, quiet, clinician):
        decision = decide(quiet, clinician, "switch_or_combine", against_because="meeting")
        task_actions.close_task(task=decision.task, by=clinician, at=AT, outcome="not_needed")

        withdraw(decision, clinician)

        assert deciding.review_of(quiet).is_open

    def test_is_an_assessment_that_was_worked_on(self, viable, clinician):
        decision = decide(viable, clinician, "consider_repeat")
        drafts.answer_none_of_these(
            assessment=decision.assessment, section_key="liver", by=clinician, on=TODAY, at=AT
        )

        assert "Discard that draft first" in self.refused(decision, clinician)

    def test_is_an_assessment_that_was_signed(self, viable, clinician):
        decision = decide(viable, clinician, "consider_repeat")
        draft = decision.assessment
        draft.decision, draft.facts = "proceed", assessment_factories.entries_of()
        draft.save()
        signing.sign_assessment(assessment=draft, by=clinician, on=TODAY, at=AT)

        assert "is signed" in self.refused(decision, clinician)

    def test_is_another_review_that_was_opened_since(self, quiet, clinician):
        decision = decide(quiet, clinician, interval_months=2)
        procedure = deciding.treat(quiet.review.patient, TODAY)
        reviews.open_review(procedure=procedure, by=clinician, at=AT)

        assert "Another review" in self.refused(decision, clinician)
