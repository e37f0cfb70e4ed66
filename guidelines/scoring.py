"""`scores`: every published score that the facts allow. One that they leave open is left out."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from guidelines import case, contradictions, facts, reading, staging
from guidelines.entry import Entry
from guidelines.finding import passed_through, rounded
from guidelines.liver import Kidney
from guidelines.possible import Entries, bits
from guidelines.scores import albi, body, burden, child_pugh, kidney, meld, prognosis
from guidelines.settings import DEFAULT
from guidelines.tumour import spans

Result = dict[str, Any]

_KIDNEY = Kidney(bits(facts.ALL), DEFAULT.serious_renal_egfr_below_ml_per_min_1_73m2)


def scores(given: Mapping[str, Any]) -> Result:
    """All scores that the facts allow. Raises FactError."""
    entries = reading.read_all(given, facts.ALL, contradictions.find)
    results = {name: rounded(result) for name, score in ALL.items() if (result := score(entries)) is not None}
    return {**passed_through(given), "scores": results}


def _agreed(score: Callable[..., Any], entries: Entries, *names: str, more: tuple[Any, ...] = ()) -> Any:
    """The one value at every corner of what is known, or None.

    Each score rises or falls steadily with each of its facts, so the corners are its extremes.
    """
    ends = [_ends(entries.get(name), name) for name in names]
    values = {score(*corner) for corner in itertools.product(*ends, *more)}
    return values.pop() if len(values) == 1 else None


def _ends(entry: Entry | None, name: str) -> tuple[Any, ...]:
    if entry is not None:
        return entry.options or tuple({entry.low, entry.high})
    fact = facts.ALL[name]
    return fact.choice_values or (fact.low, fact.high)


def child_pugh_result(entries: Entries) -> Result | None:
    """Points where they are fixed, and what is possible where they are not."""
    return child_pugh_written(child_pugh.score(entries), entries)


def child_pugh_written(score: child_pugh.ChildPugh | None, entries: Entries) -> Result | None:
    """A score as it is written down; left out where nothing of it is known."""
    if score is None or not any(name in entries for name in case.LIVER_FACTS):
        return None
    return {
        "points": score.points,
        "min_points": score.min_points,
        "max_points": score.max_points,
        "class": score.child_class,
        "classes": list(score.classes),
        "warnings": list(score.warnings),
    }


def albi_result(entries: Entries) -> Result | None:
    """Value and both grades."""
    bilirubin, albumin = entries.get("bilirubin_umol_per_l"), entries.get("albumin_g_per_l")
    if bilirubin is None or albumin is None or not (bilirubin.is_exact and albumin.is_exact):
        return None
    score = albi.score(bilirubin.low, albumin.low)
    return {"value": rounded(score.value), "grade": score.grade, "malbi": score.malbi}


def _dialysis(entries: Entries) -> tuple[bool, ...]:
    """Known, or settled as false by an eGFR that is known to be enough."""
    entry = entries.get("on_dialysis")
    if entry is not None:
        return (bool(entry.value),)
    return (False, True) if _KIDNEY.filtration(entries).may_be_low else (False,)


def _meld(entries: Entries) -> Result | None:
    facts_used = ("bilirubin_umol_per_l", "inr", "creatinine_umol_per_l")
    return _value(_agreed(meld.meld, entries, *facts_used, more=(_dialysis(entries),)))


def _meld_na(entries: Entries) -> Result | None:
    def score(bilirubin: float, inr: float, creatinine: float, sodium: float, on_dialysis: bool) -> int:
        return meld.meld_na(bilirubin, inr, creatinine, on_dialysis, sodium)

    facts_used = ("bilirubin_umol_per_l", "inr", "creatinine_umol_per_l", "sodium_mmol_per_l")
    return _value(_agreed(score, entries, *facts_used, more=(_dialysis(entries),)))


def _meld_3(entries: Entries) -> Result | None:
    def score(
        bilirubin: float,
        inr: float,
        creatinine: float,
        sodium: float,
        albumin: float,
        sex: str,
        on_dialysis: bool,
    ) -> int:
        return meld.meld_3(bilirubin, inr, creatinine, on_dialysis, sodium, albumin, sex)

    facts_used = (
        "bilirubin_umol_per_l",
        "inr",
        "creatinine_umol_per_l",
        "sodium_mmol_per_l",
        "albumin_g_per_l",
        "sex",
    )
    return _value(_agreed(score, entries, *facts_used, more=(_dialysis(entries),)))


def _value(value: float | None) -> Result | None:
    return None if value is None else {"value": value}


def _egfr(entries: Entries) -> Result | None:
    age = entries.get("age_years")
    if age is None or age.low < kidney.ADULT_FROM_YEARS:
        return None
    facts_used = ("creatinine_umol_per_l", "age_years", "sex")
    return _value(_agreed(kidney.egfr_ml_per_min_1_73m2, entries, *facts_used))


def _creatinine_clearance(entries: Entries) -> Result | None:
    facts_used = ("creatinine_umol_per_l", "age_years", "sex", "weight_kg")
    value = _agreed(kidney.creatinine_clearance_ml_per_min, entries, *facts_used)
    return None if value is None else {"ml_per_min": value, "weight": "actual"}


def _body_surface(entries: Entries) -> Result | None:
    mosteller = _agreed(body.mosteller_m2, entries, "height_cm", "weight_kg")
    dubois = _agreed(body.dubois_m2, entries, "height_cm", "weight_kg")
    return None if mosteller is None else {"mosteller_m2": mosteller, "dubois_m2": dubois}


def _fib4(entries: Entries) -> Result | None:
    platelets = entries.get("platelets_10e9_per_l")
    if platelets is None or platelets.low == 0:
        return None
    facts_used = ("age_years", "ast_u_per_l", "alt_u_per_l", "platelets_10e9_per_l")
    return _value(_agreed(body.fib4, entries, *facts_used))


def _size_and_number(entries: Entries) -> tuple[float, float] | None:
    """Number and largest where both are exact and there is a lesion."""
    count, largest, _ = spans(entries)
    if count[0] != count[1] or largest[0] != largest[1] or count[0] == 0:
        return None
    return count[0], largest[0]


def _six_and_twelve(entries: Entries) -> Result | None:
    known = _size_and_number(entries)
    return None if known is None else burden.six_and_twelve(*known)._asdict()


def _tumour_burden_score(entries: Entries) -> Result | None:
    known = _size_and_number(entries)
    return None if known is None else burden.tumour_burden_score(*known)._asdict()


def _up_to_seven(entries: Entries) -> Result | None:
    within = staging.up_to_seven(entries)
    if within is None:
        return None
    known = _size_and_number(entries)
    value = None if known is None else burden.size_and_number_mm(*known) / burden.MM_PER_CM
    return {"value": value, **within}


def _exceeds(entry: Entry | None, limit: float) -> bool | None:
    """Whether a value is over the limit; None where it may be either."""
    if entry is None:
        return None
    low, high = entry.low > limit, entry.high > limit
    return low if low == high else None


def _hap(entries: Entries) -> Result | None:
    bilirubin, albumin = entries.get("bilirubin_umol_per_l"), entries.get("albumin_g_per_l")
    if bilirubin is None or bilirubin.unit is None or albumin is None:
        return None
    limit = prognosis.HAP_BILIRUBIN_OVER[bilirubin.unit.symbol]
    as_entered = bilirubin._replace(low=bilirubin.entered_low, high=bilirubin.entered_high)
    count, largest, _ = spans(entries)
    size = Entry("largest_lesion_mm", *largest)
    if count[1] == 0:
        return None
    criteria = (
        albumin_is_low(albumin),
        _exceeds(as_entered, limit),
        _exceeds(entries.get("afp_ng_per_ml"), prognosis.HAP_AFP_OVER_NG_PER_ML),
        _exceeds(size, prognosis.HAP_LARGEST_OVER_MM),
    )
    if None in criteria:
        return None
    points = sum(map(bool, criteria))
    return {"points": points, "grade": prognosis.hap_grade(points)}


def albumin_is_low(albumin: Entry) -> bool | None:
    """Under the limit of HAP; None where it may be either."""
    low, high = (end < prognosis.HAP_ALBUMIN_UNDER_G_PER_L for end in (albumin.low, albumin.high))
    return low if low == high else None


def bclc_result(entries: Entries) -> Result | None:
    """BCLC of 2022."""
    return staging.bclc(entries)


# In the order of the contract.
ALL: Mapping[str, Callable[[Entries], Result | None]] = {
    "child_pugh": child_pugh_result,
    "albi": albi_result,
    "meld": _meld,
    "meld_na": _meld_na,
    "meld_3": _meld_3,
    "egfr_ckd_epi_2021": _egfr,
    "creatinine_clearance": _creatinine_clearance,
    "bsa": _body_surface,
    "fib4": _fib4,
    "bclc": bclc_result,
    "cnlc": staging.cnlc,
    "milan": staging.milan,
    "ucsf": staging.ucsf,
    "up_to_seven": _up_to_seven,
    "six_and_twelve": _six_and_twelve,
    "tumour_burden_score": _tumour_burden_score,
    "hap": _hap,
    "clip": staging.clip,
}
