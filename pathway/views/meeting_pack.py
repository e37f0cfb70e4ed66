"""The pack of a meeting: made, on its way, opened."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.roles import Capability
from pathway.actions import packs
from pathway.meeting import page
from pathway.models import MeetingPack
from pathway.views.meeting import meeting_of
from patients import access


@login_required
@require_POST
def make_pack(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Make the pack: of a few patients now, of more by the worker."""
    membership = access.get_membership_for(request, may=Capability.EXPORT_PATIENTS)
    found = meeting_of(membership, meeting_id)
    if not packs.discussed(found):
        messages.warning(request, _("Nobody who is in care is on the list."))
        return redirect("pathway:meeting", found.pk)
    try:
        made = packs.make_or_ask(meeting=found, by=request.user, at=timezone.now())
    except packs.UnableToMakePack as refused:
        messages.error(request, str(refused))
    else:
        if isinstance(made, MeetingPack):
            messages.success(request, _("The pack is made."))
    return redirect(f"{reverse('pathway:meeting', args=[found.pk])}#pack")


@login_required
@require_GET
def pack_state(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Say how far the pack is; the fragment asks again by itself while the worker is at it."""
    membership = access.get_membership_for(request, may=Capability.EXPORT_PATIENTS)
    found = meeting_of(membership, meeting_id)
    context = page.pack_context(found, page.rows_of(found)) | {"may_export": True}
    return render(request, "pathway/_meeting_pack.html", context)


@login_required
@require_GET
def pack(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Give the pages of the last pack, and record whom they show."""
    membership = access.get_membership_for(request, may=Capability.EXPORT_PATIENTS)
    found = meeting_of(membership, meeting_id)
    last = found.packs.first()
    if last is None:
        raise Http404
    audit.record_list(
        by=request.user,
        team=membership.team,
        patient_ids=last.patient_ids,
        what="pathway:pack",
        at=timezone.now(),
        export=True,
    )
    response = HttpResponse(bytes(last.content), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="meeting-{found.held_on:%Y-%m-%d}.pdf"'
    return response
