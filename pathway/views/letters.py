"""Letters of a patient: those that went out, one in work, its paper; how one was sent; the head of a team's paper."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit, permission
from accounts.roles import Capability
from pathway.actions import letters as actions
from pathway.letters import forms, obstacles, pages, writing
from pathway.letters.rows import Kind, Letter, LetterDraft, Letterhead
from pathway.papers import typesetting
from patients import access
from patients.models import Patient
from patients.views import form_page


@login_required
@require_GET
def letters(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show what went out and what is in work."""
    patient = access.get_patient_for(request, patient_id)
    context = {
        "patient": patient,
        "letters": pages.letters_of(patient),
        "drafts": patient.letter_drafts.filter(closed_at=None).select_related("saved_by"),
        "may_treat": access.allows(request, patient, Capability.TREAT_PATIENTS),
        "may_print": access.allows(request, patient, Capability.EXPORT_PATIENTS),
        "is_research_case": patient.ended_because == Patient.EndedBecause.RESEARCH_CASE,
        "may_write_to_patient": not obstacles.has_died(patient),
    }
    return render(request, "pathway/letters.html", context)


@login_required
@require_POST
def start_letter(request: HttpRequest, patient_id: int, letter_kind: str) -> HttpResponse:
    """Begin a letter, or open the one that is in work."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    if letter_kind not in Kind:
        raise Http404
    draft = actions.start_letter(patient=patient, kind=letter_kind, by=request.user, at=timezone.now())
    return redirect("pathway:edit_letter", patient.pk, draft.pk)


@login_required
@require_http_methods(["GET", "POST"])
def edit_letter(request: HttpRequest, patient_id: int, letter_draft_id: int) -> HttpResponse:
    """Show a letter as it would go out; keep what is added to it; issue it."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    draft = _draft_of(patient, letter_draft_id)
    if draft.closed_at:
        return _closed(request, draft)
    form = forms.LetterForm(form_page.posted(request), draft=draft)
    if request.method == "POST" and form.is_valid():
        return _keep(request, draft, form)
    return _page(request, draft, form, status=422 if form.is_bound else 200)


def _keep(request: HttpRequest, draft: LetterDraft, form: forms.LetterForm) -> HttpResponse:
    """Keep what was typed first, so that nothing is lost whatever becomes of the rest."""
    now, revision = timezone.now(), form.cleaned_data["revision"]
    try:
        kept = actions.save_letter(
            draft=draft, written=form.written(), revision=revision, by=request.user, at=now
        )
    except actions.LetterClosed:
        return _closed(request, draft)
    except actions.ChangedMeanwhile as refused:
        form.add_error(None, _told_of_the_other(refused.draft))
        form.show_again(refused.draft)
        return _page(request, draft, form, status=409)
    if "issue" in request.POST:
        return _issue(request, kept, form)
    messages.success(request, _("Saved. Below is the letter as it reads now."))
    return redirect("pathway:edit_letter", draft.patient_id, draft.pk)


def _told_of_the_other(draft: LetterDraft) -> str:
    """Say what somebody else kept while this person wrote."""
    said = {
        "person": draft.saved_by,
        "time": date_format(timezone.localtime(draft.saved_at), "H:i"),
        "added": draft.added or _("nothing added"),
    }
    return (
        _(
            "%(person)s kept this letter at %(time)s while you had it open: %(added)s. "
            "Compare with what stands below, then save again."
        )
        % said
    )


def _issue(request: HttpRequest, draft: LetterDraft, form: forms.LetterForm) -> HttpResponse:
    today, now = timezone.localdate(), timezone.now()
    try:
        letter = actions.issue_letter(
            draft=draft, seen=form.cleaned_data["seen"], by=request.user, on=today, at=now
        )
    except actions.LetterClosed:
        return _closed(request, draft)
    except actions.UnableToIssue as refused:
        messages.warning(request, str(refused))
        return redirect("pathway:edit_letter", draft.patient_id, draft.pk)
    messages.success(request, _("Issued. Print it, then say how it was sent."))
    return redirect("pathway:letter", draft.patient_id, letter.pk)


def _closed(request: HttpRequest, draft: LetterDraft) -> HttpResponse:
    letter = Letter.objects.filter(draft=draft).only("pk").first()
    if letter:
        messages.info(request, _("This letter went out already. Here it is."))
        return redirect("pathway:letter", draft.patient_id, letter.pk)
    messages.info(request, _("This letter was given up."))
    return redirect("pathway:letters", draft.patient_id)


