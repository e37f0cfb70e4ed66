"""The record: who it is, the disease, earlier treatments, allergies, standing risks; each changes in place."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.roles import Capability
from patients import access
from patients.actions import record as actions
from patients.forms import record as record_forms
from patients.models import Allergy, Diagnosis, Patient, StandingRisks
from patients.views.form_page import FormPage, answer, posted
from patients.views.register import reason_form


@login_required
@require_GET
def record(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show all that lasts."""
    patient = access.get_patient_for(request, patient_id)
    treatments, allergies = list(patient.prior_treatments.all()), list(patient.allergies.all())
    context = {
        "patient": patient,
        "diagnosis": _diagnosis(patient),
        "risks": _risks(patient),
        "treatments": [row for row in treatments if row.retracted_at is None],
        "retracted_treatments": [row for row in treatments if row.retracted_at],
        "allergies": [row for row in allergies if row.retracted_at is None],
        "retracted_allergies": [row for row in allergies if row.retracted_at],
    }
    return render(request, "patients/record.html", context)


def _diagnosis(patient: Patient) -> Diagnosis:
    return Diagnosis.objects.filter(patient=patient).first() or Diagnosis(patient=patient)


def _risks(patient: Patient) -> StandingRisks:
    return StandingRisks.objects.filter(patient=patient).first() or StandingRisks(patient=patient)


@login_required
@require_http_methods(["GET", "POST"])
def edit_diagnosis(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Change what is known of the disease and the liver."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    diagnosis = _diagnosis(patient)
    form = record_forms.DiagnosisForm(
        posted(request),
        diagnosis=diagnosis,
        on=timezone.localdate(),
        birth_date=patient.birth_date,
    )

    def save() -> str:
        actions.edit_diagnosis(patient=patient, by=request.user, at=timezone.now(), known=form.cleaned_data)
        return _("Changed.")

    return answer(request, patient, form, _page(patient, _("Disease and liver"), save, row=diagnosis))


@login_required
@require_http_methods(["GET", "POST"])
def edit_risks(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Change the standing risks."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    risks = _risks(patient)
    form = record_forms.RisksForm(posted(request), risks=risks, on=timezone.localdate())

    def save() -> str:
        actions.edit_risks(patient=patient, by=request.user, at=timezone.now(), known=form.cleaned_data)
        return _("Changed.")

    return answer(request, patient, form, _page(patient, _("Standing risks"), save, row=risks))


@login_required
@require_http_methods(["GET", "POST"])
def add_allergy(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Add a substance that the patient reacts to."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    form = record_forms.AllergyForm(posted(request), on=timezone.localdate())

    def save() -> str:
        allergy = actions.add_allergy(
            patient=patient,
            by=request.user,
            at=timezone.now(),
            on=timezone.localdate(),
            known=form.cleaned_data,
        )
        return _("Allergy to %(substance)s added.") % {"substance": allergy.substance}

    return answer(request, patient, form, _page(patient, _("Add an allergy"), save, submit=_("Add")))


@login_required
@require_POST
def confirm_allergies(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Record that the patient was asked today, and that the list is what there is."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    actions.confirm_allergies(patient=patient, by=request.user, at=timezone.now(), on=timezone.localdate())
    messages.success(request, _("Asked about allergies today."))
    return redirect("patients:record", patient.pk)


@login_required
@require_http_methods(["GET", "POST"])
def retract_allergy(request: HttpRequest, patient_id: int, allergy_id: int) -> HttpResponse:
    """Take back an allergy that was recorded in error."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    allergy = get_object_or_404(Allergy, pk=allergy_id, patient=patient, retracted_at=None)
    title = _("Take back the allergy to %(substance)s") % {"substance": allergy.substance}
    form = reason_form(request, title)

    def save() -> str:
        reason = form.cleaned_data["reason"]
        actions.retract_allergy(allergy=allergy, by=request.user, at=timezone.now(), because=reason)
        return _("Taken back. It stays in the record with the reason.")

    return answer(request, patient, form, _page(patient, title, save, submit=_("Take back")))


def _page(
    patient: Patient, title: str, save, *, submit: str = "", row: Diagnosis | StandingRisks | None = None
) -> FormPage:
    back = reverse("patients:record", args=[patient.pk])
    return FormPage(title=title, submit=submit or _("Save"), back=back, save=save, row=row)
