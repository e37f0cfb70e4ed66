"""One round of sending: the open connections, the ways that are closed, and whether a message is still to go."""

import functools
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Membership
from followup import compose, message_words, quiet_hours, settings_of, still_due
from followup.channels import email, outcome, webhook
from followup.models import FollowUpSettings, Message, Reminder
from followup.models.reminders import Channel
from patients.models import Patient


class Round:
    """Sends one message after the other until nothing is due."""

    def __init__(self) -> None:
        self._email, self._webhook = email.EmailChannel(), webhook.WebhookChannel()
        self._email_is_down = False
        self._gateways_down: set[int] = set()
        self._numbers: dict[int, FollowUpSettings] = {}
        self._words = functools.cache(message_words.words)

    def close(self) -> None:
        """Close the connections."""
        self._email.close()
        self._webhook.close()

    def open_channels(self, messages: QuerySet[Message]) -> QuerySet[Message]:
        """Leave out what would go a way that is closed in this round."""
        if self._email_is_down:
            messages = messages.exclude(channel=Channel.EMAIL)
        if self._gateways_down:
            messages = messages.exclude(channel=Channel.WEBHOOK, team__in=self._gateways_down)
        return messages

    def send(self, message: Message, *, at: datetime) -> dict[str, Any]:
        """Send the message, or say why not: return the columns to be marked. Raises outcome.NotSent."""
        numbers = self._numbers_of(message)
        zone = ZoneInfo(message.team.time_zone)
        moment = quiet_hours.next_moment(numbers, at=at, zone=zone)
        if moment > at and message.channel != Channel.IN_APP:
            return {"send_after": moment, "attempts": message.attempts - 1}
        reason = _reason_to_withhold(message, numbers) or self._write(
            message, numbers, at.astimezone(zone).date()
        )
        if reason:
            return {"withheld_at": at, "withheld_because": reason}
        self._pass_on(message, numbers, at=at)
        written = {name: getattr(message, name) for name in ("template_key", "subject", "body")}
        return {"sent_at": at, "last_error": "", **written}

    def _write(self, message: Message, numbers: FollowUpSettings, on: date) -> str:
        """Put the words of this moment into the message; return why where nothing of it waits any more."""
        reminders = still_due.with_gone_because(reminders_of(message), numbers=numbers, on=on)
        standing = reminders.filter(gone_because=still_due.STILL)
        written = (
            self._to_person(message, standing) if message.user_id else self._to_patient(message, standing, on)
        )
        if written is None:
            gone = reminders.order_by().values_list("gone_because", flat=True)
            return gone.exclude(gone_because=still_due.STILL).first() or still_due.CHANGED
        for name, value in asdict(written).items():
            setattr(message, name, value)
        return ""

    def _to_person(self, message: Message, standing: QuerySet[Any]) -> compose.Written | None:
        counts = compose.counts_of(standing)
        if not counts:
            return None
        if message.channel == Channel.IN_APP:
            return compose.in_the_application(counts, language=message.language)
        return compose.for_staff(counts, team=message.team.name, language=message.language, words=self._words)

    def _to_patient(self, message: Message, standing: QuerySet[Any], on: date) -> compose.Written | None:
        reminder = standing.select_related("review").order_by("-rung_on", "-pk").first()
        if reminder is None:
            return None
        return compose.for_patient(reminder, language=message.language, on=on, words=self._words)

    def _pass_on(self, message: Message, numbers: FollowUpSettings, *, at: datetime) -> None:
        try:
            if message.channel == Channel.EMAIL:
                self._email.send(message)
            elif message.channel == Channel.WEBHOOK:
                self._webhook.send(message, numbers=numbers, at=at)
        except outcome.NotSent as problem:
            if problem.is_channel_down:
                self._close_way(message)
            raise

    def _close_way(self, message: Message) -> None:
        if message.channel == Channel.EMAIL:
            self._email_is_down = True
        else:
            self._gateways_down.add(message.team_id)

    def _numbers_of(self, message: Message) -> FollowUpSettings:
        if message.team_id not in self._numbers:
            self._numbers[message.team_id] = settings_of.settings_of(message.team)
        return self._numbers[message.team_id]


def messages() -> QuerySet[Message]:
    """Return messages with what sending them asks for."""
    member = Membership.objects.active().filter(user=OuterRef("user"), team=OuterRef("team"))
    return Message.objects.select_related("team", "user", "patient").annotate(is_member=Exists(member))


def reminders_of(message: Message) -> QuerySet[Reminder]:
    """Return what a message speaks of; an e-mail to staff speaks of what the one in the application does."""
    if message.patient_id:
        return Reminder.objects.filter(message=message)
    return Reminder.objects.filter(
        message__user=message.user_id, message__team=message.team_id, message__slot=message.slot
    )


def _reason_to_withhold(message: Message, numbers: FollowUpSettings) -> str:
    if message.user_id:
        if not getattr(message, "is_member", True):
            return still_due.LEFT
        is_off = message.channel == Channel.EMAIL and not numbers.sends_email
        return still_due.SWITCHED_OFF if is_off else ""
    return _reason_to_spare(message, message.patient, numbers)


def _reason_to_spare(message: Message, patient: Patient | None, numbers: FollowUpSettings) -> str:
    """Return why a patient is not written to: what the team and the patient want now counts."""
    if patient is None or not numbers.reminds_patients:
        return still_due.SWITCHED_OFF
    wanted = Channel.EMAIL if patient.message_channel == Patient.Channel.EMAIL else Channel.WEBHOOK
    if patient.consents_to_messages != "yes" or wanted != message.channel:
        return still_due.NO_CONSENT
    address = patient.email if wanted == Channel.EMAIL else patient.phone
    return "" if address else still_due.NO_ADDRESS