def _page(request: HttpRequest, draft: LetterDraft, form: forms.LetterForm, *, status: int) -> HttpResponse:
    context = {
        "patient": draft.patient,
        "draft": draft,
        "form": form,
        "may_manage_people": access.allows(request, draft.patient, Capability.MANAGE_PEOPLE),
        **pages.context_of(draft, by=request.user, on=timezone.localdate()),
    }
    return render(request, "pathway/letter_draft.html", context, status=status)


@login_required
@require_GET
def preview_letter(request: HttpRequest, patient_id: int, letter_draft_id: int) -> HttpResponse:
    """Show the paper of a letter in work."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    draft = _draft_of(patient, letter_draft_id)
    if draft.closed_at:
        return _closed(request, draft)
    letter = writing.content_of(draft, by=request.user, on=timezone.localdate())
    try:
        pdf = writing.pdf_of(letter, at=timezone.now())
    except typesetting.FontMissing as missing:
        messages.warning(request, str(missing))
        return redirect("pathway:edit_letter", patient.pk, draft.pk)
    return _paper(pdf, "draft")


@login_required
@require_POST
def give_up_letter(request: HttpRequest, patient_id: int, letter_draft_id: int) -> HttpResponse:
    """Close a letter that does not go out."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    draft = _draft_of(patient, letter_draft_id)
    try:
        actions.give_up_letter(draft=draft, by=request.user, at=timezone.now())
    except actions.LetterClosed:
        return _closed(request, draft)
    messages.success(request, _("Given up: this letter does not go out."))
    return redirect("pathway:letters", patient.pk)


@login_required
@require_GET
def letter(request: HttpRequest, patient_id: int, letter_id: int) -> HttpResponse:
    """Show a letter that went out."""
    patient = access.get_patient_for(request, patient_id)
    found = pages.letter_of(patient, letter_id)
    return _letter_page(request, found, _sending_form(request, found), status=200)


@login_required
@require_POST
def send_letter(request: HttpRequest, patient_id: int, letter_id: int) -> HttpResponse:
    """Note how a letter was sent."""
    patient = access.get_patient_for(request, patient_id, may=Capability.WORK_QUEUE)
    found = pages.letter_of(patient, letter_id)
    form = _sending_form(request, found)
    if not form.is_valid():
        return _letter_page(request, found, form, status=422)
    given: dict[str, Any] = form.cleaned_data
    actions.record_sending(letter=found, by=request.user, at=timezone.now(), **given)
    messages.success(request, _("Noted how it was sent."))
    return redirect("pathway:letter", patient.pk, found.pk)


def _sending_form(request: HttpRequest, found: Letter) -> forms.SendingForm:
    issued_on = timezone.localdate(found.issued_at)
    return forms.SendingForm(form_page.posted(request), on=timezone.localdate(), issued_on=issued_on)


def _letter_page(
    request: HttpRequest, found: Letter, form: forms.SendingForm, *, status: int
) -> HttpResponse:
    context = {
        "patient": found.patient,
        "letter": found,
        "content": found.content,
        "sendings": found.sendings.select_related("recorded_by"),
        "form": form,
        "may_print": access.allows(request, found.patient, Capability.EXPORT_PATIENTS),
        "may_work": access.allows(request, found.patient, Capability.WORK_QUEUE),
    }
    return render(request, "pathway/letter.html", context, status=status)


@login_required
@require_GET
def print_letter(request: HttpRequest, patient_id: int, letter_id: int) -> HttpResponse:
    """Give the paper as it went out."""
    patient = access.get_patient_for(request, patient_id, may=Capability.EXPORT_PATIENTS)
    found = get_object_or_404(patient.letters.all(), pk=letter_id)
    audit.record_list(
        by=request.user, team=patient.team, patient_ids=[patient.pk], what="pathway:print_letter",
        at=timezone.now(), export=True,
    )  # fmt: skip
    return _paper(bytes(found.pdf), str(found.pk))


@login_required
@require_http_methods(["GET", "POST"])
def letterhead(request: HttpRequest, team_id: int) -> HttpResponse:
    """Show and change what stands on every letter of a team that this person manages."""
    team = permission.managed_team(request, team_id)
    head = Letterhead.objects.filter(team=team).select_related("saved_by").first()
    form = forms.LetterheadForm(form_page.posted(request), instance=head)
    if request.method == "POST" and form.is_valid():
        actions.save_letterhead(team=team, known=form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("Saved what stands on the team’s letters."))
        return redirect("pathway:letterhead", team.pk)
    context = {"of_team": team, "form": form, "head": head}
    return render(request, "pathway/letterhead.html", context, status=422 if form.is_bound else 200)


def _draft_of(patient: Patient, draft_id: int) -> LetterDraft:
    draft = get_object_or_404(patient.letter_drafts.all(), pk=draft_id)
    draft.patient = patient
    return draft


def _paper(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="letter-{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
