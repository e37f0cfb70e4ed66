"""One round of sending: the open connections, the ways that are closed, and whether a message is still to go."""

import functools
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from followup import compose, message_words, quiet_hours, still_due
from followup.actions.looking import Look
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

    def is_open(self, message: Message) -> bool:
        """Say the same of one message."""
        if message.channel == Channel.EMAIL:
            return not self._email_is_down
        return message.channel != Channel.WEBHOOK or message.team_id not in self._gateways_down

    def send(self, message: Message, look: Look, *, at: datetime) -> dict[str, Any]:
        """Send the message, or say why not: return the columns to be marked. Raises outcome.NotSent."""
        moment = quiet_hours.next_moment(look.numbers, at=at, zone=look.zone)
        if moment > at and message.channel != Channel.IN_APP:
            return {"send_after": moment, "attempts": message.attempts - 1}
        reason = _reason_to_withhold(message, look.numbers) or self._write(message, look)
        if reason:
            return {"withheld_at": at, "withheld_because": reason}
        self._pass_on(message, look.numbers, at=at)
        written = {name: getattr(message, name) for name in ("template_key", "subject", "body")}
        return {"sent_at": at, "last_error": "", **written}

    def _write(self, message: Message, look: Look) -> str:
        """Put the words of this moment into the message; return why where nothing of it waits any more."""
        if message.template_key == Message.FILE_READY:
            return ""
        written = self._to_person(message, look) if message.user_id else self._to_patient(message, look)
        if isinstance(written, str):
            return written
        for name, value in asdict(written).items():
            setattr(message, name, value)
        return ""

    def _to_person(self, message: Message, look: Look) -> compose.Written | str:
        key = (message.user_id or 0, message.slot)
        counts = look.counts.get(key)
        if not counts:
            return look.gone.get(key, still_due.CHANGED)
        if message.channel == Channel.IN_APP:
            return compose.in_the_application(counts, language=message.language)
        return compose.for_staff(counts, team=message.team.name, language=message.language, words=self._words)

    def _to_patient(self, message: Message, look: Look) -> compose.Written | str:
        reminder = look.reminders.get(message.pk)
        if reminder is None:
            return look.gone_of_patient.get(message.pk, still_due.CHANGED)
        return compose.for_patient(reminder, language=message.language, on=look.on, words=self._words)

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
