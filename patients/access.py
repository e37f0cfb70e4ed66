"""Who may see whom: the only place that loads a patient, and that records the reading of one.

Another team's patient is 404, never 403: its existence is nobody's business. Inside the team a missing
capability is 403.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import Membership, User
from accounts.roles import CAPABILITIES, Capability
from patients.models import Patient


def memberships_that_see_patients(user: User) -> QuerySet[Membership]:
    """Return the person's active memberships whose role sees patients."""
    roles = [role for role, may in CAPABILITIES.items() if Capability.SEE_PATIENTS in may]
    return Membership.objects.filter(user=user, is_active=True, role__in=roles)


def visible_patients(user: User) -> QuerySet[Patient]:
    """Return the patients of every team in which the person may see patients."""
    return Patient.objects.filter(team__in=memberships_that_see_patients(user).values("team"))


def get_patient_for(
    request: HttpRequest, patient_id: int, *, may: Capability = Capability.SEE_PATIENTS
) -> Patient:
    """Return the patient if the person may see it (404 otherwise) and may do `may` (403 otherwise).

    A GET is recorded as a reading; what a POST changes is recorded by the action that changes it.
    """
    patient = visible_patients(request.user).select_related("team").filter(pk=patient_id).first()
    if patient is None:
        raise Http404
    membership = Membership.objects.get(user=request.user, team=patient.team, is_active=True)
    if not membership.may(may):
        raise PermissionDenied
    if request.method == "GET":
        audit.record_read(
            by=request.user,
            team=patient.team,
            patient_id=patient.pk,
            what=request.resolver_match.view_name,
            at=timezone.now(),
            fragment=bool(request.htmx),
        )
    return patient


def allows(request: HttpRequest, patient: Patient, capability: Capability) -> bool:
    """Say whether the person may do something with this patient, for what a page offers."""
    membership = Membership.objects.filter(user=request.user, team=patient.team, is_active=True).first()
    return membership is not None and membership.may(capability)


def get_membership_for(request: HttpRequest, *, may: Capability) -> Membership:
    """Return the current membership if it allows `may`; 404 without a team, 403 otherwise."""
    if request.membership is None:
        raise Http404
    if not request.membership.may(may):
        raise PermissionDenied
    return request.membership
