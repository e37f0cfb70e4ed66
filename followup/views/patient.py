"""The follow-up of one patient: every review from the first intervention on."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.roles import Capability
from followup import patient_page
from patients import access


@login_required
@require_GET
def reviews(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show the reviews of a patient, the latest first."""
    patient = access.get_patient_for(request, patient_id)
    today = timezone.localdate()
    context = {
        "patient": patient,
        "cards": patient_page.cards_of(patient, request.membership, on=today),
        "other_contacts": patient.contacts.filter(review=None).select_related("by"),
        "may_treat": access.allows(request, patient, Capability.TREAT_PATIENTS),
        "may_work": access.allows(request, patient, Capability.WORK_QUEUE),
        "was_treated": patient.procedures.filter(started_at__isnull=False).exists(),
        "today": today,
    }
    return render(request, "followup/reviews.html", context)
