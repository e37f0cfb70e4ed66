"""Everything that was sent, failed, waits or was withheld: for those who lead the team, and site admins."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import permission
from accounts.models import Team
from accounts.roles import Capability
from followup import outbox_list
from followup.actions import outbox
from followup.forms.messages import SentFilterForm
from followup.models import Message

PAGE_SIZE = 50


def _team(request: HttpRequest) -> Team | None:
    """Return the current team of somebody who manages its people; None, all teams, for a site admin."""
    if request.user.is_site_admin:
        return None
    return permission.require_membership(request, may=Capability.MANAGE_PEOPLE).team


@login_required
@require_GET
def sent_messages(request: HttpRequest) -> HttpResponse:
    """Show the messages of the team, state by state."""
    team = _team(request)
    form = SentFilterForm(request.GET)
    since = timezone.now() - timedelta(days=form.days())
    found = outbox_list.messages(team=team, channel=form.way(), since=since)
    tabs = outbox_list.tabs(found)
    state = outbox_list.chosen(request.GET.get("state"), tabs)
    page = Paginator(outbox_list.in_state(found, state), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "tabs": tabs,
        "state": state,
        "page": page,
        "rows": outbox_list.rows(page.object_list),
        "form": form,
        "of_team": team,
    }
    return render(request, "followup/messages_sent.html", context)


@login_required
@require_POST
def retry_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Let a failed message start again."""
    message = get_object_or_404(Message.objects.select_related("team"), pk=message_id)
    permission.managed_team(request, message.team_id)
    try:
        outbox.retry(message=message, by=request.user, at=timezone.now())
        messages.success(request, _("The message is sent again within a minute."))
    except outbox.UnableToRetry:
        messages.info(request, _("This message has not failed: nothing was changed."))
    return redirect("followup:sent_messages")


@login_required
@require_POST
def retry_failed(request: HttpRequest) -> HttpResponse:
    """Let every failed message start again."""
    team = _team(request)
    count = outbox.retry_failed(team=team, by=request.user, at=timezone.now())
    said = ngettext("%(n)s message starts again.", "%(n)s messages start again.", count) % {"n": count}
    messages.success(request, said)
    return redirect("followup:sent_messages")
