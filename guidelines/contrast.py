"""Contrast medium against kidney function. Not in source; coronary data, and no number of these is an order."""

from guidelines.meter import NOT_KNOWN, WATCH, WITHIN, Meter, judge
from guidelines.scores.kidney import CREATININE_UMOL_PER_MG_PER_DL
from guidelines.sitting import Patient

# Cigarroa 1989, Am J Med 86:649: 5 mL × kg / creatinine in mg/dL, never over 300 mL.
CIGARROA = "Cigarroa 1989, Am J Med 86:649"
CIGARROA_ML_MG_PER_KG_DL = 5
CIGARROA_MOST_ML = 300
# Laskey 2007, J Am Coll Cardiol 50:584: volume over clearance 3.7; custom keeps it to twice to three times.
RATIO = "Laskey 2007, J Am Coll Cardiol 50:584 (3.7); under twice the eGFR: not in source"
RATIO_WARN_FROM, RATIO_MOST = 2, 3.7
# ACR and NKF 2020 (Davenport, Radiology 294:660): prophylaxis under 30.
PROPHYLAXIS = "ACR and NKF consensus 2020, Radiology 294:660"
PROPHYLAXIS_EGFR_UNDER = 30

DECIMALS = 6
UNKNOWN_FILTRATION = ("creatinine_umol_per_l", "age_years", "sex")


def meters(contrast_ml: float | None, patient: Patient) -> list[Meter]:
    """By Cigarroa, by the multiple of eGFR, and whether prophylaxis is advised."""
    return [
        by_weight_and_creatinine(contrast_ml, patient),
        by_filtration(contrast_ml, patient),
        kidney(patient),
    ]


def by_weight_and_creatinine(contrast_ml: float | None, patient: Patient) -> Meter:
    """Cigarroa's most."""
    limit = None
    if patient.weight_kg is not None and patient.creatinine_umol_per_l is not None:
        in_mg_per_dl = patient.creatinine_umol_per_l / CREATININE_UMOL_PER_MG_PER_DL
        by_size = CIGARROA_ML_MG_PER_KG_DL * patient.weight_kg / in_mg_per_dl
        limit = round(min(by_size, CIGARROA_MOST_ML), DECIMALS)
    missing = patient.unknown("weight_kg", "creatinine_umol_per_l")
    return _volume("cigarroa", "Contrast, by weight and creatinine", contrast_ml, limit, missing, CIGARROA)


def by_filtration(contrast_ml: float | None, patient: Patient) -> Meter:
    """The multiple of eGFR."""
    filtration = patient.filtration_ml_per_min_1_73m2
    limit = None if filtration is None else round(filtration * RATIO_MOST, DECIMALS)
    warn_from = None if filtration is None else round(filtration * RATIO_WARN_FROM, DECIMALS)
    missing = _missing_filtration(patient)
    return _volume("egfr", "Contrast, by eGFR", contrast_ml, limit, missing, RATIO, warn_from)


def _missing_filtration(patient: Patient) -> tuple[str, ...]:
    if patient.filtration_ml_per_min_1_73m2 is not None:
        return ()
    return patient.unknown(*UNKNOWN_FILTRATION) or ("egfr_ml_per_min_1_73m2",)


def _volume(
    aspect: str,
    name: str,
    contrast_ml: float | None,
    limit: float | None,
    missing: tuple[str, ...],
    source: str,
    warn_from: float | None = None,
) -> Meter:
    is_known = contrast_ml is not None and limit is not None
    return Meter(
        key=f"contrast.{aspect}",
        name=name,
        unit="mL",
        verdict=judge(contrast_ml or 0.0, warn_from=warn_from, limit=limit) if is_known else NOT_KNOWN,
        amount=contrast_ml,
        limit=limit,
        warn_from=warn_from,
        says="At most {limit} mL." if limit is not None else "Weight or kidney function is needed.",
        values={"limit": None if limit is None else round(limit)},
        missing=(*missing, *(("contrast_ml",) if contrast_ml is None else ())),
        source=source,
    )


def kidney(patient: Patient) -> Meter:
    """Whether prophylaxis is advised before contrast."""
    filtration = patient.filtration_ml_per_min_1_73m2
    key, name, unit = "contrast.kidney", "Kidney function before contrast", "mL/min/1.73 m²"
    if filtration is None:
        says = "eGFR decides about prophylaxis before contrast."
        missing = _missing_filtration(patient)
        return Meter(
            key=key, name=name, unit=unit, verdict=NOT_KNOWN, missing=missing, says=says, source=PROPHYLAXIS
        )
    is_low = filtration < PROPHYLAXIS_EGFR_UNDER
    says = "eGFR under {under}: prophylaxis before contrast." if is_low else "eGFR {under} or more."
    return Meter(
        key=key,
        name=name,
        unit=unit,
        verdict=WATCH if is_low else WITHIN,
        amount=filtration,
        says=says,
        values={"under": PROPHYLAXIS_EGFR_UNDER},
        source=PROPHYLAXIS,
    )
