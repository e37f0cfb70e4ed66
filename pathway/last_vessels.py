"""The vessel map of a patient's last procedure: of a signed record as it was signed, else as it stands."""

from typing import Any

from patients.models import Patient
from procedures import kept_record, record_page


def context_of(patient: Patient) -> dict[str, Any]:
    """Return the last procedure that was begun with its map and table; without one there is none."""
    begun = patient.procedures.filter(started_at__isnull=False).select_related("patient__team")
    procedure = begun.order_by("-started_at", "-pk").first()
    if procedure is None:
        return {"procedure": None}
    was_signed = procedure.signed_at is not None or procedure.amendment_opened_at is not None
    version = record_page.latest_version(procedure) if was_signed else None
    kept = version.record if version else kept_record.map_of(procedure)
    return {"procedure": procedure, "is_signed": was_signed, **record_page.map_context(kept)}
