"""The dry run of a draft of the edition's settings, as page and file; and the numbers that stand outside of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import audit, permission
from assessments.actions import editions
from assessments.models import EditionDryRun, EditionSettings
from pathway import edition_run_page
from pathway import numbers_elsewhere as elsewhere
from pathway.actions import edition_runs
from pathway.models import Job


@login_required
@require_GET
def edition_dry_run(request: HttpRequest, version: int) -> HttpResponse:
    """Show how far the newest dry run is, then what it found. The fragment polls itself."""
    permission.require_site_admin(request)
    row = _version_or_404(version)
    job, run = edition_runs.job_of(row), editions.latest_dry_run(row)
    context: dict[str, Any] = {
        "row": row,
        "job": job,
        "is_under_way": job is not None and job.state in edition_runs.UNDER_WAY,
        "has_failed": job is not None and job.state == Job.State.FAILED,
        "is_current": run is not None and row.is_draft and editions.is_current(run, row),
    }
    if run is not None:
        context |= edition_run_page.context_of(run, request)
        _record(request, run, context["page"].object_list)
    template = "pathway/_edition_run.html" if request.htmx else "pathway/edition_run.html"
    return render(request, template, context)


@login_required
@require_POST
def start_edition_dry_run(request: HttpRequest, version: int) -> HttpResponse:
    """Put the dry run into the worker's hands."""
    by = permission.require_site_admin(request)
    row = _version_or_404(version)
    team = request.membership.team if request.membership else None
    try:
        edition_runs.ask_for_dry_run(draft=row, team=team, by=by, at=timezone.now())
    except edition_runs.UnableToRun as error:
        messages.error(request, str(error))
    return redirect("pathway:edition_dry_run", row.version)


@login_required
@require_GET
def export_edition_dry_run(request: HttpRequest, version: int) -> HttpResponse:
    """Answer what the newest dry run found, filtered as on the page, as CSV."""
    permission.require_site_admin(request)
    run = editions.latest_dry_run(_version_or_404(version))
    if run is None:
        raise Http404
    _record(request, run, edition_run_page.filtered(run, request.GET), export=True)
    return edition_run_page.as_csv(run, request)


@login_required
@require_GET
def numbers_elsewhere(request: HttpRequest) -> HttpResponse:
    """Show the numbers that are not in source and not part of a version."""
    return render(request, "pathway/numbers_elsewhere.html", {"parts": elsewhere.parts()})


def _record(request: HttpRequest, run: EditionDryRun, flips, *, export: bool = False) -> None:
    audit.record_list(
        by=request.user,
        team=None,
        patient_ids=sorted({flip.patient_id for flip in flips}),
        what="pathway:edition_dry_run",
        at=timezone.now(),
        export=export,
    )


def _version_or_404(version: int) -> EditionSettings:
    # A number that no column holds is no version; PostgreSQL would refuse to compare with it.
    if version > 2**31 - 1:
        raise Http404
    related = ("drafted_by", "approved_by")
    return get_object_or_404(EditionSettings.objects.select_related(*related), version=version)
