"""The month: what falls on which day, for whom; the page, its list of a day, its keyboard."""

from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry, Membership
from accounts.roles import Role
from followup import calendar_entries, month, queue
from tests import asked as asked_of
from tests.factories import accounts as account_factories
from tests.factories import followup as factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as procedure_factories
from tests.factories.patients import NOW, TODAY

pytestmark = pytest.mark.django_db
AROUND = {"first": TODAY - timedelta(days=40), "last": TODAY + timedelta(days=60)}


@pytest.fixture
def scope(team, coordinator):
    return queue.scope_of(Membership.objects.get(user=coordinator), on=TODAY)


def review_of(team, **columns):
    return factories.ImagingReviewFactory(patient__team=team, **columns)


def counted(scope, owner="", **span):
    """The counts as plain dictionaries."""
    found = calendar_entries.counts(scope, owner, **(span or AROUND))
    return {day: dict(kinds) for day, kinds in found.items()}


def kinds_on(scope, day, owner=""):
    return {kind.kind: kind.count for kind in calendar_entries.listed(scope, owner, day=day)}


class TestCounts:
    def test_count_the_window_on_both_its_ends(self, team, scope):
        review = review_of(team)

        assert counted(scope) == {review.due_from: {"opens": 1}, review.due_to: {"closes": 1}}

    def test_count_what_is_booked_on_its_day(self, team, scope):
        review_of(team, booked_for=TODAY + timedelta(days=3))

        assert counted(scope)[TODAY + timedelta(days=3)] == {"booked": 1}

    def test_leave_out_what_was_imaged(self, team, scope):
        review_of(team, done=True, booked_for=TODAY)

        assert counted(scope) == {}

    def test_leave_out_a_closed_review(self, team, scope):
        review_of(team, decided=True)

        assert counted(scope) == {}

    def test_leave_out_a_patient_whose_course_ended(self, team, scope):
        review = review_of(team, booked_for=TODAY)
        patient_factories.TaskFactory(patient=review.patient, due_from=TODAY, due_to=TODAY)
        procedure_factories.ProcedureFactory(patient=review.patient, planned_on=TODAY)
        review.patient.ended_because, review.patient.ended_on = "died", TODAY
        review.patient.save()

        assert counted(scope) == {}

    def test_leave_out_another_team(self, other_team, scope):
        review = review_of(other_team, booked_for=TODAY)
        factories.ContactFactory(review=review, next_try_on=TODAY)
        patient_factories.TaskFactory(patient=review.patient, due_from=TODAY, due_to=TODAY)
        procedure_factories.ProcedureFactory(patient=review.patient, planned_on=TODAY)

        assert counted(scope) == {}

    @pytest.mark.parametrize(
        ("columns", "expected"),
        [({}, 1), ({"started_at": NOW}, 0), ({"cancelled_at": NOW, "cancelled_because": "Ill"}, 0)],
    )
    def test_count_a_procedure_only_while_it_is_planned(self, team, clinician, scope, columns, expected):
        patient = patient_factories.PatientFactory(team=team)
        columns = columns | ({"cancelled_by": clinician} if "cancelled_at" in columns else {})
        procedure_factories.ProcedureFactory(patient=patient, planned_on=TODAY, **columns)

        assert counted(scope).get(TODAY, {}).get("procedure", 0) == expected

    def test_tell_calls_from_other_tasks(self, team, scope):
        patient = patient_factories.PatientFactory(team=team)
        for kind in ("call", "mdt", "recheck"):
            patient_factories.TaskFactory(patient=patient, kind=kind, due_from=TODAY, due_to=TODAY)

        assert counted(scope)[TODAY] == {"call": 1, "task": 2}

    def test_leave_out_a_task_that_is_closed(self, team, scope):
        patient = patient_factories.PatientFactory(team=team)
        patient_factories.TaskFactory(
            patient=patient, due_from=TODAY, due_to=TODAY, closed_at=NOW, outcome="done"
        )

        assert counted(scope) == {}

    def test_count_the_next_try_of_the_last_contact_only(self, team, scope):
        review = review_of(team)
        factories.ContactFactory(review=review, at=NOW - timedelta(days=2), next_try_on=TODAY)
        factories.ContactFactory(review=review, at=NOW, next_try_on=TODAY + timedelta(days=1))

        assert [day for day, kinds in counted(scope).items() if "call" in kinds] == [
            TODAY + timedelta(days=1)
        ]

    def test_count_no_next_try_after_the_patient_was_reached(self, team, scope):
        review = review_of(team)
        factories.ContactFactory(review=review, at=NOW - timedelta(days=2), next_try_on=TODAY)
        factories.ContactFactory(review=review, at=NOW, outcome="reached")

        assert all("call" not in kinds for kinds in counted(scope).values())

    @pytest.mark.parametrize("days", [-1, 0, 1])
    def test_hold_both_ends_of_what_is_asked_for(self, team, scope, days):
        patient = patient_factories.PatientFactory(team=team)
        day = TODAY + timedelta(days=days)
        patient_factories.TaskFactory(patient=patient, due_from=day, due_to=day)

        assert bool(counted(scope, first=TODAY, last=TODAY)) == (days == 0)


