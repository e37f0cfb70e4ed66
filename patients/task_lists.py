"""Lists of open tasks: mine, nobody's, the team's; with what a row says: days late, the owner, who stands in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Team, User
from patients.models import Task

LISTS = {
    "mine": gettext_lazy("Mine"),
    "unowned": gettext_lazy("Nobody owns it"),
    "overdue": gettext_lazy("Overdue"),
    "team": gettext_lazy("The team's"),
}


@dataclass(frozen=True)
class TaskRow:
    """A task as a list shows it."""

    task: Task
    days_late: int
    days_until: int
    owner: User | None
    owner_left: bool
    deputy: User | None


@dataclass(frozen=True)
class Tab:
    """One list with its count."""

    name: str
    label: str
    count: int


def open_tasks(*, membership: Membership, whose: str, on: date) -> QuerySet[Task]:
    """Return the open tasks of one list, longest overdue first."""
    tasks = Task.objects.filter(patient__team=membership.team, closed_at=None, patient__ended_because="")
    wanted = {
        "mine": _mine(membership, on=on),
        "unowned": Q(owner=None) | ~Q(owner__in=_active_people(membership.team)),
        "overdue": Q(due_to__lt=on),
        "team": Q(),
    }[whose]
    return tasks.filter(wanted).select_related("patient", "owner").order_by("due_to", "pk")


def _mine(membership: Membership, *, on: date) -> Q:
    """My own tasks, and those of the people for whom I stand in today."""
    away = Membership.objects.filter(deputy=membership, is_active=True, away_from__lte=on, away_until__gte=on)
    return Q(owner=membership.user_id) | Q(owner__in=away.values("user"))


def _active_people(team: Team) -> QuerySet:
    return Membership.objects.filter(team=team, is_active=True, user__is_active=True).values("user")


def counts(*, membership: Membership, on: date) -> list[Tab]:
    """Return each list with its count."""
    return [
        Tab(name, str(label), open_tasks(membership=membership, whose=name, on=on).count())
        for name, label in LISTS.items()
    ]


def rows(tasks: Iterable[Task], *, team: Team, on: date) -> list[TaskRow]:
    """Return the rows of a list, in its order."""
    tasks = list(tasks)
    owners = {task.owner_id for task in tasks if task.owner_id}
    memberships = {
        membership.user_id: membership
        for membership in Membership.objects.filter(team=team, user__in=owners).select_related(
            "user", "deputy__user"
        )
    }
    return [_row(task, memberships.get(task.owner_id or 0), on=on) for task in tasks]


def _row(task: Task, owning: Membership | None, *, on: date) -> TaskRow:
    owner_left = task.owner_id is not None and not (owning and owning.is_active and owning.user.is_active)
    return TaskRow(
        task=task,
        days_late=task.days_late(on=on),
        days_until=(task.due_to - on).days,
        owner=task.owner,
        owner_left=owner_left,
        deputy=owning.deputy.user if owning and owning.deputy and owning.is_away(on) else None,
    )
