"""A reading while it is made: one screen that saves itself, its live panel, its signature; a correction is one too."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.roles import Capability
from followup import reading_answers, reading_last, reading_panel, reading_work, standing
from followup.actions import held, imaging
from followup.actions import readings as actions
from followup.forms import readings as forms
from followup.models import ImagingReview, Reading
from followup.reading_answers import Answers
from followup.reading_work import Work
from patients import access
from patients.models import Patient
from procedures import answers as told
from procedures.views import screen

CHANGED_EVENT = "reading:changed"


def review_of(patient: Patient, review_id: int) -> ImagingReview:
    """Return the patient's review, 404 otherwise."""
    review = get_object_or_404(ImagingReview.objects.select_related("owner"), pk=review_id, patient=patient)
    review.patient = patient
    return review


def reading_of(patient: Patient, reading_id: int) -> Reading:
    """Return a reading of the patient, 404 otherwise."""
    rows = Reading.objects.select_related("review__after_procedure", "reader", "signed_by")
    reading = get_object_or_404(rows, pk=reading_id, review__patient=patient)
    reading.review.patient = patient
    return reading


def is_writable(request: HttpRequest, reading: Reading) -> bool:
    """Whether the person may write in it: their own draft, or the correction of their own."""
    is_open = reading.signed_at is None or reading_answers.is_being_corrected(reading)
    return is_open and reading.retracted_at is None and reading.reader_id == request.user.pk


@login_required
@require_POST
def start_reading(request: HttpRequest, patient_id: int, review_id: int) -> HttpResponse:
    """Begin the person's own reading of the images, or go on with it."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    review = review_of(patient, review_id)
    seen = "has_seen_others" in request.POST
    try:
        reading = actions.start_reading(
            review=review, by=request.user, at=timezone.now(), has_seen_others=seen
        )
    except held.UnableToWork as refused:
        messages.info(request, why_not(refused))
        return redirect("followup:review_readings", patient.pk, review.pk)
    return redirect("followup:reading", patient.pk, reading.pk)


@login_required
@require_POST
def adjudicate(request: HttpRequest, patient_id: int, review_id: int) -> HttpResponse:
    """Begin the reading that decides between readers who disagree."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    review = review_of(patient, review_id)
    try:
        reading = actions.start_adjudication(review=review, by=request.user, at=timezone.now())
    except held.UnableToWork as refused:
        messages.info(request, why_not(refused))
        return redirect("followup:review_readings", patient.pk, review.pk)
    return redirect("followup:reading", patient.pk, reading.pk)


def why_not(refused: held.UnableToWork) -> str:
    """Say in words why a reading cannot begin."""
    words = {
        imaging.NotImaged: _("There is nothing to read yet: the imaging is not recorded as done."),
        held.ReviewClosed: _("This review is closed. Nothing was begun."),
        held.CourseEnded: _("The course of this patient has ended. Nothing was begun."),
        actions.NotDisputed: _("The readers do not disagree: there is nothing to adjudicate."),
    }
    return words.get(type(refused), _("Nothing was begun."))


@login_required
@require_GET
def reading(request: HttpRequest, patient_id: int, reading_id: int) -> HttpResponse:
    """Show the reading to go on with it; one that is signed, or another person's, is shown beside the others."""
    patient = access.get_patient_for(request, patient_id, may=Capability.SEE_PATIENTS)
    row = reading_of(patient, reading_id)
    may_treat = access.allows(request, patient, Capability.TREAT_PATIENTS)
    if not may_treat or not is_writable(request, row):
        return redirect("followup:review_readings", patient.pk, row.review_id)
    return render(request, "followup/reading.html", _stored(row, reading_work.load(row)))


def _stored(row: Reading, work: Work) -> dict[str, Any]:
    """Return what the page shows of a reading as it is held."""
    answers = reading_answers.held(row)
    work = work.with_rows_of(answers)
    form = forms.shown(answers, work=work, on=timezone.localdate())
    return _context(row, form, answers)


