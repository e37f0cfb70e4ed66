"""The failsafe list, its monthly sheet with a lead's signature, and looking again for what was missed."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.models import Membership
from accounts.roles import Capability
from followup import current_step, failsafe_list, month
from followup.actions import failsafe as actions
from followup.actions import heal as healing
from followup.forms.failsafe import SignSheetForm
from patients import access
from patients.models import Patient
from patients.views.form_page import posted

PAGE_SIZE = 50


@login_required
@require_GET
def failsafe(request: HttpRequest) -> HttpResponse:
    """Show who is in care without a next step, and the months that were signed."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    today = timezone.localdate()
    listed = current_step.without_next_step(membership.team, on=today).select_related("team")
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = failsafe_list.rows_of(page.object_list, on=today)
    _record_list(request, [row.patient for row in rows])
    context = {
        "page": page,
        "rows": rows,
        "in_care": failsafe_list.in_care_count(membership.team),
        "months": failsafe_list.months_of(membership.team, on=today),
        "may_work": membership.may(Capability.WORK_QUEUE),
        "is_lead": membership.is_lead,
        "today": today,
    }
    return render(request, "followup/failsafe.html", context)


def _record_list(request: HttpRequest, patients: list[Patient]) -> None:
    audit.record_list(
        by=request.user,
        team=request.membership.team,
        patient_ids=sorted(patient.pk for patient in patients),
        what="followup:failsafe",
        at=timezone.now(),
    )


@login_required
@require_POST
def heal(request: HttpRequest) -> HttpResponse:
    """Look again for reviews that are missing or whose procedure moved, as every hour does."""
    membership = _leading(request)
    healed = healing.open_missing_reviews(at=timezone.now(), team=membership.team)
    if healed:
        words = ngettext("%(n)d review was opened or moved.", "%(n)d reviews were opened or moved.", healed)
        messages.success(request, words % {"n": healed})
    else:
        messages.info(request, _("Looked at every patient in care: no review was missing."))
    return redirect("followup:failsafe")


def _leading(request: HttpRequest) -> Membership:
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    if not membership.is_lead:
        raise PermissionDenied
    return membership


@login_required
@require_GET
def failsafe_sheet(request: HttpRequest) -> HttpResponse:
    """Show the sheet of a month, to print; a lead finds the signature under this month's."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    today = timezone.localdate()
    asked, _day = month.asked_for(request.GET, on=today)
    return _sheet_page(request, membership, min(asked, today.replace(day=1)))


@login_required
@require_POST
def sign_sheet(request: HttpRequest) -> HttpResponse:
    """Sign this month's sheet for the list that was read."""
    membership = _leading(request)
    form = _form(request, membership)
    if form.is_valid():
        try:
            actions.sign_sheet(membership=membership, at=timezone.now(), **form.cleaned_data)
        except actions.SignedAlready as refused:
            messages.info(request, _already(refused.sheet.signed_by, refused.sheet.signed_at))
            return redirect("followup:failsafe_sheet")
        except (actions.ListChanged, actions.NeedsNote):
            form.add_error(None, _("The list changed since you opened it. Read it again, then sign."))
            form.take_list(failsafe_list.digest_of(_listed(membership)))
        else:
            messages.success(request, _("Signed."))
            return redirect("followup:failsafe_sheet")
    return _sheet_page(request, membership, timezone.localdate().replace(day=1), form=form)


def _already(person: object, at: Any) -> str:
    said = {"person": person, "time": date_format(timezone.localtime(at), "j M Y, H:i")}
    return _("%(person)s signed this month’s sheet on %(time)s.") % said


def _listed(membership: Membership) -> list[int]:
    return failsafe_list.ids_of(membership.team, on=timezone.localdate())


def _form(request: HttpRequest, membership: Membership) -> SignSheetForm:
    listed = _listed(membership)
    return SignSheetForm(
        posted(request), initial={"seen": failsafe_list.digest_of(listed)}, is_list_empty=not listed
    )


def _sheet_page(
    request: HttpRequest, membership: Membership, first: date, *, form: SignSheetForm | None = None
) -> HttpResponse:
    team, today = membership.team, timezone.localdate()
    sheet, is_current = failsafe_list.sheet_of(team, first), first == today.replace(day=1)
    if sheet:
        patients = failsafe_list.patients_of(sheet)
    else:
        patients = list(current_step.without_next_step(team, on=today)) if is_current else []
    _record_list(request, patients)
    context: dict[str, Any] = {
        "month": first,
        "sheet": sheet,
        "is_current": is_current,
        "patients": patients,
        "in_care": sheet.in_care_count if sheet else failsafe_list.in_care_count(team),
        "difference": failsafe_list.difference_of(sheet, on=today) if sheet and is_current else None,
        "form": form
        or (_form(request, membership) if is_current and not sheet and membership.is_lead else None),
        "printed_at": timezone.now(),
    }
    return render(request, "followup/failsafe_sheet.html", context, status=422 if form else 200)
