"""Every clause of sections 2, 3, 4 and of the figure, for one case in which everything that matters is known."""

KINDS = {
    "2.1": "applicability", "2.2": "applicability", "2.3": "applicability",
    "2.4": "prognostic", "2.5": "principle", "2.6.a": "prognostic", "2.6.b": "prognostic", "2.6.c": "prognostic",
    "3.1": "indication", "3.1.1": "indication", "3.1.2": "indication", "3.1.3": "indication", "3.1.4": "indication",
    "3.1.5": "indication", "3.1.6": "indication", "3.2": "indication", "3.3": "indication", "3.4": "indication",
    "3.5": "indication",
    "4.1": "contraindication", "4.2": "contraindication", "4.3": "contraindication", "4.4": "contraindication",
    "4.5": "contraindication", "4.6": "contraindication", "4.7": "contraindication", "4.7x": "exception",
    "4.8": "contraindication", "4.8a": "contraindication", "4.8a-x": "exception", "4.8b": "contraindication",
    "F.1": "indication", "F.2": "indication", "F.3": "indication", "F.4": "indication", "F.5": "indication",
    "F.6": "indication",
    "F.7": "contraindication", "F.8": "contraindication", "F.9": "contraindication", "F.9x": "exception",
    "F.10": "contraindication", "F.11": "contraindication", "F.12": "contraindication", "F.13": "contraindication",
}  # fmt: skip
WORDS = {
    "applicability": ("not_met", "met"),
    "indication": ("not_met", "met"),
    "contraindication": ("absent", "present"),
    "exception": ("does_not_apply", "applies"),
    "principle": ("does_not_apply", "applies"),
    "prognostic": ("does_not_apply", "applies"),
}


def points_for_bilirubin(value: float, unit: str) -> int:
    low, high = (2, 3) if unit == "mg/dL" else (34, 51)
    if value < low:
        return 1
    return 2 if value <= high else 3


def points_for_albumin(value: float, unit: str) -> int:
    low, high = (2.8, 3.5) if unit == "g/dL" else (28, 35)
    if value > high:
        return 1
    return 2 if value >= low else 3


def points_for_inr(value: float) -> int:
    if value < 1.7:
        return 1
    return 2 if value <= 2.3 else 3


def points_for_pt(seconds: float) -> int:
    if seconds < 4:
        return 1
    return 2 if seconds <= 6 else 3


def child_pugh_points(case: dict) -> int:
    return (
        points_for_bilirubin(*case["bilirubin_umol_per_l"])
        + points_for_albumin(*case["albumin_g_per_l"])
        + case["inr"]  # the points of the INR or, in its place, of the prothrombin time: settled beforehand
        + {"none": 1, "slight": 2, "moderate_to_severe": 3}[case["ascites"]]
        + {"none": 1, "grade_1_2": 2, "grade_3_4": 3}[case["encephalopathy"]]
    )


def class_of(points: int) -> str:
    if points <= 6:
        return "A"
    return "B" if points <= 9 else "C"


def child_pugh_class(case: dict) -> str:
    return case["child_pugh_class"] or class_of(child_pugh_points(case))


def egfr_ckd_epi_2021(creatinine_umol_per_l: float, age_years: float, sex: str) -> float:
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1)
    ratio = creatinine_umol_per_l / 88.4 / kappa
    return 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**age_years * factor


def serious_renal_dysfunction(case: dict) -> bool:
    return case["on_dialysis"] or case["egfr_ml_per_min_1_73m2"] < 30


def applicability(case: dict) -> dict[str, bool]:
    lesions = case["lesion_count"] > 0
    not_operated = case["surgery"] in ("unsuitable", "declined")
    holds = {
        "2.1": lesions and case["resectability"] == "unresectable",
        "2.2": lesions and case["resectability"] == "resectable" and not_operated,
        "2.4": case["largest_lesion_mm"] >= 100 and case["capsule"] == "intact",
        "2.6.a": case["afp_ng_per_ml"] > 400,
        "2.6.b": case["capsule"] == "intact" and case["margin"] == "clear",
        "2.6.c": case["pvtt"] != "vp0",
    }
    holds["2.3"] = holds["2.1"] or holds["2.2"]
    return holds


