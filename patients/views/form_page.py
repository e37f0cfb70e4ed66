"""The way of every form page of this room: show, check, save, say what was done, go back; nothing typed is lost."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from patients.models import Patient


@dataclass(frozen=True)
class FormPage:
    """What stands around the form. `save` does the work and returns the message; it may raise ValidationError."""

    title: str
    submit: str
    back: str
    save: Callable[[], str]
    lede: str = ""
    template: str = "patients/form_page.html"
    danger: bool = False
    context: dict = field(default_factory=dict)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, even when it is nothing; None for a GET."""
    return request.POST if request.method == "POST" else None


def answer(request: HttpRequest, patient: Patient, form: forms.BaseForm, page: FormPage) -> HttpResponse:
    """Answer a GET with the form, a POST with the work done or the form and its errors."""
    if request.method == "POST" and form.is_valid():
        try:
            message = page.save()
        except forms.ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, message)
            return redirect(page.back)
    context = {"patient": patient, "form": form, "page": page, **page.context}
    return render(request, page.template, context, status=422 if form.is_bound else 200)
