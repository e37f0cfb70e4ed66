"""The history of a patient's record."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from patients import access
from patients import history as histories

PAGE_SIZE = 50


@login_required
@require_GET
def history(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show who changed what, when and why; newest first."""
    patient = access.get_patient_for(request, patient_id)
    page = Paginator(histories.events_of(patient), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "patients/history.html", {"patient": patient, "page": page})
