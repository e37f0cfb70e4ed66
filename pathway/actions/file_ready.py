"""Tells who asked for a file that it is there: in the application at once, by e-mail through the outbox.

The words are written here and name no patient; the outbox sends them as they are, with its retries, its quiet hours and
its look at whether the person is still of the team.
"""

import hashlib
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from followup import message_words, settings_of
from followup.models import Message
from followup.models.reminders import Channel
from pathway.models import Job


def tell(*, job: Job, kept_until: datetime, at: datetime) -> None:
    """Write the messages about a job that is done. Called once a job: in the transaction that finishes it."""
    person = job.asked_by
    if person is None:
        return
    language = message_words.language_or_default(person.language, job.team.language)
    with translation.override(language):
        until = date_format(kept_until.astimezone(ZoneInfo(job.team.time_zone)), "j F Y")
        said = _("Your registry export is ready. It can be fetched until %(day)s.") % {"day": until}
        subject = _("TACE pathway: your file is ready")
        mailed = _("%(said)s\n\n%(link)s\n\nThis message names no patient.") % {
            "said": said,
            "link": settings.SITE_URL.rstrip("/") + reverse("pathway:registry"),
        }
    shared = {"language": language, "subject": subject}
    _write(job, Channel.IN_APP, body=said, at=at, sent_at=at, **shared)
    if settings_of.settings_of(job.team).sends_email and person.email:
        _write(job, Channel.EMAIL, body=mailed, at=at, **shared)


def _write(job: Job, channel: str, *, at: datetime, **fields: Any) -> Message:
    return Message.objects.create(
        team=job.team,
        user=job.asked_by,
        channel=channel,
        slot=f"file-{job.pk}",
        template_key=Message.FILE_READY,
        message_id=_message_id(job, channel),
        gathered_at=at,
        send_after=at,
        **fields,
    )


def _message_id(job: Job, channel: str) -> str:
    """The same message has the same id on every attempt; another installation's has another."""
    named = f"{settings.SITE_URL}/job/{job.pk}/{channel}"
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"<{hashlib.sha256(named.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2] or 'localhost'}>"
