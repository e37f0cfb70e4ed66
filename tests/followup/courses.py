"""What a team does with a patient, through the real actions, for the tests of what comes next."""

from datetime import datetime, timedelta
from typing import Any

from assessments.actions import drafts, signing
from assessments.models import Assessment
from followup.actions import start
from procedures.actions import plan
from procedures.models import Procedure
from tests.factories.patients import NOW


def sign(patient, by, decision="do_not_proceed", *, reason="", at: datetime = NOW) -> Assessment:
    """Sign an assessment of which nothing is known; to proceed goes against it and needs a reason."""
    draft = drafts.start_draft(patient=patient, by=by, on=at.date(), at=at)
    if decision == "proceed":
        reason = reason or "The meeting agreed"
    given: dict[str, Any] = {"decision": decision, "reason_against_finding": reason}
    if decision == "refer":
        given |= {"meeting_owner": str(by.pk), "meeting_on": (at.date() + timedelta(days=7)).isoformat()}
    told = {name: {"value": value} for name, value in given.items()}
    drafts.save_draft(assessment=draft, given=told, base={}, by=by, on=at.date(), at=at)
    signing.sign_assessment(assessment=draft, by=by, on=at.date(), at=at)
    draft.refresh_from_db()
    return draft


def planned(patient, by, assessment=None, *, at: datetime = NOW) -> Procedure:
    """Plan a TACE of that day, as an emergency where it rests on no assessment."""
    what = plan.Plan(
        planned_on=at.date(), place="Room 1", planned_modality="TACE", technique="conventional", plan_note="",
        emergency_reason="" if assessment else "Ruptured tumour, bleeding",
    )  # fmt: skip
    return plan.plan_procedure(patient=patient, assessment=assessment, plan=what, by=by, at=at)


def begun(patient, by, assessment=None, *, at: datetime = NOW) -> Procedure:
    """Plan and begin it: its review is open from then on."""
    return start.start_procedure(procedure=planned(patient, by, assessment, at=at), by=by, at=at)


def treated(patient, by, assessment=None, *, at: datetime = NOW) -> Procedure:
    """Begin it, have its record signed and the calls made; what these say is other tests' business."""
    procedure = begun(patient, by, assessment, at=at)
    patient.tasks.filter(closed_at=None).update(closed_at=at, closed_by=by, outcome="done")
    Procedure.objects.filter(pk=procedure.pk).update(signed_at=at, signed_by=by)
    procedure.refresh_from_db()
    return procedure
