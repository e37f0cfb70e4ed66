"""Registers a patient, changes who the patient is, ends and reopens the course."""

from crispy_forms.layout import Fieldset
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Membership
from accounts.roles import Capability
from patients import access
from patients.actions import register as actions
from patients.forms import dated
from patients.forms import register as register_forms
from patients.models import Patient
from patients.views.form_page import FormPage, answer, posted


@login_required
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register a patient; asks once when somebody much alike is there already."""
    membership = access.get_membership_for(request, may=Capability.REGISTER_PATIENTS)
    form = register_forms.RegisterForm(posted(request), on=timezone.localdate())
    duplicates: list[Patient] = []
    taken = None
    if request.method == "POST" and form.is_valid():
        duplicates = _duplicates_to_ask_about(request, membership, form)
        taken = _mrn_taken_by(membership, form)
        if not duplicates and not taken:
            patient = _register(request, membership, form)
            messages.success(request, _("%(name)s is registered.") % {"name": patient.full_name})
            return redirect("pathway:patient", patient.pk)
    context = {"form": form, "duplicates": duplicates, "taken": taken}
    return render(request, "patients/register.html", context, status=422 if form.is_bound else 200)


def _duplicates_to_ask_about(
    request: HttpRequest, membership: Membership, form: register_forms.RegisterForm
) -> list[Patient]:
    """Return people much alike, unless the person said that this is somebody else or sent the form again."""
    who = form.who()
    if request.POST.get("is_somebody_else") or _is_sent_again(membership, form):
        return []
    names = {name: who[name] for name in ("family_name", "given_name", "birth_date", "birth_year")}
    alike = actions.likely_duplicates(team=membership.team, **names)
    return [patient for patient in alike if patient != actions.with_mrn(team=membership.team, mrn=who["mrn"])]


def _mrn_taken_by(membership: Membership, form: register_forms.RegisterForm) -> Patient | None:
    taken = actions.with_mrn(team=membership.team, mrn=form.cleaned_data["mrn"])
    if taken is None or taken.form_key == form.cleaned_data["form_key"]:
        return None
    form.add_error("mrn", _("%(name)s has this record number.") % {"name": taken.full_name})
    return taken


def _is_sent_again(membership: Membership, form: register_forms.RegisterForm) -> bool:
    return Patient.objects.filter(team=membership.team, form_key=form.cleaned_data["form_key"]).exists()


def _register(request: HttpRequest, membership: Membership, form: register_forms.RegisterForm) -> Patient:
    return actions.register_patient(
        team=membership.team,
        by=request.user,
        at=timezone.now(),
        who=form.who(),
        diagnosis=form.diagnosis(),
        lesion=form.lesion(),
        form_key=form.cleaned_data["form_key"],
    )


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Change who the patient is and how to reach them."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    form = register_forms.EditPatientForm(posted(request), patient=patient, on=timezone.localdate())

    def save() -> str:
        try:
            actions.edit_patient(patient=patient, by=request.user, at=timezone.now(), who=form.who())
        except actions.MrnTaken as error:
            message = _("%(name)s has this record number.") % {"name": error.patient.full_name}
            raise forms.ValidationError({"mrn": message}) from None
        return _("Changed.")

    back = reverse("patients:record", args=[patient.pk])
    page = FormPage(_("Change who this is"), _("Save"), back, save, row=patient)
    return answer(request, patient, form, page)


@login_required
@require_http_methods(["GET", "POST"])
def end_course(request: HttpRequest, patient_id: int) -> HttpResponse:
    """End the course: died, transferred, declined, discharged, lost."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    form = _end_form(request, patient)

    def save() -> str:
        known = form.cleaned_data
        end = {"because": known["because"], "on": known["ended_on"], "reason": known["note"]}
        try:
            actions.end_course(patient=patient, by=request.user, at=timezone.now(), **end)
        except actions.UnableToEnd:
            raise forms.ValidationError(_("The course has ended already.")) from None
        return _("The course is ended. It can be opened again from the record.")

    page = FormPage(
        title=_("End the course"),
        submit=_("End the course"),
        back=reverse("patients:record", args=[patient.pk]),
        save=save,
        lede=_("Nobody is reminded of this patient from then on. Open tasks are closed as no longer needed."),
        context={"open_tasks": patient.tasks.filter(closed_at=None)},
    )
    return answer(request, patient, form, page)


def _end_form(request: HttpRequest, patient: Patient) -> register_forms.EndCourseForm:
    today = timezone.localdate()
    return register_forms.EndCourseForm(
        posted(request),
        on=today,
        birth_date=patient.birth_date,
        initial={"ended_on": today},
        is_clinician=access.allows(request, patient, Capability.TREAT_PATIENTS),
    )


@login_required
@require_http_methods(["GET", "POST"])
def reopen_course(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Open an ended course again, with a reason."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    form = reason_form(request, _("Opening again"))

    def save() -> str:
        reason = form.cleaned_data["reason"]
        try:
            actions.reopen_course(patient=patient, by=request.user, at=timezone.now(), reason=reason)
        except actions.UnableToReopen:
            raise forms.ValidationError(_("The course is open.")) from None
        return _("The course is open again. Tasks that were closed stay closed: add what is to be done now.")

    back = reverse("patients:record", args=[patient.pk])
    page = FormPage(_("Open the course again"), _("Open the course again"), back, save)
    return answer(request, patient, form, page)


def reason_form(request: HttpRequest, title: str) -> dated.ReasonForm:
    """Return the form that asks for a reason, under its title."""
    form = dated.ReasonForm(posted(request))
    form.helper = register_forms.helper(Fieldset(title, "reason", css_id="reason"))
    return form
