"""What the meeting decided on a patient, typed once in the row of the list; then the next row is open."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Membership
from accounts.roles import Capability
from assessments.actions import signing
from followup.actions import decisions, held
from pathway.actions import meeting_decisions as actions
from pathway.meeting import forms, matters, page
from pathway.models import Discussion, Meeting
from pathway.views.meeting import discussion_of, meeting_of, show
from patients import access
from patients.actions import tasks


@login_required
@require_POST
def decide(request: HttpRequest, meeting_id: int, discussion_id: int) -> HttpResponse:
    """Keep what the meeting decided on one patient, and open the next row that waits."""
    membership = access.get_membership_for(request, may=Capability.TREAT_PATIENTS)
    found = meeting_of(membership, meeting_id)
    discussion = discussion_of(found, discussion_id)
    rows, today = page.rows_of(found), timezone.localdate()
    row = next((one for one in rows if one.discussion.pk == discussion.pk and one.can_be_decided), None)
    wants_step = request.POST.get("step") == "1"
    if row is None or _has_changed(request, row, wants_step):
        return _refuse(request, discussion, _why_not(discussion))
    form = page.decision_form(row, data=request.POST, wants_step=wants_step, membership=membership, on=today)
    if form is None:
        return _refuse(request, discussion, _("Another reading is being settled. Nothing was kept."))
    shown = {"rows": rows, "open_row": row, "form": form, "wants_step": wants_step}
    if not form.is_valid():
        return show(request, membership, found, status=422, **shown)
    return _keep(request, membership, found, row, shown)


def _has_changed(request: HttpRequest, row: page.Row, wants_step: bool) -> bool:
    """What the page had asked is not what waits any more: the form would be read as another one."""
    return not wants_step and request.POST.get("matter") != row.matter.kind


def _why_not(discussion: Discussion) -> str:
    if discussion.taken_off_at:
        return _("The patient was taken off the list meanwhile. Nothing was kept.")
    if discussion.is_decided:
        return _("It was decided on meanwhile. What you typed was not kept.")
    if discussion.patient.ended_because:
        return _("This patient's course has ended. Nothing was kept.")
    return _("What waits for this patient has changed meanwhile. Look at it again; nothing was kept.")


def _refuse(request: HttpRequest, discussion: Discussion, why: str) -> HttpResponse:
    messages.warning(request, f"{discussion.patient.full_name}: {why}")
    return redirect(_address(discussion.meeting_id, discussion.pk))


def _keep(
    request: HttpRequest, membership: Membership, found: Meeting, row: page.Row, shown: dict[str, Any]
) -> HttpResponse:
    try:
        _decide(request, row, shown["form"])
    except actions.UnableToDecide as refused:
        return _refuse(request, refused.discussion, _why_not(refused.discussion))
    except tasks.UnableToAssign:
        return _refuse(
            request, row.discussion, _("This person does not work in the team any more. Nothing was kept.")
        )
    except (decisions.DecidedAlready, held.UnableToWork, signing.UnableToAmend):
        return _refuse(request, row.discussion, _why_not(row.discussion))
    said = {"name": row.patient.full_name}
    messages.success(request, _("%(name)s: kept, and the referral is answered.") % said)
    return redirect(_next_address(found, row))


def _decide(request: HttpRequest, row: page.Row, form: Any) -> None:
    who: dict[str, Any] = {"by": request.user, "on": timezone.localdate(), "at": timezone.now()}
    if isinstance(form, forms.StepForm):
        actions.decide_next_step(discussion=row.discussion, step=form.step(), **who)
    elif row.matter.kind == matters.REFERRAL:
        known = form.cleaned_data
        actions.decide_referral(
            discussion=row.discussion,
            assessment=form.assessment,
            revision=known["revision"],
            decision=known["decision"],
            note=known["note"],
            against=form.goes_against,
            **who,
        )
    else:
        reading = form.card.reading
        actions.decide_review(
            discussion=row.discussion, review=reading.review, reading=reading, asked=form.asked(), **who
        )


def _next_address(found: Meeting, row: page.Row) -> str:
    """The next row that waits, or the first one of those before; without any, the list."""
    waiting = [one for one in page.rows_of(found) if one.state == page.WAITS]
    after = [one for one in waiting if one.number > row.number]
    following = next(iter([*after, *waiting]), None)
    if following is None:
        return reverse("pathway:meeting", args=[found.pk])
    # Without a fragment: a browser that jumps to one puts the focus nowhere.
    return f"{reverse('pathway:meeting', args=[found.pk])}?decide={following.discussion.pk}"


def _address(meeting_id: int, discussion_id: int) -> str:
    return f"{reverse('pathway:meeting', args=[meeting_id])}#discussion-{discussion_id}"
