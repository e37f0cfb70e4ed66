"""The pages of the cohort and their files."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.models import Membership
from accounts.roles import Capability
from pathway.cohort import masking, people, response_page, survival_files, survival_page
from pathway.cohort.filters import CohortForm, kept
from patients import access

SURVIVAL_FILES = {"csv": survival_files.as_csv, "svg": survival_files.as_svg}


def _masks(membership: Membership) -> bool:
    """Who may not take a list out of the house is shown no small number either."""
    return not membership.may(Capability.EXPORT_PATIENTS)


@login_required
@require_GET
def cohort(request: HttpRequest) -> HttpResponse:
    """Show the curves of the patients whom the filters leave in."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    form, is_masked = CohortForm(request.GET, team=membership.team), _masks(membership)
    everybody = people.people_of(membership.team, on=timezone.localdate())
    context = {
        "form": form,
        "may_export": not is_masked,
        "all_count": masking.number(len(everybody), is_masked=is_masked),
    }
    if not form.is_valid():
        return render(request, "pathway/cohort.html", context, status=422)
    chosen = kept(everybody, form.cleaned_data)
    answer = survival_page.answer_of(chosen, form.cleaned_data, is_masked=is_masked)
    context |= survival_page.context(answer, is_masked=is_masked)
    context["count"] = masking.number(len(chosen), is_masked=is_masked)
    # The page names nobody: whom its numbers were made of is recorded when they leave as a file.
    audit.record_list(
        by=request.user, team=membership.team, patient_ids=[], what="pathway:cohort", at=timezone.now()
    )
    return render(request, "pathway/cohort.html", context)


@login_required
@require_GET
def export_survival(request: HttpRequest, file_format: str) -> HttpResponse:
    """Give the curves as a drawing or as the table behind it."""
    membership = access.get_membership_for(request, may=Capability.EXPORT_PATIENTS)
    form = CohortForm(request.GET, team=membership.team)
    if file_format not in SURVIVAL_FILES:
        raise Http404
    if not form.is_valid():
        return _to_page(request)
    chosen = kept(people.people_of(membership.team, on=timezone.localdate()), form.cleaned_data)
    answer = survival_page.answer_of(chosen, form.cleaned_data, is_masked=False)
    if not answer.counted:
        return _to_page(request)
    audit.record_list(
        by=request.user,
        team=membership.team,
        patient_ids=[person.pk for person in chosen],
        what="pathway:export_survival",
        at=timezone.now(),
        export=True,
    )
    return SURVIVAL_FILES[file_format](answer)


@login_required
@require_GET
def cohort_response(request: HttpRequest) -> HttpResponse:
    """Show how the tumour changed, patient by patient, of those whom the filters leave in."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    form, is_masked = CohortForm(request.GET, team=membership.team, has_curves=False), _masks(membership)
    everybody = people.people_of(membership.team, on=timezone.localdate())
    context = {
        "form": form,
        "may_export": not is_masked,
        "all_count": masking.number(len(everybody), is_masked=is_masked),
    }
    if not form.is_valid():
        return render(request, "pathway/cohort_response.html", context, status=422)
    chosen = kept(everybody, form.cleaned_data)
    context["count"] = masking.number(len(chosen), is_masked=is_masked)
    context["is_too_few"] = bool(chosen) and masking.is_too_few(len(chosen), is_masked=is_masked)
    shown = [] if context["is_too_few"] else chosen
    context |= {"plots": response_page.plots_of(shown), "rows": response_page.rows_of(shown)}
    ids = [person.pk for person in shown]
    audit.record_list(
        by=request.user,
        team=membership.team,
        patient_ids=ids,
        what="pathway:cohort_response",
        at=timezone.now(),
    )
    return render(request, "pathway/cohort_response.html", context)


@login_required
@require_GET
def export_response(request: HttpRequest, file_format: str) -> HttpResponse:
    """Give every change as a table, or one of the drawings (`plot`)."""
    membership = access.get_membership_for(request, may=Capability.EXPORT_PATIENTS)
    form = CohortForm(request.GET, team=membership.team, has_curves=False)
    if file_format not in {"csv", "svg"}:
        raise Http404
    if not form.is_valid():
        return redirect(f"{reverse('pathway:cohort_response')}?{request.GET.urlencode()}")
    chosen = kept(people.people_of(membership.team, on=timezone.localdate()), form.cleaned_data)
    answer = (
        response_page.as_csv(chosen)
        if file_format == "csv"
        else response_page.as_svg(chosen, request.GET.get("plot", ""))
    )
    if answer is None:
        raise Http404
    ids = [person.pk for person in chosen]
    audit.record_list(
        by=request.user, team=membership.team, patient_ids=ids, what="pathway:export_response",
        at=timezone.now(), export=True,
    )  # fmt: skip
    return answer


def _to_page(request: HttpRequest) -> HttpResponse:
    """The page says what is wrong with the filter, or that nobody can be counted."""
    return redirect(f"{reverse('pathway:cohort')}?{request.GET.urlencode()}")
