"""Decide what comes next on a review that was read; show a decision; take one back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Capability
from followup import decision_card, decision_page, decision_undo
from followup.actions import decisions as actions
from followup.actions import held
from followup.forms.decisions import DecideForm, WithdrawForm
from followup.models import Decision, ImagingReview
from followup.on_record import OnRecord
from patients import access
from patients.models import Patient
from patients.views import form_page


def review_of(patient: Patient, review_id: int) -> ImagingReview:
    """Return the patient's review, 404 otherwise."""
    review = get_object_or_404(patient.reviews.select_related("team", "after_procedure"), pk=review_id)
    review.patient = patient
    return review


def decision_of(patient: Patient, decision_id: int) -> Decision:
    """Return the patient's decision, 404 otherwise."""
    related = ("review", "reading", "assessment", "task__owner", "next_review", "decided_by", "withdrawn_by")
    found = Decision.objects.select_related(*related, "edition_settings").filter(review__patient=patient)
    return get_object_or_404(found, pk=decision_id)


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, patient_id: int, review_id: int) -> HttpResponse:
    """Show the card of what was read, and take the decision."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    review = review_of(patient, review_id)
    record = OnRecord(patient)
    reading = record.standing.get(review.pk)
    if reading is None or not review.is_open or patient.ended_because:
        return nothing_to_decide(request, review)
    today = timezone.localdate()
    card = decision_card.card_of(reading, on=today, record=record)
    form = DecideForm(form_page.posted(request), card=card, team=patient.team, by=request.user, on=today)
    if request.method == "POST" and form.is_valid():
        return _decide(request, review, form)
    return _page(request, review, form, status=422 if form.is_bound else 200)


def _decide(request: HttpRequest, review: ImagingReview, form: DecideForm) -> HttpResponse:
    try:
        made = actions.decide(
            review=review,
            reading=form.card.reading,
            by=request.user,
            at=timezone.now(),
            **form.asked(),
        )
    except actions.DecidedAlready as refused:
        return decided_already(request, refused.decision)
    except actions.NeedsReason:
        form.add_error("against_because", _("What is known has changed. Look at the recommendation again."))
    except actions.ReadAnew:
        form.add_error(None, _("Another reading stands now. Open this page again and look at it."))
    except held.UnableToWork as refused:
        return nothing_to_decide(request, refused.review)
    else:
        return go_on(request, made)
    return _page(request, review, form, status=409)


def go_on(request: HttpRequest, made: Decision) -> HttpResponse:
    """Go to what the decision opened: the assessment, or the decision with what follows."""
    patient_id = made.review.patient_id
    if made.assessment:
        messages.success(request, _("Decided: treat again. Here is the assessment, with what is known."))
        return redirect("assessments:edit", patient_id, made.assessment.pk)
    messages.success(request, decision_page.sentence_of(made))
    return redirect("followup:decision", patient_id, made.pk)


def decided_already(request: HttpRequest, made: Decision) -> HttpResponse:
    """Tell the second person what the first decided; nothing of theirs was kept."""
    said = {
        "person": made.decided_by,
        "time": date_format(timezone.localtime(made.decided_at), "j M Y, H:i"),
        "choice": made.get_choice_display(),
    }
    messages.warning(
        request,
        _("%(person)s decided on this review on %(time)s: %(choice)s. Your decision was not kept.") % said,
    )
    return redirect("followup:decision", made.review.patient_id, made.pk)


def nothing_to_decide(request: HttpRequest, review: ImagingReview) -> HttpResponse:
    """Say why: decided already, closed, not read, or the course has ended."""
    made = Decision.objects.filter(review=review, withdrawn_at=None).select_related("decided_by").first()
    if made:
        return decided_already(request, made)
    messages.info(request, decision_page.why_nothing(review))
    return redirect("followup:reviews", review.patient_id)


def _page(request: HttpRequest, review: ImagingReview, form: DecideForm, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {
        "patient": review.patient,
        "review": review,
        "card": form.card,
        "form": form,
        "may_treat": True,
    }
    return render(request, "followup/decide.html", context, status=status)


@login_required
@require_GET
def decision(request: HttpRequest, patient_id: int, decision_id: int) -> HttpResponse:
    """Show what was decided, on which facts, and what it set going."""
    patient = access.get_patient_for(request, patient_id)
    made = decision_of(patient, decision_id)
    context = decision_page.context_of(made)
    context |= {
        "patient": patient,
        "may_treat": access.allows(request, patient, Capability.TREAT_PATIENTS),
        "obstacles": decision_undo.obstacles_of(made),
    }
    return render(request, "followup/decision.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, patient_id: int, decision_id: int) -> HttpResponse:
    """Take a decision back with a reason; the review waits for another one."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    made = decision_of(patient, decision_id)
    form = WithdrawForm(form_page.posted(request))

    def save() -> str:
        try:
            actions.withdraw_decision(
                decision=made, because=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        except actions.UnableToWithdraw as refused:
            raise forms.ValidationError(refused.obstacles) from None
        except held.CourseEnded:
            raise forms.ValidationError(_("The course has ended. Open it again first.")) from None
        return _("Taken back. The review waits for a decision again.")

    page = form_page.FormPage(
        title=_("Take back the decision"),
        submit=_("Take it back"),
        back=reverse("followup:decision", args=[patient.pk, made.pk]),
        save=save,
        lede=decision_page.sentence_of(made),
    )
    return form_page.answer(request, patient, form, page)
