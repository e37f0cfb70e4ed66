"""Pages that belong to the building: health, and the answer to a failed form token."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from tace_site import broker, timetable


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while database and broker answer, the timetable ticks and reminders are swept; 503 otherwise."""
    now = timezone.now()
    state, sweep = timetable.state(at=now), timetable.sweep_state(at=now)
    answer = {
        "database": "down" if state == "unknown" else "up",
        "broker": broker.state(),
        "timetable": state,
        "sweep": sweep,
    }
    is_well = (state, sweep) == ("ticking", "on time") and answer["broker"] != "down"
    return JsonResponse(answer, status=200 if is_well else 503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in plain words that the form had expired, and keep the way back."""
    return render(request, "403_csrf.html", status=403)
