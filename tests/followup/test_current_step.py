"""The one current step of a patient: in which order, whose, by when; and the list of those without one."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership, User
from accounts.roles import Role
from assessments.actions import drafts
from followup import current_step
from procedures.actions import plan
from tests.factories import assessments
from tests.factories.accounts import member
from tests.factories.followup import FollowUpSettingsFactory, ReadingFactory
from tests.factories.patients import NOW, TODAY, PatientFactory, TaskFactory
from tests.factories.procedures import ProcedureFactory
from tests.followup import courses

IN_A_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


def step(patient, on=TODAY):
    return current_step.current_step(patient, on=on)


class TestBeforeTreatment:
    def test_begins_with_the_assessment(self, patient):
        assert step(patient).kind == current_step.TO_COMPLETE
        assert step(patient).url == reverse("assessments:start", args=[patient.pk])

    def test_is_due_in_the_working_days_of_the_team_for_who_registered_the_patient(self, team, clinician):
        patient = PatientFactory(team=team, registered_by=clinician, registered_at=NOW)
        assert (step(patient).owner, step(patient).due_on) == (clinician, TODAY + timedelta(days=7))

        FollowUpSettingsFactory(team=team, undecided_working_days=2)
        assert step(patient).due_on == TODAY + timedelta(days=2)

    def test_is_then_to_finish_the_draft_of_the_last_who_saved_it(self, patient, clinician):
        draft = drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)

        assert step(patient).kind == current_step.TO_COMPLETE
        assert step(patient).url == reverse("assessments:edit", args=[patient.pk, draft.pk])
        assert step(patient).owner == clinician

    def test_is_to_decide_once_enough_is_known(self, patient, clinician):
        draft = assessments.draft(patient, clinician)
        drafts.save_draft(assessment=draft, given={}, base={}, by=clinician, on=TODAY, at=NOW)
        draft.verdict = "eligible"
        draft.save()

        assert step(patient).kind == current_step.TO_DECIDE

    def test_is_to_plan_what_was_decided_and_then_the_planned_procedure(self, patient, clinician):
        assessment = courses.sign(patient, clinician, "proceed")

        assert step(patient).kind == current_step.TO_BOOK
        assert step(patient).url == reverse("procedures:plan", args=[patient.pk])
        assert (step(patient).owner, step(patient).due_on) == (clinician, TODAY + timedelta(days=7))

        procedure = ProcedureFactory(patient=patient, assessment=assessment, planned_on=IN_A_WEEK)
        assert step(patient).kind == current_step.BOOKED
        assert step(patient).url == reverse("procedures:checklist", args=[patient.pk, procedure.pk])
        assert step(patient).due_on == IN_A_WEEK

    def test_is_the_meeting_to_which_the_patient_was_referred(self, patient, clinician):
        courses.sign(patient, clinician, "refer")

        assert step(patient).kind == current_step.AT_THE_MEETING

    def test_is_the_earliest_open_task(self, patient, clinician):
        courses.sign(patient, clinician)
        TaskFactory(patient=patient, title="later", due_from=TODAY, due_to=TODAY + timedelta(days=9))
        TaskFactory(patient=patient, title="sooner", due_from=TODAY, due_to=TODAY + timedelta(days=2))

        assert (step(patient).kind, step(patient).title) == (current_step.TASK, "sooner")

    def test_is_the_task_where_it_is_due_before_the_procedure(self, patient, clinician):
        assessment = courses.sign(patient, clinician, "proceed")
        ProcedureFactory(patient=patient, assessment=assessment, planned_on=IN_A_WEEK)
        TaskFactory(patient=patient, title="INR again", due_from=TODAY, due_to=TODAY + timedelta(days=2))

        assert step(patient).title == "INR again"


class TestAfterTreatment:
    def test_is_to_sign_the_record_before_anything_else(self, patient, clinician):
        procedure = courses.begun(patient, clinician)

        assert step(patient).kind == current_step.TO_COMPLETE
        assert step(patient).url == reverse("procedures:record", args=[patient.pk, procedure.pk])
        assert (step(patient).owner, step(patient).due_on) == (clinician, TODAY + timedelta(days=2))

    def test_is_to_call_in_the_days_after_and_then_to_image(self, patient, clinician):
        procedure = courses.begun(patient, clinician)
        type(procedure).objects.update(signed_at=NOW, signed_by=clinician)

        assert step(patient).kind == current_step.TO_WATCH

        patient.tasks.update(closed_at=NOW, closed_by=clinician, outcome="done")
        assert step(patient).kind == current_step.TO_IMAGE
        assert step(patient).due_on == TODAY + timedelta(days=42)

    @pytest.mark.parametrize(
        ("day", "title"),
        [
            (2, "Call, day 1"),
            (3, "Call, day 3"),
            (6, "Call, day 3"),
            (7, "Call, day 7"),
            (16, "Call, day 14"),
        ],
    )
    def test_is_the_call_of_the_day_where_an_earlier_one_was_missed(self, patient, clinician, day, title):
        procedure = courses.begun(patient, clinician)
        type(procedure).objects.update(signed_at=NOW, signed_by=clinician)

        assert title in current_step.current_step(patient, on=TODAY + timedelta(days=day)).title

    def test_is_to_image_once_every_call_was_missed(self, patient, clinician):
        procedure = courses.begun(patient, clinician)
        type(procedure).objects.update(signed_at=NOW, signed_by=clinician)

        found = current_step.current_step(patient, on=TODAY + timedelta(days=17))

        assert found.kind == current_step.TO_IMAGE
        assert patient.tasks.filter(kind="call", closed_at=None).count() == 4

    def test_is_a_call_that_somebody_added_by_hand_however_late(self, patient, clinician):
        courses.treated(patient, clinician)
        TaskFactory(patient=patient, kind="call", title="Call the daughter", due_from=TODAY, due_to=TODAY)

        found = current_step.current_step(patient, on=TODAY + timedelta(days=60))

        assert found.title == "Call the daughter"

    def test_is_a_missed_call_where_nothing_else_is_open(self, patient, clinician):
        procedure = courses.begun(patient, clinician)
        type(procedure).objects.update(signed_at=NOW, signed_by=clinician)
        patient.reviews.update(closed_at=NOW, closed_because="replaced", closed_by=clinician)

        found = current_step.current_step(patient, on=TODAY + timedelta(days=30))

        assert found.kind == current_step.TO_WATCH

    def test_is_due_on_the_day_for_which_the_imaging_is_booked(self, patient, clinician):
        courses.treated(patient, clinician)
        patient.reviews.update(booked_for=IN_A_WEEK)

        assert (step(patient).kind, step(patient).due_on) == (current_step.TO_IMAGE, IN_A_WEEK)

    @pytest.mark.parametrize(
        ("read_at", "kind"), [(None, current_step.TO_READ), (NOW, current_step.TO_DECIDE_NEXT)]
    )
    def test_is_to_judge_what_was_imaged_before_any_task(self, patient, clinician, read_at, kind):
        procedure = courses.treated(patient, clinician)
        patient.reviews.update(done_on=TODAY, done_recorded_at=NOW, read_at=read_at)
        TaskFactory(patient=patient, due_from=TODAY, due_to=TODAY)

        assert procedure.reviews.get() == step(patient).review
        assert step(patient).kind == kind

    @pytest.mark.parametrize(
        ("imaged_on", "due_on"),
        [(date(2026, 3, 2), date(2026, 3, 5)), (date(2026, 3, 5), date(2026, 3, 10))],  # Monday, Thursday
    )
    def test_is_to_read_within_three_working_days(self, patient, clinician, imaged_on, due_on):
        courses.treated(patient, clinician)
        patient.reviews.update(done_on=imaged_on, done_recorded_at=NOW)

        assert step(patient).due_on == due_on
        assert step(patient).url == reverse(
            "followup:review_readings", args=[patient.pk, step(patient).review.pk]
        )

    def test_is_to_decide_within_five_working_days_of_the_reading_where_the_team_works(
        self, patient, clinician
    ):
        courses.treated(patient, clinician)
        patient.team.time_zone = "Pacific/Auckland"
        patient.team.save()
        monday_evening = NOW.replace(hour=20)
        patient.reviews.update(done_on=TODAY, done_recorded_at=NOW, read_at=monday_evening)

        assert step(patient).due_on == date(2026, 3, 10)
        assert step(patient).url == reverse("followup:decide", args=[patient.pk, step(patient).review.pk])

    @pytest.mark.parametrize(
        ("responses", "says"),
        [(["PR"], "A second person"), (["PR", "PD"], "disagree"), (["PR", "PR"], "Read")],
    )
    def test_says_what_the_reading_waits_for(self, patient, clinician, responses, says):
        courses.treated(patient, clinician)
        patient.reviews.update(done_on=TODAY, done_recorded_at=NOW)
        for response in responses:
            ReadingFactory(review=patient.reviews.get(), mrecist=response)

        assert says in step(patient).title

    def test_of_an_emergency_is_its_imaging_not_an_assessment(self, patient, clinician):
        courses.treated(patient, clinician)

        assert step(patient).kind == current_step.TO_IMAGE


class TestTheEnd:
    @pytest.mark.parametrize(
        "because", ["died", "transferred", "declined", "discharged", "lost", "research_case"]
    )
    def test_alone_leaves_a_patient_without_a_step(self, patient, because):
        patient.ended_because = because

        assert step(patient) is None


class TestWhoAnswers:
    @pytest.fixture
    def deputy(self, team):
        return member(team, Role.CLINICIAN, name="Dr D. Puty")

    @pytest.fixture
    def drafted(self, patient, clinician):
        drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)
        return patient

    def away(self, person, deputy=None, first=TODAY, last=TODAY):
        Membership.objects.filter(user=person).update(
            away_from=first, away_until=last, deputy=deputy and deputy.memberships.get()
        )

    def test_is_the_deputy_while_the_owner_is_away_and_it_is_said_for_whom(self, drafted, clinician, deputy):
        self.away(clinician, deputy)

        assert (step(drafted).owner, step(drafted).stands_in_for) == (deputy, clinician)

    @pytest.mark.parametrize("on", [TODAY - timedelta(days=1), TODAY + timedelta(days=1)])
    def test_is_the_owner_before_and_after(self, drafted, clinician, deputy, on):
        self.away(clinician, deputy)

        assert (step(drafted, on).owner, step(drafted, on).stands_in_for) == (clinician, None)

    def test_is_nobody_where_the_owner_is_away_without_a_deputy(self, drafted, clinician):
        self.away(clinician)

        assert step(drafted).owner is None

    def test_is_nobody_where_the_deputy_is_away_too(self, drafted, clinician, deputy):
        self.away(clinician, deputy)
        self.away(deputy)

        assert step(drafted).owner is None

    @pytest.mark.parametrize("rows", [Membership.objects.filter(user__name="Dr S. Lindqvist"), User.objects])
    def test_is_nobody_where_the_owner_left_the_team_or_the_hospital(self, drafted, clinician, rows):
        rows.update(is_active=False)

        assert step(drafted).owner is None


class TestAPlanThatPassed:
    """Planned for Monday, 2 March; two working days later it is no plan any more."""

    @pytest.fixture
    def plan_of(self, patient, clinician):
        def made():
            return courses.planned(patient, clinician, courses.sign(patient, clinician, "proceed"))

        return made

    def listed(self, patient, on):
        return current_step.without_next_step(patient.team, on=on).filter(pk=patient.pk).exists()

    @pytest.mark.parametrize(
        ("on", "kind", "title"),
        [
            (date(2026, 3, 2), "booked", "TACE is planned"),
            (date(2026, 3, 3), "booked", "TACE was planned for 2 Mar 2026: begin it, move it or cancel it"),
            (
                date(2026, 3, 4),
                "plan_passed",
                "TACE was planned for 2 Mar 2026: begin it, move it or cancel it",
            ),
        ],
    )
    def test_is_late_at_once_and_on_the_failsafe_list_two_working_days_later(
        self, patient, plan_of, on, kind, title
    ):
        plan_of()

        assert (step(patient, on).kind, step(patient, on).title) == (kind, title)
        assert self.listed(patient, on) == (kind == current_step.PLAN_PASSED)

    def test_is_on_the_list_later_where_the_team_says_so(self, patient, plan_of):
        plan_of()
        FollowUpSettingsFactory(team=patient.team, unstarted_working_days=3)

        assert [self.listed(patient, date(2026, 3, day)) for day in (4, 5)] == [False, True]

    def test_is_off_the_list_where_another_is_to_come(self, patient, clinician, plan_of):
        planned = plan_of()
        ProcedureFactory(
            patient=patient, assessment=planned.assessment, planned_on=IN_A_WEEK, planned_modality="TACE"
        )

        assert step(patient, date(2026, 3, 5)).kind == current_step.BOOKED
        assert not self.listed(patient, date(2026, 3, 5))

    def test_is_off_the_list_while_something_else_is_to_be_done(self, patient, plan_of):
        plan_of()
        TaskFactory(patient=patient, due_from=TODAY, due_to=IN_A_WEEK)

        assert step(patient, date(2026, 3, 5)).kind == current_step.BOOKED
        assert not self.listed(patient, date(2026, 3, 5))

    def test_is_planned_anew_once_it_is_cancelled(self, patient, clinician, plan_of):
        plan.cancel_procedure(procedure=plan_of(), because="Fever", by=clinician, at=NOW)

        assert step(patient, date(2026, 3, 5)).kind == current_step.TO_BOOK


class TestNothingPlanned:
    def test_asks_for_a_step_and_whoever_signed_last_answers_for_it(self, patient, clinician):
        courses.sign(patient, clinician)

        assert step(patient).kind == current_step.NOTHING_PLANNED
        assert step(patient).owner == clinician

    def test_is_on_the_failsafe_list_until_a_task_is_there(self, patient, clinician):
        courses.sign(patient, clinician)
        assert list(current_step.without_next_step(patient.team, on=TODAY)) == [patient]

        TaskFactory(patient=patient)
        assert not current_step.without_next_step(patient.team, on=TODAY)

    def test_of_a_treated_patient_asks_whoever_signed_the_later_record(self, patient, clinician, team):
        courses.sign(patient, clinician, at=NOW - timedelta(days=9))
        operator = member(team, Role.CLINICIAN)
        courses.treated(patient, operator)
        patient.reviews.update(closed_at=NOW, closed_because="replaced")

        assert step(patient).kind == current_step.NOTHING_PLANNED
        assert step(patient).owner == operator


class TestTheLists:
    """SQL finds exactly those whom Python finds."""

    def test_agree_with_the_step_of_each_patient(self, team, clinician):
        everybody = {
            name: PatientFactory(team=team, mrn=name) for name in dir(self) if name.startswith("is_")
        }
        for name, patient in everybody.items():
            getattr(self, name)(patient, clinician)

        kinds = {name: self.kind(patient) for name, patient in everybody.items()}

        nothing = {name for name, kind in kinds.items() if kind == current_step.NOTHING_PLANNED}
        plan = {name for name, kind in kinds.items() if kind == current_step.TO_BOOK}
        assert self.listed(current_step.without_next_step(team, on=TODAY)) == nothing
        assert self.listed(current_step.to_plan(team)) == plan
        assert nothing == {"is_signed", "is_treated_without_a_review", "is_cancelled_and_refused"}
        assert plan == {"is_decided", "is_cancelled"}

    def kind(self, patient):
        patient.refresh_from_db()
        found = step(patient)
        return found.kind if found else None

    def listed(self, rows):
        return set(rows.values_list("mrn", flat=True))

    def is_fresh(self, patient, clinician):
        """Registered, nothing more."""

    def is_signed(self, patient, clinician):
        courses.sign(patient, clinician)

    def is_decided(self, patient, clinician):
        return courses.sign(patient, clinician, "proceed")

    def is_referred(self, patient, clinician):
        courses.sign(patient, clinician, "refer")

    def is_drafted_again(self, patient, clinician):
        courses.sign(patient, clinician)
        drafts.start_draft(patient=patient, by=clinician, on=TODAY, at=NOW)

    def is_planned(self, patient, clinician):
        return courses.planned(patient, clinician, self.is_decided(patient, clinician))

    def is_cancelled(self, patient, clinician):
        procedure = self.is_planned(patient, clinician)
        type(procedure).objects.filter(pk=procedure.pk).update(
            cancelled_at=NOW, cancelled_by=clinician, cancelled_because="fever"
        )

    def is_cancelled_and_refused(self, patient, clinician):
        self.is_cancelled(patient, clinician)
        courses.sign(patient, clinician, at=NOW + timedelta(days=1))

    def is_tasked(self, patient, clinician):
        courses.sign(patient, clinician)
        TaskFactory(patient=patient)

    def is_begun(self, patient, clinician):
        courses.begun(patient, clinician)

    def is_treated(self, patient, clinician):
        courses.treated(patient, clinician)

    def is_treated_without_a_review(self, patient, clinician):
        courses.treated(patient, clinician)
        patient.reviews.update(closed_at=NOW, closed_because="replaced")

    def is_imaged(self, patient, clinician):
        courses.treated(patient, clinician)
        patient.reviews.update(done_on=TODAY, done_recorded_at=NOW)

    def is_ended(self, patient, clinician):
        courses.sign(patient, clinician)
        type(patient).objects.filter(pk=patient.pk).update(ended_on=TODAY, ended_because="died")
