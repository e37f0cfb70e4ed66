"""The facts as the contract's table lists them, and what one entry of a line of JSON tells about a fact."""

from dataclasses import dataclass

RANGES = {
    "age_years": (0, 120),
    "height_cm": (50, 275),
    "weight_kg": (2, 650),
    "bilirubin_umol_per_l": (1, 1500),
    "albumin_g_per_l": (10, 70),
    "inr": (0.5, 30),
    "pt_prolongation_s": (-10, 150),
    "creatinine_umol_per_l": (10, 4500),
    "egfr_ml_per_min_1_73m2": (0, 250),
    "sodium_mmol_per_l": (90, 200),
    "alt_u_per_l": (1, 50000),
    "ast_u_per_l": (1, 50000),
    "crp_mg_per_l": (0, 1000),
    "afp_ng_per_ml": (0, 1e8),
    "leukocytes_10e9_per_l": (0, 2000),
    "platelets_10e9_per_l": (0, 4000),
    "ecog": (0, 4),
    "lesion_count": (0, 1000),
    "largest_lesion_mm": (0, 500),
    "tumour_fraction_pct": (0, 100),
    "expected_survival_months": (0, 600),
    "baseline_mm": (0, 2000),
    "nadir_mm": (0, 2000),
    "current_mm": (0, 2000),
    "interventions_done": (1, 50),
    "earlier_progressions": (0, 50),
}
WHOLE_NUMBERS = {"ecog", "lesion_count", "interventions_done", "earlier_progressions"}
CHOICES = {
    "sex": ("female", "male"),
    "ascites": ("none", "slight", "moderate_to_severe"),
    "encephalopathy": ("none", "grade_1_2", "grade_3_4"),
    "child_pugh_class": ("A", "B", "C"),
    "coagulation": ("normal", "impaired_correctable", "impaired_uncorrectable"),
    "infection": ("none", "active_treatable", "active_untreatable"),
    "capsule": ("intact", "incomplete", "absent"),
    "margin": ("clear", "unclear"),
    "extrahepatic_spread": ("none", "limited", "extensive"),
    "portal_trunk": ("patent", "partial", "complete"),
    "portal_collaterals": ("none", "few", "formed"),
    "pvtt": ("vp0", "vp1", "vp2", "vp3", "vp4"),
    "fistula": ("none", "mild", "moderate", "severe"),
    "fistula_kind": ("arterioportal", "arteriovenous"),
    "resectability": ("resectable", "unresectable"),
    "surgery": ("suitable", "unsuitable", "declined"),
    "ablation": ("suitable", "unsuitable", "declined"),
    "purpose": ("tumour_control", "before_resection", "after_resection"),
    "prior_surgery": ("none", "failed", "recurrence", "no_residual_tumour"),
    "lipiodol_deposition": ("dense", "partial", "sparse", "none"),
    "necrosis": ("complete", "partial", "none"),
    "non_target": ("absent", "complete_response", "non_progressive", "progressive", "not_evaluated"),
}
YES_OR_NO = (
    "on_dialysis",
    "hypersplenism",
    "recent_chemotherapy",
    "cachexia",
    "multi_organ_failure",
    "macrovascular_invasion",
    "recurrence_after_transplant",
    "local_pain",
    "tumour_rupture_bleeding",
    "portal_hypertensive_bleeding",
    "viable_tumour",
    "enlargement",
    "new_lesions",
    "progression",
    "liver_function_recovered",
)
CHOICES |= dict.fromkeys(YES_OR_NO, (False, True))

# One unit of the left is so many of the unit in the fact's name.
UNITS = {
    "bilirubin_umol_per_l": {"umol/L": 1, "µmol/L": 1, "mg/dL": 17.1},
    "albumin_g_per_l": {"g/L": 1, "g/dL": 10},
    "creatinine_umol_per_l": {"umol/L": 1, "µmol/L": 1, "mg/dL": 88.4},
    "leukocytes_10e9_per_l": {"10^9/L": 1, "10^3/uL": 1, "/uL": 0.001},
    "platelets_10e9_per_l": {"10^9/L": 1, "10^3/uL": 1, "/uL": 0.001},
    "afp_ng_per_ml": {"ng/mL": 1, "ug/L": 1},
    "crp_mg_per_l": {"mg/L": 1, "mg/dL": 10},
    "largest_lesion_mm": {"mm": 1, "cm": 10},
    "baseline_mm": {"mm": 1, "cm": 10},
    "nadir_mm": {"mm": 1, "cm": 10},
    "current_mm": {"mm": 1, "cm": 10},
}

