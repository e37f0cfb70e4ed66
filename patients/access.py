"""Who may see whom: the only place that loads a patient.

Another team's patient is 404, never 403: its existence is nobody's business. Inside the team a missing
capability is 403.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from accounts.models import Membership, User
from accounts.roles import CAPABILITIES, Capability
from patients.models import Patient


def memberships_that_see_patients(user: User) -> QuerySet[Membership]:
    """Return the person's active memberships whose role sees patients."""
    roles = [role for role, capabilities in CAPABILITIES.items() if Capability.SEE_PATIENTS in capabilities]
    return Membership.objects.filter(user=user, is_active=True, role__in=roles)


def visible_patients(user: User) -> QuerySet[Patient]:
    """Return the patients of every team in which the person may see patients."""
    return Patient.objects.filter(team__in=memberships_that_see_patients(user).values("team"))


def get_patient_for(user: User, patient_id: int, *, may: Capability = Capability.SEE_PATIENTS) -> Patient:
    """Return the patient if the person may see it (Http404 otherwise) and may do `may` (403 otherwise)."""
    patient = visible_patients(user).select_related("team").filter(pk=patient_id).first()
    if patient is None:
        raise Http404
    membership = Membership.objects.get(user=user, team=patient.team, is_active=True)
    if not membership.may(may):
        raise PermissionDenied
    return patient


def get_membership_for(request, *, may: Capability) -> Membership:
    """Return the current membership if it allows `may`; Http404 without a team, 403 otherwise."""
    if request.membership is None:
        raise Http404
    if not request.membership.may(may):
        raise PermissionDenied
    return request.membership
