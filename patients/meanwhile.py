"""Says what somebody else changed in a row while a person had its form open, so that neither overwrites the other."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from patients import history

# The code of the error that tells of it.
CHANGED = "changed_meanwhile"
# The same form sent twice at once is no change by somebody else.
SENT_TWICE = timedelta(seconds=5)
# Columns of these rows that no form of the whole row writes.
WRITTEN_ELSEWHERE = frozenset(
    {"ended_on", "ended_because", "allergies_asked_on", "earlier_treatments_asked_on", "search_name"}
)


def version_of(row: models.Model) -> str:
    """Return the number of the row's last change; empty for a row that is not kept yet."""
    last = _versions(row).last() if row.pk else None
    return str(last.pk) if last else ""


def check(row: models.Model, seen: str, *, by: User, at: datetime) -> None:
    """Raise ValidationError, in words, when the row says something else than in the version `seen`."""
    before = _versions(row).filter(pk=int(seen[:18])).first() if row.pk and seen.isdecimal() else None
    if before is None:
        return
    last = _versions(row).latest("history_id")
    if last.history_user == by and at - last.history_date < SENT_TWICE:
        return
    changes = history.changes_between(type(row), before, last, but=WRITTEN_ELSEWHERE)
    told = "; ".join(f"{each.label}: {each.old or _('nothing')} → {each.new}" for each in changes)
    if told:
        raise ValidationError(_in_words(last, told), code=CHANGED)


def _in_words(last, told: str) -> str:
    return _(
        "%(person)s changed this at %(time)s while you had it open: %(changes)s. "
        "Compare with what stands below, then save again."
    ) % {
        "person": last.history_user or _("Somebody"),
        "time": date_format(last.history_date.astimezone(timezone.get_current_timezone()), "H:i"),
        "changes": told,
    }


def _versions(row: models.Model) -> models.QuerySet:
    versions = type(row).history.filter(id=row.pk)  # type: ignore[attr-defined]
    return versions.select_related("history_user").order_by("history_id")
