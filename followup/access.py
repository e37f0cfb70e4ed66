"""Loads a review for a person: another team's is 404, what the role does not allow is 403, as for its patient."""

from django.http import Http404, HttpRequest

from accounts.roles import Capability
from followup.models import ImagingReview
from patients import access


def get_review_for(
    request: HttpRequest, review_id: int, *, may: Capability = Capability.SEE_PATIENTS
) -> ImagingReview:
    """Return a review of the person's teams; from then on the request belongs to its team (patients.access)."""
    own_teams = [membership.team_id for membership in request.memberships]
    rows = ImagingReview.objects.select_related("owner", "after_procedure", "after_review")
    review = rows.filter(pk=review_id, team__in=own_teams).first()
    if review is None:
        raise Http404
    review.patient = access.get_patient_for(request, review.patient_id, may=may)
    return review
