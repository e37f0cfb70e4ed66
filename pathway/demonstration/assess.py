"""Assesses the invented patients through the actions of the assessment's own page."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from assessments.actions import drafts, signing
from assessments.models import Assessment
from pathway.demonstration.cases import Case
from patients.models import Patient

# Facts that come from the laboratory, the lesions or the record, and are not typed into the assessment.
LABORATORY = (
    "bilirubin_umol_per_l", "albumin_g_per_l", "inr", "creatinine_umol_per_l", "sodium_mmol_per_l",
    "alt_u_per_l", "ast_u_per_l", "crp_mg_per_l", "afp_ng_per_ml", "leukocytes_10e9_per_l",
    "platelets_10e9_per_l",
)  # fmt: skip
LESIONS = ("lesion_diameters_mm", "capsule", "margin")
MEETING_AFTER = timedelta(days=4)


def assess(patient: Patient, case: Case, colleagues: Mapping[str, User], at: datetime) -> Assessment:
    """Answer the patient's draft, begun now unless it is there, and sign it unless the case stays a draft."""
    by = colleagues["clinician"]
    draft = drafts.start_draft(patient=patient, by=by, on=at.date(), at=at)
    given = {name: {"value": value} for name, value in _typed(case, colleagues["lead"], at.date()).items()}
    drafts.save_draft(assessment=draft, given=given, base={}, by=by, on=at.date(), at=at)
    if not case.is_draft:
        signing.sign_assessment(assessment=draft, by=by, on=at.date(), at=at)
    draft.refresh_from_db()
    return draft


def _typed(case: Case, meeting_owner: User, on: date) -> dict[str, Any]:
    """What the clinician answers in the form: all that the laboratory and the lesions do not say already."""
    typed = {
        name: value for name, value in case.facts().items() if name not in LABORATORY and name not in LESIONS
    }
    typed["individual_plan"] = case.plan
    typed["decision"] = case.decision
    if case.decision == Assessment.Choice.REFER:
        typed["meeting_owner"] = meeting_owner.pk
        typed["meeting_on"] = (on + MEETING_AFTER).isoformat()
    if typed["surgery"] != "suitable":
        typed["why_not_surgery"] = case.why_not_surgery
    return {name: value for name, value in typed.items() if value != ""}
