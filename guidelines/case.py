"""A case: what the clauses look at. Its parts are the facts, with class and kidney function already worked out."""

from collections.abc import Mapping
from typing import Any

LIVER_FACTS = (
    "bilirubin_umol_per_l",
    "albumin_g_per_l",
    "inr",
    "pt_prolongation_s",
    "ascites",
    "encephalopathy",
    "child_pugh_class",
)
KIDNEY_FACTS = ("age_years", "sex", "creatinine_umol_per_l", "egfr_ml_per_min_1_73m2", "on_dialysis")

# Parts that several facts give; every other part is the fact of the same name.
FACTS_BEHIND: Mapping[str, tuple[str, ...]] = {
    "child_pugh_class": LIVER_FACTS,
    "has_serious_renal_dysfunction": KIDNEY_FACTS,
    "lesion_count": ("lesion_count", "lesion_diameters_mm"),
    "largest_lesion_mm": ("largest_lesion_mm", "lesion_diameters_mm"),
}


class Case:
    """The parts as attributes, every one of them known."""

    child_pugh_class: str
    has_serious_renal_dysfunction: bool
    ecog: float
    afp_ng_per_ml: float
    leukocytes_10e9_per_l: float
    platelets_10e9_per_l: float
    hypersplenism: bool
    recent_chemotherapy: bool
    cachexia: bool
    multi_organ_failure: bool
    coagulation: str
    infection: str
    lesion_count: float
    largest_lesion_mm: float
    total_diameter_mm: float  # only where a score of the tumour asks
    tumour_fraction_pct: float
    capsule: str
    margin: str
    extrahepatic_spread: str
    macrovascular_invasion: bool
    expected_survival_months: float
    portal_trunk: str
    portal_collaterals: str
    pvtt: str
    fistula: str
    fistula_kind: str | None
    resectability: str
    surgery: str
    ablation: str
    purpose: str
    prior_surgery: str
    recurrence_after_transplant: bool
    local_pain: bool
    tumour_rupture_bleeding: bool
    portal_hypertensive_bleeding: bool

    def __init__(self, parts: dict[str, Any]) -> None:
        self.__dict__ = parts


def facts_behind(part: str) -> tuple[str, ...]:
    """The facts that give a part of a case."""
    return FACTS_BEHIND.get(part, (part,))


class ReviewCase:
    """What a review shows, for the clauses of section 7."""

    interventions_done: float
    lipiodol_deposition: str
    necrosis: str
    viable_tumour: bool
    enlargement: bool
    new_lesions: bool
    progression: bool
    earlier_progressions: float
