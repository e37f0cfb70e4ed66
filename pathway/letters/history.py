"""What a patient's history tells of letters: which went out, by whom, and how it was sent."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pathway.letters.rows import Kind
from patients import history
from patients.models import Patient


def events_of(patient: Patient) -> Iterator[history.Event]:
    """Return what went out and how, then what was given up."""
    letters = patient.letters.defer("pdf", "content", "text").select_related("issued_by")
    for letter in letters.prefetch_related("sendings__recorded_by"):
        yield _said(_issued(letter.kind), letter.issued_at, letter.issued_by)
        for sending in letter.sendings.all():
            words = {"how": sending.get_way_display(), "day": date_format(sending.sent_on, "j M Y")}
            yield _said(_("Letter sent: %(how)s, %(day)s") % words, sending.recorded_at, sending.recorded_by)
    given_up = patient.letter_drafts.filter(closed_at__isnull=False, letter=None).select_related("closed_by")
    for draft in given_up:
        yield _said(_("Letter given up"), draft.closed_at or draft.saved_at, draft.closed_by)


def _issued(kind: str) -> str:
    return _("Letter to the patient issued") if kind == Kind.PATIENT else _("Letter to the referrer issued")


def _said(says: str, at: datetime, by: Any) -> history.Event:
    return history.Event(
        at=at,
        by=by,
        kind=_("Letter"),
        what="",
        is_new=False,
        is_retraction=False,
        reason="",
        changes=(),
        says=says,
    )
