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

    def __init__(self, parts: dict[str, Any]) -> None:
        self.__dict__ = parts


def facts_behind(part: str) -> tuple[str, ...]:
    """The facts that give a part of a case."""
    return FACTS_BEHIND.get(part, (part,))
