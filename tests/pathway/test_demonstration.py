"""The demonstration team holds a complete patient for every verdict, condition, modality and stage of the follow-up.

It is made once for the module: through the real actions, and so it takes seconds.
"""

from datetime import UTC, datetime

import pytest
from django.db import transaction

import guidelines
from accounts.models import Membership, Team
from accounts.roles import Role
from assessments import words
from assessments.models import Assessment
from followup import current_step, owners, queue, stages, standing
from followup.actions import outbox
from followup.models import Decision, ImagingReview, Message, Reminder, SweepFault, SweepRun
from pathway.demonstration import build, cases, followed, reminders, sessions
from pathway.merge import candidates
from pathway.models import Meeting
from procedures.models import Procedure

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EVERYBODY = cases.ALL + followed.ALL


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The team, in a transaction round all tests of the module that is taken back after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build.make_demonstration(at=NOW)
        transaction.set_rollback(True)


@pytest.fixture
def demonstration(made, db) -> Team:
    return made


def review_of(team, family_name) -> ImagingReview:
    return ImagingReview.objects.get(patient__team=team, patient__family_name=family_name, closed_at=None)


def decisions_of(team, family_name):
    rows = Decision.objects.filter(review__patient__team=team, review__patient__family_name=family_name)
    return list(rows.order_by("decided_at"))


class TestTheCases:
    @pytest.mark.parametrize("case", EVERYBODY, ids=lambda case: case.family_name)
    def test_each_gives_the_answer_that_it_is_there_to_show(self, case):
        facts = {k: list(v) if isinstance(v, tuple) else v for k, v in case.facts().items()}

        answer = guidelines.eligibility(facts | {"age_years": 60, "sex": case.sex})

        assert (answer["verdict"], answer["modality"]) == (case.verdict, case.modality)
        assert answer["conditions"] == list(case.conditions)

    def test_cover_every_verdict_condition_and_modality(self):
        assert {case.verdict for case in cases.ALL} == set(words.VERDICTS)
        assert {condition for case in cases.ALL for condition in case.conditions} == set(words.CONDITIONS)
        assert {case.modality for case in cases.ALL} == {*words.MODALITIES, None}


class TestMakingIt:
    def test_signs_each_patient_with_the_verdict_of_the_case(self, demonstration):
        signed = Assessment.objects.filter(status="signed").order_by("signed_at")
        verdicts = dict(signed.values_list("patient__family_name", "verdict"))
        drafts = Assessment.objects.filter(status="draft").values_list("patient__family_name", flat=True)

        assert verdicts == {case.family_name: case.verdict for case in EVERYBODY if not case.is_draft}
        assert set(drafts) == {"Kowalski", "Abara"}

    def test_has_a_person_for_each_role(self, demonstration):
        roles = set(Membership.objects.filter(team=demonstration).values_list("role", flat=True))

        assert roles == set(Role.values)

    def test_made_twice_is_made_once(self, demonstration):
        again = build.make_demonstration(at=NOW)

        assert again == demonstration
        assert demonstration.patients.count() == len(EVERYBODY) + 1  # one of them twice

    def test_holds_one_person_registered_twice(self, demonstration):
        found = candidates.of_team(demonstration)

        assert [pair.newer.mrn for pair in found.pairs] == [build.SECOND_NUMBER]

    def test_prepares_the_next_meeting_with_a_question_for_each(self, demonstration):
        listed = Meeting.objects.get(team=demonstration).discussions.all()

        assert {one.patient.family_name for one in listed} == {"Osei", "Larsen", "Novak", "Sokolov"}
        assert all(one.question for one in listed)

    def test_leaves_no_patient_in_care_without_a_next_step(self, demonstration):
        in_care = demonstration.patients.filter(ended_because="")
        steps = [current_step.current_step(patient, on=NOW.date()) for patient in in_care]

        assert all(steps)

    def test_leaves_one_patient_to_the_failsafe_list(self, demonstration):
        lost = current_step.without_next_step(demonstration, on=NOW.date())

        assert [patient.family_name for patient in lost] == ["Ferreira"]

    def test_opens_the_review_of_every_patient_whose_procedure_was_begun(self, demonstration):
        treated = demonstration.patients.filter(procedures__started_at__isnull=False).distinct()

        without = {patient.family_name for patient in treated if not patient.reviews.filter(closed_at=None)}

        assert treated
        assert without == {"Abara"}  # on the way to the next treatment

    def test_performs_every_session_and_signs_what_is_not_of_today(self, demonstration):
        performed = Procedure.objects.filter(patient__team=demonstration, started_at__isnull=False)
        unsigned = {one.patient.family_name for one in performed.filter(signed_at=None)}

        assert performed.count() == len(sessions.SESSIONS) + 1 + len(followed.ALL) + 1
        assert unsigned == {"Moreau", sessions.REPEATED}
        assert performed.get(patient__family_name="Moreau").emergency_reason

    def test_has_a_repeat_in_progress_of_which_nothing_is_confirmed(self, demonstration):
        patient = demonstration.patients.get(family_name=sessions.REPEATED)
        repeated = patient.procedures.get(signed_at=None)

        assert [target.is_confirmed for target in repeated.targets.all()] == [False, False, False]

    def test_gives_a_reason_where_a_ceiling_is_passed(self, demonstration):
        over = Procedure.objects.get(patient__family_name="Santoro")

        assert "Echocardiography" in " ".join(over.ceiling_reasons.values())

    def test_calls_a_clinician_to_the_complication_of_day_nine(self, demonstration):
        patient = demonstration.patients.get(family_name="Hussain")

        assert patient.procedures.get().symptom_entries.count() == 4
        assert patient.tasks.filter(closed_at=None).exists()