def main_indication(case: dict) -> dict[str, bool]:
    arterioportal = case["fistula"] != "none" and case["fistula_kind"] == "arterioportal"
    holds = {
        "3.1.1": case["largest_lesion_mm"] >= 100 and case["tumour_fraction_pct"] < 70,
        "3.1.2": case["lesion_count"] >= 2,
        "3.1.3": case["portal_trunk"] != "complete" or case["portal_collaterals"] == "formed",
        "3.1.4": case["prior_surgery"] in ("failed", "recurrence"),
        "3.1.5": child_pugh_class(case) in ("A", "B") and case["ecog"] <= 2,
        "3.1.6": case["tumour_rupture_bleeding"] or (case["portal_hypertensive_bleeding"] and arterioportal),
    }
    unresectable_or_not_operated = applicability(case)["2.3"]
    one_of_four = holds["3.1.1"] or holds["3.1.2"] or holds["3.1.3"] or holds["3.1.4"]
    kidneys = not serious_renal_dysfunction(case)
    holds["3.1"] = unresectable_or_not_operated and kidneys and holds["3.1.5"] and one_of_four
    return holds


def other_indications(case: dict) -> dict[str, bool]:
    lesions = case["lesion_count"] > 0
    no_surgery = case["surgery"] != "suitable" or case["resectability"] == "unresectable"
    fistula = case["fistula"] != "none"
    pain_or_bleeding = case["local_pain"] or case["tumour_rupture_bleeding"]
    small = case["largest_lesion_mm"] <= 30
    return {
        "3.2": lesions and case["purpose"] == "before_resection",
        "3.3": lesions and small and case["ablation"] != "suitable" and no_surgery,
        "3.4": fistula or (lesions and pain_or_bleeding),
        "3.5": case["purpose"] == "after_resection",
        "F.6": case["recurrence_after_transplant"],
    }


def contraindications(case: dict) -> dict[str, bool]:
    holds = {
        "4.1": child_pugh_class(case) == "C",
        "4.2": case["coagulation"] == "impaired_uncorrectable",
        "4.3": case["portal_trunk"] == "complete" and case["portal_collaterals"] in ("none", "few"),
        "4.4": case["infection"] == "active_untreatable",
        "4.5": case["extrahepatic_spread"] == "extensive" and case["expected_survival_months"] < 3,
        "4.6": case["cachexia"] or case["multi_organ_failure"],
        "4.7": case["tumour_fraction_pct"] >= 70,
        "4.8a": case["leukocytes_10e9_per_l"] < 3.0,
        "4.8b": case["platelets_10e9_per_l"] < 60,
    }
    holds["4.8"] = holds["4.8a"] or holds["4.8b"]
    return holds


def exceptions(case: dict, present: dict[str, bool]) -> dict[str, bool]:
    basically_normal = child_pugh_class(case) == "A"
    spleen_not_chemotherapy = case["hypersplenism"] and not case["recent_chemotherapy"]
    return {
        "4.7x": present["4.7"] and basically_normal,
        "4.8a-x": present["4.8a"] and spleen_not_chemotherapy,
        "F.9x": present["4.3"] and basically_normal,
    }


def figure(case: dict, holds: dict[str, bool]) -> dict[str, bool]:
    severe_dysfunction = child_pugh_class(case) == "C" or serious_renal_dysfunction(case)
    open_trunk = case["portal_trunk"] != "complete"
    mirrors = {"F.1": "3.2", "F.3": "3.1.4", "F.4": "3.4", "F.5": "3.5"}
    mirrors |= {f"F.{7 + i}": f"4.{1 + i}" for i in range(7)}
    mirrored = {clause: holds[original] for clause, original in mirrors.items()}
    return mirrored | {"F.2": not severe_dysfunction and open_trunk and case["tumour_fraction_pct"] < 70}


def surgery_preferred(case: dict, holds: dict[str, bool]) -> bool:
    operable = case["resectability"] == "resectable" and case["surgery"] == "suitable"
    return (
        case["lesion_count"] > 0 and operable and case["purpose"] == "tumour_control" and not holds["3.1.6"]
    )


def all_clauses(case: dict) -> dict[str, bool]:
    holds = applicability(case) | main_indication(case) | other_indications(case) | contraindications(case)
    holds |= exceptions(case, holds)
    holds |= figure(case, holds)
    holds["2.5"] = surgery_preferred(case, holds)
    return holds
