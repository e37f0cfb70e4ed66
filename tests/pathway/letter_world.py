"""A patient with a course, for the tests of letters: assessed, treated, imaged, read, decided on, due again."""

from datetime import date, time, timedelta

import pytest

from followup.models import ImagingReview
from pathway.letters import known, patient_words, words_chinese, words_english
from pathway.letters.rows import Kind, LetterDraft
from pathway.papers import typesetting
from tests.factories import followup as followup_factories
from tests.factories import letters as factories
from tests.factories import patients as patient_factories
from tests.factories.patients import NOW, TODAY
from tests.followup import courses, deciding
from tests.procedures import performed

TREATED_ON = TODAY - timedelta(days=10)
IN_WORDS = {"en": words_english, "zh-hans": words_chinese}


@pytest.fixture(scope="session")
def chinese_font():
    """Print Chinese where the machine can; CI, which forbids skips, always can."""
    if not typesetting.has_chinese_font():
        pytest.skip(f"There is no Chinese font (Debian: {typesetting.CHINESE_PACKAGE})")


def treated(patient, by, *, on: date = TREATED_ON, **changed):
    """Return the signed TACE of a day, of two feeders, through the groin."""
    at = deciding.moment(on)
    return performed.performed(patient, by, at=at, signed_at=at + timedelta(hours=2), signed_by=by, **changed)


def booked(procedure, *, on: date, **changed) -> ImagingReview:
    """Return the open review after a procedure, booked for a day."""
    return followup_factories.ImagingReviewFactory(
        patient=procedure.patient, after_procedure=procedure, counts_from=procedure.planned_on, booked_for=on,
        **{"booked_modality": "mri", "booked_at_time": time(9, 30), "booked_place": "MRI 2", **changed},
    )  # fmt: skip


def due(procedure, first: date, last: date) -> ImagingReview:
    return followup_factories.ImagingReviewFactory(
        patient=procedure.patient, after_procedure=procedure, counts_from=procedure.planned_on, due_from=first,
        due_to=last,
    )  # fmt: skip


def assessed(patient, by):
    return courses.sign(patient, by, "proceed", at=NOW - timedelta(days=12))


def diagnosed(patient, **changed):
    known_of = {
        "basis": "imaging", "diagnosed_on": date(2026, 1, 20), "hepatitis_b": "yes", "hepatitis_c": "not_known",
        "cirrhosis": "compensated",
    }  # fmt: skip
    return patient_factories.DiagnosisFactory(patient=patient, **(known_of | changed))


def to_patient(patient, language="en", *, on: date = TODAY) -> dict:
    """Return the letter to the patient."""
    return patient_words.letter(known.known_of(patient, on=on), IN_WORDS[language])


def draft(patient, by, kind=Kind.PATIENT, **changed) -> LetterDraft:
    return factories.LetterDraftFactory(patient=patient, started_by=by, kind=kind, **changed)


def part_of(letter: dict, title: str) -> str:
    """Return everything that stands under a title."""
    found = next((part for part in letter["parts"] if part["title"] == title), None)
    return "\n".join([*found["lines"], *found["items"]]) if found else ""
