"""Site admins take a file of reference rows in: choose it, see what each line would change, then all or nothing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import permission
from patients import table
from patients.table import Table, UnreadableFile
from procedures.forms.reference_change import ImportReasonForm, ReferenceFileForm
from procedures.reference import importing
from procedures.reference.kinds import Kind
from procedures.views.reference import kind_or_404


@login_required
@require_http_methods(["GET", "POST"])
def import_reference(request: HttpRequest, reference_kind: str) -> HttpResponse:
    """Take a file and show what each line would change; nothing is written."""
    permission.require_site_admin(request)
    kind = kind_or_404(reference_kind)
    form = ReferenceFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            read = table.read(file.name, file.read())
            importing.check_columns(kind, read)
        except UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            return _dry_run(request, kind, read)
    return _chooser(request, kind, form)


@login_required
@require_POST
def take_in_reference(request: HttpRequest, reference_kind: str) -> HttpResponse:
    """Take in what the dry run showed, or show it anew where it would be something else."""
    by = permission.require_site_admin(request)
    kind = kind_or_404(reference_kind)
    try:
        read = importing.unsealed(request.POST.get("sealed", ""))
        importing.check_columns(kind, read)
    except UnreadableFile as error:
        messages.error(request, str(error))
        return redirect("procedures:import_reference", kind.slug)
    form = ImportReasonForm(request.POST)
    if not form.is_valid():
        return _dry_run(request, kind, read, form=form)
    because, digest = form.cleaned_data["reason"], request.POST.get("digest", "")
    outcome = importing.take_in(kind, read, by=by, at=timezone.now(), because=because, digest=digest)
    if outcome is None:
        messages.error(request, _("The rows changed since the file was checked. Look at it again."))
        return _dry_run(request, kind, read, form=form)
    messages.success(request, _done(len(outcome.changing)))
    return redirect("procedures:reference")


def _done(count: int) -> str:
    return ngettext("Took in %(n)d row.", "Took in %(n)d rows.", count) % {"n": count}


def _chooser(request: HttpRequest, kind: Kind, form: ReferenceFileForm) -> HttpResponse:
    context = {"kind": kind, "form": form}
    return render(request, "procedures/reference_import.html", context, status=422 if form.is_bound else 200)


def _dry_run(
    request: HttpRequest, kind: Kind, read: Table, *, form: ImportReasonForm | None = None
) -> HttpResponse:
    outcome = importing.dry_run(kind, read, by=request.user, at=timezone.now())
    sealed = {"sealed": importing.sealed(read)}
    context = {"kind": kind, "outcome": outcome, "form": form or ImportReasonForm(initial=sealed)}
    is_wrong = outcome.has_problems or form is not None
    return render(request, "procedures/reference_dry_run.html", context, status=422 if is_wrong else 200)
