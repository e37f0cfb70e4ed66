"""`would_change` for complete facts: each single fact that treatment can change, tried from the nearest value on."""

from tests.guidelines.oracle import clauses, completions, eligibility, facts, verdict

STEPS = {
    "bilirubin_umol_per_l": 1, "albumin_g_per_l": 0.1, "inr": 0.1, "pt_prolongation_s": 1,
    "creatinine_umol_per_l": 1, "egfr_ml_per_min_1_73m2": 1, "leukocytes_10e9_per_l": 0.1,
    "platelets_10e9_per_l": 1, "ecog": 1,
}  # fmt: skip
CHANGEABLE = {
    "on_dialysis": (False,),
    "ascites": ("none", "slight", "moderate_to_severe"),
    "encephalopathy": ("none", "grade_1_2", "grade_3_4"),
    "recent_chemotherapy": (False,),
    "coagulation": ("normal",),
    "infection": ("none",),
}
NAMES = [name for name in facts.ORDER if name in STEPS or name in CHANGEABLE]
FOLLOWED_BY_THE_CLASS = (*completions.CLASS_COMPONENTS, "pt_prolongation_s")


def canonical(name: str, raw: object) -> object:
    known = facts.known(name, raw)
    return facts.in_canonical_unit(name, *known) if isinstance(known, tuple) else known


def grid(name: str) -> list[float]:
    low, high = facts.RANGES[name]
    step = STEPS[name]
    first, last = round(low / step), round(high / step)
    return [number if step == 1 else round(number / 10, 1) for number in range(first, last + 1)]


def side(name: str, value: float, raw: dict) -> object:
    """What the clauses see of the value: to try one value per side is enough."""
    by_name = {
        "bilirubin_umol_per_l": lambda: clauses.points_for_bilirubin(value, "umol/L"),
        "albumin_g_per_l": lambda: clauses.points_for_albumin(value, "g/L"),
        "inr": lambda: clauses.points_for_inr(value),
        "pt_prolongation_s": lambda: clauses.points_for_pt(value),
        "egfr_ml_per_min_1_73m2": lambda: value < 30,
        "leukocytes_10e9_per_l": lambda: value < 3,
        "platelets_10e9_per_l": lambda: value < 60,
        "ecog": lambda: value > 2,
    }
    if name == "creatinine_umol_per_l":
        if canonical("age_years", raw["age_years"]) < 18:
            return 0
        return clauses.egfr_ckd_epi_2021(value, canonical("age_years", raw["age_years"]), raw["sex"]) < 30
    return by_name[name]()


def values_to_try(name: str, raw: dict) -> list:
    """One value per side of the cuts, the nearest to the present one, in order of distance."""
    now = canonical(name, raw[name])
    if name in CHANGEABLE:
        choices = CHANGEABLE[name]
        place = facts.CHOICES[name].index
        return sorted((c for c in choices if c != now), key=lambda choice: abs(place(choice) - place(now)))
    nearest: dict = {}
    for value in sorted(grid(name), key=lambda value: abs(value - now)):
        nearest.setdefault(side(name, value, raw), value)
    return [value for value in nearest.values() if value != now]


def changed(raw: dict, name: str, value: object) -> dict:
    other = raw | {name: value}
    if name in FOLLOWED_BY_THE_CLASS:
        other["child_pugh_class"] = None
    return other


def exact_given(name: str, raw: dict) -> bool:
    return raw.get(name) is not None and facts.is_exact(facts.known(name, raw[name]))


def answer(raw: dict) -> list[dict]:
    space = eligibility.space_of(raw)
    now = verdict.judge(space.case({}))["verdict"]
    if now not in ("not_eligible", "not_indicated", "needs_mdt"):
        return []
    found = []
    for name in NAMES:
        if exact_given(name, raw):
            found += first_that_helps(raw, name)
    return found


def first_that_helps(raw: dict, name: str) -> list[dict]:
    for value in values_to_try(name, raw):
        case = eligibility.space_of(changed(raw, name, value)).case({})
        judged = verdict.judge(case)
        if judged["verdict"] in verdict.ELIGIBLE:
            before = canonical(name, raw[name])
            return [
                {"fact": name, "from": before, "to": value} | {k: judged[k] for k in ("verdict", "modality")}
            ]
    return []
