"""Who may see whom: the only place that loads a patient, and that records the reading of one.

Another team's patient is 404, never 403: its existence is nobody's business. Inside the team a missing
capability is 403.
"""

from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from accounts import audit, permission
from accounts.models import Membership
from accounts.roles import Capability
from patients.models import Patient


class PatientMerged(Exception):
    """The record was merged into another; `patients.middleware` leads there."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(patient.pk)
        self.patient = patient


def get_patient_for(
    request: HttpRequest, patient_id: int, *, may: Capability = Capability.SEE_PATIENTS
) -> Patient:
    """Return a patient of the person's teams (404 otherwise) if they may do `may` there (403 otherwise).

    From then on the request belongs to the patient's team: its role, its time zone. A GET is recorded as a reading;
    what a POST changes is recorded by the action that changes it. Raises PatientMerged for a record that was merged.
    """
    own_teams = [membership.team_id for membership in request.memberships]
    patient = Patient.objects.select_related("team").filter(pk=patient_id, team__in=own_teams).first()
    if patient is None:
        raise Http404
    if not allows(request, patient, Capability.SEE_PATIENTS) or not allows(request, patient, may):
        raise PermissionDenied
    _enter_team_of(request, patient)
    if patient.merged_into_id:
        raise PatientMerged(patient)
    if request.method in {"GET", "HEAD"}:
        _record_reading(request, patient)
    return patient


def allows(request: HttpRequest, patient: Patient, capability: Capability) -> bool:
    """Say whether the person may do something with this patient, for what a page offers."""
    membership = _membership_in(request, patient.team_id)
    return membership is not None and membership.may(capability)


def get_membership_for(request: HttpRequest, *, may: Capability) -> Membership:
    """Return the current membership if it allows `may`; 404 without a team, 403 otherwise."""
    return permission.require_membership(request, may=may)


def _membership_in(request: HttpRequest, team_id: int) -> Membership | None:
    return next((membership for membership in request.memberships if membership.team_id == team_id), None)


def _enter_team_of(request: HttpRequest, patient: Patient) -> None:
    """Someone of several teams may follow a link to a patient of another than the chosen one."""
    request.membership = _membership_in(request, patient.team_id)
    timezone.activate(ZoneInfo(patient.team.time_zone))


def _record_reading(request: HttpRequest, patient: Patient) -> None:
    audit.record_read(
        by=request.user,
        team=patient.team,
        patient_id=patient.pk,
        what=request.resolver_match.view_name if request.resolver_match else "",
        at=timezone.now(),
        fragment=bool(request.htmx) and not request.htmx.boosted,
    )
