"""Adverse events: recorded, graded in three schemes, changed, taken back with a reason."""

import uuid
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from guidelines import adverse_events
from patients.actions import rows
from patients.models import Patient, YesNo
from procedures.models import AdverseEvent, Procedure


@dataclass(frozen=True, kw_only=True)
class Event:
    """What a clinician says of one event; a grade or class that is not given is not known."""

    onset_on: date
    other_term: str = ""
    ctcae_grade: int | None = None
    cirse_grade: int | None = None
    sir_class: str = ""
    expected: str = YesNo.NOT_KNOWN
    causality: str = ""
    treatment: str = ""
    resolved_on: date | None = None
    note: str = ""
    # The numbers that propose the CTCAE grade, kept with the event.
    graded_from: dict[str, Any] = field(default_factory=dict)

    @property
    def is_graded(self) -> bool:
        return self.ctcae_grade is not None or self.cirse_grade is not None or bool(self.sir_class)


@transaction.atomic
def record_event(
    *,
    procedure: Procedure,
    term: str,
    event: Event,
    by: User,
    at: datetime,
    form_key: uuid.UUID | None = None,
) -> AdverseEvent:
    """Record an event with its grades; the same form sent twice makes one."""
    Patient.objects.select_for_update().get(pk=procedure.patient_id)
    same = procedure.adverse_events.filter(form_key=form_key).first() if form_key else None
    if same:
        return same
    row = AdverseEvent(
        procedure=procedure,
        term=term,
        form_key=form_key,
        entered_at=at,
        entered_by=by,
        ctcae_version=adverse_events.CTCAE_VERSION,
        cirse_version=adverse_events.CIRSE_VERSION,
        sir_version=adverse_events.SIR_VERSION,
    )
    _say(row, event, by=by, at=at)
    rows.keep_row(row, by=by, at=at)
    _record(row, "procedures.record_event", by=by, at=at)
    return row


@transaction.atomic
def change_event(*, event: AdverseEvent, said: Event, by: User, at: datetime) -> AdverseEvent:
    """Change what is said of an event; what was said before stays in the history. Raises rows.UnableToChange."""
    row = rows.lock_standing(event)
    _say(row, said, by=by, at=at)
    rows.keep_row(row, by=by, at=at)
    _record(row, "procedures.change_event", by=by, at=at)
    return row


@transaction.atomic
def retract_event(*, event: AdverseEvent, because: str, by: User, at: datetime) -> AdverseEvent:
    """Mark an event as wrong; it stays to be seen. Raises rows.UnableToRetract."""
    rows.retract_row(event, by=by, at=at, because=because)
    _record(event, "procedures.retract_event", by=by, at=at)
    return event


def _say(row: AdverseEvent, said: Event, *, by: User, at: datetime) -> None:
    """Write what is said; who graded it and when changes only with a grade."""
    before = (row.ctcae_grade, row.cirse_grade, row.sir_class)
    for name, value in asdict(said).items():
        if name != "graded_from":
            setattr(row, name, value)
    after = (row.ctcae_grade, row.cirse_grade, row.sir_class)
    if row.ctcae_grade != before[0] or not row.graded_from:
        row.graded_from = said.graded_from
    if after != before:
        row.graded_at, row.graded_by = (at, by) if said.is_graded else (None, None)


def _record(row: AdverseEvent, what: str, *, by: User, at: datetime) -> None:
    patient = row.procedure.patient
    audit.record_change(by=by, team=patient.team, patient_id=patient.pk, what=what, at=at)
