"""Begin a procedure: the moment from which its follow-up counts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.roles import Capability
from followup.actions import start
from patients import access
from procedures import stages
from procedures.actions import plan
from procedures.views.plan import procedure_of


@login_required
@require_POST
def start_procedure(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Begin the procedure now, open its review, and go to its record."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    procedure = procedure_of(patient, procedure_id)
    try:
        start.start_procedure(procedure=procedure, by=request.user, at=timezone.now())
    except start.UnableToStart:
        messages.info(request, _("Nothing was begun: the course has ended. Open it again from the record."))
        return redirect("procedures:detail", patient.pk, procedure.pk)
    except plan.UnableToChange as refused:
        stage = stages.words_for(refused.procedure)
        messages.info(request, _("Nothing was changed: %(stage)s.") % {"stage": stage})
        return redirect("procedures:detail", patient.pk, procedure.pk)
    return redirect("procedures:record", patient.pk, procedure.pk)
