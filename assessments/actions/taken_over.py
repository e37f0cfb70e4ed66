"""Take over into a draft what another room of the record knows, such as a reading of new images."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from assessments import entries, guidance
from assessments.actions import drafts
from assessments.models import Assessment


@transaction.atomic
def take_over(
    *, assessment: Assessment, known: Mapping[str, entries.Entry], by: User, on: date, at: datetime
) -> Assessment:
    """Put what is newer than in the draft into it; what a person typed of that day or later stays, unreadable too.

    Raises UnableToSave when it is no draft any more.
    """
    row = drafts.locked_draft(assessment)
    newer = drafts.newer_in_record(row, on=on)
    newer |= {name: entry for name, entry in known.items() if _is_newer(row, name, entry)}
    if not newer:
        return row
    row.facts |= newer
    guidance.copy_to_columns(row)
    row.saved_by, row.saved_at = by, at
    # A draft of this very moment is as it was made: nobody has worked on it, and its making is on record.
    if row.created_at != at:
        row.revision += 1
        team, what = row.patient.team, "assessments.save_draft"
        audit.record_change(by=by, team=team, patient_id=row.patient_id, what=what, at=at)
    row.save()
    return row


def _is_newer(row: Assessment, name: str, entry: entries.Entry) -> bool:
    held = row.facts.get(name)
    if name in row.typed:
        return False
    if held is None:
        return True
    return (entries.date_of(held) or date.min) < (entries.date_of(entry) or date.min)
