"""Review and sign a record; open a signed one for an amendment."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Capability
from patients import access
from patients.views import form_page, register
from procedures import record_page, stages, weighing
from procedures.actions import record, signing
from procedures.forms.signing import SignForm
from procedures.models import Procedure
from procedures.views.plan import procedure_of
from procedures.views.record import save_posted


@login_required
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Show the record with what is still open; sign it, once, as it was read."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    procedure = procedure_of(patient, procedure_id)
    if not stages.is_open_to_record(procedure):
        return _nothing_to_sign(request, procedure)
    if "base" in request.POST:
        return _save_screen(request, procedure)
    form = SignForm(
        form_page.posted(request),
        is_amendment=procedure.versions.exists(),
        initial={"revision": procedure.revision},
    )
    if request.method == "POST" and form.is_valid():
        return _sign(request, procedure, form)
    return _review(request, procedure, form, status=422 if form.is_bound else 200)


def _save_screen(request: HttpRequest, procedure: Procedure) -> HttpResponse:
    """Come from the record: save what stands there, then show it whole for the signature."""
    try:
        saved, _given = save_posted(request, procedure.patient, procedure)
    except record.UnableToSave as refused:
        return _nothing_to_sign(request, refused.procedure)
    if saved.conflicts:
        messages.warning(
            request, _("Somebody else changed the same answer. Read the record again, then sign.")
        )
        return redirect("procedures:record", procedure.patient_id, procedure.pk)
    return redirect("procedures:sign", procedure.patient_id, procedure.pk)


def _sign(request: HttpRequest, procedure: Procedure, form: SignForm) -> HttpResponse:
    try:
        signing.sign_procedure(
            procedure=procedure,
            revision=form.cleaned_data["revision"],
            reason=form.cleaned_data.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
    except record.UnableToSave as refused:
        return _nothing_to_sign(request, refused.procedure)
    except signing.UnableToSign as refused:
        if not refused.gaps:
            messages.warning(request, _("The record changed since you read it. Read it again, then sign."))
        return _review(request, refused.procedure, form, status=422 if refused.gaps else 409)
    messages.success(request, _("Record signed."))
    return redirect("procedures:detail", procedure.patient_id, procedure.pk)


def _review(request: HttpRequest, procedure: Procedure, form: SignForm, status: int) -> HttpResponse:
    patient = procedure.patient
    context = record_page.context_of(patient, procedure, None)
    context |= {
        "form": form,
        "gaps": weighing.gaps_of(weighing.weigh(patient, procedure)),
        "is_amendment": procedure.versions.exists(),
        "may_give_up": signing.may_give_up(procedure),
        "revision": procedure.revision,
    }
    return render(request, "procedures/sign.html", context, status=status)


def _nothing_to_sign(request: HttpRequest, procedure: Procedure) -> HttpResponse:
    signed = _("It is signed already. Nothing was done twice.")
    messages.info(
        request, signed if procedure.signed_at else _("It has not begun: there is nothing to sign.")
    )
    return redirect("procedures:detail", procedure.patient_id, procedure.pk)


@login_required
@require_POST
def amend(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Open a signed record again; it is signed anew with a reason."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    procedure = procedure_of(patient, procedure_id)
    try:
        signing.open_amendment(procedure=procedure, by=request.user, at=timezone.now())
    except signing.UnableToAmend:
        messages.info(request, _("It is not signed: change the record itself."))
        return redirect("procedures:detail", patient.pk, procedure.pk)
    messages.info(request, _("Open for an amendment. Change the record, then sign it again with the reason."))
    return redirect("procedures:record", patient.pk, procedure.pk)


@login_required
@require_http_methods(["GET", "POST"])
def give_up_amendment(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Go back to what was signed last, with the reason."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    procedure = procedure_of(patient, procedure_id)
    back = reverse("procedures:detail", args=[patient.pk, procedure.pk])
    if not signing.may_give_up(procedure):
        messages.info(request, _("No amendment is open that could be given up."))
        return redirect(back)
    title = _("Give up the amendment")
    form = register.reason_form(request, title)

    def save() -> str:
        reason = form.cleaned_data["reason"]
        try:
            signing.give_up_amendment(procedure=procedure, because=reason, by=request.user, at=timezone.now())
        except signing.UnableToGiveUp:
            return _("Somebody else has signed it or given it up already. Nothing was changed.")
        return _("Given up. The record is again what was signed; what stood in it is kept below.")

    lede = _(
        "The record goes back to the version that was signed last. What you changed since is kept with it."
    )
    page = form_page.FormPage(title, _("Give it up"), back, save, lede)
    return form_page.answer(request, patient, form, page)
