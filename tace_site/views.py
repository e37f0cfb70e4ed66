"""Pages that belong to the building: health, and the answer to a failed form token."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from tace_site import timetable


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the database answers and the timetable ticks, 503 otherwise. Names no patient."""
    state = timetable.state(at=timezone.now())
    answer = {"database": "down" if state == "unknown" else "up", "timetable": state}
    return JsonResponse(answer, status=200 if state == "ticking" else 503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in plain words that the form had expired, and keep the way back."""
    return render(request, "403_csrf.html", status=403)
