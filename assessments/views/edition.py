"""The guideline itself: the whole edition on one page, and a page for each clause."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from assessments import edition_text, guidance
from assessments.actions import edition


@login_required
@require_GET
def guideline(request: HttpRequest) -> HttpResponse:
    """Show the edition in force, section by section, with the numbers that are not in source."""
    in_force = edition.settings_shown(on=timezone.localdate())
    return render(request, "assessments/guideline.html", edition_text.edition_of(in_force))


@login_required
@require_GET
def clause(request: HttpRequest, clause_id: str) -> HttpResponse:
    """Show one clause: what it says, where it stands in the source, what it reads, who reviewed it."""
    found = guidance.clause_of(clause_id)
    if found is None:
        raise Http404
    in_force = edition.settings_shown(on=timezone.localdate())
    context = {"clause": edition_text.clause_text(found, in_force), "edition_settings": in_force}
    context |= edition_text.neighbours(clause_id)
    return render(request, "assessments/clause.html", context)
