"""Site admins change reference data: add, change, sign off, retire and bring back; a reason each time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import permission
from procedures.actions import reference as actions
from procedures.forms.reference import FORMS
from procedures.forms.reference_change import ReasonForm
from procedures.models import ReferenceRow
from procedures.reference.kinds import Kind
from procedures.views.reference import kind_or_404, row_or_404


@dataclass(frozen=True)
class Page:
    """What stands around the form; `save` does the work, `message` says that it was done."""

    title: str
    submit: str
    message: str
    save: Callable[[dict[str, Any]], ReferenceRow]
    lede: str = ""


@login_required
@require_http_methods(["GET", "POST"])
def add_reference(request: HttpRequest, reference_kind: str) -> HttpResponse:
    """Add a row."""
    by = permission.require_site_admin(request)
    kind = kind_or_404(reference_kind)
    form = FORMS[kind.slug](_posted(request), asks_reason=True)
    page = Page(
        title=_("New %(kind)s") % {"kind": kind.one},
        submit=_("Add"),
        message=_("Added. It is offered from now on."),
        save=lambda asked: actions.add_row(
            row=form.instance, by=by, at=timezone.now(), because=asked["reason"]
        ),
    )
    return _answer(request, kind, None, form, page)


@login_required
@require_http_methods(["GET", "POST"])
def edit_reference(request: HttpRequest, reference_kind: str, code: str) -> HttpResponse:
    """Change a row; signed procedures keep what they were signed with."""
    by = permission.require_site_admin(request)
    kind = kind_or_404(reference_kind)
    row = row_or_404(kind, code)
    form = FORMS[kind.slug](_posted(request), instance=row, asks_reason=True)
    page = Page(
        title=_("Change %(row)s") % {"row": row_or_404(kind, code)},
        submit=_("Save"),
        message=_("Changed."),
        save=lambda asked: actions.change_row(
            row=form.instance, by=by, at=timezone.now(), because=asked["reason"]
        ),
        lede=_("Once a number changes, the sign-off of the local pharmacy has to be given again.")
        if row.is_signed_off
        else "",
    )
    return _answer(request, kind, row, form, page)


@login_required
@require_http_methods(["GET", "POST"])
def sign_off_reference(request: HttpRequest, reference_kind: str, code: str) -> HttpResponse:
    """Note that the local pharmacy stands by the numbers of a row."""
    by = permission.require_site_admin(request)
    kind = kind_or_404(reference_kind)
    row = row_or_404(kind, code)
    title = _("Sign-off of %(row)s by the local pharmacy") % {"row": row}
    label = _("Who signed, and where it is written")
    form = ReasonForm(_posted(request), row=row, label=label, title=_("Sign-off"))
    page = Page(
        title=title,
        submit=_("Note the sign-off"),
        message=_("The sign-off is noted."),
        save=lambda asked: actions.sign_off_row(row=row, by=by, at=timezone.now(), because=asked["reason"]),
        lede=_(
            "For the numbers as they stand now. When one of them changes, the sign-off has to be given again."
        ),
    )
    return _answer(request, kind, row, form, page)


@login_required
@require_http_methods(["GET", "POST"])
def retire_reference(request: HttpRequest, reference_kind: str, code: str) -> HttpResponse:
    """Retire a row, or bring a retired one back."""
    permission.require_site_admin(request)
    kind = kind_or_404(reference_kind)
    row = row_or_404(kind, code)
    page = _bringing_back(request, row) if row.is_retired else _retiring(request, row)
    form = ReasonForm(_posted(request), row=row, label=_("Why"), title=page.submit)
    return _answer(request, kind, row, form, page)


def _retiring(request: HttpRequest, row: ReferenceRow) -> Page:
    return Page(
        title=_("Retire %(row)s") % {"row": row},
        submit=_("Retire"),
        message=_("Retired. It can be brought back."),
        save=lambda asked: actions.retire_row(
            row=row, by=request.user, on=timezone.localdate(), at=timezone.now(), because=asked["reason"]
        ),
        lede=_("It is offered no longer. Records that name it stay as they are."),
    )


def _bringing_back(request: HttpRequest, row: ReferenceRow) -> Page:
    return Page(
        title=_("Bring %(row)s back") % {"row": row},
        submit=_("Bring back"),
        message=_("Brought back. It is offered again."),
        save=lambda asked: actions.bring_back_row(
            row=row, by=request.user, at=timezone.now(), because=asked["reason"]
        ),
    )


def _posted(request: HttpRequest):
    return request.POST if request.method == "POST" else None


def _answer(
    request: HttpRequest, kind: Kind, row: ReferenceRow | None, form: forms.BaseForm, page: Page
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        kept = page.save(form.cleaned_data)
        messages.success(request, page.message)
        return redirect("procedures:reference_row", kind.slug, kept.code)
    context = {"kind": kind, "row": row, "form": form, "page": page, "title": capfirst(page.title)}
    return render(request, "procedures/reference_form.html", context, status=422 if form.is_bound else 200)
