"""The whole answer of `scores`: which scores the facts allow, and what each one says."""

import itertools

from tests.guidelines.oracle import clauses, completions, facts, regions, scores
from tests.guidelines.oracle.facts import is_exact

MELD_INPUTS = ("creatinine_umol_per_l", "bilirubin_umol_per_l", "inr", "sodium_mmol_per_l", "albumin_g_per_l")
# Where a formula holds its input fast, in the units of the formula.
HELD = {
    "creatinine_umol_per_l": (1.0, 3.0, 4.0),
    "bilirubin_umol_per_l": (1.0,),
    "inr": (1.0,),
    "sodium_mmol_per_l": (125, 137),
    "albumin_g_per_l": (1.5, 3.5),
}


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


def in_formula_unit(name: str, value: object) -> float:
    if name == "bilirubin_umol_per_l":
        return scores.as_umol(value) / 17.1
    if name == "albumin_g_per_l":
        return scores.as_g_per_l(value) / 10
    return value / 88.4 if name == "creatinine_umol_per_l" else value


def corners(raw: dict, name: str) -> list[float]:
    """The ends of what is possible and where the formula holds fast: MELD turns nowhere else."""
    known = facts.known(name, raw.get(name))
    if not isinstance(known, facts.Interval):
        return [in_formula_unit(name, known)]
    low, high = (in_formula_unit(name, end) for end in ends(known))
    return sorted({low, high, *(held for held in HELD[name] if low < held < high)})


def dialysis(raw: dict, creatinine_mg: list[float], cap_mg: float) -> list[bool]:
    """Whether creatinine is to be set to its cap: settled, or of no matter because it is there."""
    wanted = (*completions.RENAL, "on_dialysis")
    settled = completions.Space(raw, wanted, regions.CUTS).known["on_dialysis"]
    if is_exact(settled):
        return [settled]
    return [False] if min(creatinine_mg) >= cap_mg - 1e-9 else []


def meld_scores(raw: dict) -> dict:
    """Unrounded, where all that is possible rounds to the same; the comparison forgives what lies on the half."""
    creatinine, bilirubin, inr, sodium, albumin = (corners(raw, name) for name in MELD_INPUTS)
    sexes = [
        sex == "female" for sex in regions.representatives("sex", facts.known("sex", raw.get("sex")), {})
    ]
    brackets = [
        scores.meld_bracket(c, b, i, d)
        for c, b, i, d in itertools.product(creatinine, bilirubin, inr, dialysis(raw, creatinine, 4.0))
    ]
    inputs = itertools.product(
        creatinine, bilirubin, inr, sodium, albumin, sexes, dialysis(raw, creatinine, 3.0)
    )
    possible = {
        "meld": [min(max(10 * bracket, 6), 40) for bracket in brackets],
        "meld_na": [scores.meld_na(bracket, na) for bracket in brackets for na in sodium],
        "meld_3": [scores.meld_3(*values) for values in inputs],
    }
    same = {
        name: values
        for name, values in possible.items()
        if len({scores.half_up(value) for value in values}) == 1
    }
    return {
        name: {"unrounded": values[0], "bracket": brackets[0] if brackets else None}
        for name, values in same.items()
    }


def body_scores(raw: dict, known: dict) -> dict:
    found = {}
    age, sex, weight = (known[name] for name in ("age_years", "sex", "weight_kg"))
    if scores.exact_inputs(raw, "age_years", "sex", "creatinine_umol_per_l"):
        creatinine = known["creatinine_umol_per_l"]
        if age >= 18:
            found["egfr_ckd_epi_2021"] = {"value": clauses.egfr_ckd_epi_2021(creatinine, age, sex)}
        if is_exact(weight):
            clearance = scores.creatinine_clearance(age, weight, creatinine / 88.4, sex == "female")
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
    for name, key, rule in (
        ("bclc", "stage", scores.bclc),
        ("cnlc", "stage", scores.cnlc),
        ("clip", "points", scores.clip),
    ):
        only, _ = scores.settled(name, raw, rule)
        if only is not None:
            found[name] = {key: only}
    return found


def something_known(name: str, known: dict) -> bool:
    """pvtt is not asked for itself, but a thrombus is macrovascular invasion."""
    pvtt = known["pvtt"] if isinstance(known["pvtt"], list) else [known["pvtt"]]
    names = [fact for fact in scores.NEEDS[name] if fact != "pvtt"]
    return "vp0" not in pvtt or any(known[fact] != facts.nothing_known(fact) for fact in names)


def criteria(raw: dict, known: dict) -> dict:
    found = {}
    for name, rule in (("milan", scores.milan), ("up_to_seven", scores.up_to_seven)):
        if something_known(name, known):
            within, missing = scores.settled(name, raw, rule)
            found[name] = {"within": within, "missing": missing}
    if "up_to_seven" in found:
        sizes = size_scores(raw, known)
        found["up_to_seven"]["value"] = sizes["six_and_twelve"]["value"] if sizes else None
    if something_known("ucsf", known):
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

    only, _ = scores.settled("ucsf", raw, within)
    if only == "the sum decides":
        return {"within": None, "missing": ["lesion_diameters_mm"]}
    return {"within": only, "missing": None if only is None else []}


def answer(raw: dict) -> dict:
    known = completions.all_known(raw)
    found = liver_scores(raw, known) | meld_scores(raw) | body_scores(raw, known)
    found |= size_scores(raw, known) | staged(raw) | criteria(raw, known) | {"hap": hap(known)}
    return {name: score for name, score in found.items() if score is not None}
