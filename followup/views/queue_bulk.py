"""What is done to many rows of the queue at once: the form, what came of it, and its undo."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.models import Membership
from accounts.roles import Capability
from followup import queue_page, settings_of
from followup.actions import bulk
from followup.forms import queue as queue_forms
from followup.models import BulkChange, ImagingReview
from followup.views import queue_acts
from followup.views.queue import record_list
from patients import access

BULK_ACTS = ("assign", "snooze")


@login_required
@require_http_methods(["GET", "POST"])
def bulk_act(request: HttpRequest, bulk_act: str) -> HttpResponse:
    """Show the form for the rows that are ticked, and do it to all of them."""
    membership = access.get_membership_for(request, may=Capability.WORK_QUEUE)
    if bulk_act not in BULK_ACTS:
        raise Http404
    chosen = queue_page.ticked(request.POST if request.method == "POST" else request.GET)
    form = _form(request, membership, bulk_act)
    if request.method == "POST" and chosen and form.is_valid():
        return _do(request, membership, bulk_act, chosen, form)
    rows = _rows(membership, chosen)
    audit.record_list(
        by=request.user,
        team=membership.team,
        patient_ids=sorted(row.patient_id for row in rows),
        what="followup:bulk",
        at=timezone.now(),
    )
    context = {
        "form": form,
        "rows": rows,
        "ticked": chosen,
        "sent_rows": [f"{key}.{revision}" for key, revision in chosen.items()],
        "bulk_act": bulk_act,
        "chosen": queue_acts.ACTS[bulk_act],
    }
    status = 422 if form.is_bound else 200
    return page(request, membership, "followup/_queue_bulk.html", context, status=status)


def _rows(membership: Membership, keys: Iterable[int]) -> list[ImagingReview]:
    rows = ImagingReview.objects.filter(team=membership.team, pk__in=list(keys), closed_at=None)
    return list(rows.select_related("patient", "owner").order_by("due_to", "pk"))


def _form(request: HttpRequest, membership: Membership, bulk_act: str) -> forms.Form:
    today = timezone.localdate()
    data = request.POST if request.method == "POST" else None
    if bulk_act == "assign":
        start: dict[str, Any] = {"owner": request.user.pk}
        return queue_forms.AssignForm(data, review=None, on=today, team=membership.team, initial=start)
    latest = today + timedelta(days=settings_of.settings_of(membership.team).longest_pause_days)
    start = queue_forms.snooze_to_begin_with(on=today, latest=latest)
    return queue_forms.SnoozeForm(data, review=None, on=today, latest=latest, initial=start)


def _do(
    request: HttpRequest, membership: Membership, bulk_act: str, chosen: dict[int, int], form: Any
) -> HttpResponse:
    how: dict[str, Any] = {"team": membership.team, "chosen": chosen.items()}
    how |= {"by": request.user, "at": timezone.now()}
    known = form.cleaned_data
    if bulk_act == "assign":
        worked = bulk.assign_many(**how, owner=known["owner"])
    else:
        worked = bulk.snooze_many(**how, until=known["until"], reason=known["reason"], note=known["note"])
    if worked.left:
        messages.warning(request, _left_in_words(worked.left))
    if worked.change is None:
        messages.info(request, _("Nothing was changed."))
        return _go(request, reverse("followup:queue"))
    return _go(request, reverse("followup:bulk_result", args=[worked.change.pk]))


def _left_in_words(left: list[ImagingReview]) -> str:
    names = "; ".join(review.patient.full_name for review in left)
    told = ngettext(
        "%(n)d row was changed by somebody meanwhile and is left as it is: %(names)s.",
        "%(n)d rows were changed by somebody meanwhile and are left as they are: %(names)s.",
        len(left),
    )
    return told % {"n": len(left), "names": names}


def _go(request: HttpRequest, address: str) -> HttpResponseRedirect:
    return redirect(address + queue_page.address_query(request.GET))


@login_required
@require_GET
def bulk_result(request: HttpRequest, bulk_id: int) -> HttpResponse:
    """Show what was done to many rows, with its undo."""
    membership = access.get_membership_for(request, may=Capability.WORK_QUEUE)
    change = _change(membership, bulk_id)
    keys = [row["review"] for row in change.rows]
    rows = ImagingReview.objects.filter(team=membership.team, pk__in=keys).select_related("patient", "owner")
    return page(
        request,
        membership,
        "followup/_queue_bulk_result.html",
        {"change": change, "rows": rows.order_by("due_to")},
    )


def _change(membership: Membership, bulk_id: int) -> BulkChange:
    return get_object_or_404(
        BulkChange.objects.select_related("by", "undone_by"), pk=bulk_id, team=membership.team
    )


@login_required
@require_POST
def bulk_undo(request: HttpRequest, bulk_id: int) -> HttpResponse:
    """Put back what many rows had before, but for those that somebody changed since."""
    membership = access.get_membership_for(request, may=Capability.WORK_QUEUE)
    change = _change(membership, bulk_id)
    try:
        worked = bulk.undo_bulk(change=change, by=request.user, at=timezone.now())
    except bulk.UnableToUndoAll:
        messages.error(request, _("This was undone already."))
        return _go(request, reverse("followup:bulk_result", args=[change.pk]))
    back = len(change.rows) - len(worked.left)
    messages.success(request, ngettext("Undone for %(n)d row.", "Undone for %(n)d rows.", back) % {"n": back})
    if worked.left:
        messages.warning(request, _left_in_words(worked.left))
    return _go(request, reverse("followup:queue"))


def page(
    request: HttpRequest, membership: Membership, aside: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render the queue with something about many rows beside it."""
    if request.htmx:
        query = {"query": queue_page.address_query(request.GET)}
        return render(request, aside, context | query, status=status)
    question = queue_page.question_of(membership, request.GET, on=timezone.localdate())
    whole = queue_page.live(question, request.GET) | queue_page.frame(question) | context
    record_list(request, (row.review.patient_id for row in whole["page"].rows))
    return render(request, "followup/queue.html", whole | {"aside": aside}, status=status)
