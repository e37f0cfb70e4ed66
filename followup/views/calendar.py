"""The month of the team: what falls on each day, for everybody or for one person; a day opens its list."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.roles import Capability
from followup import calendar_entries, month, queue, queue_page
from patients import access

KEYS = [
    ("n p", gettext_lazy("Next month, month before")),
    ("t", gettext_lazy("The month of today")),
    ("← ↑ → ↓", gettext_lazy("From day to day")),
]


@login_required
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a month; with `day` also the list of that day."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    today = timezone.localdate()
    scope = queue.scope_of(membership, on=today)
    first, day = month.asked_for(request.GET, on=today)
    owner = queue.Asked.of(request.GET).owner
    since, until = month.span_of(first)
    counts = calendar_entries.counts(scope, owner, first=since, last=until)
    context: dict[str, Any] = {
        "month": month.month_of(first, counts, on=today),
        "day": day,
        "listed": calendar_entries.listed(scope, owner, day=day) if day else [],
        "owner": owner,
        "owners": queue_page.owner_choices(scope),
        "today": today,
        "kinds": calendar_entries.kinds(),
        "page_keys": KEYS,
        "printed_at": timezone.now(),
    }
    if day:
        _record_list(request, context["listed"])
    return render(request, "followup/calendar.html", context)


def _record_list(request: HttpRequest, listed: list[calendar_entries.Listed]) -> None:
    """A month of counts names nobody; the list of a day does."""
    shown = {entry.patient.pk for kind in listed for entry in kind.entries}
    audit.record_list(
        by=request.user,
        team=request.membership.team,
        patient_ids=sorted(shown),
        what="followup:calendar",
        at=timezone.now(),
    )
