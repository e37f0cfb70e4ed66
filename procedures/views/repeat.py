"""Same as last time, then change what differs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.roles import Capability
from patients import access
from procedures.actions import record, repeat
from procedures.views.plan import procedure_of
from procedures.views.record import save_posted


@login_required
@require_POST
def repeat_last(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Save the screen, then copy the last procedure's targets into the record, to be confirmed one by one."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    procedure = procedure_of(patient, procedure_id)
    try:
        save_posted(request, patient, procedure)
        copies = repeat.repeat_last(procedure=procedure, by=request.user, at=timezone.now())
    except record.UnableToSave:
        messages.info(request, _("This record is not open: nothing was copied."))
        return redirect("procedures:detail", patient.pk, procedure.pk)
    except repeat.NothingToRepeat:
        messages.info(
            request, _("Nothing was copied: no earlier target, or this record has its own already.")
        )
        return redirect("procedures:record", patient.pk, procedure.pk)
    said = ngettext(
        "%(n)d target copied. It counts once you confirm it; enter today’s lots.",
        "%(n)d targets copied. Each counts once you confirm it; enter today’s lots.",
        len(copies),
    )
    messages.success(request, said % {"n": len(copies)})
    return redirect("procedures:record", patient.pk, procedure.pk)
