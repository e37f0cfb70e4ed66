"""Gathers reminders into messages: one for each recipient, channel and hour of the team's clock."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Team, User
from followup import message_words, quiet_hours, settings_of, still_due
from followup.actions import database
from followup.models import FollowUpSettings, Message, Reminder
from followup.models.reminders import Channel
from patients.models import Patient

AT_ONCE = 200
Fault = Callable[[str, Exception], None]
# A reminder is to one of the two.
TO_USER, TO_PATIENT = "user", "patient"


def gather(*, at: datetime, fault: Fault | None = None) -> int:
    """Make the messages of the reminders that wait, team by team; return how many.

    Quiet hours make nothing: the reminders wait. So do those of a recipient who has a message of this hour already.
    """
    waiting = Reminder.objects.filter(message=None, dropped_because="").order_by().values("team")
    teams = Team.objects.filter(pk__in=waiting, is_research=False).order_by("pk")
    return sum(_gather_team(team, at=at, fault=fault) for team in teams)


def slot_of(local: datetime) -> str:
    """Return the hour that a message is gathered for, as the team's clock shows it."""
    return local.strftime("%Y-%m-%dT%H")


class _Hour:
    """One team in one hour, and what a message of it is made from."""

    def __init__(self, team: Team, *, at: datetime) -> None:
        local = at.astimezone(ZoneInfo(team.time_zone))
        self.team, self.at, self.on, self.slot = team, at, local.date(), slot_of(local)
        self.numbers: FollowUpSettings = settings_of.settings_of(team)
        self.is_quiet = quiet_hours.is_quiet(self.numbers, local.time())

    def waiting(self) -> QuerySet[Reminder]:
        return Reminder.objects.filter(team=self.team, message=None, dropped_because="")

    def message(self, to: str, key: int, channel: str, language: str) -> Message:
        return Message(
            team=self.team, channel=channel, slot=self.slot, language=language, template_key="",
            gathered_at=self.at, send_after=self.at, message_id=self._message_id(f"{to}:{key}/{channel}"),
            **{f"{to}_id": key},
        )  # fmt: skip

    def _message_id(self, recipient: str) -> str:
        """The same message has the same id on every attempt; another installation's has another."""
        named = f"{settings.SITE_URL}/{recipient}/{self.team.pk}/{self.slot}"
        _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
        return (
            f"<{hashlib.sha256(named.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2] or 'localhost'}>"
        )


def _gather_team(team: Team, *, at: datetime, fault: Fault | None) -> int:
    hour = _Hour(team, at=at)
    if hour.is_quiet:
        return 0
    return sum(
        _gather_or_skip(hour, to, keys, fault)
        for to in (TO_USER, TO_PATIENT)
        for keys in _recipients(hour, to)
    )


def _recipients(hour: _Hour, to: str) -> Iterator[list[int]]:
    last = 0
    rows = hour.waiting().order_by(f"{to}_id").values_list(f"{to}_id", flat=True).distinct()
    while keys := list(rows.filter(**{f"{to}_id__gt": last})[:AT_ONCE]):
        yield keys
        last = keys[-1]


def _gather_or_skip(hour: _Hour, to: str, keys: list[int], fault: Fault | None) -> int:
    """Gather for several recipients at once; where that fails, for each by themselves."""
    try:
        return _gather(hour, to, keys)
    except database.AWAY:
        raise
    except Exception as error:
        if len(keys) == 1:
            if fault is None:
                raise
            fault(f"{to}:{keys[0]}", error)
            return 0
        return sum(_gather_or_skip(hour, to, [key], fault) for key in keys)


@transaction.atomic
def _gather(hour: _Hour, to: str, keys: list[int]) -> int:
    # Two workers gather one team one after the other: what the first one took, the second does not see.
    Team.objects.select_for_update(no_key=True).get(pk=hour.team.pk)
    of_this_hour = Message.objects.filter(team=hour.team, slot=hour.slot, **{f"{to}__in": keys})
    free = set(keys) - set(of_this_hour.values_list(f"{to}_id", flat=True))
    waiting = still_due.with_gone_because(
        hour.waiting().filter(**{f"{to}__in": free}), numbers=hour.numbers, on=hour.on
    )
    _drop(waiting)
    still = waiting.filter(gone_because=still_due.STILL)
    recipients = sorted(set(still.order_by().values_list(f"{to}_id", flat=True)))
    made = Message.objects.bulk_create(_messages(hour, to, recipients))
    _attach(still, made, to)
    return len(made)


def _drop(waiting: QuerySet[Any]) -> None:
    """Say of the reminders that are out of date why nothing is sent."""
    gone = waiting.exclude(gone_because=still_due.STILL)
    for reason in set(gone.order_by().values_list("gone_because", flat=True)):
        keys = gone.filter(gone_because=reason).values("pk")
        Reminder.objects.filter(pk__in=keys).update(dropped_because=reason)


def _attach(still: QuerySet[Any], made: list[Message], to: str) -> None:
    """Tie the reminders to their message; to staff, to the one in the application."""
    firsts = [message.pk for message in made if to == TO_PATIENT or message.channel == Channel.IN_APP]
    mine = Message.objects.filter(pk__in=firsts, **{f"{to}_id": OuterRef(f"{to}_id")})
    with_message = still.filter(**{f"{to}_id__in": [getattr(message, f"{to}_id") for message in made]})
    Reminder.objects.filter(pk__in=with_message.values("pk")).update(
        message_id=Subquery(mine.values("pk")[:1])
    )


def _messages(hour: _Hour, to: str, keys: list[int]) -> list[Message]:
    if to == TO_USER:
        people = User.objects.filter(pk__in=keys)
        return [message for person in people for message in _to_person(hour, person)]
    return [_to_patient(hour, patient) for patient in Patient.objects.filter(pk__in=keys)]


def _to_person(hour: _Hour, person: User) -> Iterator[Message]:
    language = message_words.language_or_default(person.language, hour.team.language)
    yield hour.message(TO_USER, person.pk, Channel.IN_APP, language)
    if hour.numbers.sends_email and person.email:
        yield hour.message(TO_USER, person.pk, Channel.EMAIL, language)


def _to_patient(hour: _Hour, patient: Patient) -> Message:
    is_mail = patient.message_channel == Patient.Channel.EMAIL
    language = message_words.language_or_default(patient.language, hour.team.language)
    return hour.message(TO_PATIENT, patient.pk, Channel.EMAIL if is_mail else Channel.WEBHOOK, language)
