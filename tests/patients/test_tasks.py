"""Tasks: nothing that must be done is lost, and nobody's absence hides it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Role
from patients import task_lists
from patients.actions import tasks
from patients.models import Task
from tests.factories import accounts as account_factories
from tests.factories.patients import NOW, TODAY, PatientFactory, TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


def url(name, patient, *more):
    return reverse(f"patients:{name}", args=[patient.pk, *more])


def membership_of(person) -> Membership:
    return Membership.objects.get(user=person)


def titles(person, whose, on=TODAY):
    found = task_lists.open_tasks(membership=membership_of(person), whose=whose, on=on)
    return [task.title for task in found]


class TestAddTask:
    def add(self, patient, by, **changed) -> Task:
        what = {
            "kind": "recheck",
            "title": "Repeat platelets",
            "due_from": TODAY,
            "due_to": TODAY,
            "owner": by,
        }
        return tasks.add_task(patient=patient, by=by, at=NOW, **{**what, **changed})

    def test_keeps_who_asked_for_what_by_when(self, patient, clinician):
        task = self.add(patient, clinician, fact="platelets_10e9_per_l")

        assert (task.owner, task.created_by, task.fact) == (clinician, clinician, "platelets_10e9_per_l")
        assert task.history.get().history_user == clinician

    def test_adds_the_very_same_task_once(self, patient, clinician):
        assert self.add(patient, clinician) == self.add(patient, clinician)
        assert Task.objects.count() == 1

    def test_is_closed_once_where_two_people_have_it_open(self, patient, clinician, coordinator):
        first = self.add(patient, clinician)
        second = Task.objects.get(pk=first.pk)
        tasks.close_task(task=first, by=clinician, at=NOW, outcome="done", note="118")

        with pytest.raises(tasks.UnableToClose):
            tasks.close_task(task=second, by=coordinator, at=NOW, outcome="not_needed")

        first.refresh_from_db()
        assert (first.outcome, first.closed_by) == ("done", clinician)

    def test_stays_closed_when_somebody_assigns_it_from_an_old_page(self, patient, clinician, coordinator):
        task = self.add(patient, clinician)
        old = Task.objects.get(pk=task.pk)
        tasks.close_task(task=task, by=clinician, at=NOW, outcome="done")

        tasks.assign_task(task=old, by=coordinator, at=NOW, owner=coordinator)

        task.refresh_from_db()
        assert (task.outcome, task.owner) == ("done", coordinator)

    def test_adds_it_again_when_the_first_is_closed(self, patient, clinician):
        tasks.close_task(task=self.add(patient, clinician), by=clinician, at=NOW, outcome="done")

        self.add(patient, clinician)

        assert Task.objects.count() == 2

    def test_gives_no_task_to_somebody_of_another_team(self, patient, clinician, stranger):
        with pytest.raises(tasks.UnableToAssign):
            self.add(patient, clinician, owner=stranger)

    def test_may_wait_for_an_owner(self, patient, clinician):
        assert self.add(patient, clinician, owner=None).owner is None


class TestTaskForm:
    def post(self, client, patient, **changed):
        today = timezone.localdate()
        sent = {
            "kind": "call",
            "title": "Call the family",
            "due_from": "",
            "due_to": today.isoformat(),
            "owner": "",
        }
        return client.post(url("add_task", patient), sent | changed)

    @pytest.mark.parametrize(("days", "status"), [(-1, 422), (0, 302), (1, 302), (6 * 366, 422)])
    def test_takes_a_day_that_is_still_to_come(self, patient, clinician, signed_in, days, status):
        day = timezone.localdate() + timedelta(days=days)

        assert self.post(signed_in(clinician), patient, due_to=day.isoformat()).status_code == status

    def test_begins_today_when_nobody_says_otherwise(self, patient, clinician, signed_in):
        day = timezone.localdate() + timedelta(days=7)

        self.post(signed_in(clinician), patient, due_to=day.isoformat())

        assert Task.objects.get().due_from == timezone.localdate()

    @pytest.mark.parametrize(
        "changed",
        [
            {"title": ""},
            {"title": "x" * 201},
            {"kind": "luck"},
            {"due_from": "2999-01-01"},
            {"owner": "999999"},
        ],
    )
    def test_refuses_what_cannot_be(self, patient, clinician, signed_in, changed):
        assert self.post(signed_in(clinician), patient, **changed).status_code == 422

    def test_offers_only_people_who_can_do_it(
        self, patient, clinician, coordinator, observer, stranger, signed_in
    ):
        page = signed_in(clinician).get(url("add_task", patient)).context["form"].fields["owner"]

        assert set(page.queryset) == {clinician, coordinator}

    def test_takes_none_for_an_ended_course(self, team, clinician, signed_in):
        ended = PatientFactory(team=team, ended_on=TODAY, ended_because="died")

        assert self.post(signed_in(clinician), ended).status_code == 422


class TestCloseAndReopen:
    def test_closes_with_its_outcome_and_opens_again(self, patient, clinician, signed_in):
        task, client = TaskFactory(patient=patient), signed_in(clinician)

        client.post(url("close_task", patient, task.pk), {"outcome": "done", "note": "118"})
        assert Task.objects.get().outcome == "done"

        client.post(url("reopen_task", patient, task.pk))
        assert Task.objects.get().closed_at is None
        assert Task.history.filter(outcome="done").exists()

    def test_says_that_somebody_was_faster(self, patient, clinician, signed_in):
        task, client = TaskFactory(patient=patient), signed_in(clinician)
        client.post(url("close_task", patient, task.pk), {"outcome": "done"})

        answer = client.post(url("close_task", patient, task.pk), {"outcome": "not_needed"})

        assert answer.status_code == 422
        assert "Somebody has closed this task already." in answer.content.decode()
        assert Task.objects.get().outcome == "done"

    @pytest.mark.parametrize(("note", "status"), [("", 422), ("Moved away", 302)])
    def test_asks_why_it_could_not_be_done(self, patient, clinician, signed_in, note, status):
        task = TaskFactory(patient=patient)
        sent = {"outcome": "not_possible", "note": note}

        assert signed_in(clinician).post(url("close_task", patient, task.pk), sent).status_code == status

    def test_leads_back_to_the_list_it_came_from(self, patient, clinician, signed_in):
        task = TaskFactory(patient=patient)
        address = url("close_task", patient, task.pk) + "?from=my_tasks"

        assert signed_in(clinician).post(address, {"outcome": "done"}).url == reverse("patients:my_tasks")

    def test_never_leads_out_of_the_site(self, patient, clinician, signed_in):
        task = TaskFactory(patient=patient)
        address = url("close_task", patient, task.pk) + "?from=https://elsewhere.example"

        assert signed_in(clinician).post(address, {"outcome": "done"}).url == url("tasks", patient)

    def test_is_closed_to_an_observer(self, patient, observer, signed_in):
        task, client = TaskFactory(patient=patient), signed_in(observer)

        for name in ("close_task", "assign_task", "reopen_task"):
            assert client.post(url(name, patient, task.pk), {"outcome": "done"}).status_code == 403

    def test_knows_no_task_of_another_patient(self, patient, clinician, signed_in):
        assert signed_in(clinician).get(url("close_task", patient, TaskFactory().pk)).status_code == 404


class TestLists:
    def test_put_the_longest_overdue_first(self, patient, clinician):
        for title, day in (("late", 1), ("later", 9), ("latest", 20)):
            TaskFactory(
                patient=patient,
                title=title,
                owner=clinician,
                due_from=date(2026, 1, 1),
                due_to=date(2026, 2, day),
            )

        assert titles(clinician, "mine") == ["late", "later", "latest"]

    def test_know_mine_nobodys_and_the_teams(self, patient, other_team, clinician, coordinator):
        TaskFactory(patient=patient, title="mine", owner=clinician)
        TaskFactory(patient=patient, title="hers", owner=coordinator)
        TaskFactory(patient=patient, title="nobody's")
        TaskFactory(patient__team=other_team, title="elsewhere")
        TaskFactory(patient=patient, title="done", owner=clinician, closed_at=NOW, outcome="done")

        assert titles(clinician, "mine") == ["mine"]
        assert titles(clinician, "unowned") == ["nobody's"]
        assert titles(clinician, "team") == ["mine", "hers", "nobody's"]

    @pytest.mark.parametrize(
        ("on", "is_late"), [(date(2026, 3, 1), False), (TODAY, False), (date(2026, 3, 3), True)]
    )
    def test_call_a_task_overdue_from_the_day_after(self, patient, clinician, on, is_late):
        TaskFactory(patient=patient, title="due", due_from=date(2026, 2, 1))

        assert (titles(clinician, "overdue", on=on) == ["due"]) is is_late

    def test_count_the_tasks_of_somebody_who_left_as_nobodys(self, patient, clinician, coordinator):
        TaskFactory(patient=patient, title="left behind", owner=coordinator)
        Membership.objects.filter(user=coordinator).update(is_active=False)

        assert titles(clinician, "unowned") == ["left behind"]
        row = task_lists.rows(Task.objects.all(), team=patient.team, on=TODAY)[0]
        assert row.owner_left

    @pytest.mark.parametrize(
        ("on", "is_mine"),
        [(date(2026, 3, 1), False), (TODAY, True), (date(2026, 3, 9), True), (date(2026, 3, 10), False)],
    )
    def test_show_the_deputy_the_tasks_of_somebody_away(self, patient, clinician, coordinator, on, is_mine):
        Membership.objects.filter(user=coordinator).update(
            deputy=membership_of(clinician), away_from=TODAY, away_until=date(2026, 3, 9)
        )
        TaskFactory(patient=patient, title="hers", owner=coordinator)

        assert (titles(clinician, "mine", on=on) == ["hers"]) is is_mine
        row = task_lists.rows(Task.objects.select_related("owner"), team=patient.team, on=on)[0]
        assert (row.deputy == clinician) is is_mine

    def test_leave_out_patients_whose_course_ended(self, team, clinician):
        TaskFactory(patient=PatientFactory(team=team, ended_because="research_case"))

        assert titles(clinician, "team") == []


class TestMyTasksPage:
    def test_counts_each_list_and_names_the_patient(self, patient, clinician, signed_in):
        TaskFactory(patient=patient, title="Repeat platelets", owner=clinician)

        page = signed_in(clinician).get("/tasks/").content.decode()

        assert "OKAFOR, Daniel" in page
        assert "Repeat platelets" in page
        assert "late" in page

    def test_says_what_to_do_when_nothing_waits(self, clinician, signed_in):
        assert "Nothing waits here" in signed_in(clinician).get("/tasks/?whose=nonsense").content.decode()

    def test_shows_an_observer_no_buttons(self, patient, observer, signed_in):
        TaskFactory(patient=patient)

        page = signed_in(observer).get("/tasks/?whose=team").content.decode()

        assert "Repeat platelets" in page
        assert "/close/" not in page

    def test_is_closed_to_an_admin_of_people(self, people_admin, signed_in):
        assert signed_in(people_admin).get("/tasks/").status_code == 403

    def test_costs_no_more_queries_for_many(self, team, clinician, signed_in, django_assert_max_num_queries):
        other = account_factories.member(team, Role.CLINICIAN)
        for _each in range(30):
            TaskFactory(patient__team=team, owner=other)
        client = signed_in(clinician)
        client.get("/tasks/?whose=team")

        with django_assert_max_num_queries(24):
            client.get("/tasks/?whose=team")
