"""Take a merge back: both records hold again exactly what they held before it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from followup.actions import held
from followup.models import ImagingReview, ReviewEvent
from pathway.actions import merge
from pathway.merge import change_log, undoing
from pathway.merge.rows import MergeRecord
from patients.actions import register
from patients.models import Patient


class UnableToUndo(Exception):
    """Something stands in the way; `blocks` says what, in words."""

    def __init__(self, blocks: list[str]) -> None:
        super().__init__(len(blocks))
        self.blocks = blocks


@transaction.atomic
def undo_merge(*, record: MergeRecord, because: str, by: User, at: datetime) -> MergeRecord:
    """Give each record its rows back, and the columns that the merge had changed. Raises UnableToUndo, merge.InUse.

    What was recorded since stays with the record that was kept.
    """
    kept, duplicate = merge.hold_both(record.kept, record.duplicate)
    record = MergeRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    blocks = undoing.blocks(record)
    if blocks:
        raise UnableToUndo(blocks)
    reason = _("The merge with record %(mrn)s was taken back") % {"mrn": duplicate.mrn}
    # The last thing that was changed is the record that leads on: from here rows can hang on it again.
    entries = list(reversed(record.changed))
    _put_back(entries[0], by=by, at=at, reason=reason)
    are_put_back = _with_their_columns(entries)
    for label, keys in (*record.moved.items(), *undoing.followers(record).items()):
        merge.point_to(label, [key for key in keys if (label, key) not in are_put_back], duplicate)
    for entry in entries[1:]:
        _put_back(entry, by=by, at=at, reason=reason)
    record.undone_at, record.undone_by, record.undone_because = at, by, because
    record.save(update_fields=["undone_at", "undone_by", "undone_because"])
    for patient in Patient.objects.filter(pk__in=[kept.pk, duplicate.pk]):
        register.index_words(patient)
        audit.record_change(by=by, team=patient.team, patient_id=patient.pk, what="pathway.undo_merge", at=at)
    return record


def _with_their_columns(entries: list[dict[str, Any]]) -> set[tuple[str, int]]:
    """Rows that go back together with a column of theirs: lesions, whose numbers may be the other lesions' own."""
    return {(entry["row"], entry["key"]) for entry in entries if "patient" in entry["before"]}


def _put_back(entry: dict[str, Any], *, by: User, at: datetime, reason: str) -> None:
    row = change_log.row_of(entry, hold=True)
    columns = change_log.read(row, entry["before"])
    if isinstance(row, ImagingReview):
        _put_back_review(row, entry["before"], by=by, at=at, reason=reason)
    else:
        change_log.write(row, columns, by=by, at=at, reason=reason)


def _put_back_review(
    row: ImagingReview, before: dict[str, Any], *, by: User, at: datetime, reason: str
) -> None:
    is_closing = "closed_at" in before
    kind = ReviewEvent.Kind.REOPENED if is_closing else ReviewEvent.Kind.ASSIGNED
    held.keep(row, kind, changes=held.put_back(row, before), by=by, at=at, note=reason)
