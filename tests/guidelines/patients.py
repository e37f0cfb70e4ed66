"""Made-up patients for the tests of the guideline: one complete, and what each fact may be."""

from typing import Any

Facts = dict[str, Any]

# A patient with nothing unknown who is eligible without conditions.
COMPLETE: Facts = {
    "age_years": 60,
    "sex": "male",
    "bilirubin_umol_per_l": 15,
    "albumin_g_per_l": 40,
    "inr": 1.1,
    "creatinine_umol_per_l": 80,
    "sodium_mmol_per_l": 138,
    "on_dialysis": False,
    "afp_ng_per_ml": 20,
    "leukocytes_10e9_per_l": 5.0,
    "platelets_10e9_per_l": 150,
    "ascites": "none",
    "encephalopathy": "none",
    "ecog": 0,
    "hypersplenism": False,
    "recent_chemotherapy": False,
    "cachexia": False,
    "multi_organ_failure": False,
    "coagulation": "normal",
    "infection": "none",
    "lesion_count": 3,
    "largest_lesion_mm": 60,
    "tumour_fraction_pct": 30,
    "capsule": "intact",
    "margin": "clear",
    "extrahepatic_spread": "none",
    "macrovascular_invasion": False,
    "expected_survival_months": 12,
    "portal_trunk": "patent",
    "portal_collaterals": "none",
    "pvtt": "vp0",
    "fistula": "none",
    "resectability": "unresectable",
    "surgery": "unsuitable",
    "ablation": "unsuitable",
    "purpose": "tumour_control",
    "prior_surgery": "none",
    "recurrence_after_transplant": False,
    "local_pain": False,
    "tumour_rupture_bleeding": False,
    "portal_hypertensive_bleeding": False,
}

YES_OR_NO = [False, True]

# Values on each side of every cut, and on it.
VALUES: dict[str, list[Any]] = {
    "age_years": [18, 45, 60, 120],
    "sex": ["female", "male"],
    "bilirubin_umol_per_l": [1, 33.9, 34, 51, 51.1, 1500],
    "albumin_g_per_l": [10, 27.9, 28, 35, 35.1, 70],
    "inr": [0.5, 1.69, 1.7, 2.3, 2.31, 30],
    "creatinine_umol_per_l": [10, 80, 180, 220, 260, 300, 4500],
    "on_dialysis": YES_OR_NO,
    "afp_ng_per_ml": [0, 400, 400.1, 1e8],
    "leukocytes_10e9_per_l": [0, 2.9, 3, 2000],
    "platelets_10e9_per_l": [0, 59, 60, 4000],
    "ascites": ["none", "slight", "moderate_to_severe"],
    "encephalopathy": ["none", "grade_1_2", "grade_3_4"],
    "ecog": [0, 1, 2, 3, 4],
    "hypersplenism": YES_OR_NO,
    "recent_chemotherapy": YES_OR_NO,
    "cachexia": YES_OR_NO,
    "multi_organ_failure": YES_OR_NO,
    "coagulation": ["normal", "impaired_correctable", "impaired_uncorrectable"],
    "infection": ["none", "active_treatable", "active_untreatable"],
    "lesion_count": [0, 1, 2, 3, 4, 1000],
    "largest_lesion_mm": [0, 20, 20.1, 30, 30.1, 99.9, 100, 500],
    "tumour_fraction_pct": [0, 1, 69.9, 70, 100],
    "capsule": ["intact", "incomplete", "absent"],
    "margin": ["clear", "unclear"],
    "extrahepatic_spread": ["none", "limited", "extensive"],
    "macrovascular_invasion": YES_OR_NO,
    "expected_survival_months": [0, 2.9, 3, 600],
    "portal_trunk": ["patent", "partial", "complete"],
    "portal_collaterals": ["none", "few", "formed"],
    "pvtt": ["vp0", "vp1", "vp4"],
    "fistula": ["none", "mild", "moderate", "severe"],
    "fistula_kind": ["arterioportal", "arteriovenous"],
    "resectability": ["resectable", "unresectable"],
    "surgery": ["suitable", "unsuitable", "declined"],
    "ablation": ["suitable", "unsuitable", "declined"],
    "purpose": ["tumour_control", "before_resection", "after_resection"],
    "prior_surgery": ["none", "failed", "recurrence", "no_residual_tumour"],
    "recurrence_after_transplant": YES_OR_NO,
    "local_pain": YES_OR_NO,
    "tumour_rupture_bleeding": YES_OR_NO,
    "portal_hypertensive_bleeding": YES_OR_NO,
}


def patient(**changes: Any) -> Facts:
    """The complete patient with some facts changed; None takes a fact away."""
    facts = {**COMPLETE, **changes}
    return {name: value for name, value in facts.items() if value is not None}
