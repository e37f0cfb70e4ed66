"""The loop board of a team."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.roles import Capability
from followup import queue_page
from pathway import board
from patients import access


@login_required
@require_GET
def loop_board(request: HttpRequest) -> HttpResponse:
    """Show one line a patient whose imaging is followed up; `?paper=1` is the same without pages."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    question = queue_page.question_of(membership, request.GET, on=timezone.localdate())
    context = board.context_of(question, request.GET)
    audit.record_list(
        by=request.user,
        team=membership.team,
        patient_ids=sorted({line.row.review.patient_id for line in context["lines"]}),
        what="pathway:board",
        at=timezone.now(),
    )
    return render(request, "pathway/board.html", context)
