"""The pages of the cohort and their files."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.models import Membership
from accounts.roles import Capability
from pathway.cohort import figure as figures
from pathway.cohort import masking, pages, people, survival_files, survival_page
from pathway.cohort.figure import Asked, Page
from pathway.cohort.filters import CohortForm, kept
from patients import access

SURVIVAL_FILES = {"csv": survival_files.as_csv, "svg": survival_files.as_svg}
FIGURE_FILES = {"csv": figures.as_csv, "svg": figures.as_svg}


def _masks(membership: Membership) -> bool:
    """Who may not take a list out of the house is shown no small number either."""
    return not membership.may(Capability.EXPORT_PATIENTS)


@login_required
@require_GET
def cohort(request: HttpRequest) -> HttpResponse:
    """Show the curves of the patients whom the filters leave in."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    form, is_masked = CohortForm(request.GET, team=membership.team), _masks(membership)
    everybody = _everybody(membership, form)
    context = _context(form, everybody, is_masked)
    if not form.is_valid():
        return render(request, "pathway/cohort.html", context, status=422)
    chosen = kept(everybody, form.cleaned_data)
    answer = survival_page.answer_of(chosen, form.cleaned_data, is_masked=is_masked)
    context |= survival_page.context(answer, is_masked=is_masked)
    context["count"] = masking.number(len(chosen), is_masked=is_masked)
    _record(request, membership, [], "pathway:cohort")
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
    chosen = kept(_everybody(membership, form), form.cleaned_data)
    answer = survival_page.answer_of(chosen, form.cleaned_data, is_masked=False)
    if not answer.counted:
        return _to_page(request)
    _record(request, membership, [one.pk for one in chosen], "pathway:export_survival", is_export=True)
    return SURVIVAL_FILES[file_format](answer)


@login_required
@require_GET
def cohort_page(request: HttpRequest, page_key: str) -> HttpResponse:
    """Show one page of drawings of the patients whom the filters leave in."""
    membership = access.get_membership_for(request, may=Capability.SEE_PATIENTS)
    shown, is_masked = _shown(page_key), _masks(membership)
    form = CohortForm(request.GET, team=membership.team, has_curves=False)
    everybody = _everybody(membership, form, with_outcomes=shown.with_outcomes)
    context = _context(form, everybody, is_masked) | {"shown": shown}
    if not form.is_valid():
        return render(request, "pathway/cohort_page.html", context, status=422)
    chosen = kept(everybody, form.cleaned_data)
    page = Page()
    if not masking.is_too_few(len(chosen), is_masked=is_masked):
        page = shown.page_of(Asked(membership.team, timezone.localdate(), chosen, is_masked))
    context |= {
        "page": page,
        "count": masking.number(len(chosen), is_masked=is_masked),
        "is_too_few": bool(chosen) and masking.is_too_few(len(chosen), is_masked=is_masked),
    }
    _record(request, membership, page.named_ids, f"pathway:cohort_{page_key}")
    return render(request, "pathway/cohort_page.html", context)


@login_required
@require_GET
def export_cohort(request: HttpRequest, page_key: str, file_format: str) -> HttpResponse:
    """Give one drawing (`plot`; the first of the page where none is named) or the table behind it."""
    membership = access.get_membership_for(request, may=Capability.EXPORT_PATIENTS)
    shown = _shown(page_key)
    form = CohortForm(request.GET, team=membership.team, has_curves=False)
    if file_format not in FIGURE_FILES:
        raise Http404
    if not form.is_valid():
        return redirect(f"{shown.address}?{request.GET.urlencode()}")
    everybody = _everybody(membership, form, with_outcomes=shown.with_outcomes)
    chosen = kept(everybody, form.cleaned_data)
    page = shown.page_of(Asked(membership.team, timezone.localdate(), chosen, is_masked=False))
    if not page.figures:
        return redirect(f"{shown.address}?{request.GET.urlencode()}")
    figure = page.figure(request.GET.get("plot", ""))
    if figure is None or not figure.has_file or (file_format == "svg" and figure.drawn is None):
        raise Http404
    _record(request, membership, [one.pk for one in chosen], f"pathway:export_{page_key}", is_export=True)
    return FIGURE_FILES[file_format](figure)


def _everybody(
    membership: Membership, form: CohortForm, *, with_outcomes: bool = True
) -> list[people.Person]:
    return people.people_of(
        membership.team, on=timezone.localdate(), with_outcomes=with_outcomes, with_given=form.asks_what_was_given
    )  # fmt: skip


def _shown(page_key: str) -> pages.Shown:
    if page_key not in pages.SHOWN:
        raise Http404
    return pages.SHOWN[page_key]


def _context(form: CohortForm, everybody: Sequence[people.Person], is_masked: bool) -> dict[str, Any]:
    """What the head, the tabs and the filter of each page need."""
    return {
        "form": form,
        "tabs": pages.tabs(),
        "may_export": not is_masked,
        "all_count": masking.number(len(everybody), is_masked=is_masked),
    }


def _record(
    request: HttpRequest, membership: Membership, ids: Sequence[int], what: str, *, is_export: bool = False
) -> None:
    """A page that names nobody records nobody: whom its numbers were made of is recorded when they leave."""
    audit.record_list(
        by=request.user, team=membership.team, patient_ids=list(ids), what=what, at=timezone.now(), export=is_export
    )  # fmt: skip


def _to_page(request: HttpRequest) -> HttpResponse:
    """The page says what is wrong with the filter, or that nobody can be counted."""
    return redirect(f"{reverse('pathway:cohort')}?{request.GET.urlencode()}")
