"""Every message in every language, whose words stand, and how they read with values filled in."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import translation

from followup import message_words
from followup.models import MessageTemplate, Reminder

# A day that nobody takes for a real one.
SAMPLE_FROM, SAMPLE_TO = date(2030, 1, 7), date(2030, 1, 21)
SAMPLE_COUNTS: dict[str, int] = {Reminder.Rung.LATE: 2, Reminder.Rung.DUE: 3}


@dataclass(frozen=True)
class Row:
    """One message in one language; `changed` is the site admin's row where their words stand."""

    key: str
    label: str
    language: str
    language_name: str
    changed: MessageTemplate | None


def rows() -> list[Row]:
    """Return every message in every language."""
    changed = {
        (row.key, row.language): row
        for row in MessageTemplate.objects.exclude(body="").select_related("saved_by")
    }
    return [
        Row(key.value, str(key.label), code, str(name), changed.get((key.value, code)))
        for key in message_words.Key
        for code, name in settings.PATIENT_LANGUAGES
    ]


def sample(key: str, language: str, *, subject: str, body: str) -> message_words.Words:
    """Return words as a recipient would read them, with invented values."""
    with translation.override(language):
        values = {
            "count": str(sum(SAMPLE_COUNTS.values())),
            "list": message_words.lines(SAMPLE_COUNTS),
            "link": f"{settings.SITE_URL}/messages/",
            "team": "Northfield",
            "from": message_words.day(SAMPLE_FROM),
            "to": message_words.day(SAMPLE_TO),
            "day": message_words.day(SAMPLE_FROM),
        }
    return message_words.Words(message_words.fill(subject, values), message_words.fill(body, values))
