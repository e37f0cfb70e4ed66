"""MELD (Kamath 2001), MELD-Na (OPTN policy 9, January 2016) and MELD 3.0 (Kim 2021; OPTN July 2023)."""

import math

BILIRUBIN_UMOL_PER_MG_PER_DL = 17.1
CREATININE_UMOL_PER_MG_PER_DL = 88.4
FLOOR = 1.0  # bilirubin, INR and creatinine under 1.0 count as 1.0
LEAST, GREATEST = 6, 40
MELD_CREATININE_CAP_MG_PER_DL = 4.0  # also the value on dialysis
MELD_3_CREATININE_CAP_MG_PER_DL = 3.0
SODIUM_LEAST, SODIUM_GREATEST = 125.0, 137.0
ALBUMIN_LEAST_G_PER_DL, ALBUMIN_GREATEST_G_PER_DL = 1.5, 3.5
SODIUM_COUNTS_OVER = 11  # OPTN: the sodium term only where MELD(i) is over 11


def half_up(value: float) -> int:
    """To the nearest whole number, halves up."""
    return math.floor(value + 0.5)


def _bounded(value: float) -> int:
    return half_up(min(max(value, LEAST), GREATEST))


def _creatinine_mg_per_dl(creatinine_umol_per_l: float, on_dialysis: bool, cap: float) -> float:
    creatinine = creatinine_umol_per_l / CREATININE_UMOL_PER_MG_PER_DL
    return cap if on_dialysis else min(max(creatinine, FLOOR), cap)


def _bilirubin_mg_per_dl(bilirubin_umol_per_l: float) -> float:
    return max(bilirubin_umol_per_l / BILIRUBIN_UMOL_PER_MG_PER_DL, FLOOR)


def _bracket(
    bilirubin_umol_per_l: float, inr: float, creatinine_umol_per_l: float, on_dialysis: bool
) -> float:
    # doi:10.1053/jhep.2001.22172, mg/dL.
    creatinine = _creatinine_mg_per_dl(creatinine_umol_per_l, on_dialysis, MELD_CREATININE_CAP_MG_PER_DL)
    return (
        0.957 * math.log(creatinine)
        + 0.378 * math.log(_bilirubin_mg_per_dl(bilirubin_umol_per_l))
        + 1.120 * math.log(max(inr, FLOOR))
        + 0.643
    )


def meld(bilirubin_umol_per_l: float, inr: float, creatinine_umol_per_l: float, on_dialysis: bool) -> int:
    """The original score, 6 to 40."""
    return _bounded(10 * _bracket(bilirubin_umol_per_l, inr, creatinine_umol_per_l, on_dialysis))


def meld_na(
    bilirubin_umol_per_l: float,
    inr: float,
    creatinine_umol_per_l: float,
    on_dialysis: bool,
    sodium_mmol_per_l: float,
) -> int:
    """OPTN 2016: the bracket is rounded to one decimal first."""
    initial = half_up(10 * _bracket(bilirubin_umol_per_l, inr, creatinine_umol_per_l, on_dialysis))
    if initial <= SODIUM_COUNTS_OVER:
        return _bounded(initial)
    lack = SODIUM_GREATEST - min(max(sodium_mmol_per_l, SODIUM_LEAST), SODIUM_GREATEST)
    return _bounded(initial + 1.32 * lack - 0.033 * initial * lack)


def meld_3(
    bilirubin_umol_per_l: float,
    inr: float,
    creatinine_umol_per_l: float,
    on_dialysis: bool,
    sodium_mmol_per_l: float,
    albumin_g_per_l: float,
    sex: str,
) -> int:
    """MELD 3.0, doi:10.1053/j.gastro.2021.08.050."""
    creatinine = _creatinine_mg_per_dl(creatinine_umol_per_l, on_dialysis, MELD_3_CREATININE_CAP_MG_PER_DL)
    log_bilirubin = math.log(_bilirubin_mg_per_dl(bilirubin_umol_per_l))
    lack = SODIUM_GREATEST - min(max(sodium_mmol_per_l, SODIUM_LEAST), SODIUM_GREATEST)
    albumin = min(max(albumin_g_per_l / 10, ALBUMIN_LEAST_G_PER_DL), ALBUMIN_GREATEST_G_PER_DL)
    albumin_lack = ALBUMIN_GREATEST_G_PER_DL - albumin
    return _bounded(
        (1.33 if sex == "female" else 0)
        + 4.56 * log_bilirubin
        + 0.82 * lack
        - 0.24 * lack * log_bilirubin
        + 9.09 * math.log(max(inr, FLOOR))
        + 11.14 * math.log(creatinine)
        + 1.85 * albumin_lack
        - 1.83 * albumin_lack * math.log(creatinine)
        + 6
    )
