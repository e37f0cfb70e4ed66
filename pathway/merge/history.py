"""What a patient's history tells of merges: which record became one with it, why, and whether it was taken back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from patients import history
from patients.models import Patient


def events_of(patient: Patient) -> Iterator[history.Event]:
    """Return merges into this record and, of a record that stands alone again, the merge that was taken back."""
    merges = patient.merges.all() | patient.was_merged.all()
    for merge in merges.select_related("kept", "duplicate", "merged_by", "undone_by"):
        names = {"other": merge.duplicate.mrn, "kept": merge.kept.mrn}
        yield _said(
            _("Record %(other)s merged into %(kept)s") % names, merge.merged_at, merge.merged_by, merge.reason
        )
        if merge.undone_at is not None:
            says = _("Merge of %(other)s into %(kept)s taken back") % names
            yield _said(says, merge.undone_at, merge.undone_by, merge.undone_because)


def _said(says: str, at: datetime, by: Any, reason: str) -> history.Event:
    return history.Event(
        at=at,
        by=by,
        kind=_("Record"),
        what="",
        is_new=False,
        is_retraction=False,
        reason=reason,
        changes=(),
        says=says,
    )
