"""Earlier treatments with their doses: add, change, take back; or that there was none."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Capability
from patients import access
from patients.actions import record as actions
from patients.actions import rows as locks
from patients.forms import record as record_forms
from patients.models import Patient, PriorTreatment
from patients.views import form_page
from patients.views.form_page import FormPage, answer, posted
from patients.views.register import reason_form

AGENTS = (
    "doxorubicin", "epirubicin", "idarubicin", "cisplatin", "mitomycin", "oxaliplatin",
    "fluorouracil", "irinotecan", "raltitrexed", "lipiodol",
)  # fmt: skip
MOST_ROWS = 40


@login_required
@require_http_methods(["GET", "POST"])
def add_treatment(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Add an earlier treatment."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    return _answer(request, patient, None)


@login_required
@require_http_methods(["GET", "POST"])
def edit_treatment(request: HttpRequest, patient_id: int, treatment_id: int) -> HttpResponse:
    """Change what is known of an earlier treatment."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    treatment = get_object_or_404(PriorTreatment, pk=treatment_id, patient=patient, retracted_at=None)
    return _answer(request, patient, treatment)


def _answer(request: HttpRequest, patient: Patient, treatment: PriorTreatment | None) -> HttpResponse:
    form = record_forms.TreatmentForm(
        posted(request),
        treatment=treatment,
        on=timezone.localdate(),
        birth_date=patient.birth_date,
    )
    rows = _rows(request, treatment)
    if _is_to_save(request, form, rows, treatment) and _save(request, patient, treatment, form, rows.doses()):
        messages.success(request, _("Earlier treatment saved."))
        return redirect("patients:record", patient.pk)
    context = {
        "patient": patient,
        "form": form,
        "rows": rows,
        "agents": AGENTS,
        "treatment": treatment,
        "asks_for_row": _wants_a_row(request),
        "seen": form_page.seen_of(request, form, treatment),
    }
    status = 422 if form.is_bound and not _wants_a_row(request) else 200
    return render(request, "patients/treatment.html", context, status=status)


def _is_to_save(
    request: HttpRequest,
    form: record_forms.TreatmentForm,
    rows: Any,
    treatment: PriorTreatment | None,
) -> bool:
    if request.method != "POST" or _wants_a_row(request):
        return False
    return form.is_valid() and rows.is_valid() and form_page.is_as_seen(request, form, treatment)


def _save(
    request: HttpRequest,
    patient: Patient,
    treatment: PriorTreatment | None,
    form: record_forms.TreatmentForm,
    doses: list[dict],
) -> bool:
    """Keep what the form says; where somebody took the row back meanwhile, say so at the form."""
    at, known = timezone.now(), form.columns(doses)
    try:
        if treatment:
            actions.edit_treatment(treatment=treatment, by=request.user, at=at, known=known)
        else:
            actions.add_treatment(patient=patient, by=request.user, at=at, known=known)
    except locks.UnableToChange:
        form.add_error(None, form_page.taken_back())
        return False
    return True


def _wants_a_row(request: HttpRequest) -> bool:
    return "add_row" in request.POST


def _rows(request: HttpRequest, treatment: PriorTreatment | None) -> Any:
    """Return the rows of doses; one more than was sent where the person asked for another."""
    if request.method != "POST":
        return record_forms.DoseFormSet(prefix="doses", initial=treatment.doses if treatment else [])
    posted = request.POST.copy()
    if _wants_a_row(request):
        sent = posted.get("doses-TOTAL_FORMS", "")
        posted["doses-TOTAL_FORMS"] = str(min(int(sent) + 1 if sent.isdecimal() else 1, MOST_ROWS))
    return record_forms.DoseFormSet(posted, prefix="doses")


@login_required
@require_http_methods(["GET", "POST"])
def retract_treatment(request: HttpRequest, patient_id: int, treatment_id: int) -> HttpResponse:
    """Take back an earlier treatment that was recorded in error."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    treatment = get_object_or_404(PriorTreatment, pk=treatment_id, patient=patient, retracted_at=None)
    title = _("Take back: %(treatment)s") % {"treatment": treatment}
    form = reason_form(request, title)

    def save() -> str:
        reason = form.cleaned_data["reason"]
        actions.retract_treatment(treatment=treatment, by=request.user, at=timezone.now(), because=reason)
        return _("Taken back. It stays in the record with the reason.")

    back = reverse("patients:record", args=[patient.pk])
    return answer(request, patient, form, FormPage(title, _("Take back"), back, save))


@login_required
@require_POST
def confirm_no_treatments(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Record that the patient was asked today and had no earlier treatment."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    actions.confirm_no_treatments(
        patient=patient, by=request.user, at=timezone.now(), on=timezone.localdate()
    )
    messages.success(request, _("No earlier treatment, asked today."))
    return redirect("patients:record", patient.pk)
