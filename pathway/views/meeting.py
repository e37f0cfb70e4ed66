"""The meeting: its days, and its list with the questions, the order and who attended."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.models import Membership
from accounts.roles import Capability
from pathway.actions import meetings as actions
from pathway.meeting import forms, page, proposals
from pathway.models import Discussion, Meeting
from patients import access
from patients.models import Patient
from patients.views import form_page


def meeting_of(membership: Membership, meeting_id: int) -> Meeting:
    """Return the team's meeting, 404 otherwise."""
    found = get_object_or_404(Meeting.objects.select_related("pack_job"), pk=meeting_id, team=membership.team)
    found.team = membership.team
    return found


def discussion_of(meeting: Meeting, discussion_id: int) -> Discussion:
    """Return a patient of the list, on it or taken off; 404 otherwise."""
    rows = meeting.discussions.select_related("patient__team", "meeting__team")
    return get_object_or_404(rows, pk=discussion_id)


@login_required
@require_http_methods(["GET", "POST"])
def meetings(request: HttpRequest) -> HttpResponse:
    """List the team's meetings; open the list of a day."""
    needed = Capability.WORK_QUEUE if request.method == "POST" else Capability.SEE_PATIENTS
    membership = access.get_membership_for(request, may=needed)
    form = forms.DayForm(form_page.posted(request), on=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["held_on"]
        made = actions.open_meeting(team=membership.team, held_on=day, by=request.user, at=timezone.now())
        return redirect("pathway:meeting", made.pk)
    context = {
        "meetings": page.recounted(page.meetings_of(membership.team)[: page.MOST_MEETINGS]),
        "form": form,
        "may_prepare": membership.may(Capability.WORK_QUEUE),
        "today": timezone.localdate(),
    }
    return render(request, "pathway/meetings.html", context, status=422 if form.is_bound else 200)


@login_required
@require_GET
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Show the list; `?decide=` opens one patient's form in its row, `?step=1` the next step instead of a decision."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    found = meeting_of(membership, meeting_id)
    rows = page.rows_of(found)
    row = _asked_row(request, membership, rows)
    wants_step = request.GET.get("step") == "1"
    today = timezone.localdate()
    form = (
        page.decision_form(row, data=None, wants_step=wants_step, membership=membership, on=today)
        if row
        else None
    )
    return show(request, membership, found, rows=rows, open_row=row, form=form, wants_step=wants_step)


def _asked_row(request: HttpRequest, membership: Membership, rows: list[page.Row]) -> page.Row | None:
    asked = request.GET.get("decide", "")
    if not membership.may(Capability.TREAT_PATIENTS):
        return None
    return next((row for row in rows if str(row.discussion.pk) == asked and row.can_be_decided), None)


def show(
    request: HttpRequest, membership: Membership, found: Meeting, *, status: int = 200, **given
) -> HttpResponse:
    """Answer with the list, and record whom it showed."""
    context = page.context_of(found, membership, on=timezone.localdate(), **given)
    shown = {row.discussion.patient_id for row in context["rows"]}
    shown |= {one.patient.pk for one in context["proposals"]} | {
        one.patient_id for one in context["taken_off"]
    }
    audit.record_list(
        by=request.user,
        team=membership.team,
        patient_ids=sorted(shown),
        what="pathway:meeting",
        at=timezone.now(),
    )
    return render(request, "pathway/meeting.html", context, status=status)


@login_required
@require_POST
def put_on_proposed(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Put on the list whom somebody ticked among the proposed."""
    membership = access.get_membership_for(request, may=Capability.WORK_QUEUE)
    found = meeting_of(membership, meeting_id)
    ticked = set(request.POST.getlist("patient"))
    proposed = proposals.proposals_of(found, on=timezone.localdate())
    chosen = [one for one in proposed if str(one.patient.pk) in ticked]
    made = actions.put_on_proposed(meeting=found, proposals=chosen, by=request.user, at=timezone.now())
    said = ngettext("%(n)d patient put on the list.", "%(n)d patients put on the list.", len(made))
    messages.success(request, said % {"n": len(made)})
    return redirect("pathway:meeting", found.pk)


@login_required
@require_POST
def put_on(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Put a patient on the list by record number."""
    membership = access.get_membership_for(request, may=Capability.WORK_QUEUE)
    found = meeting_of(membership, meeting_id)
    form = forms.AddForm(request.POST, team=membership.team, auto_id="add_%s")
    if not form.is_valid() or form.patient is None:
        return show(request, membership, found, status=422, add_form=form)
    made = actions.put_on(
        meeting=found,
        patient=form.patient,
        question=form.cleaned_data["question"],
        why=Discussion.Why.BY_HAND,
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("%(name)s is on the list.") % {"name": made.patient.full_name})
    return redirect("pathway:meeting", found.pk)


@login_required
@require_http_methods(["GET", "POST"])
def to_meeting(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Put this patient on the list of a coming meeting."""
    patient = access.get_patient_for(request, patient_id, may=Capability.WORK_QUEUE)
    today = timezone.localdate()
    coming = page.coming(patient.team, on=today)
    form = forms.ToMeetingForm(form_page.posted(request), meetings=coming, on=today)

    def save() -> str:
        day, now = form.cleaned_data["held_on"], timezone.now()
        found = actions.open_meeting(team=patient.team, held_on=day, by=request.user, at=now)
        return _put_by_hand(request, found, patient, form.cleaned_data["question"])

    ways = form_page.FormPage(
        title=_("Put on the list of a meeting"),
        submit=_("Put on the list"),
        back=reverse("pathway:patient", args=[patient.pk]),
        save=save,
        lede=page.listed_in_words(patient, on=today),
    )
    return form_page.answer(request, patient, form, ways)


def _put_by_hand(request: HttpRequest, found: Meeting, patient: Patient, question: str) -> str:
    now = timezone.now()
    try:
        made = actions.put_on(
            meeting=found, patient=patient, question=question, why=Discussion.Why.BY_HAND, by=request.user, at=now
        )  # fmt: skip
    except actions.UnableToPutOn:
        raise ValidationError(_("This patient's course has ended.")) from None
    if made.question != question:
        return _("The patient is on this list already, with another question.")
    return _("On the list of the meeting.")


@login_required
@require_POST
def say_who_attended(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Write down who was there."""
    membership = access.get_membership_for(request, may=Capability.WORK_QUEUE)
    found = meeting_of(membership, meeting_id)
    form = forms.AttendedForm(request.POST)
    if not form.is_valid():
        return show(request, membership, found, status=422, attended_form=form)
    attended = form.cleaned_data["attended"]
    actions.say_who_attended(meeting=found, attended=attended, by=request.user, at=timezone.now())
    messages.success(request, _("Kept who attended."))
    return redirect("pathway:meeting", found.pk)


@login_required
@require_POST
def move(request: HttpRequest, meeting_id: int, discussion_id: int) -> HttpResponse:
    """Move a patient one place up or down."""
    membership = access.get_membership_for(request, may=Capability.WORK_QUEUE)
    row = discussion_of(meeting_of(membership, meeting_id), discussion_id)
    up = request.POST.get("way") == "up"
    actions.move(discussion=row, up=up, by=request.user, at=timezone.now())
    return redirect(f"{reverse('pathway:meeting', args=[meeting_id])}#discussion-{row.pk}")


@login_required
@require_POST
def reword(request: HttpRequest, meeting_id: int, discussion_id: int) -> HttpResponse:
    """Change the question of a patient."""
    membership = access.get_membership_for(request, may=Capability.WORK_QUEUE)
    found = meeting_of(membership, meeting_id)
    row = discussion_of(found, discussion_id)
    form = forms.QuestionForm(request.POST)
    if not form.is_valid():
        return show(request, membership, found, status=422, question_form=form, reworded=row)
    question = form.cleaned_data["question"]
    try:
        actions.reword(discussion=row, question=question, by=request.user, at=timezone.now())
    except actions.UnableToReword:
        messages.warning(request, _("It was decided on or taken off meanwhile: the question stays."))
    return redirect(f"{reverse('pathway:meeting', args=[meeting_id])}#discussion-{row.pk}")


@login_required
@require_POST
def take_off(request: HttpRequest, meeting_id: int, discussion_id: int) -> HttpResponse:
    """Take a patient off the list, or put one back who was taken off."""
    membership = access.get_membership_for(request, may=Capability.WORK_QUEUE)
    row = discussion_of(meeting_of(membership, meeting_id), discussion_id)
    said = {"name": row.patient.full_name}
    try:
        if row.taken_off_at:
            _put_back(request, row)
            messages.success(request, _("%(name)s is on the list.") % said)
        else:
            actions.take_off(discussion=row, by=request.user, at=timezone.now())
            messages.success(request, _("%(name)s is off the list.") % said)
    except actions.UnableToTakeOff:
        messages.warning(request, _("It was decided on meanwhile, and stays on the list."))
    except actions.UnableToPutOn:
        messages.warning(request, _("This patient's course has ended."))
    return redirect("pathway:meeting", meeting_id)


def _put_back(request: HttpRequest, row: Discussion) -> None:
    actions.put_on(
        meeting=row.meeting,
        patient=row.patient,
        question=row.question,
        why=row.why,
        by=request.user,
        at=timezone.now(),
    )
