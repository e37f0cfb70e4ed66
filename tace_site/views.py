"""Pages that belong to the building: health, and the answer to a failed form token."""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from pathway.models import TimetableTick


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the database answers and the timetable ticks, 503 otherwise. Names no patient."""
    silence = timedelta(seconds=settings.TIMETABLE_SILENCE_SECONDS)
    try:
        last = TimetableTick.objects.order_by("-ticked_at").first()
    except DatabaseError:
        return JsonResponse({"database": "down", "timetable": "unknown"}, status=503)
    ticking = last is not None and timezone.now() - last.ticked_at < silence
    answer = {"database": "up", "timetable": "ticking" if ticking else "silent"}
    return JsonResponse(answer, status=200 if ticking else 503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in plain words that the form had expired, and keep the way back."""
    return render(request, "403_csrf.html", status=403)
