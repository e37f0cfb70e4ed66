"""Two records of one person: who may be registered twice, both side by side, one from then on, and two again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.roles import Capability
from pathway.actions import merge, unmerge
from pathway.merge import candidates, covered, preview, undoing
from pathway.merge.forms import MergeForm, UndoForm
from pathway.merge.rows import MergeRecord
from patients import access, search
from patients.models import Patient
from patients.views.form_page import posted

MERGE = Capability.MERGE_RECORDS
IN_USE = gettext_lazy("Somebody is writing to one of these records at this moment. Try again.")


@login_required
@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """Show likely pairs among the registrations, the newest first."""
    membership = access.get_membership_for(request, may=MERGE)
    before = request.GET.get("before", "")
    is_key = before.isascii() and before.isdecimal() and len(before) < 18
    stretch = candidates.of_team(membership.team, before=int(before) if is_key else None)
    audit.record_list(
        by=request.user,
        team=membership.team,
        patient_ids=sorted({one.pk for pair in stretch.pairs for one in (pair.older, pair.newer)}),
        what="pathway:duplicates",
        at=timezone.now(),
    )
    return render(request, "pathway/merge_duplicates.html", {"stretch": stretch, "is_newest": not is_key})


@login_required
@require_GET
def choose_other(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Look for the other record of this patient."""
    patient = access.get_patient_for(request, patient_id, may=MERGE)
    text = request.GET.get("q", "").strip()
    found = search.find_ids(team=patient.team, text=text, most=20).patient_ids if text else []
    by_key = Patient.objects.in_bulk(found)
    others = [by_key[pk] for pk in found if pk in by_key and pk != patient.pk]
    likely = candidates.of_patient(patient)
    _record_list(request, patient, [*others, *likely])
    context = {"patient": patient, "q": text, "others": others, "likely": likely}
    return render(request, "pathway/merge_choose.html", context)


def _record_list(request: HttpRequest, patient: Patient, shown: list[Patient]) -> None:
    audit.record_list(
        by=request.user,
        team=patient.team,
        patient_ids=sorted({one.pk for one in shown}),
        what="pathway:merge",
        at=timezone.now(),
    )


@login_required
@require_http_methods(["GET", "POST"])
def merge_with(request: HttpRequest, patient_id: int, other_id: int) -> HttpResponse:
    """Show both records side by side; a POST merges the other into this one."""
    kept = access.get_patient_for(request, patient_id, may=MERGE)
    other = _other_of(request, kept, other_id)
    seen = preview.preview_of(kept, other)
    form = MergeForm(posted(request), preview=seen, initial={"seen": seen.digest})
    if request.method == "POST" and form.is_valid() and _merge(request, kept, other, form):
        return redirect("pathway:merges", kept.pk)
    context = {"patient": kept, "other": other, "preview": seen, "form": form}
    return render(request, "pathway/merge_with.html", context, status=422 if form.is_bound else 200)


def _other_of(request: HttpRequest, kept: Patient, other_id: int) -> Patient:
    """Both are asked for as every patient is: 404 for another team's, and each reading is recorded."""
    other = access.get_patient_for(request, other_id, may=MERGE)
    if other.pk == kept.pk or other.team_id != kept.team_id:
        raise Http404
    return other


def _merge(request: HttpRequest, kept: Patient, other: Patient, form: MergeForm) -> bool:
    said = {"chosen": form.chosen(), "reason": form.cleaned_data["reason"]}
    try:
        merge.merge_records(kept=kept, duplicate=other, by=request.user, at=timezone.now(), **said)
    except merge.UnableToMerge as refused:
        for block in refused.blocks:
            form.add_error(None, block)
    except merge.InUse:
        form.add_error(None, IN_USE)
    else:
        told = {"other": other.mrn, "kept": kept.mrn}
        messages.success(request, _("%(other)s is merged into %(kept)s.") % told)
        return True
    return False


@login_required
@require_POST
def say_distinct(request: HttpRequest, patient_id: int, other_id: int) -> HttpResponse:
    """Keep that these are two people."""
    patient = access.get_patient_for(request, patient_id, may=MERGE)
    other = _other_of(request, patient, other_id)
    merge.say_distinct(patient=patient, other=other, by=request.user, at=timezone.now())
    told = {"one": patient.mrn, "two": other.mrn}
    messages.success(request, _("%(one)s and %(two)s are kept as two people.") % told)
    return redirect("pathway:duplicates")


@login_required
@require_GET
def merges(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show which records became this one, and what went over."""
    patient = access.get_patient_for(request, patient_id)
    rows = patient.merges.select_related("duplicate", "merged_by", "undone_by")
    told = [{"merge": row, "moved": _moved_in_words(row)} for row in rows]
    may_undo = access.allows(request, patient, MERGE)
    return render(request, "pathway/merges.html", {"patient": patient, "merges": told, "may_undo": may_undo})


def _moved_in_words(row: MergeRecord) -> list[tuple[Any, int]]:
    return [(covered.MOVES[label], len(keys)) for label, keys in row.moved.items() if label in covered.MOVES]


@login_required
@require_http_methods(["GET", "POST"])
def undo_merge(request: HttpRequest, patient_id: int, merge_id: int) -> HttpResponse:
    """Take a merge back, with the reason; says what stands in the way and what stays where it is."""
    patient = access.get_patient_for(request, patient_id, may=MERGE)
    row = get_object_or_404(patient.merges.select_related("duplicate", "kept__team"), pk=merge_id)
    since = undoing.recorded_since(row)
    form = UndoForm(posted(request), has_new=bool(since))
    if request.method == "POST" and form.is_valid() and _undo(request, row, form):
        return redirect("pathway:merges", patient.pk)
    context = {"patient": patient, "merge": row, "form": form, "since": since, "blocks": undoing.blocks(row)}
    return render(request, "pathway/merge_undo.html", context, status=422 if form.is_bound else 200)


def _undo(request: HttpRequest, row: MergeRecord, form: UndoForm) -> bool:
    because = form.cleaned_data["reason"]
    try:
        unmerge.undo_merge(record=row, because=because, by=request.user, at=timezone.now())
    except unmerge.UnableToUndo as refused:
        for block in refused.blocks:
            form.add_error(None, block)
    except merge.InUse:
        form.add_error(None, IN_USE)
    else:
        told = {"one": row.kept.mrn, "two": row.duplicate.mrn}
        messages.success(request, _("%(one)s and %(two)s are two records again.") % told)
        return True
    return False
