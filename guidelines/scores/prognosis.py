"""Scores of prognosis before TACE: HAP (Kadalayil 2013, Ann Oncol 24:2565) and CLIP (1998, Hepatology 28:751)."""

from guidelines.case import Case

# doi:10.1093/annonc/mdt247: one point each. The abstract prints albumin "36 g/dl", a misprint for g/L.
HAP_ALBUMIN_UNDER_G_PER_L = 36
HAP_BILIRUBIN_OVER = {"µmol/L": 17.0, "mg/dL": 1.0}  # compared in the unit of entry
HAP_AFP_OVER_NG_PER_ML = 400
HAP_LARGEST_OVER_MM = 70
HAP_GRADES = ("A", "B", "C", "D", "D")

# doi:10.1002/hep.510280322
CLIP_CLASS_POINTS = {"A": 0, "B": 1, "C": 2}
CLIP_FRACTION_UP_TO_PCT = 50
CLIP_AFP_FROM_NG_PER_ML = 400


def hap_grade(points: int) -> str:
    """A 0, B 1, C 2, D 3 or more."""
    return HAP_GRADES[points]


def clip(case: Case) -> int | None:
    """0 to 6 points; None where there is no lesion to describe."""
    if case.lesion_count == 0:
        return None
    morphology = 0 if case.lesion_count == 1 else 1
    if case.tumour_fraction_pct > CLIP_FRACTION_UP_TO_PCT:
        morphology = 2
    afp = int(case.afp_ng_per_ml >= CLIP_AFP_FROM_NG_PER_ML)
    return CLIP_CLASS_POINTS[case.child_pugh_class] + morphology + afp + int(case.pvtt != "vp0")
