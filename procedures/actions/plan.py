"""Plan a procedure, change the plan, go through the checklist, cancel, start."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from assessments.models import Assessment
from patients.models import Lesion, Patient
from procedures.actions import watch
from procedures.models import Agent, Artery, Procedure


class UnableToPlan(Exception):
    """The course has ended, or neither a decision to proceed nor a reason for an emergency is there."""


class UnableToChange(Exception):
    """The procedure is not in the stage in which this can be done; it carries the row as it is now."""

    def __init__(self, procedure: Procedure) -> None:
        super().__init__(procedure.pk)
        self.procedure = procedure


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is planned."""

    planned_on: date
    place: str
    planned_modality: str
    technique: str
    plan_note: str
    emergency_reason: str = ""
    lesions: list[Lesion] = field(default_factory=list)
    feeders: list[Artery] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)

    def columns(self) -> dict[str, Any]:
        names = ("planned_on", "place", "planned_modality", "technique", "plan_note", "emergency_reason")
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def plan_procedure(
    *,
    patient: Patient,
    assessment: Assessment | None,
    plan: Plan,
    by: User,
    at: datetime,
    form_key: uuid.UUID | None = None,
) -> Procedure:
    """Make a plan; the same form sent twice makes one. Raises UnableToPlan."""
    patient = Patient.objects.select_for_update().select_related("team").get(pk=patient.pk)
    made = Procedure.objects.filter(patient=patient, form_key=form_key).first() if form_key else None
    if made:
        return made
    is_decided = assessment is not None and assessment.decision == Assessment.Choice.PROCEED
    if patient.ended_because or not (is_decided or plan.emergency_reason):
        raise UnableToPlan
    procedure = Procedure.objects.create(
        patient=patient, assessment=assessment, form_key=form_key, created_at=at, created_by=by,
        saved_at=at, saved_by=by, **plan.columns(),
    )  # fmt: skip
    _choose(procedure, plan)
    _record(procedure, "procedures.plan", by=by, at=at)
    return procedure


@transaction.atomic
def change_plan(*, procedure: Procedure, plan: Plan, by: User, at: datetime) -> Procedure:
    """Change what is planned, while nothing has begun. Raises UnableToChange."""
    row = locked_plan(procedure)
    for name, value in plan.columns().items():
        setattr(row, name, value)
    _choose(row, plan)
    _keep(row, by=by, at=at)
    _record(row, "procedures.change_plan", by=by, at=at)
    return row


@transaction.atomic
def answer_checklist(
    *, procedure: Procedure, given: Mapping[str, Mapping[str, str]], by: User, at: datetime
) -> Procedure:
    """Keep the points that a person answered; each that changed with the name and the moment.

    Raises UnableToChange.
    """
    row = Procedure.objects.select_for_update().select_related("patient__team").get(pk=procedure.pk)
    if row.cancelled_at or row.signed_at:
        raise UnableToChange(row)
    changed = {
        key: {**answer, "by": str(by), "at": at.isoformat()}
        for key, answer in given.items()
        if _told(row.checklist.get(key)) != _told(answer)
    }
    if changed:
        row.checklist = {**row.checklist, **changed}
        _keep(row, by=by, at=at)
        _record(row, "procedures.answer_checklist", by=by, at=at)
    return row


def _told(answer: Mapping[str, str] | None) -> tuple[str, str]:
    return (answer or {}).get("answer", ""), (answer or {}).get("note", "")


@transaction.atomic
def cancel_procedure(*, procedure: Procedure, because: str, by: User, at: datetime) -> Procedure:
    """Cancel a plan with its reason; what has begun cannot be cancelled. Raises UnableToChange."""
    row = locked_plan(procedure)
    row.cancelled_at, row.cancelled_by, row.cancelled_because = at, by, because
    _keep(row, by=by, at=at)
    _record(row, "procedures.cancel", by=by, at=at)
    return row


@transaction.atomic
def start_procedure(*, procedure: Procedure, by: User, at: datetime) -> Procedure:
    """Begin: from now on it counts as performed, signed or not, and its days after are watched.

    Started twice stays started once.
    """
    row = Procedure.objects.select_for_update().select_related("patient__team").get(pk=procedure.pk)
    if row.cancelled_at:
        raise UnableToChange(row)
    if row.started_at is None:
        row.started_at, row.started_by = at, by
        row.modality = row.planned_modality
        _keep(row, by=by, at=at)
        row.operators.add(by)
        _record(row, "procedures.start", by=by, at=at)
        watch.open_watch_calls(procedure=row, by=by, at=at)
    return row


def locked_plan(procedure: Procedure) -> Procedure:
    """Return the row for writing while it is a plan. Raises UnableToChange."""
    row = Procedure.objects.select_for_update().select_related("patient__team").get(pk=procedure.pk)
    if row.cancelled_at or row.started_at:
        raise UnableToChange(row)
    return row


def _choose(procedure: Procedure, plan: Plan) -> None:
    procedure.planned_lesions.set(plan.lesions)
    procedure.expected_feeders.set(plan.feeders)
    procedure.planned_agents.set(plan.agents)


def _keep(row: Procedure, *, by: User, at: datetime) -> None:
    row.revision += 1
    row.saved_by, row.saved_at = by, at
    row.save()


def _record(row: Procedure, what: str, *, by: User, at: datetime) -> None:
    audit.record_change(by=by, team=row.patient.team, patient_id=row.patient_id, what=what, at=at)
