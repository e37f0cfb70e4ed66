"""A whole record of a conventional TACE, and small changes of it."""

from typing import Any

ANSWERED_YES = (
    "dsa",
    "coeliac_or_common_hepatic_run",
    "arterial_phase",
    "parenchymal_phase",
    "venous_phase",
    "superior_mesenteric_run",
    "collaterals_sought",
    "fistula_closed_first",
    "emulsion_fully_mixed",
    "slow_injection",
    "non_target_avoided",
    "proper_hepatic_artery_open",
)


def steps(**changes: str | None) -> dict[str, Any]:
    """Every step answered as the guideline asks; None leaves one out."""
    answers: dict[str, str | None] = {
        **dict.fromkeys(ANSWERED_YES, "yes"),
        "residual_supply": "no",
        "fistula_seen": "none",
        **changes,
    }
    return {key: {"answer": answer} for key, answer in answers.items() if answer is not None}


def oil(volume_ml: float | None = 6, order: int | None = 2) -> dict[str, Any]:
    return {"kind": "ethiodised_oil", "volume_ml": volume_ml, "order": order}


def material(kind: str | None, order: int | None = 3) -> dict[str, Any]:
    return {"kind": kind, "volume_ml": 2, "order": order}


def agent(
    carrier: str | None = "oil_emulsion", order: int | None = 1, code: str = "doxorubicin"
) -> dict[str, Any]:
    return {"agent": code, "dose_mg": 50, "carrier": carrier, "order": order}


def target(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "artery": "a8",
        "kind": "segmental",
        "side": "right",
        "level": "segmental",
        "microcatheter": "yes",
        "is_markedly_thick": "no",
        "lesions": ["L1"],
        "beyond_cystic": "yes",
        "beyond_right_gastric": "yes",
        "beyond_gastroepiploic": "yes",
        "speed": "slow",
        "end_point": "stasis",
        "administrations": [agent()],
        "embolisations": [oil()],
        **changes,
    }


def lesion(label: str = "L1", **changes: Any) -> dict[str, Any]:
    return {"label": label, "segments": ["8"], "longest_mm": 40, "vascularity": "high", **changes}


def record(**changes: Any) -> dict[str, Any]:
    return {
        "modality": "TACE",
        "technique": "conventional",
        "is_ended": True,
        "has_decision_to_proceed": True,
        "is_emergency": False,
        "is_urgent": False,
        "fistula": "none",
        "access": "femoral",
        "steps": steps(),
        "angiography": [],
        "lesions": [lesion()],
        "targets": [target()],
        **changes,
    }
