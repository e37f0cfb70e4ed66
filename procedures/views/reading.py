"""Procedures to read: one in full, one on a sheet of paper, all on one vessel map."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.roles import Capability
from patients import access
from procedures import record_page, stages, versions, whole_map
from procedures.actions import signing
from procedures.views.plan import procedure_of


@login_required
@require_GET
def detail(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Show one procedure as it was signed, or as it stands."""
    patient = access.get_patient_for(request, patient_id)
    procedure = procedure_of(patient, procedure_id)
    version = record_page.latest_version(procedure)
    context = record_page.context_of(patient, procedure, version)
    may_treat = access.allows(request, patient, Capability.TREAT_PATIENTS)
    context |= {
        "stage": stages.stage_of(procedure),
        "stage_words": stages.words_for(procedure),
        "is_late": stages.is_signature_late(procedure, at=timezone.now()),
        "may_treat": may_treat,
        "may_give_up": may_treat and signing.may_give_up(procedure),
        "versions": versions.told_of(procedure),
    }
    return render(request, "procedures/detail.html", context)


@login_required
@require_GET
def report(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Show one procedure as one A4 page."""
    patient = access.get_patient_for(request, patient_id)
    procedure = procedure_of(patient, procedure_id)
    context = record_page.context_of(patient, procedure, record_page.latest_version(procedure))
    context["printed_at"] = timezone.now()
    return render(request, "procedures/report.html", context)


@login_required
@require_GET
def show_map(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show what all procedures of the patient gave, where."""
    patient = access.get_patient_for(request, patient_id)
    context = {"patient": patient, "printed_at": timezone.now()} | whole_map.context_of(patient)
    return render(request, "procedures/map.html", context)