def _context(row: Reading, form: forms.ReadingForm, answers: Answers) -> dict[str, Any]:
    work = form.work
    return {
        "patient": row.review.patient,
        "reading": row,
        "review": row.review,
        "form": form,
        "lesions": form.lesions,
        "work": work,
        "last": reading_last.last_reading(work),
        "sources": [one for one in _sources(row) if one.pk != row.pk],
        "base": screen.base_of(form.given),
        "panel": reading_panel.build(work, _weighed(answers, form)),
        "errors": _errors(form),
        "is_correction": row.signed_at is not None,
        "asks_why": row.signed_at is not None or row.is_adjudication,
        "can_add": len(reading_answers.slots_of(answers)) < len(reading_answers.SLOTS),
        "page_keys": [("s", _("Sign the reading")), ("n", _("Add a lesion")), ("=", _("Nothing changed"))],
    }


def _weighed(answers: Answers, form: forms.ReadingForm) -> Answers:
    """What is held, with what stands on the screen."""
    return answers | form.given


def _errors(form: forms.ReadingForm) -> dict[str, str]:
    form.full_clean_once()
    return {name: str(said[0]) for name, said in form.errors.items()}


def _posted(request: HttpRequest, work: Work) -> forms.ReadingForm:
    return forms.ReadingForm(request.POST, work=work, on=timezone.localdate())


