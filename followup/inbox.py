"""What a person's messages speak of, row by row, and what has come of it since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from followup import message_words, pauses, rungs, settings_of, still_due
from followup.actions import delivery
from followup.models import Message, Reminder
from followup.models.reminders import Channel
from patients.models import Patient

# What a reminder can be about.
KINDS = ("review", "procedure", "task")


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


def rows_of(message: Message) -> QuerySet[Reminder]:
    """Return the reminders of a message, the longest due first."""
    related = ("review__patient", "procedure__patient", "task__patient")
    return delivery.reminders_of(message).select_related(*related).order_by("rung_on", "pk")


def waiting(rows: Iterable[Reminder], *, on: date) -> list[Waiting]:
    """Return the rows as the page shows them, those that still wait first."""
    rows = list(rows)
    paused = {name: pauses.of_subjects(name, _keys(rows, name), on=on) for name in KINDS}
    return sorted((_waiting(row, paused) for row in rows), key=lambda row: (bool(row.gone), -_severity(row)))


def _severity(row: Waiting) -> int:
    return rungs.SEVERITY[Reminder.Rung(row.reminder.rung)]


def _keys(rows: list[Reminder], name: str) -> list[int]:
    return [key for row in rows if (key := getattr(row, f"{name}_id"))]


def _waiting(reminder: Reminder, paused: dict[str, pauses.Pauses]) -> Waiting:
    patient = patient_of(reminder)
    is_paused = any(paused[name].state_of(key).is_paused for name in KINDS for key in _keys([reminder], name))
    return Waiting(
        reminder=reminder,
        patient=patient,
        what=what_of(reminder),
        since=reminder.rung_on,
        gone=str(_come_of_it(reminder, patient, is_paused=is_paused)),
        url=_url(reminder, patient),
    )


def what_of(reminder: Reminder) -> str:
    """Say what waits, in words."""
    return reminder.task.title if reminder.task else str(message_words.WHAT[Reminder.Rung(reminder.rung)])


def _come_of_it(reminder: Reminder, patient: Patient, *, is_paused: bool) -> Any:
    """Return why it waits no more; empty while it does, were it on a higher rung by now."""
    if patient.ended_because:
        return still_due.WORDS[still_due.ENDED]
    if _is_done(reminder):
        return _("Done since")
    return still_due.WORDS[still_due.PAUSED] if is_paused else ""


def _is_done(reminder: Reminder) -> bool:
    if reminder.task:
        return reminder.task.closed_at is not None
    if reminder.procedure:
        return reminder.procedure.signed_at is not None
    review = reminder.review
    if review is None or review.closed_at is not None:
        return True
    if reminder.rung == Reminder.Rung.UNREAD:
        return review.read_at is not None
    return reminder.rung != Reminder.Rung.UNDECIDED and review.done_on is not None


def patient_of(reminder: Reminder) -> Patient:
    """Return whom a reminder is about."""
    about = reminder.review or reminder.procedure or reminder.task
    if about is None:
        raise ValueError("A reminder is about something.")
    return about.patient


def _url(reminder: Reminder, patient: Patient) -> str:
    if reminder.procedure_id:
        return reverse("procedures:detail", args=[patient.pk, reminder.procedure_id])
    return reverse("patients:tasks" if reminder.task_id else "followup:reviews", args=[patient.pk])


def numbers_of(team: Team) -> int:
    """Return for how many days at most a person may answer for something."""
    return settings_of.settings_of(team).longest_pause_days
