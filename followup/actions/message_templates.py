"""The words of messages: a site admin writes their own, or takes the product's back."""

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from followup import message_words
from followup.models import MessageTemplate


class UnknownPlaceholder(ValueError):
    """Something in braces means nothing in this message."""


@transaction.atomic
def save_template(
    *, key: str, language: str, subject: str, body: str, by: User, at: datetime
) -> MessageTemplate:
    """Keep a site admin's words. Raises UnknownPlaceholder."""
    wrong = message_words.wrong_placeholders(key, subject) + message_words.wrong_placeholders(key, body)
    if wrong:
        raise UnknownPlaceholder(", ".join(wrong))
    return _keep(key, language, subject, body, what="followup.save_template", by=by, at=at)


@transaction.atomic
def reset_template(*, key: str, language: str, by: User, at: datetime) -> MessageTemplate:
    """Let the product's own words stand again; what was written stays in the history."""
    return _keep(key, language, "", "", what="followup.reset_template", by=by, at=at)


def _keep(
    key: str, language: str, subject: str, body: str, *, what: str, by: User, at: datetime
) -> MessageTemplate:
    row = MessageTemplate.objects.select_for_update().filter(key=key, language=language).first()
    row = row or MessageTemplate(key=key, language=language)
    row.subject, row.body, row.saved_at, row.saved_by = subject, body, at, by
    row.save()
    audit.record_site_change(by=by, what=what, at=at)
    return row
