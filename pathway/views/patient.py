"""The one page of a patient, and the parts of it that are fetched when somebody wants to see them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.roles import Capability
from pathway import last_vessels, lifetime_doses, patient_page
from patients import access


@login_required
@require_GET
def patient(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show one patient whole: the next step, the course on one time axis, what was said, and what is known."""
    found = access.get_patient_for(request, patient_id)
    today = timezone.localdate()
    context = patient_page.context_of(found, request.GET.get("span", ""), on=today, at=timezone.now())
    step = context["step"]
    context |= {
        "may_treat": access.allows(request, found, Capability.TREAT_PATIENTS),
        "may_do_step": step is not None and access.allows(request, found, step.needs),
    }
    return render(request, "pathway/patient.html", context)


@login_required
@require_GET
def last_vessel_map(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show what the last procedure did, on the vessel map; a fragment for the patient's page, else a page."""
    found = access.get_patient_for(request, patient_id)
    context = {"patient": found, **last_vessels.context_of(found)}
    return render(request, _template(request, "vessels"), context)


@login_required
@require_GET
def doses(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show the doses of a lifetime against their ceilings; a fragment for the patient's page, else a page."""
    found = access.get_patient_for(request, patient_id)
    context = {"patient": found, "lifetimes": lifetime_doses.lifetimes_of(found)}
    return render(request, _template(request, "doses"), context)


def _template(request: HttpRequest, part: str) -> str:
    return f"pathway/_patient_{part}.html" if request.htmx else f"pathway/patient_{part}.html"
