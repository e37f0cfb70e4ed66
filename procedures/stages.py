"""Where a procedure stands, worked out from its moments and never stored; a start counts, signed or not."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from procedures.models import Procedure

# Not in source: after this long without a signature a performed procedure is shown in red.
SIGN_WITHIN = timedelta(hours=48)

CANCELLED, PLANNED, RUNNING, PERFORMED = "cancelled", "planned", "running", "performed"
SIGNED, AMENDING = "signed", "amending"
WORDS = {
    CANCELLED: _("Cancelled"),
    PLANNED: _("Planned"),
    RUNNING: _("In progress"),
    PERFORMED: _("Performed, not signed"),
    SIGNED: _("Signed"),
    AMENDING: _("Being amended"),
}


def stage_of(procedure: Procedure) -> str:
    """Return the stage."""
    if procedure.cancelled_at:
        return CANCELLED
    if procedure.signed_at:
        return SIGNED
    if procedure.amendment_opened_at:
        return AMENDING
    if procedure.ended_at:
        return PERFORMED
    return RUNNING if procedure.started_at else PLANNED


def words_for(procedure: Procedure) -> Any:
    """Return the stage in words."""
    return WORDS[stage_of(procedure)]


def is_signature_late(procedure: Procedure, *, at: datetime) -> bool:
    """Say whether it was performed, or opened for an amendment, long enough ago that it must be signed by now."""
    waits_since = waiting_since(procedure)
    return waits_since is not None and at - waits_since > SIGN_WITHIN


def waiting_since(procedure: Procedure) -> datetime | None:
    """Return since when its record waits for a signature; None where it does not."""
    if procedure.started_at is None or procedure.signed_at is not None:
        return None
    return procedure.amendment_opened_at or procedure.ended_at or procedure.started_at


def is_open_to_record(procedure: Procedure) -> bool:
    """Say whether its record is still being written."""
    return bool(procedure.started_at and not procedure.signed_at)
