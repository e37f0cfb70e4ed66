"""The invented patients of the demonstration team, each with the answer that it is there to show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# A patient whom nothing speaks against: three nodules, good liver, no spread. Each case says how it differs.
PLAIN: Mapping[str, Any] = {
    "bilirubin_umol_per_l": 14,
    "albumin_g_per_l": 41,
    "inr": 1.0,
    "creatinine_umol_per_l": 80,
    "sodium_mmol_per_l": 140,
    "alt_u_per_l": 44,
    "ast_u_per_l": 51,
    "crp_mg_per_l": 4,
    "afp_ng_per_ml": 152,
    "leukocytes_10e9_per_l": 5.6,
    "platelets_10e9_per_l": 164,
    "on_dialysis": False,
    "ascites": "none",
    "encephalopathy": "none",
    "ecog": 0,
    "hypersplenism": False,
    "recent_chemotherapy": False,
    "cachexia": False,
    "multi_organ_failure": False,
    "coagulation": "normal",
    "infection": "none",
    "lesion_diameters_mm": (52, 31, 24),
    "tumour_fraction_pct": 12,
    "capsule": "intact",
    "margin": "clear",
    "extrahepatic_spread": "none",
    "macrovascular_invasion": False,
    "expected_survival_months": 24,
    "portal_trunk": "patent",
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


@dataclass(frozen=True)
class Case:
    """One patient: who, how the facts differ from PLAIN, what was decided, and the answer that must come out."""

    family_name: str
    given_name: str
    sex: str
    born: str
    mrn: str
    verdict: str
    conditions: tuple[str, ...] = ()
    modality: str | None = None
    differs: Mapping[str, Any] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    segments: tuple[tuple[str, ...], ...] = (("8",), ("5", "6"), ("3",))
    decision: str = "proceed"
    reason: str = ""
    why_not_surgery: str = "Bilobar nodules; too little liver would remain."
    plan: str = "Superselective conventional TACE of each nodule."
    allergy: str = ""
    is_draft: bool = False
    signed_days_ago: int = 3
    labs_days_ago: int = 6

    def facts(self) -> dict[str, Any]:
        known = {**PLAIN, **self.differs}
        return {name: value for name, value in known.items() if name not in self.unknown}


ELIGIBLE = (
    Case(
        "Bergström", "Elin", "female", "1954-07-02", "5528 1043", "eligible", modality="TACE",
        signed_days_ago=66, labs_days_ago=69,
    ),
    Case(
        "Okafor", "Daniel", "male", "1961-03-14", "7041 2296",
        "eligible_with_conditions", ("staged_small_volume",), "TACE",
        differs={
            "lesion_diameters_mm": (118, 64, 40), "tumour_fraction_pct": 72, "afp_ng_per_ml": 412, "ecog": 1,
            "albumin_g_per_l": 38, "bilirubin_umol_per_l": 19,
        },
        segments=(("5", "8", "6"), ("4a",), ("2",)),
        plan="Staged small-volume TACE, right anterior sector first. Second stage after the 4 to 6 week review.",
        allergy="Iodinated contrast|rash, 2019",
    ),
    Case(
        "Weiss", "Miriam", "female", "1958-11-23", "2817 4460",
        "eligible_with_conditions", ("leukopenia_from_hypersplenism",), "TACE",
        differs={"leukocytes_10e9_per_l": 2.4, "platelets_10e9_per_l": 74, "hypersplenism": True},
    ),
    Case(
        "Petrov", "Dimitar", "male", "1949-01-30", "9052 3318",
        "eligible_with_conditions", ("superselective_reduced",), "TACE",
        differs={"albumin_g_per_l": 31, "ascites": "slight", "bilirubin_umol_per_l": 29},
        plan="Superselective, reduced dose; paracentesis is not needed.",
    ),
    Case(
        "Adeyemi", "Folake", "female", "1966-05-09", "4471 0062",
        "eligible_with_conditions", ("correct_coagulation_first",), "TACE",
        differs={"coagulation": "impaired_correctable", "inr": 1.6},
        plan="Vitamin K, INR again on the day before.",
    ),
    Case(
        "Romero-Vale", "Inés", "female", "1959-08-17", "3380 7715",
        "eligible_with_conditions", ("embolise_fistula_first",), "TACE",
        differs={"fistula": "moderate", "fistula_kind": "arteriovenous"},
        plan="Close the fistula first, then the tumour.",
        signed_days_ago=27, labs_days_ago=30,
    ),
    Case(
        "Nakamura", "Kenji", "male", "1951-12-05", "6610 2954",
        "eligible_with_conditions", ("treat_infection_at_the_same_time",), "TACE",
        differs={"infection": "active_treatable", "crp_mg_per_l": 48},
        allergy="Penicillin|urticaria",
        plan="Antibiotics by culture from today; TACE under cover.",
    ),
    Case(
        "Santoro", "Paola", "female", "1963-02-19", "3372 9105",
        "eligible_with_conditions", ("combine_with_systemic_therapy",), "TACE",
        differs={"extrahepatic_spread": "limited"},
        plan="TACE of the liver disease together with systemic therapy.",
        signed_days_ago=34, labs_days_ago=37,
    ),
    Case(
        "Hussain", "Tariq", "male", "1970-10-11", "7718 2043",
        "eligible_with_conditions", ("reassess_for_resection",), "TACE",
        differs={"purpose": "before_resection", "resectability": "resectable", "surgery": "suitable",
                 "lesion_diameters_mm": (84,), "tumour_fraction_pct": 16},
        segments=(("6", "7"),),
        why_not_surgery="",
        plan="One session to shrink the tumour, then surgery is asked again.",
        signed_days_ago=13, labs_days_ago=16,
    ),
    Case(
        "Tanaka-Reyes", "Luis", "male", "1944-06-27", "8105 3327",
        "eligible_with_conditions", ("outside_main_gate",), "TACE",
        differs={"ecog": 3, "local_pain": True},
        plan="Palliative, for pain. Discussed with the family.",
    ),
    Case(
        "Achterberg", "Noor", "female", "1956-09-01", "6240 8871",
        "eligible_with_conditions", ("control_bleeding_first",), "TACE",
        differs={"portal_hypertensive_bleeding": True},
        plan="Band ligation first; TACE when the bleeding has stopped.",
    ),
    Case(
        "Lindgren", "Olof", "male", "1947-04-08", "1193 5520",
        "eligible", (), "TAI",
        differs={"fistula": "severe", "fistula_kind": "arterioportal"},
        plan="Infusion only: no embolisation through a severe fistula.",
        signed_days_ago=16, labs_days_ago=19,
    ),
    Case(
        "Moreau", "Camille", "female", "1968-03-03", "4026 7781",
        "eligible", (), "TAE",
        differs={"tumour_rupture_bleeding": True, "local_pain": True},
        plan="Emergency embolisation of the bleeding branch.",
        signed_days_ago=0,
        labs_days_ago=0,
    ),
)  # fmt: skip

NOT_NOW = (
    Case(
        "Castellano", "Rita", "female", "1960-01-21", "5093 6618",
        "not_eligible",
        differs={"platelets_10e9_per_l": 52},
        decision="do_not_proceed", plan="",
    ),
    Case(
        "Brandt", "Horst", "male", "1953-07-30", "2204 9917",
        "not_eligible",
        differs={"bilirubin_umol_per_l": 62, "albumin_g_per_l": 26, "ascites": "moderate_to_severe"},
        decision="do_not_proceed", plan="Best supportive care; transplant team asked.",
    ),
    Case(
        "Osei", "Kwame", "male", "1957-11-12", "8830 1475",
        "not_eligible",
        differs={"portal_trunk": "complete", "portal_collaterals": "few", "pvtt": "vp4",
                 "macrovascular_invasion": True},
        decision="refer", plan="Superselective staged embolisation only if the meeting agrees.",
    ),
    Case(
        "Novak", "Jana", "female", "1950-02-14", "7712 3390",
        "needs_mdt",
        differs={"tumour_rupture_bleeding": True, "bilirubin_umol_per_l": 70, "albumin_g_per_l": 25,
                 "ascites": "moderate_to_severe", "ecog": 2},
        decision="refer", plan="Bleeding with Child-Pugh C: decide together, today.",
        signed_days_ago=0, labs_days_ago=0,
    ),
    Case(
        "Larsen", "Mette", "female", "1972-08-25", "3015 8842",
        "surgery_preferred",
        differs={"resectability": "resectable", "surgery": "suitable", "lesion_diameters_mm": (46,),
                 "tumour_fraction_pct": 5},
        segments=(("3",),), why_not_surgery="",
        decision="refer", plan="Liver surgery asked.",
    ),
    Case(
        "Ferreira", "Duarte", "male", "1941-05-16", "9907 2231",
        "not_indicated",
        differs={"ecog": 3, "ablation": "suitable"},
        decision="do_not_proceed", plan="Seen again if the performance improves.",
    ),
    Case(
        "Kowalski", "Ewa", "female", "1965-10-04", "6658 4013",
        "insufficient_data",
        unknown=("albumin_g_per_l", "ascites", "encephalopathy", "portal_trunk", "tumour_fraction_pct"),
        is_draft=True, decision="", plan="",
    ),
)  # fmt: skip

ALL = ELIGIBLE + NOT_NOW
