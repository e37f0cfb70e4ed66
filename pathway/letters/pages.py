"""What the pages of letters show beside the patient."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from pathway.letters import content, obstacles, writing
from pathway.letters.rows import Kind, Letter, LetterDraft
from pathway.papers import typesetting
from patients.models import Patient


def letters_of(patient: Patient) -> QuerySet[Letter]:
    """Return what went out, the latest first, without the papers."""
    found = patient.letters.defer("pdf", "content", "text").select_related("issued_by")
    return found.prefetch_related("sendings")


def letter_of(patient: Patient, letter_id: int) -> Letter:
    """Return one letter of the patient, 404 otherwise."""
    found = patient.letters.defer("pdf").select_related("issued_by").filter(pk=letter_id).first()
    if found is None:
        raise Http404
    found.patient = patient
    return found


def context_of(draft: LetterDraft, *, by: User, on: date) -> dict[str, Any]:
    """Return the letter as it reads now, its digest, and what stands in its way."""
    letter = writing.content_of(draft, by=by, on=on)
    return {
        "content": letter,
        "digest": content.digest_of(letter),
        "complaint": obstacles.why_not(draft),
        "needs_head": not obstacles.has_phone(draft.patient.team),
        "language_note": _language_note(draft),
        "font_note": _font_note(draft),
    }


def _language_note(draft: LetterDraft) -> str:
    """Say when a patient does not read a letter in the language that is recorded, or none is."""
    patient = draft.patient
    if draft.kind != Kind.PATIENT or draft.language == patient.language:
        return ""
    names = dict(settings.PATIENT_LANGUAGES)
    if not patient.language:
        words = _("Nobody has recorded which language the patient reads. This letter is in %(this)s.")
    elif patient.language in names:
        words = _("The patient reads %(theirs)s, and this letter is in %(this)s.")
    else:
        words = _("There is no letter in the patient’s language (%(theirs)s) yet. This one is in %(this)s.")
    theirs = names.get(patient.language, patient.language)
    return words % {"theirs": theirs, "this": names.get(draft.language, draft.language)}


def _font_note(draft: LetterDraft) -> str:
    if draft.language != writing.CHINESE or typesetting.has_chinese_font():
        return ""
    return typesetting.chinese_font_missing()
