"""The list of a meeting: who is proposed, who is put on and taken off, the order; who may prepare it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.roles import Role
from pathway.actions import meetings as actions
from pathway.meeting import page, proposals
from pathway.models import Discussion, Meeting
from tests import asked as asked_of
from tests.factories.accounts import member
from tests.factories.meetings import MeetingFactory
from tests.factories.patients import NOW, TODAY, PatientFactory
from tests.followup import deciding
from tests.pathway import meeting_world as world


@pytest.fixture
def meeting(team, clinician):
    return MeetingFactory(team=team, created_by=clinician)


@pytest.fixture
def todays(team, clinician):
    """A meeting of the day on which the test runs, for what goes through the pages."""
    return MeetingFactory(team=team, created_by=clinician, held_on=timezone.localdate())


def proposed(meeting):
    return proposals.proposals_of(meeting, on=TODAY)


class TestProposals:
    @pytest.mark.parametrize(("days", "is_later"), [(-1, False), (0, False), (1, True)])
    def test_hold_whom_an_assessment_referred_and_say_which_meeting_it_meant(
        self, meeting, team, clinician, days, is_later
    ):
        row = world.referred(team, clinician, meeting_on=TODAY + timedelta(days=days))

        (one,) = proposed(meeting)

        assert (one.patient, one.why, one.is_later) == (row.patient, "referred", is_later)
        assert one.question.startswith("Arterial treatment, yes or no? The guideline: Eligible")

    def test_do_not_hold_whom_a_later_assessment_decided_on(self, meeting, team, clinician):
        row = world.referred(team, clinician)
        row.decision = "proceed"
        row.save()
        row.patient.tasks.update(closed_at=NOW, outcome="done")

        assert proposed(meeting) == []

    def test_hold_a_read_review_where_the_guideline_suggests_another_treatment(
        self, meeting, team, clinician
    ):
        reading = world.course(team, clinician, deciding.VIABLE, deciding.PROGRESSED, deciding.PROGRESSED)

        (one,) = proposed(meeting)

        assert (one.patient, one.why) == (reading.review.patient, "not_decided")
        assert one.question.startswith("What next? Response PD; the guideline suggests: Switch or combine.")

    def test_do_not_hold_a_read_review_that_goes_on_as_the_guideline_says(self, meeting, team, clinician):
        world.read_not_decided(team, clinician)

        assert proposed(meeting) == []

    def test_hold_whom_a_task_for_the_meeting_waits_for(self, meeting, team):
        task = world.task_for_meeting(team)

        (one,) = proposed(meeting)

        assert (one.patient, one.question, one.why) == (task.patient, "Ablation of L2?", "task")

    def test_hold_nobody_twice_nobody_listed_nobody_ended_and_nobody_of_another_team(
        self, meeting, team, other_team, clinician, stranger
    ):
        twice = world.referred(team, clinician)
        on_the_list = world.referred(team, clinician)
        world.listed(on_the_list.patient, clinician, meeting=meeting)
        ended = world.referred(team, clinician)
        ended.patient.ended_because, ended.patient.ended_on = "died", TODAY
        ended.patient.save()
        world.referred(other_team, stranger)

        assert [one.patient for one in proposed(meeting)] == [twice.patient]

    def test_are_none_once_the_meeting_was_held(self, meeting, team, clinician):
        world.referred(team, clinician)

        assert proposals.proposals_of(meeting, on=TODAY + timedelta(days=1)) == []


class TestTheList:
    def test_keeps_its_order_and_changes_places(self, meeting, team, clinician):
        rows = [
            actions.put_on(
                meeting=meeting, patient=PatientFactory(team=team), question=q, why="by_hand", by=clinician, at=NOW
            )
            for q in "abc"
        ]  # fmt: skip

        actions.move(discussion=rows[2], up=True, by=clinician, at=NOW)
        actions.move(discussion=rows[0], up=True, by=clinician, at=NOW)

        assert [row.discussion.question for row in page.rows_of(meeting)] == ["a", "c", "b"]

    def test_holds_a_patient_once(self, meeting, team, clinician):
        patient = PatientFactory(team=team)
        first = world.listed(patient, clinician, meeting=meeting)

        again = actions.put_on(
            meeting=meeting, patient=patient, question="Again?", why="by_hand", by=clinician, at=NOW
        )

        assert again == first
        with pytest.raises(IntegrityError), transaction.atomic():
            world.listed(patient, clinician, meeting=meeting)

    def test_keeps_who_took_a_patient_off_and_lets_the_patient_back(self, meeting, team, clinician):
        row = world.listed(PatientFactory(team=team), clinician, meeting=meeting)

        actions.take_off(discussion=row, by=clinician, at=NOW)
        back = actions.put_on(
            meeting=meeting, patient=row.patient, question="Now?", why="by_hand", by=clinician, at=NOW
        )

        row.refresh_from_db()
        assert (row.taken_off_by, row.taken_off_at) == (clinician, NOW)
        assert [each.discussion for each in page.rows_of(meeting)] == [back]

    @pytest.mark.parametrize("because", ["died", "transferred"])
    def test_takes_nobody_whose_course_has_ended(self, meeting, team, clinician, because):
        patient = PatientFactory(team=team, ended_because=because, ended_on=TODAY)

        with pytest.raises(actions.UnableToPutOn):
            actions.put_on(
                meeting=meeting, patient=patient, question="?", why="by_hand", by=clinician, at=NOW
            )

    def test_takes_nobody_of_another_team(self, meeting, other_team, clinician):
        with pytest.raises(actions.UnableToPutOn):
            actions.put_on(
                meeting=meeting, patient=PatientFactory(team=other_team), question="?", why="by_hand",
                by=clinician, at=NOW,
            )  # fmt: skip

    def test_says_who_ended_since(self, meeting, team, clinician):
        row = world.listed(PatientFactory(team=team), clinician, meeting=meeting)
        row.patient.ended_because, row.patient.ended_on = "died", TODAY
        row.patient.save()

        assert [each.state for each in page.rows_of(meeting)] == [page.ENDED]


class TestThePage:
    def test_puts_the_ticked_on_the_list(self, signed_in, todays, team, coordinator, clinician):
        today = timezone.localdate()
        ticked, left = (world.referred(team, clinician, meeting_on=today) for _each in range(2))
        client = signed_in(coordinator)

        client.post(reverse("pathway:meeting_propose", args=[todays.pk]), {"patient": [ticked.patient_id]})
        shown = client.get(reverse("pathway:meeting", args=[todays.pk])).context

        assert [row.patient for row in shown["rows"]] == [ticked.patient]
        assert [one.patient for one in shown["proposals"]] == [left.patient]

    def test_puts_on_by_number_and_says_at_the_field_what_is_wrong(self, signed_in, todays, team, clinician):
        patient = PatientFactory(team=team, mrn="7041 2296")
        client, path = signed_in(clinician), reverse("pathway:meeting_put_on", args=[todays.pk])

        wrong = client.post(path, {"mrn": "999", "question": "Ablation?"})
        right = client.post(path, {"mrn": "70412296", "question": "Ablation?"})

        assert wrong.status_code == 422
        assert wrong.context["add_form"].errors["mrn"] == ["No patient of the team has this record number."]
        assert 'value="Ablation?"' in wrong.content.decode()
        assert right.status_code == 302
        assert Discussion.objects.get().patient == patient

    def test_opens_the_list_of_a_day_once(self, signed_in, team, coordinator):
        client, path = signed_in(coordinator), reverse("pathway:meetings")
        day = timezone.localdate() + timedelta(days=2)

        first = client.post(path, {"held_on": day.isoformat()})
        second = client.post(path, {"held_on": day.isoformat()})

        assert first["Location"] == second["Location"]
        assert Meeting.objects.get().held_on == day

    @pytest.mark.parametrize(("days", "status"), [(-1, 422), (0, 302), (366, 302), (367, 422)])
    def test_takes_a_day_of_today_up_to_a_year(self, signed_in, team, coordinator, days, status):
        day = timezone.localdate() + timedelta(days=days)

        answer = signed_in(coordinator).post(reverse("pathway:meetings"), {"held_on": day.isoformat()})

        assert answer.status_code == status

    def test_leads_from_a_patients_page_to_the_list(self, signed_in, todays, team, clinician):
        patient = PatientFactory(team=team)
        client, path = signed_in(clinician), reverse("pathway:to_meeting", args=[patient.pk])
        address = reverse("pathway:to_meeting", args=[patient.pk])
        assert address in client.get(reverse("pathway:patient", args=[patient.pk])).content.decode()

        client.post(path, {"coming": todays.held_on.isoformat(), "question": "Ablation?"})

        assert Discussion.objects.get().meeting == todays
        assert "On the list already" in client.get(path).content.decode()

    def test_puts_on_the_list_of_another_day_from_a_patients_page(self, signed_in, todays, team, clinician):
        patient, day = PatientFactory(team=team), timezone.localdate() + timedelta(days=9)
        path = reverse("pathway:to_meeting", args=[patient.pk])
        client = signed_in(clinician)

        empty = client.post(path, {"coming": "another", "question": "Ablation?"})
        client.post(path, {"coming": "another", "held_on": day.isoformat(), "question": "Ablation?"})

        assert empty.context["form"].errors["held_on"] == ["Give the day of the meeting."]
        assert Discussion.objects.get().meeting.held_on == day

    def test_changes_the_question_and_keeps_who_attended(self, signed_in, todays, team, coordinator):
        row = world.listed(PatientFactory(team=team), coordinator, meeting=todays)
        client = signed_in(coordinator)

        empty = client.post(reverse("pathway:meeting_reword", args=[todays.pk, row.pk]), {"question": ""})
        client.post(reverse("pathway:meeting_reword", args=[todays.pk, row.pk]), {"question": "Surgery?"})
        client.post(reverse("pathway:meeting_attended", args=[todays.pk]), {"attended": "Surgery: K. Ito"})

        row.refresh_from_db()
        todays.refresh_from_db()
        assert empty.status_code == 422
        assert (row.question, todays.attended) == ("Surgery?", "Surgery: K. Ito")

    @pytest.mark.parametrize("is_decided", [True, False])
    def test_leaves_the_question_that_was_decided_on_or_taken_off(
        self, signed_in, todays, team, clinician, is_decided
    ):
        row = world.listed(PatientFactory(team=team), clinician, meeting=todays, question="Ablation?")
        if is_decided:
            row.task = world.task_for_meeting(team)
            row.decided_at, row.decided_by = NOW, clinician
        else:
            row.taken_off_at, row.taken_off_by = NOW, clinician
        row.save()

        path = reverse("pathway:meeting_reword", args=[todays.pk, row.pk])
        answer = signed_in(clinician).post(path, {"question": "Surgery?"}, follow=True)

        row.refresh_from_db()
        assert "the question stays" in answer.content.decode()
        assert row.question == "Ablation?"

    def test_is_audited_with_whom_it_showed(self, signed_in, todays, team, clinician):
        row = world.listed(PatientFactory(team=team), clinician, meeting=todays)

        signed_in(clinician).get(reverse("pathway:meeting", args=[todays.pk]))

        assert AuditEntry.objects.get(what="pathway:meeting").listed_ids == [row.patient_id]

    def test_offers_a_coordinator_no_decision_and_an_observer_nothing(self, signed_in, todays, team):
        row = world.listed(PatientFactory(team=team), todays.created_by, meeting=todays)
        path = f"{reverse('pathway:meeting', args=[todays.pk])}?decide={row.pk}"

        texts = {
            role: signed_in(member(team, role)).get(path).content.decode()
            for role in (Role.COORDINATOR, Role.OBSERVER)
        }

        assert ">Decide" not in texts[Role.COORDINATOR]
        assert "Take off" in texts[Role.COORDINATOR]
        assert "The meeting decided" not in texts[Role.COORDINATOR]
        assert "Take off" not in texts[Role.OBSERVER]
        assert "Make the pack" not in texts[Role.OBSERVER]

    def test_asks_the_database_no_more_often_for_more_patients(self, signed_in, todays, team, clinician):
        client, path = signed_in(clinician), reverse("pathway:meeting", args=[todays.pk])

        def queries():
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            return len(asked_of.by_the_page(asked))

        world.listed(PatientFactory(team=team), clinician, meeting=todays)
        queries()
        few = queries()
        for _each in range(6):
            world.listed(PatientFactory(team=team), clinician, meeting=todays)

        assert queries() == few


class TestHome:
    def test_shows_the_next_meeting_and_a_list_that_was_not_decided(self, signed_in, todays, team, clinician):
        before = MeetingFactory(
            team=team, created_by=clinician, held_on=timezone.localdate() - timedelta(days=7)
        )
        world.listed(PatientFactory(team=team), clinician, meeting=before)

        shown = signed_in(clinician).get(reverse("pathway:home")).context["home_meetings"]

        assert [(one, one.waiting_count) for one in shown] == [(before, 1), (todays, 0)]
