"""The words of messages: the product's own, or those that a site admin wrote in their place.

Staff messages name no patient: a count and a link. A patient's text names no disease, no treatment and no team: whose
name may say it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from followup.models import MessageTemplate, Reminder

Rung = Reminder.Rung
# Whatever stands in braces has to be one of the names: a misspelt one would be sent as it is.
IN_BRACES = re.compile(r"\{([^{}]*)\}")
LONE_BRACE = re.compile(r"[{}]")


class Key(TextChoices):
    """The messages that there are."""

    STAFF = "staff", _("To a colleague: what waits")
    PATIENT_SOON = "patient_soon", _("To a patient: imaging is due soon")
    PATIENT_DUE = "patient_due", _("To a patient: imaging is due now")
    PATIENT_LATE = "patient_late", _("To a patient: imaging is late")
    PATIENT_BOOKED = "patient_booked", _("To a patient: an appointment is booked")


PLACEHOLDERS: dict[str, dict[str, Any]] = {
    Key.STAFF: {
        "count": _("how many patients and tasks wait"),
        "list": _("what waits, one line for each kind"),
        "link": _("the address of the page of messages"),
        "team": _("the name of the team"),
    },
    **{
        key: {"from": _("the first day of the window"), "to": _("its last day")}
        for key in (Key.PATIENT_SOON, Key.PATIENT_DUE, Key.PATIENT_LATE)
    },
    Key.PATIENT_BOOKED: {"day": _("the day of the appointment")},
}
OF_PATIENT = {Rung.SOON: Key.PATIENT_SOON, Rung.DUE: Key.PATIENT_DUE, Rung.LATE: Key.PATIENT_LATE}


@dataclass(frozen=True)
class Words:
    """A subject and a text with their placeholders."""

    subject: str
    body: str
    is_changed: bool = False


def product_words(key: str, language: str) -> Words:
    """Return the product's own words in a language."""
    with translation.override(language):
        subject, body = _product_words(key)
        return Words(subject, body)


def _product_words(key: str) -> tuple[str, str]:
    if key == Key.STAFF:
        return (
            gettext("TACE pathway: {count} waiting"),
            gettext(
                "What waits for you:\n\n{list}\n\nOpen the list: {link}\n\nThis message names no patient."
            ),
        )
    if key == Key.PATIENT_BOOKED:
        return (
            gettext("Reminder of your appointment"),
            gettext("You have an appointment for a scan on {day}. Please call us if you cannot come."),
        )
    if key == Key.PATIENT_SOON:
        return (
            gettext("Your next scan"),
            gettext("Your next scan is planned between {from} and {to}. We will agree the day with you."),
        )
    if key == Key.PATIENT_DUE:
        return (
            gettext("Your next scan"),
            gettext(
                "Your next scan is due between {from} and {to}. Please call us if you have no appointment."
            ),
        )
    return (
        gettext("Your scan has not taken place yet"),
        gettext(
            "Your scan was planned until {to} and has not taken place yet. Please call us to agree a day."
        ),
    )


def words(key: str, language: str) -> Words:
    """Return the words that stand: a site admin's, or the product's own."""
    row = MessageTemplate.objects.filter(key=key, language=language).exclude(body="").first()
    return Words(row.subject, row.body, is_changed=True) if row else product_words(key, language)


def wrong_placeholders(key: str, text: str) -> list[str]:
    """Return what stands in braces and means nothing there; a brace by itself is one of them."""
    names = [name for name in IN_BRACES.findall(text) if name not in PLACEHOLDERS[key]]
    lone = LONE_BRACE.findall(IN_BRACES.sub("", text))
    return [f"{{{name}}}" for name in names] + lone


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in place of their names; anything else in braces stays as it is."""
    return IN_BRACES.sub(lambda found: values.get(found[1], found[0]), text)


def language_or_default(*languages: str) -> str:
    """Return the first language that there is."""
    known = {code for code, _name in settings.PATIENT_LANGUAGES}
    return next((language for language in languages if language in known), settings.LANGUAGE_CODE)


def lines(counts: Mapping[str, int]) -> str:
    """Say how many wait on each rung, the worst first, in the language of the moment."""
    return "\n".join(f"· {line_of(rung, counts[rung])}" for rung in ORDER if counts.get(rung))


ORDER = (
    Rung.WEEKLY, Rung.ESCALATED, Rung.LATE, Rung.UNREAD, Rung.UNDECIDED, Rung.UNSIGNED, Rung.UNSTARTED,
    Rung.TASK_LATE, Rung.DUE, Rung.TASK, Rung.SOON,
)  # fmt: skip


def line_of(rung: str, count: int) -> str:
    """Say one rung and its number."""
    return _LINES[Rung(rung)](count) % {"n": count}


_LINES = {
    Rung.SOON: lambda n: ngettext("%(n)s imaging window opens soon", "%(n)s imaging windows open soon", n),
    Rung.DUE: lambda n: ngettext("%(n)s imaging window is open", "%(n)s imaging windows are open", n),
    Rung.LATE: lambda n: ngettext(
        "%(n)s patient is late for imaging", "%(n)s patients are late for imaging", n
    ),
    Rung.ESCALATED: lambda n: ngettext(
        "%(n)s patient is late for imaging by a week or more",
        "%(n)s patients are late for imaging by a week or more",
        n,
    ),
    Rung.WEEKLY: lambda n: ngettext(
        "%(n)s patient is late for imaging by many weeks",
        "%(n)s patients are late for imaging by many weeks",
        n,
    ),
    Rung.UNREAD: lambda n: ngettext(
        "%(n)s patient is imaged and not read", "%(n)s patients are imaged and not read", n
    ),
    Rung.UNDECIDED: lambda n: ngettext(
        "%(n)s reading waits for a decision", "%(n)s readings wait for a decision", n
    ),
    Rung.UNSIGNED: lambda n: ngettext(
        "%(n)s procedure is performed and not signed", "%(n)s procedures are performed and not signed", n
    ),
    Rung.UNSTARTED: lambda n: ngettext(
        "%(n)s procedure was planned and is not begun", "%(n)s procedures were planned and are not begun", n
    ),
    Rung.TASK: lambda n: ngettext("%(n)s task is due", "%(n)s tasks are due", n),
    Rung.TASK_LATE: lambda n: ngettext("%(n)s task is late", "%(n)s tasks are late", n),
}


# One of them, beside the patient's name.
WHAT = {
    Rung.SOON: _("Imaging is due soon"),
    Rung.DUE: _("The imaging window is open"),
    Rung.LATE: _("Imaging is late"),
    Rung.ESCALATED: _("Imaging is late by a week or more"),
    Rung.WEEKLY: _("Imaging is late by many weeks"),
    Rung.UNREAD: _("Imaged, not read"),
    Rung.UNDECIDED: _("Read, not decided"),
    Rung.UNSIGNED: _("Performed, not signed"),
    Rung.UNSTARTED: _("Planned, not begun"),
}


def day(value: Any) -> str:
    """Write a day for a patient, in the language of the moment."""
    return date_format(value, "j F Y") if value else ""
