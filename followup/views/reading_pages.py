"""Readings to look at: one review's side by side, taking one back, and how far the team's readers agree."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Capability
from followup import agreement, reading_page, standing
from followup.actions import readings as actions
from followup.views.readings import reading_of, review_of
from patients import access
from patients.views.form_page import FormPage, answer
from patients.views.register import reason_form


@login_required
@require_GET
def review_readings(request: HttpRequest, patient_id: int, review_id: int) -> HttpResponse:
    """Show the readings of one review side by side; who is to read first sees no numbers unless they ask."""
    patient = access.get_patient_for(request, patient_id)
    review = review_of(patient, review_id)
    may_treat = access.allows(request, patient, Capability.TREAT_PATIENTS)
    page = reading_page.page_of(review, request.user)
    signed = [column.reading for column in page.columns]
    drafts = [page.own] if page.own and not page.own.signed_at else []
    ought_to_read = may_treat and review.is_to_read and standing.hides_from(signed, drafts, request.user)
    context = {
        "patient": patient,
        "review": review,
        "page": page,
        "may_treat": may_treat,
        "can_start": may_treat and review.is_to_read and not patient.ended_because,
        "is_hidden": ought_to_read and (bool(drafts) or "show" not in request.GET),
        "has_seen_others": ought_to_read and not drafts and "show" in request.GET,
        "decision": review.decisions.filter(withdrawn_at=None).first(),
    }
    return render(request, "followup/readings.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def retract_reading(request: HttpRequest, patient_id: int, reading_id: int) -> HttpResponse:
    """Take a signed reading back, or discard a draft of one's own."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    row = reading_of(patient, reading_id)
    is_draft = row.signed_at is None
    back = reverse("followup:review_readings", args=[patient.pk, row.review_id])
    if is_draft and row.reader_id != request.user.pk:
        messages.info(request, _("Only its reader discards a reading that is not signed."))
        return redirect(back)
    title = _("Discard the draft") if is_draft else _("Take back the reading")
    form = reason_form(request, title)

    def save() -> str:
        reason = form.cleaned_data["reason"]
        try:
            actions.retract_reading(reading=row, because=reason, by=request.user, at=timezone.now())
        except actions.UnableToRetract:
            return _(
                "Nothing was changed: it was taken back before, or a decision rests on it. Withdraw that first."
            )
        return _("The reading is taken back. It stays to be seen, with the reason.")

    return answer(request, patient, form, FormPage(title, title, back, save, danger=True))


@login_required
@require_GET
def show_agreement(request: HttpRequest) -> HttpResponse:
    """Show how far the readers of the current team agree."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    context = {
        "measures": agreement.of_team(membership.team),
        "enough": agreement.ENOUGH_PAIRS,
        "team": membership.team,
    }
    return render(request, "followup/agreement.html", context)