class TestWhose:
    """Whose: the owner of the review or the task, who planned the procedure, whoever stands in."""

    def everything_of(self, team, person):
        review = review_of(team, owner=person, booked_for=TODAY)
        factories.ContactFactory(review=review, next_try_on=TODAY)
        patient_factories.TaskFactory(patient=review.patient, owner=person, due_from=TODAY, due_to=TODAY)
        procedure_factories.ProcedureFactory(patient=review.patient, planned_on=TODAY, created_by=person)

    def test_shows_mine(self, team, coordinator, clinician, scope):
        self.everything_of(team, coordinator)
        self.everything_of(team, clinician)

        assert kinds_on(scope, TODAY, "me") == {"opens": 1, "booked": 1, "procedure": 1, "call": 1, "task": 1}

    def test_shows_one_other_persons(self, team, coordinator, clinician, scope):
        self.everything_of(team, clinician)

        assert kinds_on(scope, TODAY, str(clinician.pk))["booked"] == 1
        assert kinds_on(scope, TODAY, str(coordinator.pk)) == {}

    def test_shows_nobodys(self, team, clinician, scope):
        self.everything_of(team, None)
        self.everything_of(team, clinician)

        assert kinds_on(scope, TODAY, "nobody")["booked"] == 1

    def test_shows_as_nobodys_what_somebody_owns_who_left(self, team, clinician, coordinator):
        self.everything_of(team, clinician)
        Membership.objects.filter(user=clinician).update(is_active=False)
        scope = queue.scope_of(Membership.objects.get(user=coordinator), on=TODAY)

        assert kinds_on(scope, TODAY, "nobody")["booked"] == 1

    def test_shows_as_mine_what_i_stand_in_for(self, team, clinician, coordinator):
        self.everything_of(team, clinician)
        mine = Membership.objects.get(user=coordinator)
        Membership.objects.filter(user=clinician).update(away_from=TODAY, away_until=TODAY, deputy=mine)
        scope = queue.scope_of(mine, on=TODAY)

        assert kinds_on(scope, TODAY, "me")["booked"] == 1
        booked = next(
            kind for kind in calendar_entries.listed(scope, "me", day=TODAY) if kind.kind == "booked"
        )
        answer = booked.entries[0].answer
        assert (answer.person, answer.stands_in_for) == (coordinator, clinician)


class TestListOfADay:
    def test_says_whom_it_concerns_and_what(self, team, scope, coordinator):
        review = review_of(
            team, owner=coordinator, booked_for=TODAY, booked_at_time=time(10, 30), booked_modality="mri",
            booked_place="Radiology North",
        )  # fmt: skip

        entry = next(k for k in calendar_entries.listed(scope, "", day=TODAY) if k.kind == "booked").entries[
            0
        ]

        assert (entry.patient, entry.title) == (review.patient, "10:30, MRI, Radiology North")

    def test_cuts_a_long_list_and_counts_the_rest(self, team, scope, monkeypatch):
        monkeypatch.setattr(calendar_entries, "MOST_SHOWN", 2)
        patient = patient_factories.PatientFactory(team=team)
        for _number in range(3):
            patient_factories.TaskFactory(patient=patient, due_from=TODAY, due_to=TODAY)

        (tasks,) = calendar_entries.listed(scope, "", day=TODAY)

        assert (tasks.count, len(tasks.entries), tasks.left_out) == (3, 2, 1)

    @settings(max_examples=15, deadline=None)
    @given(shift=st.integers(-35, 35))
    def test_agrees_with_the_counts_on_every_day(self, shift):
        everything = _everything_once()
        day = TODAY + timedelta(days=shift)
        scope = everything.scope

        assert counted(scope, first=day, last=day).get(day, {}) == kinds_on(scope, day)


def _everything_once():
    """One team with one of each, within the transaction of the test."""
    found = Membership.objects.filter(team__name="Everything").first()
    if found is None:
        team = account_factories.TeamFactory(name="Everything")
        person = account_factories.member(team, Role.COORDINATOR)
        review = review_of(team, owner=person, booked_for=TODAY + timedelta(days=9))
        factories.ContactFactory(review=review, next_try_on=TODAY + timedelta(days=4))
        for shift in (-3, 4, 4):
            day = TODAY + timedelta(days=shift)
            patient_factories.TaskFactory(patient=review.patient, kind="call", due_from=day, due_to=day)
        procedure_factories.ProcedureFactory(patient=review.patient, planned_on=TODAY + timedelta(days=20))
        found = Membership.objects.get(user=person)
    return SimpleNamespace(scope=queue.scope_of(found, on=TODAY))


