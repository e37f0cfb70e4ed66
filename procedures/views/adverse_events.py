"""Adverse events: choose the term, grade it in three schemes, change it, take it back."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Capability
from guidelines import adverse_events
from patients import access
from patients.views import form_page, register
from procedures import course, event_words, proposals
from procedures.actions import adverse_events as actions
from procedures.forms.adverse_event import EventForm, initial_of
from procedures.models import AdverseEvent, Procedure
from procedures.views import watch

TEMPLATE = "procedures/event.html"


@login_required
@require_GET
def choose_event(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Show the terms, so that one can be graded."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    procedure = watch.begun(patient, procedure_id)
    followed = course.course_of(procedure, on=timezone.localdate())
    found = proposals.proposals_for(followed, list(procedure.adverse_events.all()))
    context = {
        "patient": patient,
        "procedure": procedure,
        "proposed": [event_words.ProposalRow(proposal) for proposal in found if proposal.is_there],
        "terms": [(key, event_words.term_words(key)) for key in adverse_events.TERMS],
    }
    return render(request, "procedures/choose_event.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add_event(request: HttpRequest, patient_id: int, procedure_id: int, term: str) -> HttpResponse:
    """Record one event with its grades."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    procedure = watch.begun(patient, procedure_id)
    form = _form(request, procedure, term, None)

    def save() -> str:
        actions.record_event(
            procedure=procedure,
            term=term,
            event=form.event(),
            by=request.user,
            at=timezone.now(),
            form_key=form.cleaned_data["form_key"],
        )
        return _("Recorded: %(event)s.") % {"event": event_words.term_words(term)}

    page = _page(form, procedure, event_words.term_words(term), save)
    return form_page.answer(request, patient, form, page)


@login_required
@require_http_methods(["GET", "POST"])
def edit_event(request: HttpRequest, patient_id: int, procedure_id: int, event_id: int) -> HttpResponse:
    """Change what is said of an event: its grades, its course, that it is over."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    procedure = watch.begun(patient, procedure_id)
    event = _event(procedure, event_id)
    form = _form(request, procedure, event.term, event)

    def save() -> str:
        actions.change_event(event=event, said=form.event(), by=request.user, at=timezone.now())
        return _("Changed: %(event)s.") % {"event": event.other_term or event_words.term_words(event.term)}

    page = _page(form, procedure, event.other_term or event_words.term_words(event.term), save)
    return form_page.answer(request, patient, form, page)


@login_required
@require_http_methods(["GET", "POST"])
def retract_event(request: HttpRequest, patient_id: int, procedure_id: int, event_id: int) -> HttpResponse:
    """Take back a wrong event."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    procedure = watch.begun(patient, procedure_id)
    event = _event(procedure, event_id)
    named = event.other_term or event_words.term_words(event.term)
    title = _("Take back %(event)s") % {"event": named}
    form = register.reason_form(request, title)

    def save() -> str:
        reason = form.cleaned_data["reason"]
        actions.retract_event(event=event, because=reason, by=request.user, at=timezone.now())
        return _("Taken back. It stays on the page, struck through.")

    page = form_page.FormPage(title, _("Take back"), watch.watch_url(procedure), save)
    return form_page.answer(request, patient, form, page)


def _event(procedure: Procedure, event_id: int) -> AdverseEvent:
    found = procedure.adverse_events.select_related("procedure__patient__team")
    return get_object_or_404(found, pk=event_id, retracted_at=None)


def _form(request: HttpRequest, procedure: Procedure, term: str, event: AdverseEvent | None) -> EventForm:
    if term not in adverse_events.TERMS:
        raise Http404
    today = timezone.localdate()
    followed = course.course_of(procedure, on=today)
    proposal = proposals.proposal_of(followed, term)
    return EventForm(
        form_page.posted(request),
        term=term,
        on=today,
        procedure_on=followed.started_on,
        proposal=proposal,
        initial=initial_of(event, proposal, today),
    )


def _page(form: EventForm, procedure: Procedure, title: str, save) -> form_page.FormPage:
    proposed = event_words.ProposalRow(form.proposal) if form.proposal else None
    term = adverse_events.TERMS[form.term]
    context = {"proposed": proposed, "procedure": procedure, "clause_id": term.clause, "term": term}
    return form_page.FormPage(
        title, _("Save"), watch.watch_url(procedure), save, template=TEMPLATE, context=context
    )
