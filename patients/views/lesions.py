"""Lesions on the segment map and in a table: add, change, measure, take back."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Capability
from patients import access, lesion_sizes
from patients.actions import lesions as actions
from patients.forms import lesions as lesion_forms
from patients.models import Lesion, LesionMeasurement, Patient
from patients.views.form_page import FormPage, answer, posted
from patients.views.register import reason_form


@login_required
@require_GET
def lesions(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show the lesions on the map, their sizes over time, and what was taken back."""
    patient = access.get_patient_for(request, patient_id)
    found = lesion_sizes.sizes_of(patient)
    context = {
        "patient": patient,
        "lesions": found,
        "retracted_lesions": patient.lesions.exclude(retracted_at=None),
        **lesion_sizes.map_context(found),
    }
    return render(request, "patients/lesions.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add_lesion(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Add a lesion by its segments, with its first size."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    form = lesion_forms.AddLesionForm(posted(request), **_days(patient))

    def save() -> str:
        lesion = actions.add_lesion(
            patient=patient,
            by=request.user,
            at=timezone.now(),
            seen=form.seen(),
            size=form.size(),
            form_key=form.cleaned_data["form_key"],
        )
        return _("%(lesion)s added.") % {"lesion": lesion}

    return answer(request, patient, form, _page(patient, _("Add a lesion"), _("Add the lesion"), save))


@login_required
@require_http_methods(["GET", "POST"])
def edit_lesion(request: HttpRequest, patient_id: int, lesion_id: int) -> HttpResponse:
    """Change where a lesion is and what it looks like."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    lesion = get_object_or_404(Lesion, pk=lesion_id, patient=patient, retracted_at=None)
    form = lesion_forms.EditLesionForm(posted(request), lesion=lesion, **_days(patient))

    def save() -> str:
        actions.edit_lesion(lesion=lesion, by=request.user, at=timezone.now(), seen=form.seen())
        return _("%(lesion)s changed.") % {"lesion": lesion}

    title = _("Change %(lesion)s") % {"lesion": lesion}
    return answer(request, patient, form, _page(patient, title, _("Save"), save, row=lesion))


@login_required
@require_http_methods(["GET", "POST"])
def measure_lesion(request: HttpRequest, patient_id: int, lesion_id: int) -> HttpResponse:
    """Add a size of a lesion."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    lesion = get_object_or_404(Lesion, pk=lesion_id, patient=patient, retracted_at=None)
    form = lesion_forms.MeasureForm(posted(request), **_days(patient))

    def save() -> str:
        size = actions.measure_lesion(lesion=lesion, by=request.user, at=timezone.now(), size=form.size())
        return _("%(lesion)s: %(millimetres)s mm added.") % {"lesion": lesion, "millimetres": size.longest_mm}

    title = _("Measure %(lesion)s") % {"lesion": lesion}
    page = FormPage(title, _("Add the size"), reverse("patients:lesions", args=[patient.pk]), save)
    return answer(request, patient, form, page)


@login_required
@require_http_methods(["GET", "POST"])
def retract_lesion(request: HttpRequest, patient_id: int, lesion_id: int) -> HttpResponse:
    """Take back a lesion that was entered in error."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    lesion = get_object_or_404(Lesion, pk=lesion_id, patient=patient, retracted_at=None)
    title = _("Take back %(lesion)s") % {"lesion": lesion}
    form = reason_form(request, title)

    def save() -> str:
        reason = form.cleaned_data["reason"]
        actions.retract_lesion(lesion=lesion, by=request.user, at=timezone.now(), because=reason)
        return _("%(lesion)s is taken back. Its number is not given again.") % {"lesion": lesion}

    page = FormPage(title, _("Take back"), reverse("patients:lesions", args=[patient.pk]), save)
    return answer(request, patient, form, page)


@login_required
@require_http_methods(["GET", "POST"])
def retract_measurement(request: HttpRequest, patient_id: int, measurement_id: int) -> HttpResponse:
    """Take back a wrong size."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    rows = LesionMeasurement.objects.select_related("lesion__patient__team")
    measurement = get_object_or_404(rows, pk=measurement_id, lesion__patient=patient, retracted_at=None)
    title = _("Take back a size of %(lesion)s") % {"lesion": measurement.lesion}
    form = reason_form(request, title)

    def save() -> str:
        reason = form.cleaned_data["reason"]
        actions.retract_measurement(
            measurement=measurement, by=request.user, at=timezone.now(), because=reason
        )
        return _("The size is taken back. It stays in the table with the reason.")

    page = FormPage(title, _("Take back"), reverse("patients:lesions", args=[patient.pk]), save)
    return answer(request, patient, form, page)


def _days(patient: Patient) -> dict:
    return {"on": timezone.localdate(), "birth_date": patient.birth_date}


def _page(patient: Patient, title: str, submit: str, save, *, row: Lesion | None = None) -> FormPage:
    """Return a form page with the segment map beside it, which shows the other lesions."""
    return FormPage(
        title=title,
        submit=submit,
        back=reverse("patients:lesions", args=[patient.pk]),
        save=save,
        template="patients/lesion_form.html",
        context=lesion_sizes.map_context(lesion_sizes.sizes_of(patient)),
        row=row,
    )
