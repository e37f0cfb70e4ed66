"""The days after a procedure: how the patient is, whether that is the expected course, and the calls."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.roles import Capability
from patients import access, lab_chart
from patients.models import Patient
from patients.views import form_page, register
from procedures import course, event_words, liver_cost, proposals, symptoms, watch_chart, watch_words
from procedures.actions import watch as actions
from procedures.forms import watch as watch_forms
from procedures.models import Procedure, SymptomEntry


def begun(patient: Patient, procedure_id: int) -> Procedure:
    """Return the patient's procedure; 404 where it is another's or has not begun: there are no days after it."""
    found = patient.procedures.select_related("patient__team", "assessment").filter(
        pk=procedure_id, started_at__isnull=False
    )
    return get_object_or_404(found)


def watch_url(procedure: Procedure) -> str:
    return reverse("procedures:watch", args=[procedure.patient_id, procedure.pk])


@login_required
@require_GET
def watch(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Show the days after: the judgement, the events, the calls and what was logged."""
    patient = access.get_patient_for(request, patient_id, may=Capability.SEE_PATIENTS)
    procedure = begun(patient, procedure_id)
    followed = course.course_of(procedure, on=timezone.localdate())
    events = list(procedure.adverse_events.select_related("graded_by", "retracted_by"))
    found = [event_words.ProposalRow(one) for one in proposals.proposals_for(followed, events)]
    context = {
        **_frame(request, procedure, followed),
        "events": [event_words.EventRow(event, followed) for event in events],
        "proposed": [row for row in found if row.proposal.is_there],
        "ungradable": [row for row in found if not row.proposal.is_there],
        "judged": watch_words.judged(followed.judgement),
        "curves": watch_chart.curves_of(followed),
        "cost": liver_cost.cost_of(followed),
        "chart_width": lab_chart.WIDTH,
        "chart_height": lab_chart.HEIGHT,
        "calls": _calls(procedure, followed),
        "rows": _logged(procedure, followed),
    }
    return render(request, "procedures/watch.html", context)


def _frame(request: HttpRequest, procedure: Procedure, followed: course.Course) -> dict[str, Any]:
    patient = procedure.patient
    return {
        "patient": patient,
        "procedure": procedure,
        "course": followed,
        "may_log": access.allows(request, patient, Capability.REGISTER_PATIENTS),
        "may_call": access.allows(request, patient, Capability.WORK_QUEUE),
        "may_treat": access.allows(request, patient, Capability.TREAT_PATIENTS),
        "is_over": followed.today > symptoms.WATCHED_FOR_DAYS,
    }


def _calls(procedure: Procedure, followed: course.Course) -> list[dict[str, Any]]:
    return [
        {
            "task": call,
            "days_late": call.days_late(on=followed.on),
            "is_missed": course.is_missed_call(procedure, call, on=followed.on),
        }
        for call in actions.calls_of(procedure)
    ]


def _logged(procedure: Procedure, followed: course.Course) -> list[dict[str, Any]]:
    """What was logged, the newest first; what was taken back stays to be seen."""
    entries = procedure.symptom_entries.select_related("entered_by", "retracted_by")
    return [
        {
            "entry": entry,
            "day": followed.day_of_entry(entry),
            "there": _asked_as(entry, there=True),
            "absent": _asked_as(entry, there=False),
            "liver": watch_words.liver_signs(entry.answers),
        }
        for entry in entries.order_by("-asked_at", "-pk")
    ]


def _asked_as(entry: SymptomEntry, *, there: bool) -> list[str]:
    return [
        _(question.asks)
        for question in symptoms.QUESTIONS
        if symptoms.answer_of(entry.answers, question.key) is there
    ]


@login_required
@require_http_methods(["GET", "POST"])
def log_symptoms(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Ask the questions of the call script and keep the answers."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    procedure, now = begun(patient, procedure_id), timezone.now()
    followed = course.course_of(procedure, on=timezone.localdate())
    form = watch_forms.SymptomForm(
        form_page.posted(request),
        now=now,
        on=followed.on,
        started_at=course.began_at(procedure),
        initial={"asked_at": now, "channel": _channel(followed), "pain": ""},
    )

    def save() -> str:
        entry = actions.log_symptoms(
            procedure=procedure,
            asked=form.asked(),
            by=request.user,
            at=timezone.now(),
            form_key=form.cleaned_data["form_key"],
        )
        day = followed.day_of_entry(entry)
        return _("Logged for day %(day)d.") % {"day": day}

    said = {"day": followed.today, "when": date_format(followed.started_on, "j F Y")}
    lede = _("Day %(day)d after the procedure of %(when)s.") % said
    page = form_page.FormPage(
        _("How is the patient?"), _("Save"), watch_url(procedure), save, lede, "procedures/log_symptoms.html"
    )
    return form_page.answer(request, patient, form, page)


def _channel(followed: course.Course) -> str:
    """On the first days the patient is in the ward; afterwards somebody calls."""
    return SymptomEntry.Channel.WARD if followed.today <= 1 else SymptomEntry.Channel.PHONE


@login_required
@require_http_methods(["GET", "POST"])
def retract_symptoms(request: HttpRequest, patient_id: int, procedure_id: int, entry_id: int) -> HttpResponse:
    """Take back a wrong entry."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    procedure = begun(patient, procedure_id)
    entry = get_object_or_404(
        SymptomEntry.objects.select_related("procedure__patient__team"),
        pk=entry_id,
        procedure=procedure,
        retracted_at=None,
    )
    asked = date_format(timezone.localtime(entry.asked_at), "j M Y, H:i")
    title = _("Take back what was logged for %(when)s") % {"when": asked}
    form = register.reason_form(request, title)

    def save() -> str:
        reason = form.cleaned_data["reason"]
        actions.retract_symptoms(entry=entry, because=reason, by=request.user, at=timezone.now())
        return _("Taken back. It stays on the page, struck through.")

    page = form_page.FormPage(title, _("Take back"), watch_url(procedure), save)
    return form_page.answer(request, patient, form, page)


@login_required
@require_POST
def open_calls(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Make the calls of the days after as tasks."""
    patient = access.get_patient_for(request, patient_id, may=Capability.WORK_QUEUE)
    procedure = begun(patient, procedure_id)
    made = actions.open_watch_calls(procedure=procedure, by=request.user, at=timezone.now())
    if made:
        messages.success(request, _("The calls stand among the tasks now."))
    else:
        messages.info(request, _("No call is missing that can still be made."))
    return redirect(watch_url(procedure))
