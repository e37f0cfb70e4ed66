"""Assessments to read: the patient's list, one in full, one on a sheet of paper."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.roles import Capability
from assessments import record
from assessments.models import Assessment
from assessments.views import pages
from patients import access
from patients.models import Patient


@login_required
@require_GET
def list_assessments(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show all assessments of the patient, the newest first, with what went against a finding."""
    patient = access.get_patient_for(request, patient_id)
    found = patient.assessments.select_related("signed_by", "saved_by", "edition_settings").order_by("-pk")
    context = {
        "patient": patient,
        "assessments": found,
        "draft": next((each for each in found if each.is_draft), None),
        "may_treat": access.allows(request, patient, Capability.TREAT_PATIENTS),
    }
    return render(request, "assessments/list.html", context)


@login_required
@require_GET
def detail(request: HttpRequest, patient_id: int, assessment_id: int) -> HttpResponse:
    """Show one assessment as it was signed, or as it stands."""
    patient = access.get_patient_for(request, patient_id)
    assessment = pages.assessment_of(patient, assessment_id)
    context = reading_context(patient, assessment)
    context |= {
        "may_treat": access.allows(request, patient, Capability.TREAT_PATIENTS),
        "versions": record.versions_with_differences(assessment),
    }
    return render(request, "assessments/detail.html", context)


@login_required
@require_GET
def print_sheet(request: HttpRequest, patient_id: int, assessment_id: int) -> HttpResponse:
    """Show one assessment as one A4 page."""
    patient = access.get_patient_for(request, patient_id)
    context = reading_context(patient, pages.assessment_of(patient, assessment_id))
    context["printed_at"] = timezone.now()
    return render(request, "assessments/print.html", context)


def reading_context(patient: Patient, assessment: Assessment) -> dict[str, Any]:
    """Return what is read of an assessment: of a signed one its last version, word for word."""
    version = record.latest_version(assessment)
    held = version.record["facts"] if version else assessment.facts
    return {
        "patient": patient,
        "assessment": assessment,
        "version": version,
        "panel": record.panel_of(assessment, version),
        "parts": record.parts_of(
            held, on=assessment.made_on, lab_age_limit_days=assessment.edition_settings.lab_age_limit_days
        ),
    }
