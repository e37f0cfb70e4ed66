"""Pages of laboratory values: trends, a panel, the confirmation of a pasted report, corrections, the export."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.roles import Capability
from patients import access, analytes, cells, lab_chart, lab_trends, written_numbers
from patients.actions import labs as actions
from patients.forms import lab_report
from patients.forms import labs as lab_forms
from patients.models import LabResult, Patient
from patients.views.form_page import FormPage, answer, posted
from patients.views.register import reason_form

EXPORT_HEADINGS = (
    "taken_on", "analyte", "comparator", "value", "unit", "canonical_value", "canonical_unit", "reference_low",
    "reference_high", "control", "source", "retracted", "reason",
)  # fmt: skip


@login_required
@require_GET
def labs(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show every analyte over time, and the values by day."""
    patient = access.get_patient_for(request, patient_id)
    trends = lab_trends.trends_of(_results(patient), on=timezone.localdate())
    context = {
        "patient": patient,
        "trends": trends,
        "table": lab_trends.by_day(trends),
        "chart_width": lab_chart.WIDTH,
        "chart_height": lab_chart.HEIGHT,
    }
    return render(request, "patients/labs.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def enter_labs(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Enter a panel of one day, or one value of it (?only=)."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    form = lab_forms.PanelForm(
        posted(request),
        units=_last_units(patient),
        only=request.GET.get("only", ""),
        on=timezone.localdate(),
        birth_date=patient.birth_date,
    )
    if form.is_bound and form.is_valid():
        return _record(request, patient, form.entries(), source=LabResult.Source.TYPED)
    context = {"patient": patient, "form": form}
    return render(request, "patients/lab_panel.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def paste_labs(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Take the text of a report, and show what was understood of it."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    if "back" in request.POST:
        form = lab_report.PasteForm(initial={"report": request.POST.get("report", "")})
    else:
        form = lab_report.PasteForm(posted(request))
    if not (form.is_bound and form.is_valid()):
        context = {"patient": patient, "form": form}
        return render(request, "patients/lab_paste.html", context, status=422 if form.is_bound else 200)
    return _confirmation(request, patient, form, sent=None)


@login_required
@require_POST
def confirm_labs(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Save the confirmed lines of a report, all or none."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    form = lab_report.PasteForm(request.POST)
    if not form.is_valid():
        return render(request, "patients/lab_paste.html", {"patient": patient, "form": form}, status=422)
    return _confirmation(request, patient, form, sent=request.POST)


@login_required
@require_http_methods(["GET", "POST"])
def correct_lab(request: HttpRequest, patient_id: int, result_id: int) -> HttpResponse:
    """Put the right value in the place of a wrong one."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    result = get_object_or_404(LabResult, pk=result_id, patient=patient, retracted_at=None)
    form = lab_forms.CorrectionForm(
        posted(request), result=result, on=timezone.localdate(), birth_date=patient.birth_date
    )

    def save() -> str:
        reason = form.cleaned_data["reason"]
        with _told_when_too_late():
            right = actions.correct_lab(
                result=result, entry=form.entry(), by=request.user, at=timezone.now(), because=reason
            )
        return _("%(value)s corrected.") % {"value": _value(right)}

    page = FormPage(
        _("Correct %(value)s") % {"value": _value(result)}, _("Save the correction"), _back(patient), save
    )
    return answer(request, patient, form, page)


@login_required
@require_http_methods(["GET", "POST"])
def retract_lab(request: HttpRequest, patient_id: int, result_id: int) -> HttpResponse:
    """Take back a wrong value."""
    patient = access.get_patient_for(request, patient_id, may=Capability.REGISTER_PATIENTS)
    result = get_object_or_404(LabResult, pk=result_id, patient=patient, retracted_at=None)
    form = reason_form(request, _value(result))

    def save() -> str:
        reason = form.cleaned_data["reason"]
        with _told_when_too_late():
            actions.retract_lab(result=result, by=request.user, at=timezone.now(), because=reason)
        return _("%(value)s is taken back. It stays on the page, struck through.") % {"value": _value(result)}

    page = FormPage(
        _("Take back %(value)s") % {"value": _value(result)}, _("Take back"), _back(patient), save
    )
    return answer(request, patient, form, page)


@login_required
@require_GET
def export_labs(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Give all values as CSV, retracted ones marked."""
    patient = access.get_patient_for(request, patient_id, may=Capability.EXPORT_PATIENTS)
    audit.record_list(
        by=request.user,
        team=patient.team,
        patient_ids=[patient.pk],
        what="patients:export_labs",
        at=timezone.now(),
        export=True,
    )
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="laboratory-{patient.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(EXPORT_HEADINGS)
    for result in _results(patient):
        writer.writerow([cells.neutral(cell) for cell in _exported(result)])
    return response


@contextmanager
def _told_when_too_late() -> Iterator[None]:
    try:
        yield
    except actions.UnableToChange:
        raise ValidationError(
            _("Somebody else has just taken this value back. Look at the page again.")
        ) from None


def _exported(result: LabResult) -> list:
    analyte = analytes.ALL[result.analyte]
    return [
        result.taken_on, analyte.label, result.comparator, _plain(result.value), result.unit,
        _plain(result.canonical_value), analyte.unit.symbol, _plain(result.reference_low),
        _plain(result.reference_high), _plain(result.control_value), result.get_source_display(),
        result.retracted_at.date() if result.retracted_at else "", result.retracted_because,
    ]  # fmt: skip


def _plain(number) -> str:
    return "" if number is None else written_numbers.as_text(number)


def _results(patient: Patient) -> QuerySet[LabResult]:
    return patient.lab_results.select_related("entered_by", "retracted_by", "corrects").order_by(
        "-taken_on", "-entered_at", "-pk"
    )


def _last_units(patient: Patient) -> dict[str, str]:
    """The unit in which each analyte was entered last."""
    found: dict[str, str] = {}
    for name, unit in _results(patient).filter(retracted_at=None).values_list("analyte", "unit"):
        found.setdefault(name, analytes.ALL[name].unit_named(unit).symbol)
    return found


def _confirmation(
    request: HttpRequest, patient: Patient, form: lab_report.PasteForm, *, sent
) -> HttpResponse:
    text = form.cleaned_data["report"]
    confirmation = lab_report.Confirmation(sent, text=text, patient=patient, on=timezone.localdate())
    if sent is not None and confirmation.is_valid():
        return _record(request, patient, confirmation.entries, source=LabResult.Source.PASTED)
    context = {"patient": patient, "form": form, "confirmation": confirmation}
    status = 200 if sent is None else 422
    return render(request, "patients/lab_confirm.html", context, status=status)


def _record(
    request: HttpRequest, patient: Patient, entries: list[actions.LabEntry], *, source: str
) -> HttpResponse:
    recorded = actions.record_labs(
        patient=patient, entries=entries, by=request.user, at=timezone.now(), source=source
    )
    messages.success(request, _said(recorded))
    return redirect(_back(patient))


def _said(recorded: actions.Recorded) -> str:
    """What was saved, and what was there already."""
    added = len(recorded.added)
    there = len(recorded.already_there)
    words = (
        [ngettext("%(n)d value saved.", "%(n)d values saved.", added) % {"n": added}]
        if added or not there
        else []
    )
    if there:
        already = ngettext("%(n)d value was recorded already.", "%(n)d values were recorded already.", there)
        words.append(already % {"n": there})
    return " ".join(words)


def _value(result: LabResult) -> str:
    analyte = analytes.ALL[result.analyte]
    value = lab_trends.Value(result, analyte)
    day = date_format(result.taken_on, "j M Y")
    return f"{_(analyte.label)} {value.text}, {day}"


def _back(patient: Patient) -> str:
    return reverse("patients:labs", args=[patient.pk])
