"""Look up who received a lot, an agent or a material between two days; as a page and as a file."""

import csv
from datetime import date, datetime, time, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.models import Team
from accounts.roles import Capability
from patients import access, cells
from procedures import received
from procedures.forms.lookup import LookupForm

# The file holds all of them.
MOST_SHOWN = 200


@login_required
@require_GET
def lookup(request: HttpRequest) -> HttpResponse:
    """Show the form and, once it asks something, who received it."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    form = LookupForm(request.GET or None)
    found = _found(membership.team, form)
    shown = found[:MOST_SHOWN]
    if form.is_bound:
        _record(request, membership.team, shown, "procedures:lookup")
    context = {
        "form": form,
        "is_asked": form.is_bound and form.is_valid(),
        "receipts": shown,
        "receipt_count": len(found),
        "patient_count": len(received.patient_ids_of(found)),
        "may_export": membership.may(Capability.EXPORT_PATIENTS),
    }
    return render(request, "procedures/lookup.html", context)


@login_required
@require_GET
def export_lookup(request: HttpRequest) -> HttpResponse:
    """Give the same list as CSV, whole."""
    membership = access.get_membership_for(request, may=Capability.EXPORT_PATIENTS)
    found = _found(membership.team, LookupForm(request.GET))
    _record(request, membership.team, found, "procedures:export_lookup", export=True)
    return _as_csv(found)


def _found(team: Team, form: LookupForm) -> list[received.Receipt]:
    if not form.is_bound or not form.is_valid():
        return []
    asked = form.cleaned_data
    until = asked["day_to"]
    return received.receipts(
        team,
        received.Asked(
            lot=asked["lot"],
            agent=asked["agent"],
            material=asked["material"],
            start=_midnight(asked["day_from"]) if asked["day_from"] else None,
            end=_midnight(until + timedelta(days=1)) if until and until < date.max else None,
        ),
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _record(
    request: HttpRequest, team: Team, found: list[received.Receipt], what: str, *, export: bool = False
) -> None:
    audit.record_list(
        by=request.user,
        team=team,
        patient_ids=received.patient_ids_of(found),
        what=what,
        at=timezone.now(),
        export=export,
    )


def _as_csv(found: list[received.Receipt]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="received.csv"'
    # Spreadsheets take a file for UTF-8 only when it begins with this mark.
    response.write("\ufeff")
    writer = csv.writer(response)
    heads = (
        _("MRN"),
        _("Name"),
        _("Day"),
        _("Target"),
        _("Artery"),
        _("What"),
        _("Amount"),
        _("Lot"),
        _("UDI"),
    )
    writer.writerow([*heads, _("Signed")])
    for one in found:
        day = timezone.localtime(one.procedure.started_at).date().isoformat()
        row = [
            one.patient.mrn,
            one.patient.full_name,
            day,
            one.target_number,
            one.artery,
            one.what,
            one.amount,
        ]
        signed = _("yes") if one.procedure.signed_at else _("no")
        writer.writerow(map(cells.neutral, [*row, one.lot, one.udi, signed]))
    return response
