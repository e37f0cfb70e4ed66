"""The pages of the registry: ask for an export, watch it, fetch it; and what would be missing of it."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.models import Membership
from accounts.roles import Capability
from followup.models import Reading
from pathway.actions import registry as actions
from pathway.registry import completeness, completeness_page, elements
from pathway.registry.forms import ExportForm
from pathway.registry.rows import RegistryExport, RegistryPiece
from patients import access
from patients.models import Patient

SHOWN = 20


def _leading(request: HttpRequest) -> Membership:
    """Return the membership of a lead who may export."""
    membership = access.get_membership_for(request, may=Capability.EXPORT_PATIENTS)
    if not membership.is_lead:
        raise PermissionDenied
    return membership


def _export_for(request: HttpRequest, export_id: int) -> RegistryExport:
    membership = _leading(request)
    exports = RegistryExport.objects.select_related("job", "team")
    return get_object_or_404(exports, pk=export_id, team=membership.team)


@login_required
@require_http_methods(["GET", "POST"])
def registry(request: HttpRequest) -> HttpResponse:
    """Show the team's exports, which poll themselves while one is under way; ask for another."""
    membership = _leading(request)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.ask_for_export(team=membership.team, asked=form.asked(), by=request.user, at=timezone.now())
        return redirect("pathway:registry")
    exports = RegistryExport.objects.filter(team=membership.team).select_related("job", "asked_by")
    shown = exports.defer("patient_ids")[:SHOWN]
    is_under_way = any(export.job.state in actions.UNDER_WAY for export in shown)
    template = "pathway/_registry_exports.html" if request.htmx else "pathway/registry.html"
    context = {"form": form, "exports": shown, "is_under_way": is_under_way}
    return render(request, template, context, status=422 if form.errors else 200)


@login_required
@require_POST
def begin_registry_again(request: HttpRequest, export_id: int) -> HttpResponse:
    export = _export_for(request, export_id)
    actions.begin_again(export=export, by=request.user, at=timezone.now())
    return redirect("pathway:registry")


@login_required
@require_GET
def download_registry(request: HttpRequest, export_id: int) -> StreamingHttpResponse:
    """Give the file, one piece after the other; 404 when it is not there yet or its days are over."""
    export, now = _export_for(request, export_id), timezone.now()
    if export.kept_until is None or export.kept_until < now or export.emptied_at:
        raise Http404
    actions.record_download(export=export, by=request.user, at=now)
    response = StreamingHttpResponse(_pieces(export.pk), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{export.file_name}"'
    response["Content-Length"] = str(export.size_bytes)
    return response


def _pieces(export_id: int) -> Iterator[bytes]:
    pieces = RegistryPiece.objects.filter(export=export_id).order_by("number")
    for key in list(pieces.values_list("pk", flat=True)):
        yield bytes(pieces.values_list("content", flat=True).get(pk=key))


@login_required
@require_GET
def registry_completeness(request: HttpRequest) -> HttpResponse:
    """Show of how many of the team's signed records each element is there."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    is_masked = not membership.may(Capability.EXPORT_PATIENTS)
    groups = completeness_page.groups_of(membership.team, is_masked=is_masked)
    audit.record_list(
        by=request.user, team=membership.team, patient_ids=[], what="pathway:registry_completeness",
        at=timezone.now(),
    )  # fmt: skip
    context = {"groups": groups, "may_export": membership.is_lead and not is_masked}
    return render(request, "pathway/registry_completeness.html", context)


@login_required
@require_GET
def assessment_meter(request: HttpRequest, patient_id: int, assessment_id: int) -> HttpResponse:
    """Draw the meter of an assessment anew."""
    patient = access.get_patient_for(request, patient_id)
    return _meter(request, patient, elements.ASSESSMENT, patient.assessments, assessment_id)


@login_required
@require_GET
def procedure_meter(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Draw the meter of a procedure anew."""
    patient = access.get_patient_for(request, patient_id)
    return _meter(request, patient, elements.PROCEDURE, patient.procedures, procedure_id)


@login_required
@require_GET
def reading_meter(request: HttpRequest, patient_id: int, reading_id: int) -> HttpResponse:
    """Draw the meter of a reading anew: of one that is not signed, for its reader only."""
    patient = access.get_patient_for(request, patient_id)
    theirs = Reading.objects.filter(review__patient=patient).filter(
        Q(signed_at__isnull=False) | Q(reader=request.user)
    )
    return _meter(request, patient, elements.READING, theirs, reading_id)


def _meter(request: HttpRequest, patient: Patient, kind: str, rows: Any, key: int) -> HttpResponse:
    record = get_object_or_404(rows, pk=key)
    context = {"meter": completeness.meter_of(kind, record.pk), "patient": patient}
    return render(request, "pathway/_completeness_list.html", context)