class TestMonth:
    @given(day=st.dates(date(2000, 1, 1), date(2100, 12, 31)))
    def test_is_whole_weeks_from_monday_with_every_day_of_it_once(self, day):
        first = day.replace(day=1)

        days = [cell for week in month.month_of(first, {}, on=day).weeks for cell in week]

        assert days[0].on.weekday() == 0
        assert days[-1].on.weekday() == 6
        assert [cell.on for cell in days] == [days[0].on + timedelta(days=n) for n in range(len(days))]
        assert {cell.on.month for cell in days if cell.is_in_month} == {first.month}
        assert sum(cell.is_in_month for cell in days) == (_last_of(first) - first).days + 1
        assert [cell.on for cell in days if cell.is_today] == [day]

    @given(day=st.dates(date(2000, 2, 1), date(2100, 11, 30)))
    def test_leads_to_the_month_before_and_back(self, day):
        this = month.month_of(day.replace(day=1), {}, on=day)
        before, _day = month.asked_for({"month": this.before}, on=day)

        assert month.month_of(before, {}, on=day).after == this.written

    @pytest.mark.parametrize(
        ("query", "first", "day"),
        [
            ({}, date(2026, 3, 1), None),
            ({"month": "2026-11"}, date(2026, 11, 1), None),
            ({"month": "2026-13"}, date(2026, 3, 1), None),
            ({"month": "1999-12"}, date(2026, 3, 1), None),
            ({"month": "2101-01"}, date(2026, 3, 1), None),
            ({"day": "2026-04-05"}, date(2026, 4, 1), date(2026, 4, 5)),
            ({"month": "2026-03", "day": "2026-04-05"}, date(2026, 3, 1), date(2026, 4, 5)),
            ({"day": "2026-02-30"}, date(2026, 3, 1), None),
        ],
    )
    def test_is_the_one_that_the_address_asks_for_or_todays(self, query, first, day):
        assert month.asked_for(query, on=TODAY) == (first, day)

    @pytest.mark.parametrize(
        ("days", "told"),
        [
            (-1, [("2 overdue", True), ("1 opens", False), ("1 task", True)]),
            (0, [("2 close", False), ("1 opens", False), ("1 task", False)]),
            (1, [("2 close", False), ("1 opens", False), ("1 task", False)]),
        ],
    )
    def test_calls_late_what_waits_since_a_day_that_has_passed(self, days, told):
        day = TODAY + timedelta(days=days)

        weeks = month.month_of(
            day.replace(day=1), {day: {"closes": 2, "opens": 1, "task": 1}}, on=TODAY
        ).weeks

        cell = next(cell for week in weeks for cell in week if cell.on == day)
        assert [(one.words, one.is_late) for one in cell.told] == told

    @pytest.mark.parametrize(("number", "words"), [(1, "1 closes"), (2, "2 close")])
    def test_says_numbers_in_words(self, number, words):
        assert month.words("closes", number) == words


def _last_of(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


class TestPage:
    @pytest.fixture
    def today(self):
        return timezone.localdate()

    def test_shows_the_counts_and_leads_to_the_list_of_a_day(self, team, coordinator, signed_in, today):
        review = review_of(team, counts_from=today - timedelta(days=28), booked_for=today)

        page = signed_in(coordinator).get(reverse("followup:calendar")).content.decode()

        assert "1 booked" in page
        assert f"day={today.isoformat()}" in page
        assert review.patient.mrn not in page

    def test_shows_whom_a_day_concerns_and_records_it(self, team, coordinator, signed_in, today):
        review = review_of(team, counts_from=today - timedelta(days=28), booked_for=today)

        page = signed_in(coordinator).get(reverse("followup:calendar"), {"day": today.isoformat()})

        assert review.patient.full_name in page.content.decode()
        entry = AuditEntry.objects.get(what="followup:calendar")
        assert entry.listed_ids == [review.patient_id]

    def test_records_no_list_while_no_day_is_open(self, coordinator, signed_in):
        signed_in(coordinator).get(reverse("followup:calendar"))

        assert not AuditEntry.objects.filter(what="followup:calendar").exists()

    def test_keeps_to_the_person_that_is_chosen(self, team, coordinator, clinician, signed_in, today):
        review_of(team, owner=clinician, counts_from=today - timedelta(days=28), booked_for=today)
        client = signed_in(coordinator)

        of_all = client.get(reverse("followup:calendar"))
        of_one = client.get(reverse("followup:calendar"), {"owner": "me"})

        assert "1 booked" in of_all.content.decode()
        assert "Nothing falls into this month" in of_one.content.decode()

    def test_takes_the_day_of_the_team(self, team, coordinator, signed_in):
        team.time_zone = "Pacific/Kiritimati"
        team.save()

        page = signed_in(coordinator).get(reverse("followup:calendar"))

        there = datetime.now(tz=ZoneInfo("Pacific/Kiritimati")).date()
        assert page.context["today"] == there

    def test_asks_no_more_for_a_full_month_than_for_an_empty_one(self, team, coordinator, signed_in, today):
        client, address = signed_in(coordinator), reverse("followup:calendar")
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address, {"day": today.isoformat()})
        empty = len(asked_of.by_the_page(queries))
        for _number in range(8):
            review = review_of(team, counts_from=today - timedelta(days=28), booked_for=today)
            patient_factories.TaskFactory(patient=review.patient, due_from=today, due_to=today)

        with CaptureQueriesContext(connection) as queries:
            client.get(address, {"day": today.isoformat()})

        assert len(asked_of.by_the_page(queries)) <= empty
        assert empty <= 32
