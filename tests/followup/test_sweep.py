"""The sweep: writes what is due, for whom, once; whatever is paused, done or ended is left alone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Membership
from accounts.roles import Role
from followup.actions import sweep
from followup.models import ImagingReview, Message, Pause, Reminder, SweepFault, SweepRun
from tests.factories import accounts, followup, patients, procedures
from tests.factories.patients import NOW, TODAY

A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def lead(team):
    return accounts.member(team, Role.CLINICIAN, is_lead=True, name="Dr L. Ekman")


@pytest.fixture
def review(team, coordinator, clinician, lead):
    """A review whose window opens on TODAY and is open for two weeks; the clinician did the procedure."""
    review = followup.ImagingReviewFactory(patient__team=team, owner=coordinator)
    review.after_procedure.operators.add(clinician)
    review.after_procedure.signed_at, review.after_procedure.signed_by = NOW, clinician
    review.after_procedure.save()
    return review


def swept(on: date = TODAY) -> set[tuple[str, date, str]]:
    """Sweep at nine on a day; return what stands written by then."""
    sweep.sweep(at=datetime.combine(on, NOW.time(), tzinfo=NOW.tzinfo))
    return {(r.rung, r.rung_on, (r.user or r.patient).pk) for r in Reminder.objects.all()}


def new_on(on: date) -> set[tuple[str, str]]:
    """Sweep on a day; return the rungs and people that this sweep added."""
    before = set(Reminder.objects.values_list("pk", flat=True))
    sweep.sweep(at=datetime.combine(on, NOW.time(), tzinfo=NOW.tzinfo))
    return {(r.rung, str(r.user or r.patient)) for r in Reminder.objects.exclude(pk__in=before)}


class TestLadder:
    def test_climbs_from_the_owner_to_clinician_and_lead(self, review, coordinator, clinician, lead):
        own, treating, leading = str(coordinator), str(clinician), str(lead)

        assert new_on(TODAY - 8 * A_DAY) == set()
        assert new_on(TODAY - 7 * A_DAY) == {("soon", own)}
        assert new_on(TODAY) == {("due", own)}
        assert new_on(review.due_to) == set()
        assert new_on(review.due_to + A_DAY) == {("late", own)}
        for weeks in (1, 2, 4):
            assert new_on(review.due_to + weeks * A_WEEK) == {("escalated", treating), ("escalated", leading)}
        assert new_on(review.due_to + 5 * A_WEEK) == {("weekly", leading)}
        assert new_on(review.due_to + 5 * A_WEEK + A_DAY) == set()
        assert new_on(review.due_to + 6 * A_WEEK) == {("weekly", leading)}

    def test_after_an_outage_of_weeks_tells_each_person_once(self, review, coordinator, clinician, lead):
        assert new_on(review.due_to + 10 * A_WEEK) == {
            ("late", str(coordinator)), ("escalated", str(clinician)), ("weekly", str(lead)),
        }  # fmt: skip

    def test_says_what_it_said_already_to_nobody_again(self, review):
        first = swept(TODAY)

        assert swept(TODAY) == first
        assert swept(TODAY + A_DAY) == first

    def test_follows_a_window_that_was_moved(self, review, coordinator):
        swept(TODAY)
        ImagingReview.objects.filter(pk=review.pk).update(due_from=TODAY + A_WEEK, due_to=TODAY + 2 * A_WEEK)

        assert new_on(TODAY + A_WEEK) == {("due", str(coordinator))}

    def test_stops_with_the_imaging(self, review):
        ImagingReview.objects.filter(pk=review.pk).update(
            done_on=TODAY, done_recorded_at=NOW, read_at=NOW, decided_at=NOW, closed_at=NOW,
            closed_because="decided",
        )  # fmt: skip

        swept(TODAY + 20 * A_WEEK)

        assert not Reminder.objects.filter(review=review).exists()

    @pytest.mark.parametrize("because", ["died", "transferred", "declined", "discharged", "lost"])
    def test_stops_with_a_coded_end(self, review, because):
        review.patient.ended_on, review.patient.ended_because = TODAY, because
        review.patient.save()

        assert swept(review.due_to + A_DAY) == set()

    def test_is_not_for_closed_research_cases(self, review, team):
        team.is_research = True
        team.save()

        assert swept() == set()


class TestTakenBack:
    """What was never said because of something that was a mistake is said after all."""

    def test_what_was_dropped_at_a_death_waits_again(self, review, coordinator):
        swept(TODAY)
        Reminder.objects.update(dropped_because="ended", message=None)

        assert sweep.sweep(at=NOW + timedelta(hours=1)).reminders_written == 1

        again = Reminder.objects.get()
        assert (again.user, again.dropped_because) == (coordinator, "")
        assert again.message.sent_at is None

    def test_what_was_withheld_is_gathered_into_another_message(self, review):
        sweep.sweep(at=NOW)
        withheld = Reminder.objects.get().message
        Message.objects.update(withheld_at=NOW, withheld_because="ended")

        sweep.sweep(at=NOW + timedelta(hours=1))

        assert Reminder.objects.get().message != withheld
        assert Reminder.objects.get().message.withheld_at is None

    def test_what_is_still_ended_is_left_alone(self, review):
        swept(TODAY)
        review.patient.ended_on, review.patient.ended_because = TODAY, "died"
        review.patient.save()
        Reminder.objects.update(dropped_because="ended", message=None)

        assert sweep.sweep(at=NOW + timedelta(hours=1)).reminders_written == 0
        assert Reminder.objects.get().dropped_because == "ended"

    def test_what_was_said_is_not_said_again(self, review):
        sweep.sweep(at=NOW)
        said = Reminder.objects.get().message
        Message.objects.update(sent_at=NOW)

        assert sweep.sweep(at=NOW + timedelta(hours=1)).reminders_written == 0
        assert Reminder.objects.get().message == said


class TestUnfinished:
    def test_calls_the_clinician_to_images_that_nobody_read(self, review, clinician, lead):
        ImagingReview.objects.filter(pk=review.pk).update(done_on=TODAY, done_recorded_at=NOW)

        assert new_on(TODAY + 2 * A_DAY) == set()
        assert new_on(TODAY + 3 * A_DAY) == {("unread", str(clinician))}
        assert new_on(TODAY + 10 * A_DAY) == {("unread", str(clinician)), ("unread", str(lead))}

    def test_calls_the_clinician_to_a_reading_without_a_decision(self, review, clinician):
        ImagingReview.objects.filter(pk=review.pk).update(done_on=TODAY, done_recorded_at=NOW, read_at=NOW)

        assert new_on(TODAY + 4 * A_DAY) == set()
        assert new_on(TODAY + A_WEEK) == {("undecided", str(clinician))}

    def test_calls_the_operator_to_a_procedure_that_is_not_signed(self, team, clinician, lead):
        procedure = procedures.ProcedureFactory(patient__team=team, started_at=NOW, modality="TACE")
        procedure.operators.add(clinician)

        assert ("unsigned", str(clinician)) not in new_on(TODAY + A_DAY)
        assert ("unsigned", str(clinician)) in new_on(TODAY + 2 * A_DAY)

    def test_calls_who_planned_it_to_a_procedure_that_nobody_began(self, team, clinician, lead):
        planned = procedures.ProcedureFactory(patient__team=team, planned_on=TODAY, created_by=clinician)

        assert ("unstarted", str(clinician)) not in new_on(TODAY + A_DAY)
        assert ("unstarted", str(clinician)) in new_on(TODAY + 2 * A_DAY)

        planned.cancelled_at, planned.cancelled_by, planned.cancelled_because = NOW, clinician, "Fever"
        planned.save()
        assert new_on(TODAY + 9 * A_DAY) == set()

    def test_calls_the_owner_to_a_task_and_then_the_lead(self, team, coordinator, lead):
        patients.TaskFactory(patient__team=team, owner=coordinator)

        assert new_on(TODAY) == {("task", str(coordinator))}
        assert new_on(TODAY + A_DAY) == {("task_late", str(coordinator))}
        assert new_on(TODAY + 8 * A_DAY) == {("task_late", str(coordinator)), ("task_late", str(lead))}


class TestRecipients:
    def test_are_the_deputy_while_the_owner_is_away(self, review, team, coordinator):
        deputy = accounts.member(team, Role.COORDINATOR, name="J. Holm")
        mine = Membership.objects.get(user=coordinator)
        mine.away_from, mine.away_until = TODAY, TODAY + A_WEEK
        mine.deputy = Membership.objects.get(user=deputy)
        mine.save()

        assert new_on(TODAY) == {("due", str(deputy))}
        assert new_on(TODAY + 8 * A_DAY) == {("due", str(coordinator))}

    @pytest.mark.parametrize("missing", ["no owner", "away without a deputy", "left the team"])
    def test_are_the_lead_where_nobody_owns_it(self, review, coordinator, lead, missing):
        mine = Membership.objects.filter(user=coordinator)
        if missing == "no owner":
            ImagingReview.objects.update(owner=None)
        elif missing == "left the team":
            mine.update(is_active=False)
        else:
            mine.update(away_from=TODAY, away_until=TODAY)

        assert new_on(TODAY) == {("due", str(lead))}

    def test_are_whoever_works_the_queue_where_nobody_leads(self, review, coordinator, clinician, lead):
        Membership.objects.filter(user=lead).update(is_lead=False)
        ImagingReview.objects.update(owner=None)

        assert new_on(TODAY) == {("due", str(person)) for person in (coordinator, clinician, lead)}

    def test_hear_the_worst_only_where_one_person_is_all_of_them(self, review, team, lead):
        Membership.objects.exclude(user=lead).update(is_active=False)

        assert new_on(review.due_to + A_WEEK) == {("escalated", str(lead))}

    def test_missing_altogether_is_a_fault_and_stops_no_other_team(self, review, coordinator):
        empty = followup.ImagingReviewFactory()

        run = sweep.sweep(at=NOW)

        assert [fault.subject for fault in run.faults.all()] == [f"team:{empty.team.pk}"]
        assert run.fault_count == 1
        assert Reminder.objects.get().user == coordinator


class TestPause:
    def pause(self, review, until: date, **fields) -> Pause:
        return followup.PauseFactory(review=review, until=until, **fields)

    def test_keeps_quiet_until_its_day_and_then_says_it_again(self, review, coordinator):
        assert new_on(TODAY) == {("due", str(coordinator))}
        self.pause(review, TODAY + 3 * A_DAY)

        assert new_on(TODAY + 2 * A_DAY) == set()
        assert new_on(TODAY + 3 * A_DAY) == {("due", str(coordinator))}
        assert new_on(TODAY + 4 * A_DAY) == set()

    def test_that_was_lifted_counts_no_more(self, review, coordinator):
        self.pause(review, TODAY + 3 * A_DAY, lifted_at=NOW, lifted_by=coordinator)

        assert new_on(TODAY) == {("due", str(coordinator))}
        assert new_on(TODAY + 3 * A_DAY) == set()

    def test_of_the_booking_does_not_keep_the_reading_quiet(self, review, clinician):
        self.pause(review, TODAY + 20 * A_DAY, paused_at=NOW)
        ImagingReview.objects.filter(pk=review.pk).update(
            done_on=TODAY, done_recorded_at=NOW + timedelta(hours=1)
        )

        assert new_on(TODAY + 3 * A_DAY) == {("unread", str(clinician))}

    def test_of_a_task_holds_too(self, team, coordinator):
        task = patients.TaskFactory(patient__team=team, owner=coordinator)
        followup.PauseFactory(review=None, task=task, until=TODAY + A_DAY)

        assert new_on(TODAY) == set()
        assert new_on(TODAY + A_DAY) == {("task_late", str(coordinator))}


class TestPatient:
    @pytest.fixture
    def reminding(self, team):
        return followup.FollowUpSettingsFactory(team=team, reminds_patients=True)

    def agree(self, review, **fields) -> None:
        wanted = {
            "consents_to_messages": "yes",
            "message_channel": "email",
            "email": "d@example.org",
            **fields,
        }
        for name, value in wanted.items():
            setattr(review.patient, name, value)
        review.patient.save()

    def test_is_told_where_the_team_and_the_patient_want_it(self, review, reminding):
        self.agree(review)

        assert ("due", review.patient.mrn) in new_on(TODAY)
        assert ("late", review.patient.mrn) in new_on(review.due_to + A_DAY)
        assert review.patient.mrn not in {name for _rung, name in new_on(review.due_to + A_WEEK)}

    @pytest.mark.parametrize(
        "missing",
        [
            {"consents_to_messages": "no"},
            {"consents_to_messages": "not_known"},
            {"message_channel": ""},
            {"email": ""},
            {"message_channel": "sms", "phone": "070"},
        ],
        ids=lambda fields: " ".join(f"{name} {value}" for name, value in fields.items()),
    )
    def test_is_not_told_where_anything_is_missing(self, review, reminding, coordinator, missing):
        self.agree(review, **missing)

        assert new_on(TODAY) == {("due", str(coordinator))}

    def test_is_not_told_where_the_team_did_not_switch_it_on(self, review, coordinator):
        self.agree(review)

        assert new_on(TODAY) == {("due", str(coordinator))}


class TestBadRow:
    def spoil(self, review) -> None:
        bad = "infinity" if connection.vendor == "postgresql" else "2026-99-99"
        with connection.cursor() as cursor:
            cursor.execute("UPDATE followup_imagingreview SET due_to = %s WHERE id = %s", [bad, review.pk])

    def test_is_recorded_and_skipped(self, team, coordinator, review):
        spoilt = followup.ImagingReviewFactory(patient__team=team, owner=coordinator)
        after = followup.ImagingReviewFactory(patient__team=team, owner=coordinator)
        self.spoil(spoilt)

        run = sweep.sweep(at=NOW)

        told = set(Reminder.objects.exclude(review=None).values_list("review", flat=True))
        assert told == {review.pk, after.pk}
        assert [fault.subject for fault in run.faults.all()] == [f"review:{spoilt.pk}"]
        assert run.finished_at == NOW

    def test_is_recorded_in_every_run_and_written_to_the_log_by_number_only(self, review, caplog):
        self.spoil(review)

        sweep.sweep(at=NOW)
        sweep.sweep(at=NOW + timedelta(hours=1))

        assert SweepFault.objects.filter(subject=f"review:{review.pk}").count() == 2
        assert review.patient.family_name not in caplog.text


class TestIsDue:
    @pytest.mark.parametrize(
        ("minutes", "is_due"), [(0, False), (29, False), (30, True), (31, True), (90, True)]
    )
    def test_in_every_new_hour(self, db, minutes, is_due):
        """NOW is half past nine."""
        SweepRun.objects.create(started_at=NOW, finished_at=NOW)

        assert sweep.is_due(at=NOW + timedelta(minutes=minutes)) is is_due

    @pytest.mark.parametrize(("seconds", "is_due"), [(119, False), (120, True), (121, True)])
    def test_soon_again_where_one_did_not_end(self, db, seconds, is_due):
        SweepRun.objects.create(started_at=NOW)

        assert sweep.is_due(at=NOW + timedelta(seconds=seconds)) is is_due

    def test_at_once_where_there_was_none(self, db):
        assert sweep.is_due(at=NOW)


class TestWhenever:
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        zone=st.sampled_from(["Europe/Stockholm", "America/New_York", "Pacific/Kiritimati", "Pacific/Niue"]),
        opens=st.dates(date(2026, 1, 1), date(2026, 12, 1)),
        hours=st.lists(st.integers(-24 * 10, 24 * 60), min_size=1, max_size=8),
    )
    def test_it_runs_a_rung_is_said_once_on_the_day_of_the_team(self, review, team, zone, opens, hours):
        Reminder.objects.all().delete()
        team.time_zone = zone
        team.save()
        ImagingReview.objects.filter(pk=review.pk).update(
            counts_from=opens, due_from=opens, due_to=opens + 2 * A_WEEK, is_rescheduled=True
        )
        midnight = datetime.combine(opens, datetime.min.time(), tzinfo=NOW.tzinfo)
        for hour in sorted(hours):
            at = midnight + timedelta(hours=hour)
            sweep.sweep(at=at)
            today = at.astimezone(ZoneInfo(zone)).date()
            assert not Reminder.objects.filter(rung_on__gt=today).exists()
            if opens <= today:
                assert Reminder.objects.filter(review=review, rung_on__lte=today).exists()

        said = list(Reminder.objects.filter(review=review).values_list("rung", "rung_on", "user"))
        assert len(said) == len(set(said))
        assert len([1 for rung, _on, _user in said if rung in {"soon", "due", "late"}]) <= 3