def _load(request: HttpRequest, patient_id: int, reading_id: int) -> tuple[Patient, Reading, Work]:
    """Load with access check: whoever treats patients of this team."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    row = reading_of(patient, reading_id)
    return patient, row, reading_work.load(row).with_rows_of(reading_answers.held(row))


@login_required
@require_POST
def weigh_reading(request: HttpRequest, patient_id: int, reading_id: int) -> HttpResponse:
    """Weigh what stands on the screen; nothing is written."""
    patient, row, work = _load(request, patient_id, reading_id)
    form = _posted(request, work)
    answers = _weighed(reading_answers.held(row), form)
    context = {"patient": patient, "reading": row, "work": work, "errors": _errors(form)}
    return render(
        request, "followup/_reading_panel.html", context | {"panel": reading_panel.build(work, answers)}
    )


@login_required
@require_POST
def save_reading(request: HttpRequest, patient_id: int, reading_id: int) -> HttpResponse:
    """Save what is on the screen, the unreadable too."""
    patient, row, work = _load(request, patient_id, reading_id)
    try:
        saved, given = _save(request, row, work)
    except actions.UnableToSave:
        return _not_open(request, row)
    if not request.htmx:
        messages.success(request, _("Saved. Nothing is signed."))
        return redirect("followup:review_readings", patient.pk, row.review_id)
    context = {"patient": patient, "reading": saved.reading, "base": screen.base_of(given)}
    context["changed_elsewhere"] = len(saved.changed_elsewhere)
    return render(request, "followup/_reading_saved.html", context)


def _save(request: HttpRequest, row: Reading, work: Work) -> tuple[actions.Saved, Answers]:
    """Save the screen; a request without `base` carries no form, and must not pass for one that was blanked."""
    base = screen.base_from(request)
    given = _posted(request, work).given if base is not None else {}
    saved = actions.save_reading(
        reading=row, given=given, base=base or {}, by=request.user, at=timezone.now()
    )
    return saved, given


def _not_open(request: HttpRequest, row: Reading) -> HttpResponse:
    """Say that it was signed or taken back meanwhile; what is typed stays on the screen."""
    if request.htmx:
        return render(request, "followup/_reading_not_open.html", {"reading": row})
    messages.warning(request, _("This reading is not open any more. Nothing was changed."))
    return redirect("followup:review_readings", row.review.patient_id, row.review_id)


@login_required
@require_POST
def change_rows(request: HttpRequest, patient_id: int, reading_id: int) -> HttpResponse:
    """Save the screen, then add or remove a row, or take over the last reading, and draw the screen anew."""
    patient, row, work = _load(request, patient_id, reading_id)
    try:
        _save(request, row, work)
        _change(request, row, work)
    except actions.UnableToSave:
        return _not_open(request, row)
    except actions.TooManyRows:
        messages.info(request, _("A reading takes nine new lesions. Add the others from the lesions’ page."))
    if not request.htmx:
        return redirect("followup:reading", patient.pk, row.pk)
    row = reading_of(patient, reading_id)
    context = _stored(row, reading_work.load(row))
    response = render(request, "followup/_reading_screen.html", context)
    response["HX-Trigger-After-Settle"] = CHANGED_EVENT
    return response


def _change(request: HttpRequest, row: Reading, work: Work) -> None:
    at, by = timezone.now(), request.user
    what, _colon, slot = request.POST.get("do", "").partition(":")
    if what == "add":
        actions.add_row(reading=row, by=by, at=at)
    elif what == "drop" and slot in reading_answers.SLOTS:
        actions.drop_row(reading=row, slot=slot, by=by, at=at)
    elif what == "of" and (source := _source(row, slot)) is not None:
        given = reading_answers.taken_from(source)
        actions.save_reading(reading=row, given=given, base={}, by=by, at=at)
    elif what == "last":
        actions.save_reading(reading=row, given=reading_last.same_as_last(work), base={}, by=by, at=at)


def _sources(row: Reading) -> list[Reading]:
    """The signed readings from which an adjudication may take its answers."""
    return standing.signed_readings(row.review) if row.is_adjudication else []


def _source(row: Reading, key: str) -> Reading | None:
    return next((one for one in _sources(row) if str(one.pk) == key), None)


@login_required
@require_POST
def sign_reading(request: HttpRequest, patient_id: int, reading_id: int) -> HttpResponse:
    """Save what is on the screen and sign it; what is open is listed, and nothing is signed."""
    patient, row, work = _load(request, patient_id, reading_id)
    try:
        _save(request, row, work)
        actions.sign_reading(reading=row, by=request.user, at=timezone.now())
    except actions.UnableToSave:
        return _not_open(request, row)
    except held.CourseEnded:
        messages.warning(request, _("The course of this patient has ended: nothing is signed any more."))
        return redirect("followup:review_readings", patient.pk, row.review_id)
    except actions.UnableToSign as refused:
        context = _stored(refused.reading, work)
        lacks_why = context["asks_why"] and not told.value_of(refused.reading.typed, reading_answers.WHY)
        return render(
            request,
            "followup/reading.html",
            context | {"is_refused": True, "lacks_why": lacks_why},
            status=422,
        )
    messages.success(request, _("Reading signed."))
    return redirect("followup:review_readings", patient.pk, row.review_id)


@login_required
@require_POST
def correct_reading(request: HttpRequest, patient_id: int, reading_id: int) -> HttpResponse:
    """Open the person's own signed reading for a correction."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    row = reading_of(patient, reading_id)
    try:
        actions.open_correction(reading=row, by=request.user, at=timezone.now())
    except actions.UnableToCorrect:
        messages.info(request, _("Only the reader corrects a signed reading. Read it yourself beside it."))
        return redirect("followup:review_readings", patient.pk, row.review_id)
    return redirect("followup:reading", patient.pk, row.pk)


@login_required
@require_POST
def leave_correction(request: HttpRequest, patient_id: int, reading_id: int) -> HttpResponse:
    """Leave a signed reading as it was signed."""
    patient = access.get_patient_for(request, patient_id, may=Capability.TREAT_PATIENTS)
    row = reading_of(patient, reading_id)
    try:
        actions.drop_correction(reading=row, by=request.user, at=timezone.now())
    except actions.UnableToSave:
        return _not_open(request, row)
    messages.info(request, _("The reading stays as it was signed."))
    return redirect("followup:review_readings", patient.pk, row.review_id)
