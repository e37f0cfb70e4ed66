"""Sign a draft; amend what is signed; make a recheck a task."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Capability
from assessments import guidance
from assessments.actions import drafts, rechecks, signing
from assessments.forms import assessment as forms
from assessments.models import Assessment
from assessments.views import pages
from assessments.views.drafts import save_posted
from patients import access
from patients.models import Task


@login_required
@require_POST
def sign(request: HttpRequest, patient_id: int, assessment_id: int) -> HttpResponse:
    """Save what is on the screen and sign it, once."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    assessment = pages.assessment_of(patient, assessment_id)
    form, today = pages.posted_form(request, assessment), timezone.localdate()
    try:
        saved = save_posted(request, form, assessment)
        if saved.assessment.conflicts or not form.is_ready_to_sign(on=today):
            return show_what_is_open(request, form, saved.assessment)
        signing.sign_assessment(assessment=assessment, by=request.user, on=today, at=timezone.now())
    except drafts.UnableToSave as refused:
        return answer_signed_meanwhile(request, form, refused.assessment)
    except signing.UnableToSign as refused:
        if str(refused):
            messages.error(request, str(refused))
        return show_what_is_open(request, form, pages.assessment_of(patient, assessment_id))
    messages.success(request, _("Assessment signed."))
    return redirect("assessments:detail", patient.pk, assessment.pk)


def show_what_is_open(
    request: HttpRequest, form: forms.AssessmentForm, assessment: Assessment
) -> HttpResponse:
    """Show the form again with what stands between it and the signature; the draft is saved."""
    if assessment.conflicts:
        form = pages.stored_form(assessment)
    context = pages.form_context(form, assessment, on=timezone.localdate())
    context |= {"patient": assessment.patient, "is_refused": True}
    return render(request, "assessments/edit.html", context, status=422)


def answer_signed_meanwhile(
    request: HttpRequest, form: forms.AssessmentForm, assessment: Assessment
) -> HttpResponse:
    """A second click signs nothing twice; answers that differ from the signed ones wait as an amendment."""
    if not assessment.is_signed or not pages.differs_from_signed(form, assessment):
        messages.info(request, _("This assessment is closed already. Nothing was done twice."))
        return redirect("assessments:detail", assessment.patient_id, assessment.pk)
    messages.warning(
        request,
        _(
            "It was signed meanwhile. What you have typed is kept here: to put it on record, amend with a reason."
        ),
    )
    form = pages.posted_form(request, assessment, forms.AmendmentForm)
    form.fields["amendment_reason"].required = False
    return _show_amendment(request, form, assessment, status=409)


@login_required
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, patient_id: int, assessment_id: int) -> HttpResponse:
    """Change a signed assessment with a reason; the version before it stays."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    assessment = pages.assessment_of(patient, assessment_id)
    if not assessment.is_signed:
        return redirect("assessments:detail", patient.pk, assessment.pk)
    if request.method == "GET":
        return _show_amendment(request, pages.stored_form(assessment, forms.AmendmentForm), assessment)
    form = pages.posted_form(request, assessment, forms.AmendmentForm)
    if not form.is_ready_to_sign(on=pages.earliest_meeting(assessment, today=timezone.localdate())):
        return _show_amendment(request, form, assessment, status=422)
    try:
        _amend(request, form, assessment)
    except signing.UnableToAmend as refused:
        messages.warning(
            request, _("Somebody amended it meanwhile. Compare with what you typed, then sign again.")
        )
        return _show_amendment(request, form, refused.assessment, status=409)
    messages.success(request, _("Amendment signed. The version before it stays readable."))
    return redirect("assessments:detail", patient.pk, assessment.pk)


def _amend(request: HttpRequest, form: forms.AssessmentForm, assessment: Assessment) -> None:
    signing.amend_assessment(
        assessment=assessment,
        given=form.given,
        revision=pages.revision_from(request),
        reason=form.cleaned_data["amendment_reason"],
        by=request.user,
        on=timezone.localdate(),
        at=timezone.now(),
    )


def _show_amendment(
    request: HttpRequest, form: forms.AssessmentForm, assessment: Assessment, status: int = 200
) -> HttpResponse:
    context = pages.form_context(form, assessment, on=timezone.localdate())
    context |= {"patient": assessment.patient, "is_amendment": True}
    return render(request, "assessments/amend.html", context, status=status)


@login_required
@require_POST
def recheck(request: HttpRequest, patient_id: int, assessment_id: int) -> HttpResponse:
    """Make the recheck of a value that would change the verdict a task, owned by who asked."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    assessment = pages.assessment_of(patient, assessment_id)
    offered = [] if patient.ended_because else _answer_shown(request, assessment).says["would_change"]
    change = next((one for one in offered if one["fact"] == request.POST.get("fact")), None)
    task = _add_task(request, assessment, change) if change else None
    if request.htmx:
        return render(request, "assessments/_recheck_made.html", {"patient": patient, "task": task})
    messages.success(request, _("Task made: %s.") % task.title if task else _("Nothing to recheck."))
    return redirect("assessments:detail", patient.pk, assessment.pk)


def _add_task(request: HttpRequest, assessment: Assessment, change: dict[str, Any]) -> Task:
    return rechecks.add_recheck_task(
        patient=assessment.patient,
        change=change,
        edition_settings=assessment.edition_settings,
        by=request.user,
        on=timezone.localdate(),
        at=timezone.now(),
    )


def _answer_shown(request: HttpRequest, assessment: Assessment) -> guidance.Answer:
    """Return the answer that the button stood under: of the form on the screen, or of the row."""
    if assessment.is_draft and "base" in request.POST:
        form = pages.posted_form(request, assessment)
        form.full_clean_once()
        return form.weighed
    return guidance.weigh(assessment.facts, assessment.edition_settings)
