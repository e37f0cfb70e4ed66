"""Save a procedure's record; where its start was corrected, the review that counts from it moves at once."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from followup.actions import heal
from procedures import answers
from procedures.views import record, screen

START = "started_at"


@login_required
@require_POST
def save_record(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Save the record (procedures:save, which looks who may) and let the window follow, together or not at all."""
    with transaction.atomic():
        answer = record.save(request, patient_id, procedure_id)
        if _tells_another_start(request):
            heal.follow_start(patient_id=patient_id, by=request.user, at=timezone.now())
    return answer


def _tells_another_start(request: HttpRequest) -> bool:
    """Another than the page had shown: only then is there anything to look at."""
    shown = answers.value_of(screen.base_from(request) or {}, START)
    return request.POST.get(START, "") not in ("", shown)
