"""Kidney function: CKD-EPI 2021 (Inker 2021, N Engl J Med 385:1737) and Cockcroft-Gault (1976, Nephron 16:31)."""

CREATININE_UMOL_PER_MG_PER_DL = 88.4
ADULT_FROM_YEARS = 18
OLDEST_YEARS = 120

# doi:10.1056/NEJMoa2102953: kappa, alpha and the factor by sex.
KAPPA = {"female": 0.7, "male": 0.9}
ALPHA = {"female": -0.241, "male": -0.302}
SEX_FACTOR = {"female": 1.012, "male": 1.0}

COCKCROFT_GAULT_FEMALE = 0.85


def egfr_ml_per_min_1_73m2(creatinine_umol_per_l: float, age_years: float, sex: str) -> float:
    """CKD-EPI 2021, for adults."""
    ratio = creatinine_umol_per_l / CREATININE_UMOL_PER_MG_PER_DL / KAPPA[sex]
    bend: float = min(ratio, 1.0) ** ALPHA[sex] * max(ratio, 1.0) ** -1.200
    decline: float = 0.9938**age_years
    return 142 * bend * decline * SEX_FACTOR[sex]


def creatinine_clearance_ml_per_min(
    creatinine_umol_per_l: float, age_years: float, sex: str, weight_kg: float
) -> float:
    """Cockcroft-Gault with the actual weight; ascites inflates it."""
    creatinine_mg_per_dl = creatinine_umol_per_l / CREATININE_UMOL_PER_MG_PER_DL
    clearance = (140 - age_years) * weight_kg / (72 * creatinine_mg_per_dl)
    return clearance * (COCKCROFT_GAULT_FEMALE if sex == "female" else 1.0)
