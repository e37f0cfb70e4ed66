"""The record while it is made: one screen that saves itself, its live panel, and its targets one by one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.roles import Capability
from patients import access
from patients.models import Patient
from procedures import answers as told
from procedures import stages, words, working
from procedures.actions import record as actions
from procedures.actions import targets as target_actions
from procedures.models import Procedure
from procedures.views import screen
from procedures.working import Work

CHANGED_EVENT = "procedure:changed"


def _load(request: HttpRequest, patient_id: int, procedure_id: int) -> tuple[Patient, Work]:
    """Load with access check: whoever treats patients of this team."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    work = working.find(patient, procedure_id)
    if work is None:
        raise Http404
    return patient, work


@login_required
@require_GET
def record(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Show the record as it is stored, with the panel."""
    patient, work = _load(request, patient_id, procedure_id)
    if not stages.is_open_to_record(work.procedure):
        return redirect("procedures:detail", patient.pk, procedure_id)
    shown = screen.stored(work, open_key=screen.key_from(request, "target"))
    context = screen.context_of(shown) | {"patient": patient}
    return render(request, "procedures/record.html", context)


@login_required
@require_POST
def findings(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Weigh what stands on the screen; nothing is written."""
    patient, work = _load(request, patient_id, procedure_id)
    shown = screen.posted(request, work, with_people=False)
    found = shown.panel()
    context = {"patient": patient, "procedure": work.procedure, "panel": found, "errors": shown.errors}
    context |= _map_if_wanted(request, shown)
    context["asks_new_reasons"] = found.reason_keys != request.POST.get("reason_keys", "").split()
    return render(request, "procedures/_live.html", context)


def _map_if_wanted(request: HttpRequest, shown: screen.Screen) -> dict[str, Any]:
    """Draw the vessel map where the page has it open, and only if it would look different."""
    if "map_key" not in request.POST:
        return {}
    drawn = shown.map()
    return {} if drawn["map_key"] == request.POST["map_key"] else drawn


@login_required
@require_POST
def save(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Save what is on the screen, the unreadable too."""
    patient, work = _load(request, patient_id, procedure_id)
    try:
        saved, given = _save(request, work)
    except actions.UnableToSave as refused:
        return _answer_not_open(request, refused.procedure)
    if not request.htmx:
        if "leave" in request.POST:
            messages.success(request, _("Saved. Nothing is signed."))
            return redirect("procedures:list", patient.pk)
        return redirect(_record_url(work.procedure, screen.key_from(request, "open_target")))
    if "settle" in request.POST:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "procedures/_saved.html", _saved_context(request, saved, given))


def save_posted(
    request: HttpRequest, patient: Patient, procedure: Procedure
) -> tuple[actions.Saved, told.Answers]:
    """Save the screen that came with another request."""
    return _save(request, working.load(patient, procedure))


def _save(request: HttpRequest, work: Work) -> tuple[actions.Saved, told.Answers]:
    """Save the screen; a request that carries no form (no `base`) must not pass for one in which all was blanked."""
    shown = screen.posted(request, work)
    base = screen.base_from(request)
    given = shown.given if base is not None else {}
    name, _colon, choice = request.POST.get("settle", "").rpartition(":")
    if choice == "theirs":
        given.pop(name, None)
    saved = actions.save_record(
        procedure=work.procedure,
        given=given,
        base=base or {},
        read=work,
        by=request.user,
        at=timezone.now(),
        overrule={name} if choice == "mine" else (),
    )
    return saved, given


def _new_base(saved: actions.Saved, given: told.Answers, old: told.Answers) -> told.Answers:
    """What is stored as it stands on the screen is the new base; what is not stays compared with the old one."""
    return {
        name: answer if saved.answers.get(name, told.NONE) == answer else old.get(name, told.NONE)
        for name, answer in given.items()
    }


def _saved_context(request: HttpRequest, saved: actions.Saved, given: told.Answers) -> dict[str, Any]:
    """Return what the answer to a save tells."""
    procedure = saved.work.procedure
    return {
        "patient": procedure.patient,
        "procedure": procedure,
        "base": screen.base_of(_new_base(saved, given, screen.base_from(request) or {})),
        "conflicts": [
            words.conflict(name, stored, given[name], saved.work) for name, stored in saved.conflicts.items()
        ],
        "changed_by_others": len(saved.changed_by_others),
        "open_key": screen.key_from(request, "open_target"),
    }


def _answer_not_open(request: HttpRequest, procedure: Procedure) -> HttpResponse:
    """Say that it was signed or cancelled meanwhile; what is typed stays on the screen."""
    if request.htmx:
        context = {"procedure": procedure, "stage_words": stages.words_for(procedure)}
        return render(request, "procedures/_not_open.html", context)
    messages.warning(request, _("This record is not open any more. Nothing was changed."))
    return redirect("procedures:list", procedure.patient_id)


def _record_url(procedure: Procedure, open_key: int | None) -> str:
    address = reverse("procedures:record", args=[procedure.patient_id, procedure.pk])
    return f"{address}?target={open_key}#targets" if open_key else f"{address}#targets"


Do = Callable[[Work], int | None]


def _save_then(request: HttpRequest, patient_id: int, procedure_id: int, do: Do) -> HttpResponse:
    """Save the screen, do something with its targets, and draw them anew; `do` returns the one that is open.

    Two values of one answer are settled first: nothing is folded away over them.
    """
    _patient, work = _load(request, patient_id, procedure_id)
    try:
        saved, given = _save(request, work)
        context = _saved_context(request, saved, given)
        if saved.conflicts and request.htmx:
            response = render(request, "procedures/_saved.html", context)
            response["HX-Retarget"], response["HX-Reswap"] = "#saved-words", "innerHTML"
            return response
        open_key = do(saved.work)
    except actions.UnableToSave as refused:
        return _answer_not_open(request, refused.procedure)
    if not request.htmx:
        return redirect(_record_url(work.procedure, open_key))
    shown = screen.stored(working.reread(saved.work), open_key=open_key)
    of_form = {name: answer for name, answer in given.items() if name in shown.form.fields}
    base = _new_base(saved, of_form, screen.base_from(request) or {})
    opened = shown.target_form.given if shown.target_form else {}
    context |= screen.targets_context(shown) | {"base": screen.base_of({**base, **opened})}
    response = render(request, "procedures/_targets_saved.html", context)
    response["HX-Trigger-After-Settle"] = CHANGED_EVENT
    return response


@login_required
@require_POST
def target_add(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Add a target at the chosen artery and open it."""

    def add(work: Work) -> int | None:
        artery = work.known.arteries.get(request.POST.get("new_artery", ""))
        if artery is None or artery.is_retired:
            return screen.key_from(request, "open_target")
        try:
            made = target_actions.add_target(
                procedure=work.procedure, artery=artery, by=request.user, at=timezone.now()
            )
        except target_actions.TooManyTargets:
            return None
        return made.pk

    return _save_then(request, patient_id, procedure_id, add)


@login_required
@require_POST
def target_open(request: HttpRequest, patient_id: int, procedure_id: int, target_id: int) -> HttpResponse:
    """Save the open target and open this one."""
    return _save_then(request, patient_id, procedure_id, lambda work: target_id)


@login_required
@require_POST
def target_close(request: HttpRequest, patient_id: int, procedure_id: int) -> HttpResponse:
    """Save the open target and fold it."""
    return _save_then(request, patient_id, procedure_id, lambda work: None)


@login_required
@require_POST
def target_discard(request: HttpRequest, patient_id: int, procedure_id: int, target_id: int) -> HttpResponse:
    """Take a target off the record; its row stays."""

    def discard(work: Work) -> int | None:
        target = get_object_or_404(work.procedure.targets, pk=target_id)
        target_actions.discard_target(target=target, by=request.user, at=timezone.now())
        return None

    return _save_then(request, patient_id, procedure_id, discard)


@login_required
@require_POST
def target_confirm(request: HttpRequest, patient_id: int, procedure_id: int, target_id: int) -> HttpResponse:
    """Confirm a target that was copied from the last procedure."""

    def confirm(work: Work) -> int | None:
        target = get_object_or_404(work.procedure.targets, pk=target_id, discarded_at=None)
        target_actions.confirm_target(target=target, by=request.user, at=timezone.now())
        return None

    return _save_then(request, patient_id, procedure_id, confirm)
