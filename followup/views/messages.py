"""My messages: what waited when they were written, what still waits, and answering for it."""

from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.roles import Capability
from followup import inbox
from followup.actions import acknowledge as actions
from followup.actions import seen
from followup.forms.messages import AcknowledgeForm
from followup.models import Message, Reminder
from patients import access
from patients.views.form_page import FormPage, answer, posted

PAGE_SIZE, ROWS_OF_A_PAGE = 30, 50


def _teams(request: HttpRequest) -> list[int]:
    return [m.team_id for m in request.memberships if m.may(Capability.SEE_PATIENTS)]


def _own(request: HttpRequest, message_id: int) -> Message:
    """Return a message to this person; 404 for everybody else's."""
    message = get_object_or_404(inbox.messages_of(request.user, _teams(request)), pk=message_id)
    timezone.activate(ZoneInfo(message.team.time_zone))
    return message


@login_required
@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """Show my messages, the newest first."""
    mine = inbox.messages_of(request.user, _teams(request))
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    membership = request.membership
    manages = bool(membership and membership.may(Capability.MANAGE_PEOPLE))
    context = {
        "page": page,
        "unseen": mine.filter(seen_at=None).count(),
        "sees_all_sent": manages or request.user.is_site_admin,
        "several_teams": len(_teams(request)) > 1,
    }
    return render(request, "followup/messages.html", context)


@login_required
@require_GET
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show what one of my messages speaks of."""
    found = _own(request, message_id)
    page = Paginator(inbox.rows_of(found), ROWS_OF_A_PAGE).get_page(request.GET.get("page"))
    shown = inbox.waiting(page.object_list, on=timezone.localdate())
    audit.record_list(
        by=request.user,
        team=found.team,
        patient_ids=sorted({row.patient.pk for row in shown}),
        what="followup:message",
        at=timezone.now(),
    )
    membership = next(m for m in request.memberships if m.team_id == found.team_id)
    context = {
        "message": found,
        "rows": shown,
        "page": page,
        "may_answer": membership.may(Capability.WORK_QUEUE),
    }
    return render(request, "followup/message.html", context)


@login_required
@require_POST
def open_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Note that I have seen the message, and show it."""
    found = _own(request, message_id)
    seen.mark_seen(messages=Message.objects.filter(pk=found.pk), at=timezone.now())
    if found.template_key == Message.FILE_READY:
        return redirect("pathway:registry")
    return redirect("followup:message", found.pk)


@login_required
@require_POST
def mark_all_seen(request: HttpRequest) -> HttpResponse:
    """Note that I have seen all my messages."""
    seen.mark_seen(messages=inbox.messages_of(request.user, _teams(request)), at=timezone.now())
    return redirect("followup:messages")


@login_required
@require_http_methods(["GET", "POST"])
def acknowledge(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Answer for what a reminder speaks of, until a day."""
    reminder = get_object_or_404(_reminders(request), pk=reminder_id)
    patient = access.get_patient_for(request, inbox.patient_of(reminder).pk, may=Capability.WORK_QUEUE)
    today = timezone.localdate()
    form = AcknowledgeForm(posted(request), on=today, longest_days=inbox.numbers_of(patient.team))

    def save() -> str:
        try:
            pause = actions.acknowledge(
                reminder=reminder, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except actions.TooFar as refused:
            raise forms.ValidationError(_too_far(refused)) from None
        except actions.UnableToAcknowledge:
            raise forms.ValidationError(_("This waits no more: it was done, or the course ended.")) from None
        return _("No reminder before %(day)s.") % {"day": date_format(pause.until, "j M Y")}

    title = _("Snooze: %(what)s") % {"what": inbox.what_of(reminder)}
    lede = _("Reminders of this wait until the day you give. Only the imaging, or a coded end, stops them.")
    page = FormPage(title, _("Snooze"), _back(request, reminder), save, lede=lede)
    return answer(request, patient, form, page)


def _too_far(refused: actions.TooFar) -> str:
    last = date_format(refused.latest, "j M Y")
    return _("Choose a day after today and not after %(day)s.") % {"day": last}


def _reminders(request: HttpRequest):
    if not request.memberships:
        raise Http404
    return Reminder.objects.select_related(
        "review__patient", "procedure__patient", "task__patient", "message"
    )


def _back(request: HttpRequest, reminder: Reminder) -> str:
    """Return to the message where it is mine, to the list of messages otherwise."""
    mine = reminder.message and reminder.message.user_id == request.user.pk and reminder.message.sent_at
    return reverse("followup:message", args=[reminder.message_id]) if mine else reverse("followup:messages")
