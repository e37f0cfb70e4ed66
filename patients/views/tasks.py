"""The dated next steps: on the patient, and everything that waits for a person or the team."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.roles import Capability
from patients import access, task_lists
from patients.actions import tasks as actions
from patients.forms import tasks as task_forms
from patients.models import Patient, Task
from patients.views.form_page import FormPage, answer, posted

PAGE_SIZE = 50


@login_required
@require_GET
def my_tasks(request: HttpRequest) -> HttpResponse:
    """Show what waits for me, for nobody, for the team; overdue first."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    today = timezone.localdate()
    counted = task_lists.counts(membership=membership, on=today)
    chosen = request.GET.get("whose")
    whose = chosen if chosen in task_lists.LISTS else "mine"
    rows = task_lists.open_tasks(membership=membership, whose=whose, on=today)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = task_lists.rows(page.object_list, team=membership.team, on=today)
    audit.record_list(
        by=request.user,
        team=membership.team,
        patient_ids=sorted({row.task.patient_id for row in shown}),
        what="patients:my_tasks",
        at=timezone.now(),
    )
    context = {
        "tabs": counted,
        "whose": whose,
        "page": page,
        "rows": shown,
        "changes": membership.may(Capability.WORK_QUEUE),
    }
    return render(request, "patients/my_tasks.html", context)


@login_required
@require_GET
def tasks(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show what is to be done for one patient, and what was done."""
    patient = access.get_patient_for(request, patient_id)
    today = timezone.localdate()
    open_rows = patient.tasks.filter(closed_at=None).select_related("owner", "patient")
    closed = patient.tasks.exclude(closed_at=None).select_related("owner", "closed_by").order_by("-closed_at")
    context = {
        "patient": patient,
        "rows": task_lists.rows(open_rows.order_by("due_to", "pk"), team=patient.team, on=today),
        "closed": closed,
    }
    return render(request, "patients/tasks.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add_task(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Add a dated next step."""
    patient = access.get_patient_for(request, patient_id, may=Capability.WORK_QUEUE)
    form = task_forms.TaskForm(
        posted(request),
        team=patient.team,
        on=timezone.localdate(),
        initial={"kind": Task.Kind.OTHER, "owner": request.user.pk},
    )

    def save() -> str:
        if patient.ended_because:
            raise forms.ValidationError(_("The course has ended. Open it again first."))
        actions.add_task(patient=patient, by=request.user, at=timezone.now(), **form.what())
        return _("Task added.")

    page = FormPage(_("Add a task"), _("Add the task"), _back(request, patient), save)
    return answer(request, patient, form, page)


@login_required
@require_http_methods(["GET", "POST"])
def close_task(request: HttpRequest, patient_id: int, task_id: int) -> HttpResponse:
    """Close a task with its outcome."""
    patient = access.get_patient_for(request, patient_id, may=Capability.WORK_QUEUE)
    task = get_object_or_404(patient.tasks, pk=task_id)
    form = task_forms.CloseTaskForm(posted(request), initial={"outcome": Task.Outcome.DONE})

    def save() -> str:
        try:
            actions.close_task(task=task, by=request.user, at=timezone.now(), **form.cleaned_data)
        except actions.UnableToClose:
            raise forms.ValidationError(_("Somebody has closed this task already.")) from None
        return _("Closed: %(task)s.") % {"task": task}

    page = FormPage(task.title, _("Close the task"), _back(request, patient), save)
    return answer(request, patient, form, page)


@login_required
@require_http_methods(["GET", "POST"])
def assign_task(request: HttpRequest, patient_id: int, task_id: int) -> HttpResponse:
    """Give a task an owner."""
    patient = access.get_patient_for(request, patient_id, may=Capability.WORK_QUEUE)
    task = get_object_or_404(patient.tasks, pk=task_id, closed_at=None)
    form = task_forms.AssignTaskForm(posted(request), team=patient.team, initial={"owner": task.owner_id})

    def save() -> str:
        owner = form.cleaned_data["owner"]
        actions.assign_task(task=task, by=request.user, at=timezone.now(), owner=owner)
        if owner is None:
            return _("Nobody owns the task now.")
        return _("%(owner)s owns the task now.") % {"owner": owner}

    page = FormPage(task.title, _("Assign"), _back(request, patient), save)
    return answer(request, patient, form, page)


@login_required
@require_POST
def reopen_task(request: HttpRequest, patient_id: int, task_id: int) -> HttpResponse:
    """Open a closed task again."""
    patient = access.get_patient_for(request, patient_id, may=Capability.WORK_QUEUE)
    task = get_object_or_404(patient.tasks, pk=task_id)
    try:
        actions.reopen_task(task=task, by=request.user, at=timezone.now())
        messages.success(request, _("Open again: %(task)s.") % {"task": task})
    except actions.UnableToReopen:
        messages.error(request, _("Not opened: the task is open, or the course has ended."))
    return redirect("patients:tasks", patient.pk)


def _back(request: HttpRequest, patient: Patient) -> str:
    """Return to the list from which the person came."""
    if request.GET.get("from") == "my_tasks":
        return reverse("patients:my_tasks")
    return reverse("patients:tasks", args=[patient.pk])
