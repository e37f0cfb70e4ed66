"""The first page after signing in, and the one page of a patient."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.roles import Capability
from pathway import waiting
from patients import access


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person in the current team; a role that sees no patient gets its own links."""
    membership, today = request.membership, timezone.localdate()
    context = {"today": today}
    if membership and membership.may(Capability.SEE_PATIENTS):
        context |= _patient_lists(request, today)
    return render(request, "pathway/home.html", context)


def _patient_lists(request: HttpRequest, today) -> dict:
    membership = request.membership
    team_tasks = waiting.open_tasks(membership.team)
    lists = {
        "drafts": waiting.drafts_to_finish(membership.team),
        "my_tasks": waiting.tasks_of(membership, today),
        "unowned_tasks": team_tasks.filter(owner=None),
        "never_assessed": waiting.never_assessed(membership.team),
    }
    counts = {f"{name}_count": rows.count() for name, rows in lists.items()}
    shown = {name: list(rows[: waiting.SHOWN]) for name, rows in lists.items()}
    ids = {getattr(row, "patient_id", row.pk) for rows in shown.values() for row in rows}
    audit.record_list(
        by=request.user,
        team=membership.team,
        patient_ids=sorted(ids),
        what="pathway:home",
        at=timezone.now(),
    )
    late = team_tasks.filter(due_to__lt=today).count()
    return shown | counts | {"late_count": late, "may_register": membership.may(Capability.REGISTER_PATIENTS)}


@login_required
@require_GET
def patient(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show one patient whole: the next step, what was said, and what is known."""
    found = access.get_patient_for(request, patient_id)
    context = {
        "patient": found,
        "today": timezone.localdate(),
        "step": waiting.next_step(found),
        "assessments": found.assessments.select_related("signed_by", "saved_by").order_by("-created_at")[:5],
        "open_tasks": found.tasks.filter(closed_at=None).select_related("owner")[:5],
    }
    return render(request, "pathway/patient.html", context)
