"""A person has seen messages."""

from datetime import datetime

from django.db.models import QuerySet

from followup.models import Message


def mark_seen(*, messages: QuerySet[Message], at: datetime) -> int:
    """Note it once, for those not seen before; return how many those were."""
    return messages.order_by().filter(seen_at=None).update(seen_at=at)