class TestTheQueue:
    def test_holds_somebody_in_every_stage_and_under_every_tab(self, demonstration):
        coordinator = Membership.objects.get(user__email="coordinator@demo.example")
        scope = queue.scope_of(coordinator, on=NOW.date())
        shown = {
            tab: len(queue.listed(queue.question_of(scope, queue.Asked(stage=tab)))) for tab in queue.TABS
        }

        assert all(shown.values()), shown

    @pytest.mark.parametrize(
        ("family_name", "stage"),
        [
            ("Solberg", stages.UPCOMING),
            ("Fontaine", stages.IN_WINDOW),
            ("Delacroix", stages.OVERDUE),
            ("Ibarra", stages.IMAGED),
            ("Kiplagat", stages.IMAGED),
            ("Marchetti", stages.READ),
        ],
    )
    def test_has_each_where_the_story_leaves_it(self, demonstration, family_name, stage):
        review = review_of(demonstration, family_name)

        assert stages.stage_of(review, on=NOW.date()) == stage

    def test_has_an_owner_on_leave_whose_deputy_answers(self, demonstration):
        review = review_of(demonstration, "Fontaine")
        answer = owners.answering(demonstration, review.owner, on=NOW.date())

        assert (str(answer.person), str(answer.stands_in_for)) == ("M. Osei", "J. Brannigan")

    def test_has_readers_who_disagree(self, demonstration):
        signed = standing.signed_readings(review_of(demonstration, "Kiplagat"))

        assert [reading.mrecist for reading in signed] == ["PR", "PD"]
        assert standing.state_of(signed, asks_two=False) == standing.DISPUTED

    def test_keeps_the_missed_appointment_and_the_calls_of_who_is_late_by_weeks(self, demonstration):
        review = review_of(demonstration, "Delacroix")

        assert stages.days_late(review, on=NOW.date()) == 36
        assert review.events.filter(kind="missed").count() == 1
        assert review.contacts.count() == 3

    def test_closed_the_review_of_whom_a_second_session_came_first(self, demonstration):
        closed = ImagingReview.objects.get(
            patient__team=demonstration, patient__family_name="Bergström", closed_at__isnull=False
        )

        assert closed.closed_because == "treated_again"


class TestTheDecisions:
    @pytest.mark.parametrize(
        ("family_name", "choice"),
        [("Solberg", "hold"), ("Abara", "consider_repeat"), ("Oyelaran", "prolong_interval")],
    )
    def test_are_what_the_guideline_suggests(self, demonstration, family_name, choice):
        [decision] = decisions_of(demonstration, family_name)

        assert (decision.choice, decision.recommended, decision.against_because) == (choice, choice, "")

    def test_repeat_opens_a_draft(self, demonstration):
        [decision] = decisions_of(demonstration, "Abara")

        assert decision.assessment.is_draft
        assert decision.assessment.facts["lesion_diameters_mm"]["value"] == [41, 20]

    def test_switch_after_progression_twice_and_refer(self, demonstration):
        first, second = decisions_of(demonstration, "Sokolov")

        assert (first.choice, second.choice) == ("consider_repeat", "switch_or_combine")
        assert second.task.owner.name == "Dr N. Amadi"
        assert second.task.closed_at is None


class TestTheReminders:
    def test_of_a_patient_who_died_are_dropped_and_nothing_goes_out(self, demonstration):
        dropped = Reminder.objects.filter(review__patient__family_name=reminders.DIED)

        assert dropped.exists()
        assert {(one.message, one.dropped_because) for one in dropped} == {(None, "ended")}

    def test_are_gathered_and_the_worker_sends_them(self, demonstration):
        waiting = Message.objects.filter(team=demonstration, sent_at=None).count()

        sent = outbox.send_due(clock=lambda: NOW)

        assert 0 < sent == waiting

    def test_are_found_without_a_fault(self, demonstration):
        assert SweepRun.objects.filter(finished_at__isnull=False, finished_at__lte=NOW).count() == 2
        assert not SweepFault.objects.exists()
