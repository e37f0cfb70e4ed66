"""“No change, hold”: one page to confirm what the last reading showed, for a clinician in a hurry."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import Capability
from followup import unchanged as page
from followup.actions import held
from followup.actions import unchanged as actions
from followup.forms.decisions import ConfirmForm
from followup.models import ImagingReview
from followup.views import decisions
from patients import access
from patients.views import form_page


@login_required
@require_http_methods(["GET", "POST"])
def no_change(request: HttpRequest, patient_id: int, review_id: int) -> HttpResponse:
    """Show what the last reading says; confirmed as a whole it is signed, and the decision is to hold."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    review = decisions.review_of(patient, review_id)
    shown = page.unchanged(review, by=request.user)
    form = ConfirmForm(form_page.posted(request), last=shown.last)
    if request.method == "POST" and not shown.why_not and form.is_valid():
        return _confirm(request, review, form)
    context = {"patient": patient, "review": review, "shown": shown, "form": form}
    status = 422 if form.errors else 200
    return render(request, "followup/no_change.html", context, status=status)


def _confirm(request: HttpRequest, review: ImagingReview, form: ConfirmForm) -> HttpResponse:
    patient_id = review.patient_id
    try:
        done = actions.confirm_and_hold(
            review=review, last_id=form.cleaned_data["last"], by=request.user, at=timezone.now()
        )
    except actions.UnableToConfirm:
        messages.warning(request, _("Something changed since you opened this page. Look at it again."))
        return redirect("followup:no_change", patient_id, review.pk)
    except held.UnableToWork as refused:
        return decisions.nothing_to_decide(request, refused.review)
    if done.decision:
        return decisions.go_on(request, done.decision)
    if ImagingReview.objects.filter(pk=review.pk, read_at=None).exists():
        messages.info(request, _("Signed. The decision waits for the second reader."))
        return redirect("followup:reviews", patient_id)
    messages.info(
        request, _("Signed. The guideline does not suggest to hold: look at the card, then decide.")
    )
    return redirect("followup:decide", patient_id, review.pk)
