"""The whole answer of `scores`: which scores the facts allow, and what each one says."""

from tests.guidelines.oracle import completions, facts, regions, scores
from tests.guidelines.oracle.facts import is_exact

STAGED = scores.STAGE_FACTS
CONFINED = ("lesion_count", "largest_lesion_mm", "macrovascular_invasion", "pvtt", "extrahepatic_spread")


def mg_creatinine(known: dict) -> float:
    return known["creatinine_umol_per_l"] / 88.4


def mg_bilirubin(known: dict) -> float:
    return scores.as_umol(known["bilirubin_umol_per_l"]) / 17.1


def dialysis(raw: dict, known: dict, cap_mg: float) -> bool | None:
    """Whether creatinine is to be set to its cap; None where that is not known and would matter."""
    wanted = (*completions.RENAL, "on_dialysis")
    settled = completions.Space(raw, wanted, regions.CUTS).known["on_dialysis"]
    if mg_creatinine(known) >= cap_mg - 1e-9:
        return False
    return settled if is_exact(settled) else None


def liver_scores(raw: dict, known: dict) -> dict:
    found = {"child_pugh": scores.child_pugh(raw)}
    if scores.exact_inputs(raw, "bilirubin_umol_per_l", "albumin_g_per_l"):
        found["albi"] = scores.albi(
            scores.as_umol(known["bilirubin_umol_per_l"]), scores.as_g_per_l(known["albumin_g_per_l"])
        )
    if scores.exact_inputs(raw, "age_years", "ast_u_per_l", "platelets_10e9_per_l", "alt_u_per_l"):
        names = ("age_years", "ast_u_per_l", "platelets_10e9_per_l", "alt_u_per_l")
        found["fib4"] = {"value": scores.fib4(*(known[name] for name in names))}
    return found


def meld_scores(raw: dict, known: dict) -> dict:
    """Unrounded values: the comparison rounds half up and forgives what lies on the half."""
    inr = raw.get("inr")
    if not isinstance(inr, int | float) or not scores.exact_inputs(raw, "bilirubin_umol_per_l", "creatinine_umol_per_l"):
        return {}
    found = {}
    inputs = (mg_creatinine(known), mg_bilirubin(known), inr)
    sodium, sex, albumin = (known[name] for name in ("sodium_mmol_per_l", "sex", "albumin_g_per_l"))
    on_dialysis = dialysis(raw, known, 4.0)
    if on_dialysis is not None:
        bracket = scores.meld_bracket(*inputs, on_dialysis)
        found["meld"] = {"unrounded": min(max(10 * bracket, 6), 40), "bracket": bracket}
        if is_exact(sodium):
            found["meld_na"] = {"unrounded": scores.meld_na(bracket, sodium), "bracket": bracket}
    on_dialysis = dialysis(raw, known, 3.0)
    if on_dialysis is not None and is_exact(sodium) and is_exact(sex) and is_exact(albumin):
        albumin_g_per_dl = scores.as_g_per_l(albumin) / 10
        value = scores.meld_3(*inputs, sodium, albumin_g_per_dl, sex == "female", on_dialysis)
        found["meld_3"] = {"unrounded": value}
    return found


def body_scores(raw: dict, known: dict) -> dict:
    found = {}
    age, sex, weight = (known[name] for name in ("age_years", "sex", "weight_kg"))
    if scores.exact_inputs(raw, "age_years", "sex", "creatinine_umol_per_l") and age >= 18:
        creatinine = known["creatinine_umol_per_l"]
        found["egfr_ckd_epi_2021"] = {"value": completions.clauses.egfr_ckd_epi_2021(creatinine, age, sex)}
        if is_exact(weight):
            clearance = scores.creatinine_clearance(age, weight, mg_creatinine(known), sex == "female")
            found["creatinine_clearance"] = {"ml_per_min": clearance, "weight": "actual"}
    if scores.exact_inputs(raw, "height_cm", "weight_kg"):
        found["bsa"] = scores.bsa(known["height_cm"], weight)
    return found


