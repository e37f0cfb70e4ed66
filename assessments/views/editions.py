"""The versions of the edition's settings: to read for everybody, to draft, approve and discard for site admins."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import permission
from assessments import edition_changes, edition_list, guidance
from assessments.actions import edition, editions
from assessments.forms.editions import ApprovalForm, DiscardForm, EditionForm
from assessments.models import EditionSettings


@login_required
@require_GET
def list_editions(request: HttpRequest) -> HttpResponse:
    """Show every version, what it changed, who drafted and who approved it."""
    lines = edition_list.lines(on=timezone.localdate())
    context = {
        "lines": lines,
        "has_draft": any(line.state == edition_list.DRAFT for line in lines),
        "edition_year": guidance.EDITION_YEAR,
    }
    return render(request, "assessments/editions.html", context)


@login_required
@require_GET
def show_edition(request: HttpRequest, version: int) -> HttpResponse:
    """Show one version; of a draft the steps that are left."""
    row = _version_or_404(version)
    lines = edition_list.lines(on=timezone.localdate())
    context = {
        "row": row,
        "line": next(line for line in lines if line.version == row),
        "has_draft": any(line.state == edition_list.DRAFT for line in lines),
        "table": edition_changes.table_of(row, row),
        "steps": edition_list.steps_of(row, request.user) if row.is_draft else None,
    }
    return render(request, "assessments/edition.html", context)


@login_required
@require_GET
def compare_editions(request: HttpRequest) -> HttpResponse:
    """Show two versions side by side; `?before=1&after=3`, `?all=1` with what is the same."""
    rows = list(EditionSettings.objects.order_by("version"))
    two = edition_list.two_of(request.GET, rows)
    context: dict = {"rows": rows, "two": two, "shows_all": bool(request.GET.get("all"))}
    if two:
        table = edition_changes.table_of(*two)
        context["changed"] = sum(change.differs for change in table)
        context["table"] = [change for change in table if change.differs or context["shows_all"]]
    return render(request, "assessments/edition_compare.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def draft_edition(request: HttpRequest) -> HttpResponse:
    """Begin the next version from the one in force, or from the older one named in `?from=`."""
    by = permission.require_site_admin(request)
    based_on = _base_of(request)
    form = EditionForm(request.POST or None, begins_with=based_on, compared_with=_newest())
    if request.method == "POST" and form.is_valid():
        try:
            row = editions.draft_edition(
                based_on=based_on, content=form.content(), reason=form.cleaned_data["reason"],
                by=by, at=timezone.now(),
            )  # fmt: skip
        except editions.UnableToDraft as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Drafted. Nothing is changed yet: run it over all assessments next."))
            return redirect("assessments:edition", row.version)
    context = {"form": form, "based_on": based_on, "draft": None}
    return render(request, "assessments/edition_form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit_edition(request: HttpRequest, version: int) -> HttpResponse:
    """Change a draft; a dry run of it has to be made again."""
    by = permission.require_site_admin(request)
    row = _version_or_404(version)
    if not row.is_draft or row.drafted_by_id != by.pk:
        messages.warning(request, _("Only the person who began a draft changes it, while it is one."))
        return redirect("assessments:edition", row.version)
    form = EditionForm(request.POST or None, begins_with=row, compared_with=_newest(), reason=row.reason)
    if request.method == "POST" and form.is_valid():
        try:
            editions.change_draft(
                draft=row, content=form.content(), reason=form.cleaned_data["reason"],
                by=by, at=timezone.now(),
            )  # fmt: skip
        except editions.UnableToDraft as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. Run the draft over all assessments next."))
            return redirect("assessments:edition", row.version)
    context = {"form": form, "based_on": row.based_on, "draft": row}
    return render(request, "assessments/edition_form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def approve_edition(request: HttpRequest, version: int) -> HttpResponse:
    """Publish a draft from a day on, as the second person."""
    by = permission.require_site_admin(request)
    row, today = _version_or_404(version), timezone.localdate()
    steps = edition_list.steps_of(row, by)
    form = ApprovalForm(request.POST or None, on=today, dry_run=steps.dry_run.pk if steps.dry_run else None)
    if request.method == "POST" and form.is_valid():
        try:
            editions.approve_draft(draft=row, **form.cleaned_data, by=by, on=today, at=timezone.now())
        except editions.UnableToApprove as error:
            form.add_error(error.field, str(error))
        else:
            said = {"version": row.version, "day": date_format(form.cleaned_data["effective_from"], "j F Y")}
            messages.success(request, _("Approved. Version %(version)s takes effect on %(day)s.") % said)
            return redirect("assessments:edition", row.version)
    context = {"form": form, "row": row, "steps": steps}
    return render(request, "assessments/edition_approve.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def discard_edition(request: HttpRequest, version: int) -> HttpResponse:
    """Give a draft up, with a reason."""
    by = permission.require_site_admin(request)
    row = _version_or_404(version)
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            editions.discard_draft(draft=row, because=form.cleaned_data["because"], by=by, at=timezone.now())
        except editions.UnableToDraft as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Discarded. Nothing was changed."))
            return redirect("assessments:editions")
    context = {"form": form, "row": row}
    return render(request, "assessments/edition_discard.html", context, status=422 if form.errors else 200)


def _version_or_404(version: int) -> EditionSettings:
    # A number that no column holds is no version; PostgreSQL would refuse to compare with it.
    if version > 2**31 - 1:
        raise Http404
    related = ("drafted_by", "approved_by", "discarded_by", "based_on")
    return get_object_or_404(EditionSettings.objects.select_related(*related), version=version)


def _base_of(request: HttpRequest) -> EditionSettings:
    """The newest published version, or the published one that the address names."""
    asked = request.GET.get("from", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 10:
        return get_object_or_404(EditionSettings.objects.published(), version=int(asked))
    return _newest()


def _newest() -> EditionSettings:
    """The version that the next one will follow; the defaults where a database lost them all."""
    return editions.newest_published() or edition.settings_shown(on=timezone.localdate())
