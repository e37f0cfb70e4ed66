"""The pages of a cohort import: upload, columns, check, import."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.roles import Capability
from pathway.actions import imports as actions
from pathway.cohort_import import guesses
from pathway.cohort_import.mapping import rules_from_json
from pathway.forms import ColumnsForm, UploadForm, posted_row, row_for
from pathway.models import CohortImport
from patients import access
from patients.table import UnreadableFile

SHOWN_ROWS = 200


def _cohort_for(request: HttpRequest, cohort_id: int) -> CohortImport:
    """Return the cohort if it is of the current team and the person may register patients."""
    membership = access.get_membership_for(request, may=Capability.REGISTER_PATIENTS)
    return get_object_or_404(
        CohortImport.objects.select_related("check_job", "import_job", "team"),
        pk=cohort_id,
        team=membership.team,
    )


def _open_cohort_for(request: HttpRequest, cohort_id: int) -> CohortImport:
    cohort = _cohort_for(request, cohort_id)
    if not cohort.is_open:
        raise Http404
    return cohort


def _left_out(cohort: CohortImport) -> frozenset[str]:
    return actions.NOT_FOR_RESEARCH if cohort.team.is_research else frozenset()


@login_required
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """List the team's imports; take a new file."""
    membership = access.get_membership_for(request, may=Capability.REGISTER_PATIENTS)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            cohort = actions.upload_cohort(
                team=membership.team,
                file_name=form.cleaned_data["file"].name,
                content=form.cleaned_data["file"].read(),
                by=request.user,
                at=timezone.now(),
            )
            return redirect("pathway:import_columns", cohort.pk)
        except UnreadableFile as error:
            form.add_error("file", str(error))
    cohorts = CohortImport.objects.filter(team=membership.team).defer("content")[:50]
    context = {"form": form, "cohorts": cohorts}
    return render(request, "pathway/imports.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def import_columns(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Show what each column means and take corrections; then the check starts."""
    cohort = _open_cohort_for(request, cohort_id)
    table = actions.table_of(cohort)
    if request.method == "POST":
        form = ColumnsForm.from_post(table, request.POST, without=_left_out(cohort))
        if form.is_valid():
            actions.say_columns(cohort=cohort, rules=form.rules(), at=timezone.now())
            actions.ask_for(cohort=cohort, kind=actions.CHECK, by=request.user, at=timezone.now())
            return redirect("pathway:import_detail", cohort.pk)
    else:
        form = ColumnsForm.from_rules(table, rules_from_json(cohort.rules), without=_left_out(cohort))
    context = {"cohort": cohort, "form": form}
    return render(request, "pathway/import_columns.html", context, status=422 if form.error else 200)


@login_required
@require_POST
def import_column(request: HttpRequest, cohort_id: int, number: int) -> HttpResponse:
    """Answer one line of the columns form after its use was changed; nothing is stored."""
    cohort = _open_cohort_for(request, cohort_id)
    table = actions.table_of(cohort)
    posted = posted_row(table, number, request.POST)
    if posted is None:
        raise Http404
    rule = guesses.propose(table, posted.column, posted.target.name) if posted.target else None
    form = ColumnsForm(table, [row_for(table, number, posted.column, rule)], without=_left_out(cohort))
    context = {"cohort": cohort, "row": form.rows[0], "form": form}
    return render(request, "pathway/_import_column.html", context)


@login_required
@require_GET
def import_detail(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Show how far an import is: the check's report, then the import. The fragment polls itself."""
    cohort = _cohort_for(request, cohort_id)
    job = cohort.import_job or cohort.check_job
    rows = (job.result.get("rows") or []) if job else []
    wrong_first = sorted(rows, key=lambda row: (not row["errors"], row["line"]))
    template = "pathway/_import_state.html" if request.htmx else "pathway/import_detail.html"
    context = {"cohort": cohort, "job": job, "rows": wrong_first[:SHOWN_ROWS], "row_count": len(rows)}
    return render(request, template, context)


@login_required
@require_POST
def start_check(request: HttpRequest, cohort_id: int) -> HttpResponse:
    cohort = _open_cohort_for(request, cohort_id)
    actions.ask_for(cohort=cohort, kind=actions.CHECK, by=request.user, at=timezone.now())
    return redirect("pathway:import_detail", cohort.pk)


@login_required
@require_POST
def start_import(request: HttpRequest, cohort_id: int) -> HttpResponse:
    cohort = _open_cohort_for(request, cohort_id)
    actions.ask_for(cohort=cohort, kind=actions.IMPORT, by=request.user, at=timezone.now())
    return redirect("pathway:import_detail", cohort.pk)


@login_required
@require_POST
def give_up_import(request: HttpRequest, cohort_id: int) -> HttpResponse:
    cohort = _open_cohort_for(request, cohort_id)
    if actions.give_up(cohort=cohort, at=timezone.now()).imported_at:
        messages.warning(request, _("It was imported meanwhile. Nothing was given up."))
        return redirect("pathway:import_detail", cohort.pk)
    messages.success(request, _("Given up. The file is no longer kept."))
    return redirect("pathway:imports")
