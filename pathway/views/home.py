"""The first page after signing in, and the one page of a patient."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from patients import access


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, by role."""
    return render(request, "pathway/home.html", {})


@login_required
@require_GET
def patient(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show one patient whole: where in the loop, the next step, and what is known."""
    found = access.get_patient_for(request, patient_id)
    return render(request, "pathway/patient.html", {"patient": found})
