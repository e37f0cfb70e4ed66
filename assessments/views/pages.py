"""What several pages of an assessment share: loading the row, the form over it, and the context of the form's page."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from assessments import answers, entries, panel, sections, words
from assessments.actions import drafts
from assessments.forms import assessment as forms
from assessments.forms import layout
from assessments.models import Assessment
from patients.models import Patient


def assessment_of(patient: Patient, assessment_id: int) -> Assessment:
    """Return the patient's assessment, 404 otherwise."""
    related = ("patient__team", "edition_settings", "signed_by", "saved_by", "meeting_owner")
    return get_object_or_404(patient.assessments.select_related(*related), pk=assessment_id)


def posted_form(
    request: HttpRequest, assessment: Assessment, kind: type[forms.AssessmentForm] = forms.AssessmentForm
) -> forms.AssessmentForm:
    """Return the form with what the person has on the screen."""
    return kind(request.POST, team=assessment.patient.team, edition_settings=assessment.edition_settings)


def stored_form(
    assessment: Assessment, kind: type[forms.AssessmentForm] = forms.AssessmentForm
) -> forms.AssessmentForm:
    """Return the form with what is stored, unreadable answers as they were typed."""
    team, edition_settings = assessment.patient.team, assessment.edition_settings
    empty = kind(QueryDict(), team=team, edition_settings=edition_settings)
    data = forms.data_of(answers.answers_of(assessment), empty.fields)
    form = kind(data, team=team, edition_settings=edition_settings)
    if "amendment_reason" in form.fields:
        form.fields["amendment_reason"].required = False
    return form


def base_from(request: HttpRequest, assessment: Assessment) -> answers.Answers:
    """Return the answers that the page had shown; without them, what is stored: then nobody else's is in danger."""
    try:
        base = json.loads(request.POST.get("base", ""))
    except ValueError:
        base = None
    return base if isinstance(base, dict) else answers.answers_of(assessment)


def form_context(form: forms.AssessmentForm, assessment: Assessment, *, on: date) -> dict[str, Any]:
    """Return what the form's page shows beside `patient`."""
    return {
        "assessment": assessment,
        "form": form,
        "parts": layout.lay_out(form, assessment, on=on),
        "base": layout.base_of(assessment),
        "decision_items": [layout.item_of(form, assessment, name) for name in forms.DECISION_FIELDS],
        **panel_context(form, assessment, on=on),
    }


def panel_context(form: forms.AssessmentForm, assessment: Assessment, *, on: date) -> dict[str, Any]:
    """Return the live panel: what the engine says of the answers on the screen."""
    form.full_clean_once()
    held = layout.with_provenance(form, assessment)
    return {
        "panel": panel.build(form.weighed, held, assessment.edition_settings, on=on),
        "goes_against": form.goes_against_finding,
        "on_call": settings.ON_CALL,
    }


def shown_anew(
    form: forms.AssessmentForm, assessment: Assessment, *, on: date, also: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the questions whose stored answer is not the one on the screen, drawn from what is stored."""
    names = [*dict.fromkeys([*layout.differing(form, assessment), *also])]
    fresh = stored_form(assessment)
    layout.lay_out(fresh, assessment, on=on)
    return {
        "assessment": assessment,
        "patient": assessment.patient,
        "items": [layout.item_of(fresh, assessment, name) for name in names],
        "base": layout.base_of(assessment),
    }


def newer_values(assessment: Assessment, *, on: date) -> list[str]:
    """Say what the record knows newer, the old value beside the new one: Bilirubin 19 µmol/L → 25 µmol/L."""
    newer = drafts.newer_in_record(assessment, on=on)
    return [_change(name, assessment.facts.get(name), entry) for name, entry in newer.items()]


def _change(name: str, held: entries.Entry | None, entry: entries.Entry) -> str:
    before = words.value_of(name, entries.contract_value(held)) if held else gettext("not known")
    return f"{words.label_of(name)} {before} → {words.value_of(name, entries.contract_value(entry))}"


def differs_from_signed(form: forms.AssessmentForm, assessment: Assessment) -> bool:
    """Say whether the screen says something else than what is signed; what was not asked does not count."""
    asked = sections.asked(assessment.facts)
    stored = answers.answers_of(assessment)
    given = form.given
    unasked = {name for name in sections.ASKED_WHEN if name not in asked and name not in stored}
    return any(given.get(name) != stored.get(name) for name in answers.ALL_FIELDS if name not in unasked)


def revision_from(request: HttpRequest) -> int:
    """Return the revision that the page had shown; -1, which no row has, when it is not a number."""
    try:
        return int(request.POST.get("revision", ""))
    except ValueError:
        return -1


def earliest_meeting(assessment: Assessment, *, today: date) -> date:
    """An amendment may leave the day of a meeting that has been."""
    return min(today, assessment.meeting_on or today)
