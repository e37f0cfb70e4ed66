"""Assessments for tests, and the facts of a patient for whom treatment is right."""

from datetime import date
from typing import Any

from assessments import edition_changes, entries, guidance
from assessments.actions import drafts, editions
from assessments.models import Assessment, EditionDryRun, EditionSettings
from tests.factories import accounts
from tests.factories.patients import NOW, TODAY

ELIGIBLE: dict[str, Any] = {
    "age_years": 65, "sex": "male",
    "bilirubin_umol_per_l": {"value": 19, "unit": "µmol/L"}, "albumin_g_per_l": {"value": 38, "unit": "g/L"},
    "inr": {"value": 1.1, "unit": "ratio"}, "creatinine_umol_per_l": {"value": 84, "unit": "µmol/L"},
    "leukocytes_10e9_per_l": {"value": 4.6, "unit": "10⁹/L"}, "platelets_10e9_per_l": {"value": 118, "unit": "10⁹/L"},
    "on_dialysis": False, "ascites": "none", "encephalopathy": "none", "ecog": 1, "hypersplenism": False,
    "recent_chemotherapy": False, "cachexia": False, "multi_organ_failure": False, "coagulation": "normal",
    "infection": "none", "lesion_diameters_mm": [44, 27], "tumour_fraction_pct": {"value": 20, "unit": "%"},
    "afp_ng_per_ml": {"value": 12, "unit": "ng/mL"}, "capsule": "intact", "margin": "clear",
    "extrahepatic_spread": "none", "macrovascular_invasion": False,
    "expected_survival_months": {"value": 24, "unit": "months"}, "portal_trunk": "patent", "pvtt": "vp0",
    "fistula": "none", "resectability": "unresectable", "surgery": "unsuitable", "ablation": "unsuitable",
    "purpose": "tumour_control", "prior_surgery": "none", "recurrence_after_transplant": False,
    "local_pain": False, "tumour_rupture_bleeding": False, "portal_hypertensive_bleeding": False,
}  # fmt: skip


def facts(**changed: Any) -> dict[str, Any]:
    """Return the contract's facts of an eligible patient, some of them changed; None takes one away."""
    return {name: value for name, value in (ELIGIBLE | changed).items() if value is not None}


def entries_of(*, on: date = TODAY, **changed: Any) -> dict[str, entries.Entry]:
    """Return the same facts as an assessment keeps them."""
    return {
        name: entries.entry_of(entries.normal(name, value), on=on, source=entries.LABORATORY)
        for name, value in facts(**changed).items()
    }


def draft(patient: Any, by: Any, *, on: date = TODAY, at: Any = NOW, **changed: Any) -> Assessment:
    """Return a draft that holds the facts of an eligible patient, some of them changed."""
    row = drafts.start_draft(patient=patient, by=by, on=on, at=at)
    row.facts = entries_of(on=on, **changed)
    row.save()
    return row


def edition_draft(by: Any = None, **fields: Any) -> EditionSettings:
    """Return the one draft of the edition's settings, begun from the newest published version."""
    newest = EditionSettings.objects.published().order_by("-version").first()
    given = {
        "version": newest.version + 1,
        "reason": "Finer catheters",
        "drafted_at": NOW,
        "based_on": newest,
    }
    drafted_by = by or accounts.UserFactory(is_site_admin=True)
    return EditionSettings.objects.create(**given | {"drafted_by": drafted_by} | fields)


def published_edition(*, effective_from: date = TODAY, **fields: Any) -> EditionSettings:
    """Return another version that two people published."""
    approved_by = accounts.UserFactory(is_site_admin=True)
    return edition_draft(approved_by=approved_by, approved_at=NOW, effective_from=effective_from, **fields)


def weighed_edition_draft(by: Any) -> EditionSettings:
    """Return the one draft that there may be, made where there is none, with a dry run that found nothing."""
    row = EditionSettings.objects.drafts().first() or edition_draft(by)
    if not row.dry_runs.exists():
        editions.keep_dry_run(dry_run=dry_run_of(row, by), flips=[], counts={"assessments": 0})
    return row


def dry_run_of(row: EditionSettings, by: Any) -> EditionDryRun:
    """Return a dry run of a draft as it is, unsaved."""
    return EditionDryRun(
        draft=row,
        compared_with=editions.newest_published(),
        draft_digest=edition_changes.digest_of(row),
        engine_version=guidance.ENGINE_VERSION,
        run_at=NOW,
        run_by=by,
    )
