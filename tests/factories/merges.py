"""Records that were merged, for tests."""

from accounts.models import User
from pathway.actions import merge
from pathway.merge.rows import MergeRecord
from patients.models import Patient
from tests.factories.patients import NOW, PatientFactory


def merge_into(kept: Patient, by: User) -> MergeRecord:
    """Return the merge of a second record, which held nothing, into `kept`."""
    second = PatientFactory(team=kept.team)
    return merge.merge_records(kept=kept, duplicate=second, chosen={}, reason="One person", by=by, at=NOW)
