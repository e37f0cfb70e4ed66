"""Writes a message from what still waits for its recipient: counts for staff, days for a patient."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from followup import message_words
from followup.models import Message, Reminder

Counts = Mapping[str, int]
# Gives the words of a message in a language: `message_words.words`, or what remembers its answers for a while.
Wordbook = Callable[[str, str], message_words.Words]


@dataclass(frozen=True)
class Written:
    """What a message says."""

    template_key: str
    subject: str
    body: str


def in_the_application(counts: Counts, *, language: str) -> Written:
    """Write to a colleague who reads it here: no link is needed."""
    with translation.override(language):
        return Written(message_words.Key.STAFF, str(sum(counts.values())), message_words.lines(counts))


def for_staff(counts: Counts, *, team: str, language: str, words: Wordbook) -> Written:
    """Write to a colleague: how many of what, and where to see whom."""
    with translation.override(language):
        values = {
            "count": str(sum(counts.values())),
            "list": message_words.lines(counts),
            "link": settings.SITE_URL.rstrip("/") + reverse("followup:messages"),
            "team": team,
        }
        return _filled(words, message_words.Key.STAFF, language, values)


def for_patient(reminder: Reminder, *, language: str, on: date, words: Wordbook) -> Written:
    """Write to a patient of one review: of the appointment where one is to come, else of the window."""
    review = reminder.review
    if review is None:
        raise ValueError("A patient hears of imaging only.")
    with translation.override(language):
        if review.booked_for and review.booked_for >= on:
            booked = {"day": message_words.day(review.booked_for)}
            return _filled(words, message_words.Key.PATIENT_BOOKED, language, booked)
        window = {"from": message_words.day(review.due_from), "to": message_words.day(review.due_to)}
        return _filled(words, message_words.OF_PATIENT[Reminder.Rung(reminder.rung)], language, window)


def _filled(words: Wordbook, key: str, language: str, values: Mapping[str, str]) -> Written:
    found = words(key, language)
    subject = message_words.fill(found.subject, values)[: Message._meta.get_field("subject").max_length]
    return Written(key, subject, message_words.fill(found.body, values))
