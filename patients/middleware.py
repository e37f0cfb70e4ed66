"""Leads from a record that was merged away to the one that took it over, and says so where a form came too late."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from patients import access
from patients.actions import register
from patients.models import Patient

# What the database answers to somebody who had loaded the record before the merge and writes after it: its guard
# refuses the row, or what was to be locked hangs on another record now.
TOO_LATE = (IntegrityError, ObjectDoesNotExist)


class MergedPatientMiddleware:
    """A page is opened for the record that is kept; what was sent for the other is refused, and nothing is saved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        merged = _merged(request, exception)
        if merged is None:
            return None
        kept = register.taken_over_by(merged)
        if request.method not in {"GET", "HEAD"}:
            template = "patients/_merged.html" if request.htmx else "patients/merged.html"
            return render(request, template, {"merged": merged, "kept": kept}, status=409)
        address = _same_page_of(request, kept)
        if request.htmx:
            return HttpResponseClientRedirect(address)
        said = {"other": merged.mrn, "kept": kept.mrn}
        messages.info(
            request, _("Record %(other)s was merged into %(kept)s: this is the record of both.") % said
        )
        return HttpResponseRedirect(address)


def _merged(request: HttpRequest, exception: Exception) -> Patient | None:
    """Return the merged record that the address names, where this is why the request failed."""
    if isinstance(exception, access.PatientMerged):
        return exception.patient
    match = request.resolver_match
    if not isinstance(exception, TOO_LATE) or match is None or "patient_id" not in match.kwargs:
        return None
    own_teams = [membership.team_id for membership in request.memberships]
    named = Patient.objects.filter(pk=match.kwargs["patient_id"], team__in=own_teams)
    return named.exclude(merged_into=None).first()


def _same_page_of(request: HttpRequest, kept: Patient) -> str:
    """The same page of the other record where the address names nothing but the patient, else the overview."""
    match = request.resolver_match
    if match is not None and set(match.kwargs) == {"patient_id"}:
        return reverse(match.view_name, args=[kept.pk])
    return reverse("pathway:patient", args=[kept.pk])
