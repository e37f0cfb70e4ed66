"""The invented procedures of the demonstration team: what was done, vessel by vessel, and the days after."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CONVENTIONAL = (
    ("agent:doxorubicin", {"dose": (30, "mg"), "carrier": "oil_emulsion"}),
    ("material:ethiodised-oil", {"volume": (4, "mL"), "lot": "L2207"}),
    ("material:gelatin-sponge", {"volume": (2, "mL"), "lot": "G2231"}),
)
BEADS = (
    ("agent:doxorubicin", {"dose": (75, "mg"), "carrier": "beads"}),
    ("material:dc-bead", {"volume": (2, "mL"), "size": (100, 300, "µm"), "lot": "B9140"}),
)
INFUSION = (("agent:epirubicin", {"dose": (50, "mg"), "carrier": "solution"}),)
SPONGE = (("material:gelatin-sponge", {"volume": (3, "mL"), "lot": "G2231"}),)

# Every step that went as the guideline asks; each session says how it differed.
STEPS: Mapping[str, str] = {
    "dsa": "yes",
    "coeliac_or_common_hepatic_run": "yes",
    "arterial_phase": "yes",
    "parenchymal_phase": "yes",
    "venous_phase": "yes",
    "superior_mesenteric_run": "yes",
    "collaterals_sought": "yes",
    "collaterals_found": "no",
    "tumour_analysed": "yes",
    "fistula_seen": "none",
    "right_and_left_infused_separately": "does_not_apply",
    "emulsion_fully_mixed": "yes",
    "slow_injection": "yes",
    "non_target_avoided": "yes",
    "residual_supply": "no",
    "proper_hepatic_artery_open": "yes",
}


@dataclass(frozen=True)
class Place:
    """One position of the catheter: which artery, for which lesions (their numbers), and what went in."""

    artery: str
    lesions: tuple[int, ...]
    given: tuple[tuple[str, dict[str, Any]], ...]
    level: str = "segmental"
    end_point: str = "stasis"


@dataclass(frozen=True)
class Session:
    """One procedure. `steps` and `because` say how it differed from STEPS; `reason` why a ceiling was passed."""

    family_name: str
    days_ago: int
    places: tuple[Place, ...]
    modality: str = "TACE"
    technique: str = "conventional"
    emergency_reason: str = ""
    steps: Mapping[str, str] = field(default_factory=dict)
    because: Mapping[str, str] = field(default_factory=dict)
    air_kerma_mgy: int = 1450
    contrast_ml: int = 120
    narrative: str = ""
    reason: str = ""
    is_signed: bool = True


@dataclass(frozen=True)
class Round:
    """How the patient was, so many days after."""

    day: int
    temperature_c: str
    pain: int
    answers: Mapping[str, str]


SESSIONS = (
    Session(
        "Bergström",
        60,
        (Place("a8", (1,), CONVENTIONAL), Place("a5", (2,), CONVENTIONAL), Place("a3", (3,), CONVENTIONAL)),
        steps={"right_and_left_infused_separately": "yes"},
    ),
    Session(
        "Romero-Vale",
        20,
        (Place("a8", (1,), CONVENTIONAL), Place("a6", (2,), CONVENTIONAL)),
        steps={"fistula_seen": "moderate", "fistula_closed_first": "yes", "venous_phase": "no"},
        because={"venous_phase": "Breath not held"},
        narrative="Arteriovenous fistula of A8 closed with gelatin sponge before the emulsion.",
    ),
    Session(
        "Santoro",
        28,
        (Place("right-anterior", (1, 2), BEADS, level="sectoral"),),
        technique="beads",
        reason="Echocardiography of last week normal; the meeting agreed to one more session.",
    ),
    Session(
        "Lindgren",
        12,
        (Place("right-hepatic", (1, 2), INFUSION, level="lobar", end_point="infusion_complete"),),
        modality="TAI",
        technique="",
        steps={"fistula_seen": "severe"},
    ),
    Session(
        "Moreau",
        0,
        (Place("a6", (2,), SPONGE, level="subsegmental"),),
        modality="TAE",
        technique="",
        emergency_reason="Bleeding from tumour rupture at night; the assessment was written afterwards.",
        is_signed=False,
    ),
    Session("Hussain", 9, (Place("right-posterior", (1,), CONVENTIONAL, level="sectoral"),)),
)

# Whose second session is in progress: "same as last time", nothing confirmed yet.
REPEATED = "Bergström"

# A complication on day 9: the fever comes back after a calm week.
QUIET = {"nausea": "no", "vomiting": "no", "access_site": "no", "urination": "no", "jaundice": "no"}
ROUNDS: Mapping[str, tuple[Round, ...]] = {
    "Hussain": (
        Round(1, "38.2", 4, {**QUIET, "nausea": "yes"}),
        Round(3, "37.8", 2, QUIET),
        Round(7, "37.1", 1, QUIET),
        Round(9, "38.9", 5, {**QUIET, "chills": "yes"}),
    ),
    "Lindgren": (Round(1, "37.4", 1, QUIET), Round(7, "36.8", 0, QUIET)),
    "Bergström": (Round(3, "37.6", 2, QUIET), Round(14, "36.7", 0, QUIET)),
    "Romero-Vale": (Round(1, "37.9", 3, QUIET), Round(14, "36.9", 0, QUIET)),
    "Santoro": (Round(2, "37.2", 1, QUIET), Round(14, "36.6", 0, QUIET)),
}
LABS_OF_THE_DAYS_AFTER: Mapping[str, Mapping[int, Mapping[str, float]]] = {
    "Hussain": {
        1: {"alt_u_per_l": 210, "ast_u_per_l": 260, "leukocytes_10e9_per_l": 8.1, "bilirubin_umol_per_l": 21},
        7: {"alt_u_per_l": 74, "ast_u_per_l": 66, "leukocytes_10e9_per_l": 7.0, "bilirubin_umol_per_l": 17,
            "albumin_g_per_l": 37, "platelets_10e9_per_l": 140, "creatinine_umol_per_l": 84},
        9: {"leukocytes_10e9_per_l": 15.8, "crp_mg_per_l": 164, "bilirubin_umol_per_l": 24},
    },
}  # fmt: skip
# Given elsewhere before: with today's dose it passes the lifetime ceiling.
DOSES_ELSEWHERE: Mapping[str, tuple[int, str, str]] = {"Santoro": (2024, "doxorubicin", "960")}
