"""The procedures of a patient; plan one, go through its checklist, cancel it, start it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Capability
from assessments import words as assessment_words
from patients import access
from patients.actions import labs
from patients.models import Patient
from patients.views import form_page
from procedures import basis, checklist, stages
from procedures.actions import plan as actions
from procedures.forms import plan as forms
from procedures.models import Procedure


def procedure_of(patient: Patient, procedure_id: int) -> Procedure:
    """Return the patient's procedure, 404 otherwise."""
    related = ("patient__team", "assessment", "saved_by", "signed_by")
    return get_object_or_404(patient.procedures.select_related(*related), pk=procedure_id)


@login_required
@require_GET
def list_procedures(request: HttpRequest, patient_id: int) -> HttpResponse:
    """List the procedures with their stage, the newest first."""
    patient = access.get_patient_for(request, patient_id, may=Capability.SEE_PATIENTS)
    now = timezone.now()
    found = patient.procedures.select_related("signed_by").prefetch_related("planned_lesions")
    may_treat = access.allows(request, patient, Capability.TREAT_PATIENTS)
    rows = [
        {
            "procedure": procedure,
            "stage": stages.stage_of(procedure),
            "stage_words": stages.words_for(procedure),
            "is_late": stages.is_signature_late(procedure, at=now),
            "day": procedure.started_at or procedure.planned_on,
            "works_on": _page_of(procedure) if may_treat else "",
        }
        for procedure in found
    ]
    return render(
        request,
        "procedures/list.html",
        {"patient": patient, "rows": rows, "may_treat": may_treat, "late_hours": _late_hours()},
    )


def _page_of(procedure: Procedure) -> str:
    """The page on which a clinician goes on with it; empty where it is only read."""
    if stages.is_open_to_record(procedure):
        return reverse("procedures:record", args=[procedure.patient_id, procedure.pk])
    if stages.stage_of(procedure) == stages.PLANNED:
        return reverse("procedures:checklist", args=[procedure.patient_id, procedure.pk])
    return ""


def _late_hours() -> int:
    return int(stages.SIGN_WITHIN.total_seconds() // 3600)


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Plan a procedure on the last signed assessment, or as an emergency."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    assessment = basis.last_signed(patient)
    form = forms.PlanForm(
        form_page.posted(request), patient=patient, assessment=assessment, on=timezone.localdate()
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.plan_procedure(
                patient=patient,
                assessment=assessment,
                plan=form.plan(),
                by=request.user,
                at=timezone.now(),
                form_key=form.cleaned_data["form_key"],
            )
        except actions.UnableToPlan:
            form.add_error(None, _("This course has ended. Open it again before you plan."))
        else:
            messages.success(request, _("Planned. The checklist shows what is still open."))
            return redirect("procedures:checklist", patient.pk, made.pk)
    return _plan_page(request, patient, form, None)


@login_required
@require_http_methods(["GET", "POST"])
def edit_plan(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Change a plan that has not begun."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    procedure = procedure_of(patient, procedure_id)
    form = forms.PlanForm(
        form_page.posted(request),
        patient=patient,
        assessment=procedure.assessment,
        procedure=procedure,
        on=timezone.localdate(),
    )
    if stages.stage_of(procedure) != stages.PLANNED:
        return _no_plan_any_more(request, procedure)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_plan(procedure=procedure, plan=form.plan(), by=request.user, at=timezone.now())
        except actions.UnableToChange as refused:
            return _no_plan_any_more(request, refused.procedure)
        messages.success(request, _("Plan changed."))
        return redirect("procedures:checklist", patient.pk, procedure.pk)
    return _plan_page(request, patient, form, procedure)


def _plan_page(
    request: HttpRequest, patient: Patient, form: forms.PlanForm, procedure: Procedure | None
) -> HttpResponse:
    assessment = procedure.assessment if procedure else basis.last_signed(patient)
    context = {
        "patient": patient,
        "form": form,
        "procedure": procedure,
        "basis": basis_context(basis.of_assessment(assessment)),
    }
    return render(request, "procedures/plan.html", context, status=422 if form.is_bound else 200)


def basis_context(found: basis.Basis) -> dict[str, Any]:
    """Return what a page says of the assessment that a procedure rests on."""
    assessment = found.assessment
    return {
        "assessment": assessment,
        "is_decided": found.is_decided,
        "verdict": assessment_words.VERDICTS.get(assessment.verdict, "") if assessment else "",
    }


def _no_plan_any_more(request: HttpRequest, procedure: Procedure) -> HttpResponse:
    said = {"stage": stages.words_for(procedure)}
    messages.warning(request, _("This is no plan any more: %(stage)s. Nothing was changed.") % said)
    return redirect("procedures:list", procedure.patient_id)


@login_required
@require_http_methods(["GET", "POST"])
def show_checklist(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Show the plan with its checklist; keep what was answered."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    procedure = procedure_of(patient, procedure_id)
    found = basis.of_assessment(procedure.assessment)
    points = checklist.points_for(procedure, found.conditions)
    form = forms.ChecklistForm(form_page.posted(request), points=points, procedure=procedure)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_checklist(
                procedure=procedure, given=form.given(), by=request.user, at=timezone.now()
            )
        except actions.UnableToChange as refused:
            return _no_plan_any_more(request, refused.procedure)
        messages.success(request, _("Checklist kept."))
        return redirect("procedures:checklist", patient.pk, procedure.pk)
    context = _checklist_context(patient, procedure, form, found)
    return render(request, "procedures/checklist.html", context, status=422 if form.is_bound else 200)


def _checklist_context(
    patient: Patient, procedure: Procedure, form: forms.ChecklistForm, found: basis.Basis
) -> dict[str, Any]:
    known = checklist.known_of(patient, labs.latest_facts(patient, on=timezone.localdate()))
    phases = [
        {
            "key": key,
            "title": title,
            "rows": [
                {
                    "point": point,
                    "answer": form[point.key],
                    "note": form[f"{point.key}_note"],
                    "knows": known.get(point.key, ""),
                    "held": procedure.checklist.get(point.key),
                }
                for point in form.points
                if point.phase == key
            ],
        }
        for key, title in checklist.PHASES.items()
    ]
    return {
        "patient": patient,
        "procedure": procedure,
        "stage": stages.stage_of(procedure),
        "stage_words": stages.words_for(procedure),
        "basis": basis_context(found),
        "phases": phases,
        "open_count": len(checklist.open_points(procedure, form.points)),
    }


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Cancel a plan with a reason."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    procedure = procedure_of(patient, procedure_id)
    if stages.stage_of(procedure) != stages.PLANNED:
        return _no_plan_any_more(request, procedure)
    form = forms.CancelForm(form_page.posted(request))

    def save() -> str:
        because = form.cleaned_data["because"]
        try:
            actions.cancel_procedure(procedure=procedure, because=because, by=request.user, at=timezone.now())
        except actions.UnableToChange as refused:
            return _("Nothing was changed: %(stage)s.") % {"stage": stages.words_for(refused.procedure)}
        return _("Cancelled. The plan stays with its reason.")

    back = reverse("procedures:list", args=[patient.pk])
    page = form_page.FormPage(_("Cancel this procedure"), _("Cancel the procedure"), back, save)
    return form_page.answer(request, patient, form, page)
