"""Who read, changed, listed or exported what, and who signed in: for those who manage the team's people.

The page holds no clinical content: a patient is a number here, and is found by the record number typed exactly.
"""

import csv
import operator
from datetime import datetime, time, timedelta
from functools import reduce

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import audit as audit_trail
from accounts.models import AuditEntry, AuditEntryQuerySet, Team
from accounts.roles import Capability
from patients import access, audit_words, cells
from patients.actions import register
from patients.forms.audit import AuditFilterForm
from patients.models import Patient

PAGE_SIZE = 50
MOST_EXPORTED = 50_000


@login_required
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """Show the trail of the team, newest first; a site admin may choose any team, or all."""
    team, form, entries = _asked(request)
    page = Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(entry, audit_words.in_words(entry.what)) for entry in page.object_list]
    # After the rows are read: a look at the trail shows up in the next one.
    _record(request, team, "patients:audit")
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "of_team": team,
        "teams": Team.objects.all() if request.user.is_site_admin else [],
        "refused": entries.filter(kind=AuditEntry.Kind.REFUSED).count(),
    }
    return render(request, "patients/audit.html", context)


@login_required
@require_GET
def export_audit(request: HttpRequest) -> HttpResponse:
    """Give the same entries as CSV."""
    team, _form, entries = _asked(request)
    _record(request, team, "patients:export_audit", export=True)
    return _as_csv(entries[:MOST_EXPORTED])


def _asked(request: HttpRequest) -> tuple[Team | None, AuditFilterForm, AuditEntryQuerySet]:
    team = _team(request)
    asked = {name: value for name, value in request.GET.items() if name not in {"team", "page"}}
    form = AuditFilterForm(asked, team=team, on=timezone.localdate())
    entries = AuditEntry.objects.select_related("by", "team", "person").order_by("-at", "-pk")
    if team is not None:
        entries = entries.filter(team=team)
    return team, form, _narrowed(entries, form, team) if form.is_valid() else entries.none()


def _team(request: HttpRequest) -> Team | None:
    """The current team of somebody who manages its people; for a site admin the one asked for, or None for all."""
    if not request.user.is_site_admin:
        return access.get_membership_for(request, may=Capability.MANAGE_PEOPLE).team
    asked = request.GET.get("team", "")
    if not asked.isascii() or not (asked.isdecimal() or asked in {"", "all"}):
        raise Http404
    if asked.isdecimal():
        return get_object_or_404(Team, pk=int(asked[:18]))
    return request.membership.team if request.membership and asked != "all" else None


def _narrowed(entries: AuditEntryQuerySet, form: AuditFilterForm, team: Team | None) -> AuditEntryQuerySet:
    asked = form.cleaned_data
    if asked["person"]:
        entries = entries.filter(by=asked["person"]) | entries.filter(person=asked["person"])
    if asked["day_from"]:
        entries = entries.filter(at__gte=_midnight(asked["day_from"]))
    if asked["day_to"]:
        entries = entries.filter(at__lt=_midnight(asked["day_to"]) + timedelta(days=1))
    if asked["kind"]:
        entries = entries.filter(kind=asked["kind"])
    return _of_patient(entries, asked["mrn"].strip(), team) if asked["mrn"] else entries


def _of_patient(entries: AuditEntryQuerySet, mrn: str, team: Team | None) -> AuditEntryQuerySet:
    """An MRN is unique in its team only, so all teams together cannot be asked for one.

    Records that were merged are one person: each number shows the entries of all of them.
    """
    patient = Patient.objects.filter(mrn=mrn, team=team).first() if team else None
    if patient is None:
        return entries.none()
    kept = register.taken_over_by(patient)
    whose = [one.pk for one in (kept, *register.merged_away(kept))]
    return reduce(operator.or_, (entries.concerning(pk) for pk in whose))


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _record(request: HttpRequest, team: Team | None, what: str, *, export: bool = False) -> None:
    audit_trail.record_list(
        by=request.user, team=team, patient_ids=[], what=what, at=timezone.now(), export=export
    )


def _as_csv(entries: AuditEntryQuerySet) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    # Spreadsheets take a file for UTF-8 only when it begins with this mark.
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(
        [_("When"), _("Team"), _("Who"), _("Kind"), _("What"), _("Patient"), _("Patients listed"), _("Whom")]
    )
    for entry in entries:
        listed = " ".join(str(number) for number in entry.listed_ids)
        row = [
            timezone.localtime(entry.at).isoformat(timespec="seconds"), entry.team or "", entry.by or "",
            entry.get_kind_display(), entry.what, entry.patient_id or "", listed, entry.person or "",
        ]  # fmt: skip
        writer.writerow([cells.neutral(cell) for cell in row])
    return response
