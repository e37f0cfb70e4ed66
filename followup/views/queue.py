"""The coordinator's queue: the page, what of it changes by itself, its export, its print and its saved views."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.models import AuditEntry
from accounts.roles import Capability
from followup import event_words, queue, queue_page, queue_rows, queue_table
from followup.actions import saved_views
from followup.forms.queue import SaveViewForm
from followup.models import ImagingReview, SavedView
from patients import access

MOST_PRINTED, MOST_EXPORTED = 500, 50_000


@login_required
@require_GET
def queue_list(request: HttpRequest) -> HttpResponse:
    """Show the queue; htmx gets what changes by itself: the tabs and the list."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    question = queue_page.question_of(membership, request.GET, on=timezone.localdate())
    context = queue_page.live(question, request.GET)
    record_list(request, (row.review.patient_id for row in context["page"].rows))
    if request.htmx:
        context |= _changed_row(request)
        response = render(request, "followup/_queue_live.html", context)
        if "X-Background" not in request.headers:
            response["HX-Push-Url"] = reverse("followup:queue") + context["query"]
        return response
    return render(request, "followup/queue.html", context | queue_page.frame(question))


def _changed_row(request: HttpRequest) -> dict[str, Any]:
    """What somebody did to the row that is open beside the list, since it was opened; nothing where nobody did."""
    key, _dot, revision = request.GET.get("live", "").partition(".")
    if not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in (key, revision)):
        return {}
    rows = ImagingReview.objects.filter(team=request.membership.team).select_related("patient__team")
    review = rows.filter(pk=int(key), revision__gt=int(revision)).first()
    if review is None:
        return {}
    return {"changed": event_words.changed_since(review, int(revision)), "changed_id": review.pk}


def record_list(request: HttpRequest, patient_ids: Iterable[int], *, what: str = "followup:queue") -> None:
    """Record whom a list showed. A list that asks by itself adds nothing while it shows nobody new."""
    shown, now = sorted(patient_ids), timezone.now()
    if "X-Background" in request.headers and _shown_lately(request, shown, what):
        return
    audit.record_list(by=request.user, team=request.membership.team, patient_ids=shown, what=what, at=now)


def _shown_lately(request: HttpRequest, shown: list[int], what: str) -> bool:
    lists = AuditEntry.objects.filter(
        by=request.user,
        patient_id=None,
        kind=AuditEntry.Kind.LIST,
        what=what,
        at__gt=timezone.now() - audit.SAME_READING,
    )
    last = lists.order_by("-at").first()
    return last is not None and set(shown) <= set(last.listed_ids)


@login_required
@require_GET
def export_queue(request: HttpRequest) -> HttpResponse:
    """Give the list as CSV, all of it."""
    membership = access.get_membership_for(request, may=Capability.EXPORT_PATIENTS)
    question = queue_page.question_of(membership, request.GET, on=timezone.localdate())
    rows = queue_rows.all_of(question, most=MOST_EXPORTED)
    audit.record_list(
        by=request.user,
        team=membership.team,
        patient_ids=[row.review.patient_id for row in rows],
        what="followup:export_queue",
        at=timezone.now(),
        export=True,
    )
    return queue_table.as_csv(rows)


@login_required
@require_GET
def print_queue(request: HttpRequest) -> HttpResponse:
    """Show the list as a table for paper."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    question = queue_page.question_of(membership, request.GET, on=timezone.localdate())
    rows = queue_rows.all_of(question, most=MOST_PRINTED)
    record_list(request, (row.review.patient_id for row in rows), what="followup:print_queue")
    context: dict[str, Any] = {
        "rows": rows,
        "is_cut": len(rows) == MOST_PRINTED,
        "label": queue.TABS[question.asked.stage],
        "today": question.on,
        "query": question.asked.query(),
    }
    return render(request, "followup/queue_print.html", context)


@login_required
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep under a name what the queue shows now; the same name again shows the new one."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    asked, form = queue.Asked.of(request.GET), SaveViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["name"])))
        return redirect(reverse("followup:queue") + asked.query())
    view = saved_views.save_view(
        team=membership.team,
        name=form.cleaned_data["name"],
        # Without the search: a name of a patient is no part of a view.
        query=asked.query(text=""),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("Saved: %(view)s.") % {"view": view.name})
    return redirect(reverse("followup:queue") + asked.query())


@login_required
@require_POST
def delete_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Take one of one's own saved views away."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    view = get_object_or_404(SavedView, pk=view_id, team=membership.team, owner=request.user)
    saved_views.delete_view(view=view)
    messages.success(request, _("Taken away: %(view)s.") % {"view": view.name})
    return redirect(reverse("followup:queue") + queue.Asked.of(request.GET).query())
