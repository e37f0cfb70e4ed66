"""Finds patients: the page, its list while typing, and the export."""

import csv
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.models import Team
from accounts.roles import Capability
from patients import access, cells, search
from patients.models import Allergy, Patient

PAGE_SIZE = 25
# A record that was merged into another is in no list: its number leads to the other.
GROUPS: dict[str, dict[str, Any]] = {"in_care": {"ended_because": ""}, "all": {"merged_into": None}}


@login_required
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Show the patients that the search means, or all in care by name; htmx gets the list alone."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    text = request.GET.get("q", "").strip()
    group = _group(request)
    found, patients = _patients(membership.team, text, group)
    page = Paginator(patients, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = _shown(membership.team, list(page.object_list))
    audit.record_list(
        by=request.user,
        team=membership.team,
        patient_ids=[patient.pk for patient in page.object_list],
        what="patients:find",
        at=timezone.now(),
    )
    context = {
        "q": text,
        "group": group,
        "page": page,
        "is_cut": bool(found and found.is_cut),
        "most": search.MOST_FOUND,
        "may_register": membership.may(Capability.REGISTER_PATIENTS),
        "may_export": membership.may(Capability.EXPORT_PATIENTS),
        "may_merge": membership.may(Capability.MERGE_RECORDS),
    }
    return render(request, "patients/_found.html" if request.htmx else "patients/find.html", context)


def _group(request: HttpRequest) -> str:
    """Return whom the list shows: those in care, unless all are asked for; a research team's are all closed cases."""
    usual = "all" if request.membership.team.is_research else "in_care"
    asked = request.GET.get("show", "")
    return asked if asked in GROUPS else usual


def _patients(team: Team, text: str, group: str) -> tuple[search.Found | None, list[int] | QuerySet]:
    """Return ids in the order of the list; without a search, everybody of the group by name."""
    if text:
        found = search.find_ids(team=team, text=text)
        return found, found.patient_ids
    in_group = Patient.objects.filter(team=team, **GROUPS[group])
    return None, in_group.order_by("search_name", "pk").values_list("pk", flat=True)


def _shown(team: Team, ids: list[int]) -> list[Patient]:
    """Load the patients of one page, with their allergies, in the order of their ids."""
    allergies = Prefetch("allergies", Allergy.objects.filter(retracted_at=None), to_attr="known_allergies")
    by_id = {
        patient.pk: patient
        for patient in Patient.objects.filter(team=team, pk__in=ids).prefetch_related(allergies)
    }
    return [by_id[pk] for pk in ids if pk in by_id]


@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Give the list as CSV: the patients found, or everybody of the group."""
    membership = access.get_membership_for(request, may=Capability.EXPORT_PATIENTS)
    text = request.GET.get("q", "").strip()
    group = _group(request)
    _found, ids = _patients(membership.team, text, group)
    if text:
        patients = _shown(membership.team, list(ids))
    else:
        patients = list(
            Patient.objects.filter(team=membership.team, **GROUPS[group]).order_by("search_name", "pk")
        )
    audit.record_list(
        by=request.user,
        team=membership.team,
        patient_ids=[patient.pk for patient in patients],
        what="patients:export",
        at=timezone.now(),
        export=True,
    )
    return _as_csv(patients)


def _as_csv(patients: list[Patient]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="patients.csv"'
    # Spreadsheets take a file for UTF-8 only when it begins with this mark.
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(
        [_("MRN"), _("Family name"), _("Given name"), _("Born"), _("Sex"), _("Ended on"), _("Ended because")]
    )
    for patient in patients:
        born = patient.birth_date.isoformat() if patient.birth_date else patient.birth_year or ""
        ended = patient.ended_on.isoformat() if patient.ended_on else ""
        row = [patient.mrn, patient.family_name, patient.given_name, born, patient.get_sex_display(), ended]
        writer.writerow(map(cells.neutral, [*row, patient.get_ended_because_display()]))
    return response
