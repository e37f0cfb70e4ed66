"""What a person's messages speak of, row by row, and what has come of it since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Team, User
from followup import settings_of, still_due
from followup.actions import delivery
from followup.models import Message, Reminder
from followup.models.reminders import Channel
from patients.models import Patient


@dataclass(frozen=True)
class Waiting:
    """One thing that a message counts: whose, what, since when, and why it waits no more, if it does not."""

    reminder: Reminder
    patient: Patient
    what: str
    since: date
    gone: str
    url: str


def messages_of(user: User, teams: Iterable[int]) -> QuerySet[Message]:
    """Return the messages in the application to a person, the newest first."""
    mine = Message.objects.filter(user=user, channel=Channel.IN_APP, team__in=teams, sent_at__isnull=False)
    return mine.select_related("team").order_by("-sent_at", "-pk")


def unseen_count(user: User, teams: Iterable[int]) -> int:
    """Return how many of them the person has not seen."""
    return messages_of(user, teams).filter(seen_at=None).count()


def rows_of(message: Message, *, on: date) -> QuerySet[Any]:
    """Return the reminders of a message, those that still wait first, the worst on top."""
    numbers = settings_of.settings_of(message.team)
    found = still_due.with_gone_because(delivery.reminders_of(message), numbers=numbers, on=on)
    related = ("review__patient", "procedure__patient", "task__patient")
    return found.select_related(*related).order_by("gone_because", "rung_on", "pk")


def waiting(rows: Iterable[Any]) -> list[Waiting]:
    """Return the rows as the page shows them."""
    return [_waiting(reminder) for reminder in rows]


def _waiting(reminder: Any) -> Waiting:
    patient = patient_of(reminder)
    return Waiting(
        reminder=reminder,
        patient=patient,
        what=reminder.task.title if reminder.task else reminder.get_rung_display(),
        since=reminder.rung_on,
        gone=str(still_due.WORDS.get(reminder.gone_because, "")),
        url=_url(reminder, patient),
    )


def patient_of(reminder: Reminder) -> Patient:
    """Return whom a reminder is about."""
    about = reminder.review or reminder.procedure or reminder.task
    if about is None:
        raise ValueError("A reminder is about something.")
    return about.patient


def _url(reminder: Reminder, patient: Patient) -> str:
    if reminder.procedure_id:
        return reverse("procedures:detail", args=[patient.pk, reminder.procedure_id])
    return reverse("patients:tasks" if reminder.task_id else "pathway:patient", args=[patient.pk])


def numbers_of(team: Team) -> int:
    """Return for how many days at most a person may answer for something."""
    return settings_of.settings_of(team).longest_pause_days