def ends(what_is_known: object) -> list:
    if not isinstance(what_is_known, facts.Interval):
        return [what_is_known]
    pair = (what_is_known.low, what_is_known.high)
    return [(end, what_is_known.unit) for end in pair] if what_is_known.unit else list(pair)


def hap(known: dict) -> dict | None:
    """Each of its four questions must have one answer; each is monotone, so the two ends of a range tell."""
    names = ("bilirubin_umol_per_l", "albumin_g_per_l", "afp_ng_per_ml", "largest_lesion_mm")
    low = scores.hap({name: ends(known[name])[0] for name in names})
    one_at_a_time = [scores.hap({n: ends(known[n])[-1 if n == name else 0] for n in names}) for name in names]
    return low if all(other == low for other in one_at_a_time) else None


def size_scores(raw: dict, known: dict) -> dict:
    count, largest = known["lesion_count"], known["largest_lesion_mm"]
    if not is_exact(count) or not is_exact(largest):
        return {}
    total, burden = largest / 10 + count, ((largest / 10) ** 2 + count**2) ** 0.5
    return {
        "six_and_twelve": {"value": total, "group": scores.sum_group(total)},
        "tumour_burden_score": {"value": burden, "group": scores.burden_group(burden)},
    }


def staged(raw: dict) -> dict:
    found = {}
    wanted = tuple(name for name in STAGED if name not in ("afp_ng_per_ml", "tumour_fraction_pct"))
    for name, stage in (("bclc", scores.bclc), ("cnlc", scores.cnlc)):
        only, _, _ = scores.settled(raw, wanted, stage)
        if only is not None:
            found[name] = {"stage": only}
    points, _, _ = scores.settled(raw, tuple(name for name in STAGED if name != "ecog"), scores.clip)
    if points is not None:
        found["clip"] = {"points": points}
    return found


def something_known(raw: dict, known: dict, names: tuple) -> bool:
    invaded = known["pvtt"] not in ("vp0", *([known["pvtt"]] if not isinstance(known["pvtt"], str) else []))
    return any(is_exact(known[name]) for name in names if name != "pvtt") or invaded


def criteria(raw: dict, known: dict) -> dict:
    found = {}
    wanted = {"milan": CONFINED, "up_to_seven": CONFINED[:4]}
    for name, rule in (("milan", scores.milan), ("up_to_seven", scores.up_to_seven)):
        if something_known(raw, known, wanted[name]):
            within, missing, _ = scores.settled(raw, wanted[name], rule)
            found[name] = {"within": within, "missing": [] if within is not None else missing}
    if "up_to_seven" in found:
        sizes = size_scores(raw, known)
        found["up_to_seven"]["value"] = sizes["six_and_twelve"]["value"] if sizes else None
    if something_known(raw, known, CONFINED):
        found["ucsf"] = ucsf(raw)
    return found


def ucsf(raw: dict) -> dict:
    diameters = raw.get("lesion_diameters_mm")

    def within(case: dict) -> bool | str:
        count, largest = case["lesion_count"], case["largest_lesion_mm"]
        if case["macrovascular_invasion"] or case["extrahepatic_spread"] != "none":
            return False
        if count == 1:
            return largest <= 65
        if count not in (2, 3) or largest > 45:
            return False
        if diameters is not None:
            return sum(diameters) <= 80
        return True if count * largest <= 80 else "the sum decides"

    only, missing, _ = scores.settled(raw, CONFINED, within)
    if only == "the sum decides":
        return {"within": None, "missing": ["lesion_diameters_mm"]}
    return {"within": only, "missing": None if only is None else []}


def answer(raw: dict) -> dict:
    known = completions.all_known(raw)
    found = liver_scores(raw, known) | meld_scores(raw, known) | body_scores(raw, known)
    found |= size_scores(raw, known) | staged(raw) | criteria(raw, known) | {"hap": hap(known)}
    return {name: score for name, score in found.items() if score is not None}
