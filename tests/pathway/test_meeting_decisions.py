"""What the meeting decided, typed once: it comes back into the assessment, the review or a dated next step."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.roles import Role
from assessments.actions import signing
from followup import current_step
from followup.actions import decisions
from followup.models import Decision
from pathway.actions import meeting_decisions as actions
from pathway.actions import meetings
from pathway.meeting import forms, matters, page
from pathway.models import Discussion
from patients.models import Task
from tests.factories.accounts import member
from tests.factories.meetings import MeetingFactory
from tests.factories.patients import NOW, TODAY, PatientFactory
from tests.followup import deciding
from tests.pathway import meeting_world as world


@pytest.fixture
def referral(team, clinician):
    return world.referred(team, clinician)


@pytest.fixture
def on_list(referral, clinician):
    return world.listed(referral.patient, clinician, why="referred")


def decide_referral(on_list, assessment, by, **changed):
    given = {"decision": "proceed", "note": "", "against": False, "revision": assessment.revision} | changed
    return actions.decide_referral(
        discussion=on_list, assessment=assessment, by=by, on=TODAY, at=NOW, **given
    )


def decide_step(on_list, by, **changed):
    given = {"title": "MRI first", "owner": by, "due_on": TODAY + timedelta(days=7)} | changed
    step = actions.NextStep(**given)
    return actions.decide_next_step(discussion=on_list, step=step, by=by, on=TODAY, at=NOW)


def through_the_page(client, on_list, **typed):
    path = reverse("pathway:meeting_decide", args=[on_list.meeting_id, on_list.pk])
    return client.post(path, typed)


class TestAReferredAssessment:
    def test_is_amended_with_what_the_meeting_decided(self, referral, on_list, clinician):
        done = decide_referral(on_list, referral, clinician, note="Superselective only")

        referral.refresh_from_db()
        assert (referral.decision, referral.status) == ("proceed", "amended")
        assert done.version.reason == "Multidisciplinary meeting of 2 Mar 2026: Superselective only"
        assert done.version.record["decision"] == "proceed"
        assert (done.decided_by, done.decided_at) == (clinician, NOW)

    def test_is_back_the_meeting_task_is_done_and_the_next_step_is_the_procedure(
        self, referral, on_list, clinician
    ):
        before = current_step.current_step(referral.patient, on=TODAY)
        decide_referral(on_list, referral, clinician)

        patient = type(referral.patient).objects.get(pk=referral.patient_id)
        task = patient.tasks.get()
        assert before.kind == current_step.AT_THE_MEETING
        assert (task.outcome, task.outcome_note) == ("done", "Multidisciplinary meeting of 2 Mar 2026.")
        assert current_step.current_step(patient, on=TODAY).title == "Plan the procedure"

    def test_goes_against_the_finding_only_with_the_reason_of_the_meeting(self, referral, on_list, clinician):
        decide_referral(
            on_list, referral, clinician, decision="do_not_proceed", note="Transplant first", against=True
        )

        referral.refresh_from_db()
        assert (referral.decision, referral.reason_against_finding) == ("do_not_proceed", "Transplant first")

    def test_is_refused_where_somebody_amended_it_meanwhile(self, referral, on_list, clinician):
        with pytest.raises(signing.UnableToAmend):
            decide_referral(on_list, referral, clinician, revision=referral.revision - 1)

        on_list.refresh_from_db()
        assert on_list.decided_at is None
        assert referral.patient.tasks.get().closed_at is None

    def test_keeps_a_task_for_a_meeting_that_is_to_come(self, referral, on_list, clinician):
        later = world.task_for_meeting(
            referral.patient.team, due_from=TODAY + timedelta(days=1), due_to=TODAY + timedelta(days=30)
        )
        later.patient = referral.patient
        later.save()

        decide_referral(on_list, referral, clinician)

        assert list(referral.patient.tasks.filter(closed_at=None)) == [later]


class TestAReadReview:
    def decided(self, team, by, **asked):
        reading = world.read_not_decided(team, by)
        row = world.listed(reading.review.patient, by)
        given = {"choice": "hold", "interval_months": 2} | asked
        return actions.decide_review(
            discussion=row, review=reading.review, reading=reading, asked=given, by=by, on=TODAY, at=NOW
        )

    def test_is_decided_in_its_own_room(self, team, clinician):
        done = self.decided(team, clinician)

        made = Decision.objects.get()
        assert (done.decision, made.choice, made.decided_by) == (made, "hold", clinician)
        assert made.review.closed_at == NOW
        assert made.next_review is not None

    def test_is_to_be_decided_again_once_the_decision_was_taken_back(self, team, clinician):
        done = self.decided(team, clinician)
        decisions.withdraw_decision(decision=done.decision, because="Slip", by=clinician, at=NOW)

        (row,) = page.rows_of(done.meeting)

        assert (row.state, row.matter.kind) == (page.WAITS, matters.REVIEW)


class TestANextStep:
    def test_has_an_owner_and_a_date_and_answers_the_task_for_the_meeting(self, team, clinician, coordinator):
        asked = world.task_for_meeting(team)
        row = world.listed(asked.patient, clinician)

        done = decide_step(row, clinician, owner=coordinator)

        asked.refresh_from_db()
        assert (asked.outcome, done.task.title, done.task.owner) == ("done", "MRI first", coordinator)
        assert done.task.due_to == TODAY + timedelta(days=7)

    @pytest.mark.parametrize(("comes_back", "kind"), [(True, "mdt"), (False, "other")])
    def test_comes_back_to_the_meeting_where_it_was_said(self, team, clinician, comes_back, kind):
        row = world.listed(PatientFactory(team=team), clinician)

        assert decide_step(row, clinician, comes_back=comes_back).task.kind == kind


class TestTwoAtOnce:
    def test_are_told_that_it_was_decided(self, on_list, referral, clinician):
        decide_referral(on_list, referral, clinician)

        with pytest.raises(actions.DecidedAlready):
            decide_step(on_list, clinician)

        assert Task.objects.filter(title="MRI first").count() == 0

    def test_decide_on_nobody_who_was_taken_off(self, on_list, clinician):
        meetings.take_off(discussion=on_list, by=clinician, at=NOW)

        with pytest.raises(actions.TakenOff):
            decide_step(on_list, clinician)

    def test_decide_on_nobody_whose_course_ended(self, on_list, clinician):
        on_list.patient.ended_because, on_list.patient.ended_on = "died", TODAY
        on_list.patient.save()

        with pytest.raises(actions.CourseEnded):
            decide_step(on_list, clinician)

    def test_take_nobody_off_who_was_decided_on(self, on_list, clinician):
        decide_step(on_list, clinician)

        with pytest.raises(meetings.UnableToTakeOff):
            meetings.take_off(discussion=on_list, by=clinician, at=NOW)

    def test_cannot_keep_a_decision_that_is_nowhere(self, on_list, clinician):
        on_list.decided_at, on_list.decided_by = NOW, clinician

        with pytest.raises(IntegrityError), transaction.atomic():
            on_list.save()


class TestThePage:
    @pytest.fixture
    def todays(self, team, clinician):
        return MeetingFactory(team=team, created_by=clinician, held_on=timezone.localdate())

    def test_keeps_the_decision_and_opens_the_next_row_that_waits(
        self, signed_in, todays, team, clinician, referral
    ):
        first = world.listed(referral.patient, clinician, meeting=todays)
        second = world.listed(PatientFactory(team=team), clinician, meeting=todays)

        answer = through_the_page(
            signed_in(clinician), first, matter="referral", decision="proceed", revision=referral.revision
        )

        path = reverse("pathway:meeting", args=[todays.pk])
        assert answer["Location"] == f"{path}?decide={second.pk}"
        assert Discussion.objects.get(pk=first.pk).version.record["decision"] == "proceed"

    def test_asks_for_the_reason_against_the_finding_and_loses_nothing(
        self, signed_in, todays, clinician, referral
    ):
        row = world.listed(referral.patient, clinician, meeting=todays)

        answer = through_the_page(
            signed_in(clinician),
            row,
            matter="referral",
            decision="do_not_proceed",
            revision=referral.revision,
        )

        form = answer.context["form"]
        assert answer.status_code == 422
        assert form.errors == {"note": ["Write the meeting's reason for going against the finding."]}
        assert form["decision"].value() == "do_not_proceed"

    @pytest.mark.parametrize(("note", "status"), [("", 422), ("Two lobes now", 302)])
    def test_switches_a_review_against_the_suggestion_with_the_reason_in_words(
        self, signed_in, todays, team, clinician, note, status
    ):
        reading = world.read_not_decided(team, clinician)
        row = world.listed(reading.review.patient, clinician, meeting=todays)
        typed = {
            "matter": "review", "reading": reading.pk, "reading_revision": reading.revision, "note": note,
            "choice": "switch_or_combine", "switch_to": ["systemic_therapy"], "months": "2",
            "refer_kind": "other", "refer_owner": clinician.pk,
            "refer_on": (timezone.localdate() + timedelta(days=7)).isoformat(),
        }  # fmt: skip

        answer = through_the_page(signed_in(clinician), row, **typed)

        assert answer.status_code == status
        kept = [(one.choice, one.against_because, one.note) for one in Decision.objects.all()]
        assert kept == ([("switch_or_combine", "meeting", note)] if status == 302 else [])

    def test_sends_nobody_back_to_the_meeting_that_has_just_answered(
        self, signed_in, todays, team, clinician
    ):
        reading = world.read_not_decided(team, clinician)
        row = world.listed(reading.review.patient, clinician, meeting=todays)
        path = f"{reverse('pathway:meeting', args=[todays.pk])}?decide={row.pk}"

        form = signed_in(clinician).get(path).context["form"]

        assert form["refer_kind"].value() == Task.Kind.OTHER

    def test_says_that_the_person_left_the_team_meanwhile(
        self, signed_in, todays, team, clinician, monkeypatch
    ):
        row = world.listed(PatientFactory(team=team), clinician, meeting=todays)
        other = member(team, Role.COORDINATOR)
        due_on = (timezone.localdate() + timedelta(days=3)).isoformat()
        read = forms.StepForm.step

        def step(form):
            other.memberships.update(is_active=False)
            return read(form)

        monkeypatch.setattr(forms.StepForm, "step", step)
        typed = {"step": "1", "title": "MRI first", "owner": other.pk, "due_on": due_on}
        answer = through_the_page(signed_in(clinician), row, **typed)

        row.refresh_from_db()
        assert answer.status_code == 302
        assert (row.decided_at, Task.objects.count()) == (None, 0)

    def test_puts_the_focus_on_what_is_suggested(self, signed_in, todays, team, clinician):
        reading = world.course(team, clinician, deciding.VIABLE)
        row = world.listed(reading.review.patient, clinician, meeting=todays)
        path = f"{reverse('pathway:meeting', args=[todays.pk])}?decide={row.pk}"

        options = [str(one) for one in signed_in(clinician).get(path).context["form"]["choice"]]

        assert [("autofocus" in one) for one in options] == ["checked" in one for one in options]
        assert ["consider_repeat" in one for one in options] == ["checked" in one for one in options]

    def test_says_the_next_step_of_somebody_for_whom_nothing_waits(self, signed_in, todays, team, clinician):
        row = world.listed(PatientFactory(team=team), clinician, meeting=todays)
        due_on = timezone.localdate() + timedelta(days=3)
        typed = {"step": "1", "title": "Ask hepatology", "owner": clinician.pk, "due_on": due_on.isoformat()}

        empty = through_the_page(signed_in(clinician), row, step="1", title="", due_on=due_on.isoformat())
        through_the_page(signed_in(clinician), row, **typed)

        assert set(empty.context["form"].errors) == {"title", "owner"}
        assert Discussion.objects.get(pk=row.pk).task.title == "Ask hepatology"

    def test_tells_the_second_of_two_and_keeps_nothing(self, signed_in, todays, team, clinician):
        row = world.listed(PatientFactory(team=team), clinician, meeting=todays)
        decide_step(row, clinician)

        answer = through_the_page(signed_in(clinician), row, step="1", title="Another")

        told = signed_in(clinician).get(answer["Location"]).context
        assert answer.status_code == 302
        assert Task.objects.filter(title="Another").count() == 0
        assert told["rows"][0].told.words.startswith("MRI first")

    def test_shows_what_was_decided_in_its_own_room_meanwhile(self, signed_in, todays, team, clinician):
        reading = world.read_not_decided(team, clinician)
        row = world.listed(reading.review.patient, clinician, meeting=todays)
        at = timezone.now()
        decisions.decide(
            review=reading.review, reading=reading, choice="hold", interval_months=2, by=clinician, at=at
        )

        shown = page.rows_of(todays)[0]

        assert (shown.state, shown.told.by) == (page.ELSEWHERE, clinician)
        assert page.recounted(page.meetings_of(team))[0].waiting_count == 0
        answer = through_the_page(signed_in(clinician), row, matter="review", choice="hold")
        assert answer.status_code == 302
        assert Decision.objects.count() == 1

    def test_lets_a_coordinator_decide_nothing(self, signed_in, todays, team, clinician):
        row = world.listed(PatientFactory(team=team), clinician, meeting=todays)

        answer = through_the_page(signed_in(member(team, Role.COORDINATOR)), row, step="1", title="X")

        assert answer.status_code == 403

    def test_is_audited_for_the_patient(self, signed_in, todays, team, clinician):
        row = world.listed(PatientFactory(team=team), clinician, meeting=todays)
        decide_step(row, clinician)

        kept = AuditEntry.objects.get(what="pathway.decide_at_meeting")

        assert (kept.patient_id, kept.by) == (row.patient_id, clinician)


class TestWhatWaits:
    def test_is_the_referral_before_the_review_and_the_review_before_a_step(self, team, clinician):
        reading = world.read_not_decided(team, clinician)
        patient = reading.review.patient
        before = matters.matter_of(patient)
        refers = world.referred(team, clinician)
        refers.patient = patient
        refers.save()

        assert (before.kind, before.reading) == (matters.REVIEW, reading)
        assert matters.matter_of(patient).assessment == refers
        assert matters.matter_of(PatientFactory(team=team)).kind == matters.STEP
