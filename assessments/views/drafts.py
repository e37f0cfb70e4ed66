"""A draft: begin, fill in with the findings beside it, save itself, settle differences, discard."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.roles import Capability
from assessments import answers, sections
from assessments.actions import drafts as actions
from assessments.forms import assessment as forms
from assessments.forms import layout
from assessments.models import Assessment
from assessments.views import pages
from patients import access

CHANGED_EVENT = "assessment:changed"


@login_required
@require_POST
def start(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Open the patient's draft; there is at most one."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    try:
        draft = actions.start_draft(
            patient=patient, by=request.user, on=timezone.localdate(), at=timezone.now()
        )
    except actions.UnableToStart:
        messages.error(request, _("This course has ended. Open it again before you assess."))
        return redirect("assessments:list", patient.pk)
    return redirect("assessments:edit", patient.pk, draft.pk)


@login_required
@require_GET
def edit(request: HttpRequest, patient_id: int, assessment_id: int) -> HttpResponse:
    """Show the form as it is stored, with the findings."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    assessment = pages.assessment_of(patient, assessment_id)
    if not assessment.is_draft:
        return redirect("assessments:detail", patient.pk, assessment.pk)
    today = timezone.localdate()
    context = pages.form_context(pages.stored_form(assessment), assessment, on=today)
    context |= {"patient": patient, "newer": pages.newer_values(assessment, on=today)}
    return render(request, "assessments/edit.html", context)


@login_required
@require_POST
def findings(request: HttpRequest, patient_id: int, assessment_id: int) -> HttpResponse:
    """Answer the whole form with its findings; nothing is written."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    assessment = pages.assessment_of(patient, assessment_id)
    form = pages.posted_form(request, assessment)
    context = pages.panel_context(form, assessment, on=timezone.localdate())
    context |= {"patient": patient, "assessment": assessment, "form": form, "is_live": True}
    context["parts"] = layout.parts_of(form, assessment)
    return render(request, "assessments/_live.html", context)


@login_required
@require_POST
def save(request: HttpRequest, patient_id: int, assessment_id: int) -> HttpResponse:
    """Save what is on the screen, the unreadable too."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    assessment = pages.assessment_of(patient, assessment_id)
    form = pages.posted_form(request, assessment)
    try:
        saved = save_posted(request, form, assessment)
    except actions.UnableToSave as refused:
        return answer_not_a_draft(request, refused.assessment)
    if request.htmx:
        return answer_saved(request, form, saved.assessment)
    if "leave" in request.POST:
        messages.success(request, _("Draft saved. Nothing is signed."))
        return redirect("assessments:detail", patient.pk, assessment.pk)
    return redirect("assessments:edit", patient.pk, assessment.pk)


def save_posted(request: HttpRequest, form: forms.AssessmentForm, assessment: Assessment) -> actions.Saved:
    """Save the screen; a request that carries no form (no `base`) must not pass for one in which all was blanked."""
    if "base" not in request.POST:
        return actions.Saved(actions.checked_draft(assessment))
    return actions.save_draft(
        assessment=assessment,
        given=form.given,
        base=pages.base_from(request, assessment),
        by=request.user,
        on=timezone.localdate(),
        at=timezone.now(),
    )


def answer_saved(
    request: HttpRequest, form: forms.AssessmentForm, assessment: Assessment, also: tuple[str, ...] = ()
) -> HttpResponse:
    """Say when it was saved, and draw anew what is not as on the screen: another's values, differences, noes."""
    context = pages.shown_anew(form, assessment, on=timezone.localdate(), also=also)
    response = render(request, "assessments/_saved.html", context)
    if context["items"]:
        response["HX-Trigger-After-Settle"] = CHANGED_EVENT
    return response


def answer_not_a_draft(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """Say that it was signed or discarded meanwhile; what is typed stays on the screen."""
    if request.htmx:
        return render(request, "assessments/_not_a_draft.html", {"assessment": assessment})
    messages.warning(request, _("This assessment is no draft any more. Nothing was changed."))
    return redirect("assessments:detail", assessment.patient_id, assessment.pk)


@login_required
@require_POST
def none_of_these(
    request: HttpRequest, patient_id: int, assessment_id: int, section_key: str
) -> HttpResponse:
    """Save, then write an explicit no for each open question of the section."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    assessment = pages.assessment_of(patient, assessment_id)
    if section_key not in sections.BY_KEY:
        raise Http404
    form = pages.posted_form(request, assessment)
    try:
        save_posted(request, form, assessment)
        row = actions.answer_none_of_these(
            assessment=assessment,
            section_key=section_key,
            by=request.user,
            on=timezone.localdate(),
            at=timezone.now(),
        )
    except actions.UnableToSave as refused:
        return answer_not_a_draft(request, refused.assessment)
    if request.htmx:
        return answer_saved(request, form, row)
    return redirect(reverse("assessments:edit", args=[patient.pk, assessment.pk]) + f"#{section_key}")


@login_required
@require_POST
def settle(request: HttpRequest, patient_id: int, assessment_id: int, name: str) -> HttpResponse:
    """Choose one of two values that two people typed for the same question."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    assessment = pages.assessment_of(patient, assessment_id)
    if name not in answers.ALL_FIELDS:
        raise Http404
    form = pages.posted_form(request, assessment)
    try:
        save_posted(request, form, assessment)
        row = actions.settle_conflict(
            assessment=assessment,
            name=name,
            use_second=request.POST.get("use") == "second",
            by=request.user,
            on=timezone.localdate(),
            at=timezone.now(),
        )
    except actions.UnableToSave as refused:
        return answer_not_a_draft(request, refused.assessment)
    if request.htmx:
        return answer_saved(request, form, row, also=(name,))
    return redirect(reverse("assessments:edit", args=[patient.pk, assessment.pk]) + f"#asks-{name}")


@login_required
@require_POST
def take_newer(request: HttpRequest, patient_id: int, assessment_id: int) -> HttpResponse:
    """Take what the record knows newer than the draft."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    assessment = pages.assessment_of(patient, assessment_id)
    try:
        save_posted(request, pages.posted_form(request, assessment), assessment)
        actions.take_newer_values(
            assessment=assessment, by=request.user, on=timezone.localdate(), at=timezone.now()
        )
    except actions.UnableToSave as refused:
        return answer_not_a_draft(request, refused.assessment)
    messages.success(request, _("Newer values of the record taken over."))
    return redirect("assessments:edit", patient.pk, assessment.pk)


@login_required
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, patient_id: int, assessment_id: int) -> HttpResponse:
    """End a draft without a decision, with a reason."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    assessment = pages.assessment_of(patient, assessment_id)
    form = forms.DiscardForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        context = {"patient": patient, "assessment": assessment, "form": form}
        return render(request, "assessments/discard.html", context, status=422 if form.errors else 200)
    try:
        actions.discard_draft(
            assessment=assessment, because=form.cleaned_data["because"], by=request.user, at=timezone.now()
        )
    except actions.UnableToSave as refused:
        return answer_not_a_draft(request, refused.assessment)
    messages.success(request, _("Draft discarded. It stays in the list, with your reason."))
    return redirect("assessments:list", patient.pk)