ORDER = [
    "age_years", "sex", "height_cm", "weight_kg", "bilirubin_umol_per_l", "albumin_g_per_l", "inr",
    "pt_prolongation_s", "creatinine_umol_per_l", "egfr_ml_per_min_1_73m2", "sodium_mmol_per_l",
    "alt_u_per_l", "ast_u_per_l", "crp_mg_per_l", "afp_ng_per_ml", "leukocytes_10e9_per_l",
    "platelets_10e9_per_l", "on_dialysis", "ascites", "encephalopathy", "child_pugh_class", "ecog",
    "hypersplenism", "recent_chemotherapy", "cachexia", "multi_organ_failure", "coagulation", "infection",
    "lesion_count", "largest_lesion_mm", "lesion_diameters_mm", "tumour_fraction_pct", "capsule",
    "margin", "extrahepatic_spread", "macrovascular_invasion", "expected_survival_months", "portal_trunk",
    "portal_collaterals", "pvtt", "fistula", "fistula_kind", "resectability", "surgery", "ablation",
    "purpose", "prior_surgery", "recurrence_after_transplant", "local_pain", "tumour_rupture_bleeding",
    "portal_hypertensive_bleeding",
]  # fmt: skip

# Child-Pugh has its own printed cut-offs for these two, in either unit: the unit of entry stays with the value.
KEPT_IN_THE_UNIT_OF_ENTRY = {"bilirubin_umol_per_l": "umol/L", "albumin_g_per_l": "g/L"}


@dataclass(frozen=True)
class Interval:
    """All that is known of a number: it lies between these two, both possible, in this unit."""

    low: float
    high: float
    unit: str = ""


def in_canonical_unit(name: str, value: float, unit: str) -> float:
    if unit == "/uL":
        return value / 1000
    return value * UNITS[name][unit] if unit else value


def entered_unit(name: str, raw: object) -> str:
    given = raw.get("unit", "") if isinstance(raw, dict) else ""
    spelling = {unit.lower(): unit for unit in UNITS.get(name, {})}
    unit = spelling.get(given.lower(), "")
    return "umol/L" if unit == "µmol/L" else unit


def exact(name: str, value: float, unit: str) -> object:
    """The value as the clauses want it: canonical, or with its unit of entry where that decides the cut-offs."""
    if name in KEPT_IN_THE_UNIT_OF_ENTRY:
        return (value, unit or KEPT_IN_THE_UNIT_OF_ENTRY[name])
    return in_canonical_unit(name, value, unit)


def number_known(name: str, raw: object) -> object:
    """An exact value, or an Interval in the unit of entry (bilirubin, albumin) or the canonical one (all others)."""
    unit = entered_unit(name, raw)
    if not isinstance(raw, dict):
        return exact(name, raw, unit)
    if "value" in raw:
        return exact(name, raw["value"], unit)
    factor = UNITS[name][unit] if unit else 1
    limits = [limit / factor for limit in RANGES[name]]
    ends = [raw.get("min", limits[0]), raw.get("max", limits[1])]
    if name in KEPT_IN_THE_UNIT_OF_ENTRY:
        interval = Interval(*ends, unit or KEPT_IN_THE_UNIT_OF_ENTRY[name])
        return (interval.low, interval.unit) if interval.low == interval.high else interval
    low, high = (in_canonical_unit(name, end, unit) for end in ends)
    return low if low == high else Interval(low, high)


def nothing_known(name: str) -> object:
    if name in CHOICES:
        return list(CHOICES[name])
    low, high = (18, 120) if name == "age_years" else RANGES[name]
    return Interval(low, high, KEPT_IN_THE_UNIT_OF_ENTRY.get(name, ""))


def known(name: str, raw: object) -> object:
    """An exact value, an Interval, or the list of the choices still possible."""
    if raw is None:
        return nothing_known(name)
    if name in CHOICES:
        possible = raw if isinstance(raw, list) else [raw]
        return possible[0] if len(possible) == 1 else possible
    return number_known(name, raw)


def is_exact(what_is_known: object) -> bool:
    return not isinstance(what_is_known, Interval | list)
