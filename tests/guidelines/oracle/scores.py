"""Every score by its printed formula: computed where its facts are exact, else settled by trying the completions."""

import math

from tests.guidelines.oracle import clauses, completions, facts, regions

NEEDS = {
    "bclc": (
        "ecog",
        "lesion_count",
        "largest_lesion_mm",
        "extrahepatic_spread",
        "macrovascular_invasion",
        "pvtt",
    ),
    "cnlc": (
        "ecog",
        "lesion_count",
        "largest_lesion_mm",
        "extrahepatic_spread",
        "macrovascular_invasion",
        "pvtt",
    ),
    "clip": ("afp_ng_per_ml", "lesion_count", "tumour_fraction_pct", "macrovascular_invasion", "pvtt"),
    "milan": ("lesion_count", "largest_lesion_mm", "extrahepatic_spread", "macrovascular_invasion", "pvtt"),
    "ucsf": ("lesion_count", "largest_lesion_mm", "extrahepatic_spread", "macrovascular_invasion", "pvtt"),
    "up_to_seven": ("lesion_count", "largest_lesion_mm", "macrovascular_invasion", "pvtt"),
}
NEED_THE_CLASS = ("bclc", "cnlc", "clip")


def as_umol(bilirubin: tuple) -> float:
    return facts.in_canonical_unit("bilirubin_umol_per_l", *bilirubin)


def as_g_per_l(albumin: tuple) -> float:
    return facts.in_canonical_unit("albumin_g_per_l", *albumin)


def half_up(value: float) -> int:
    return math.floor(value + 0.5)


def child_pugh(raw: dict) -> dict | None:
    """The possible points and classes; None where neither a component nor the class is given."""
    given = (*completions.CLASS_COMPONENTS, "pt_prolongation_s", "child_pugh_class")
    if all(raw.get(name) is None for name in given):
        return None
    known = completions.all_known(raw)
    classes = known["child_pugh_class"]
    totals = {0}
    for name, points in COMPONENT_POINTS.items():
        possible = {points(value) for value in regions.representatives(name, known[name], regions.CUTS)}
        totals = {total + more for total in totals for more in possible}
    totals = {total for total in totals if clauses.class_of(total) in classes}
    possible_classes = sorted({clauses.class_of(total) for total in totals})
    return {
        "points": next(iter(totals)) if len(totals) == 1 else None,
        "min_points": min(totals),
        "max_points": max(totals),
        "class": possible_classes[0] if len(possible_classes) == 1 else None,
        "classes": possible_classes,
        "warned": clotting_disagrees(raw),
    }


COMPONENT_POINTS = {
    "bilirubin_umol_per_l": lambda pair: clauses.points_for_bilirubin(*pair),
    "albumin_g_per_l": lambda pair: clauses.points_for_albumin(*pair),
    "inr": lambda points: points,
    "ascites": lambda choice: ("none", "slight", "moderate_to_severe").index(choice) + 1,
    "encephalopathy": lambda choice: ("none", "grade_1_2", "grade_3_4").index(choice) + 1,
}


def clotting_disagrees(raw: dict) -> bool:
    if raw.get("inr") is None or raw.get("pt_prolongation_s") is None:
        return False
    of_inr, of_pt = (
        completions.points_of_clotting(raw, "inr"),
        completions.points_of_clotting(raw, "pt_prolongation_s"),
    )
    return not set(of_inr) & set(of_pt)


def albi(bilirubin_umol_per_l: float, albumin_g_per_l: float) -> dict:
    value = 0.66 * math.log10(bilirubin_umol_per_l) - 0.085 * albumin_g_per_l
    grade = "1" if value <= -2.60 else "2" if value <= -1.39 else "3"
    malbi = {"2": "2a" if value <= -2.27 else "2b"}.get(grade, grade)
    return {"value": value, "grade": grade, "malbi": malbi}


def meld_bracket(creatinine_mg: float, bilirubin_mg: float, inr: float, dialysis: bool) -> float:
    creatinine_mg = 4.0 if dialysis else min(max(creatinine_mg, 1.0), 4.0)
    bilirubin_mg, inr = max(bilirubin_mg, 1.0), max(inr, 1.0)
    return 0.957 * math.log(creatinine_mg) + 0.378 * math.log(bilirubin_mg) + 1.120 * math.log(inr) + 0.643


def meld_na(bracket: float, sodium: float) -> float:
    meld_i = half_up(bracket * 10)
    if meld_i <= 11:
        return max(meld_i, 6)
    lack = 137 - min(max(sodium, 125), 137)
    return min(meld_i + 1.32 * lack - 0.033 * meld_i * lack, 40)


