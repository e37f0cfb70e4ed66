"""The way of every form page of this room: show, check, save, say what was done, go back; nothing typed is lost."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from patients import meanwhile
from patients.actions import rows
from patients.models import Patient


@dataclass(frozen=True)
class FormPage:
    """What stands around the form. `save` does the work and returns the message; it may raise ValidationError.

    `row` is the row that the form writes whole: who has it open is told when somebody else changes it meanwhile.
    """

    title: str
    submit: str
    back: str
    save: Callable[[], str]
    lede: str = ""
    template: str = "patients/form_page.html"
    danger: bool = False
    context: dict = field(default_factory=dict)
    row: models.Model | None = None


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, even when it is nothing; None for a GET."""
    return request.POST if request.method == "POST" else None


def answer(request: HttpRequest, patient: Patient, form: forms.BaseForm, page: FormPage) -> HttpResponse:
    """Answer a GET with the form, a POST with the work done or the form and its errors."""
    if request.method == "POST" and form.is_valid() and is_as_seen(request, form, page.row):
        try:
            message = page.save()
        except forms.ValidationError as error:
            form.add_error(None, error)
        except (rows.UnableToRetract, rows.UnableToChange):
            form.add_error(None, taken_back())
        else:
            messages.success(request, message)
            return redirect(page.back)
    context = {
        "patient": patient,
        "form": form,
        "page": page,
        "seen": seen_of(request, form, page.row),
        **page.context,
    }
    return render(request, page.template, context, status=422 if form.is_bound else 200)


def taken_back() -> str:
    """Say that somebody was faster."""
    return _("Somebody has taken this back already. Nothing was changed.")


def is_as_seen(request: HttpRequest, form: forms.BaseForm, row: models.Model | None) -> bool:
    """Tell at the form what somebody else changed since it was opened; saving once more is then a choice."""
    if row is None:
        return True
    try:
        meanwhile.check(row, request.POST.get("seen", ""), by=request.user, at=timezone.now())
    except forms.ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def seen_of(request: HttpRequest, form: forms.BaseForm, row: models.Model | None) -> str:
    """Return the version that the person has seen: the one opened, or the one just told of."""
    if row is None:
        return ""
    is_told = form.is_bound and form.has_error(NON_FIELD_ERRORS, meanwhile.CHANGED)
    opened = "" if is_told else request.POST.get("seen", "")
    return opened or meanwhile.version_of(row)
