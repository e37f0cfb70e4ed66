"""The first page after signing in, by role."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.models import Membership, Team, User
from accounts.roles import Capability
from followup import current_step, reading_lists
from pathway import edition_card, guide, lead_home, this_day, waiting
from patients import task_lists
from procedures import red_days, stages
from procedures.models import Procedure


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person in the current team; a role that sees no patient gets its own links."""
    membership, today = request.membership, timezone.localdate()
    context: dict[str, Any] = {"today": today, **edition_card.context_for(request.user, on=today)}
    if membership and membership.may(Capability.SEE_PATIENTS):
        context |= _patient_lists(request, today)
    elif membership:
        context["unsigned_reference"] = this_day.unsigned_reference()
    context["guide"] = guide.guide_for(request.user, membership)
    return render(request, "pathway/home.html", context)


def _patient_lists(request: HttpRequest, today: date) -> dict:
    """What waits in the current team, each list cut short beside its full count."""
    membership, head_of = request.membership, waiting.head_of
    drafts = head_of(waiting.drafts_to_finish(membership.team))
    never_assessed = head_of(waiting.never_assessed(membership.team))
    to_plan = head_of(current_step.to_plan(membership.team))
    without_step = head_of(current_step.without_next_step(membership.team, on=today))
    mine, unowned = (
        head_of(task_lists.open_tasks(membership=membership, whose=whose, on=today))
        for whose in ("mine", "unowned")
    )
    late = task_lists.open_tasks(membership=membership, whose="overdue", on=today)
    context = {
        # What began later than this began just now: nobody waits for 0 minutes.
        "a_minute_ago": timezone.now() - timedelta(minutes=1),
        **_procedure_lists(membership.team, today),
        "queue_counts": waiting.queue_counts(membership, on=today),
        "drafts": drafts,
        "drafts_count": waiting.count_of(drafts),
        "never_assessed": never_assessed,
        "never_assessed_count": waiting.count_of(never_assessed),
        "to_plan": to_plan,
        "to_plan_count": waiting.count_of(to_plan),
        "without_step": without_step,
        "without_step_count": waiting.count_of(without_step),
        "my_tasks": task_lists.rows(mine, team=membership.team, on=today),
        "my_tasks_count": waiting.count_of(mine),
        "unowned_tasks": task_lists.rows(unowned, team=membership.team, on=today),
        "unowned_tasks_count": waiting.count_of(unowned),
        "late_count": late.count(),
        "may_register": membership.may(Capability.REGISTER_PATIENTS),
        "may_treat": membership.may(Capability.TREAT_PATIENTS),
    }
    context |= _by_role(membership, request.user, context["queue_counts"], today)
    _record_list(request, context)
    return context


def _by_role(membership: Membership, person: User, queue_counts: list, today: date) -> dict:
    """What is only for who treats, calls or leads."""
    lists = _to_read(membership, person) | this_day.context_of(membership, on=today)
    return lists | lead_home.context_of(membership, queue_counts, on=today)


def _to_read(membership: Membership, person: User) -> dict:
    """The images that wait for a clinician."""
    if not membership.may(Capability.TREAT_PATIENTS):
        return {"to_read": []}
    to_read = waiting.head_of(reading_lists.to_read(membership.team, person))
    return {"to_read": to_read, "to_read_count": waiting.count_of(to_read)}


def _procedure_lists(team: Team, today: date) -> dict:
    """Courses that need looking at, and records that wait for a signature."""
    red = red_days.of_team(team, on=today)
    unsigned = waiting.head_of(waiting.performed_not_signed(team))
    amending = waiting.head_of(waiting.being_amended(team))
    return {
        "red_days": red[: waiting.SHOWN],
        "red_days_count": len(red),
        "unsigned": [_unsigned_row(procedure) for procedure in unsigned],
        "unsigned_count": waiting.count_of(unsigned),
        "amending": [_unsigned_row(procedure) for procedure in amending],
        "amending_count": waiting.count_of(amending),
    }


def _unsigned_row(procedure: Procedure) -> dict:
    return {
        "procedure": procedure,
        "is_late": stages.is_signature_late(procedure, at=timezone.now()),
        "since": procedure.amendment_opened_at or procedure.started_at,
    }


def _record_list(request: HttpRequest, context: dict) -> None:
    tasks = [row.task for row in context["my_tasks"] + context["unowned_tasks"]]
    unsigned = [row["procedure"] for row in context["unsigned"] + context["amending"]]
    unsigned += [row.procedure for row in context["red_days"]]
    shown = {row.patient_id for row in [*tasks, *unsigned, *context["drafts"]]}
    patients = context["never_assessed"] + context["to_plan"] + context["without_step"]
    shown |= {patient.pk for patient in patients}
    shown |= {review.patient_id for review in context["to_read"]}
    shown |= this_day.patient_ids(context)
    audit.record_list(
        by=request.user,
        team=request.membership.team,
        patient_ids=sorted(shown),
        what="pathway:home",
        at=timezone.now(),
    )