def meld_3(creatinine_mg: float, bilirubin_mg: float, inr: float, sodium: float, albumin_g_per_dl: float,
           female: bool, dialysis: bool) -> float:  # fmt: skip
    creatinine = math.log(3.0 if dialysis else min(max(creatinine_mg, 1.0), 3.0))
    bilirubin, inr = math.log(max(bilirubin_mg, 1.0)), math.log(max(inr, 1.0))
    lack = 137 - min(max(sodium, 125), 137)
    albumin = 3.5 - min(max(albumin_g_per_dl, 1.5), 3.5)
    value = 1.33 * female + 4.56 * bilirubin + 0.82 * lack - 0.24 * lack * bilirubin
    value += 9.09 * inr + 11.14 * creatinine + 1.85 * albumin - 1.83 * albumin * creatinine + 6
    return min(max(value, 6), 40)


def fib4(age: float, ast: float, platelets: float, alt: float) -> float:
    return age * ast / (platelets * math.sqrt(alt))


def bsa(height_cm: float, weight_kg: float) -> dict:
    return {
        "mosteller_m2": math.sqrt(height_cm * weight_kg / 3600),
        "dubois_m2": 0.007184 * weight_kg**0.425 * height_cm**0.725,
    }


def creatinine_clearance(age: float, weight_kg: float, creatinine_mg: float, female: bool) -> float:
    return (140 - age) * weight_kg * (0.85 if female else 1) / (72 * creatinine_mg)


def hap(known: dict) -> dict:
    value, unit = known["bilirubin_umol_per_l"]
    jaundiced = value > 1.0 if unit == "mg/dL" else value > 17
    points = (as_g_per_l(known["albumin_g_per_l"]) < 36) + jaundiced
    points += (known["afp_ng_per_ml"] > 400) + (known["largest_lesion_mm"] > 70)
    return {"points": points, "grade": "ABCDD"[points]}


def bclc(case: dict) -> str:
    count, largest = case["lesion_count"], case["largest_lesion_mm"]
    if case["ecog"] > 2 or case["child_pugh_class"] == "C":
        return "D"
    if case["macrovascular_invasion"] or case["extrahepatic_spread"] != "none" or case["ecog"] >= 1:
        return "C"
    if count == 1:
        return "0" if largest <= 20 else "A"
    return "A" if count in (2, 3) and largest <= 30 else "B"


def cnlc(case: dict) -> str:
    count, largest = case["lesion_count"], case["largest_lesion_mm"]
    if case["ecog"] > 2 or case["child_pugh_class"] == "C":
        return "IV"
    if case["extrahepatic_spread"] != "none":
        return "IIIb"
    if case["macrovascular_invasion"]:
        return "IIIa"
    if count == 1:
        return "Ia" if largest <= 50 else "Ib"
    if count in (2, 3):
        return "Ib" if largest <= 30 else "IIa"
    return "IIb"


def clip(case: dict) -> int:
    burden = 2 if case["tumour_fraction_pct"] > 50 else 0 if case["lesion_count"] == 1 else 1
    liver = {"A": 0, "B": 1, "C": 2}[case["child_pugh_class"]]
    return liver + burden + (case["afp_ng_per_ml"] >= 400) + (case["pvtt"] != "vp0")


def milan(case: dict) -> bool:
    count, largest = case["lesion_count"], case["largest_lesion_mm"]
    confined = not case["macrovascular_invasion"] and case["extrahepatic_spread"] == "none"
    return confined and ((count == 1 and largest <= 50) or (count in (2, 3) and largest <= 30))


def up_to_seven(case: dict) -> bool:
    return not case["macrovascular_invasion"] and case["largest_lesion_mm"] / 10 + case["lesion_count"] <= 7


def sum_group(total: float) -> int:
    return 1 if total <= 6 else 2 if total <= 12 else 3


def burden_group(value: float) -> str:
    return "low" if value < 3.36 else "medium" if value <= 13.74 else "high"


def possible_classes(raw: dict) -> list[str]:
    known = child_pugh(raw)
    return known["classes"] if known else ["A", "B", "C"]


def space_of(name: str, raw: dict) -> completions.Space:
    space = completions.Space(raw, NEEDS[name], regions.SCORE_CUTS[name])
    if name in NEED_THE_CLASS:
        space.vary["child_pugh_class"] = possible_classes(raw)
    return space


def settled(name: str, raw: dict, score: object) -> tuple[object, list[str]]:
    """The only possible value of the score (or None), and the facts that decide it."""
    space = space_of(name, raw)
    found = completions.outcomes(space, space.everything(), score)
    values = set(found.values())
    if len(values) == 1:
        return next(iter(values)), []
    return None, completions.missing(completions.differing_pairs(space, found), lambda value: value)


def exact_inputs(raw: dict, *names: str) -> bool:
    known = completions.all_known(raw)
    return all(facts.is_exact(known[name]) for name in names)
