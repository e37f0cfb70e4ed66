"""Every way in which an incomplete patient may turn out, and what the contract makes of them.

A *space* has what is fixed, the facts that vary with their representative values, and `case`, which makes a
complete case of one choice of values, or None where these contradict each other.
"""

import itertools
import math
import random

from tests.guidelines.oracle import clauses, facts, regions

CLASS_COMPONENTS = ("bilirubin_umol_per_l", "albumin_g_per_l", "inr", "ascites", "encephalopathy")
RENAL = ("age_years", "sex", "creatinine_umol_per_l", "egfr_ml_per_min_1_73m2")


def points_of_clotting(raw: dict, name: str) -> list[int]:
    by = clauses.points_for_inr if name == "inr" else clauses.points_for_pt
    return sorted(
        {by(v) for v in regions.representatives(name, facts.known(name, raw.get(name)), regions.CUTS)}
    )


def clotting_known(raw: dict) -> object:
    """The possible Child-Pugh points of INR or prothrombin time: INR where it fixes one band, else PT."""
    possible = points_of_clotting(raw, "inr")
    if len(possible) > 1 and raw.get("pt_prolongation_s") is not None:
        possible = points_of_clotting(raw, "pt_prolongation_s")
    return possible[0] if len(possible) == 1 else possible


def lesions_known(raw: dict) -> dict:
    diameters = raw.get("lesion_diameters_mm")
    if diameters is not None:
        return {"lesion_count": len(diameters), "largest_lesion_mm": max(diameters, default=0)}
    return {name: facts.known(name, raw.get(name)) for name in ("lesion_count", "largest_lesion_mm")}


def may_be_zero(what_is_known: object) -> bool:
    if isinstance(what_is_known, facts.Interval):
        return what_is_known.low <= 0 <= what_is_known.high
    return what_is_known == 0


def all_known(raw: dict) -> dict:
    """What is known of each fact after the given alternatives have replaced what they replace."""
    known = {name: facts.known(name, raw.get(name)) for name in facts.ORDER if name != "lesion_diameters_mm"}
    known |= lesions_known(raw) | {"inr": clotting_known(raw)}
    if known["lesion_count"] == 0:
        known |= {"largest_lesion_mm": 0, "tumour_fraction_pct": 0}
    del known["pt_prolongation_s"]
    return known


class Space:
    def __init__(self, raw: dict, wanted: tuple, cuts: dict) -> None:
        self.raw, self.wanted, self.cuts = raw, wanted, cuts
        self.known = all_known(raw)
        self.vary: dict[str, list] = {}
        if "egfr_ml_per_min_1_73m2" in wanted:
            self.vary_kidneys()
            self.settle_dialysis()
        self.vary_class()
        for name in wanted:
            self.vary_fact(name)
        self.fixed = {name: value for name, value in self.known.items() if facts.is_exact(value)}

    def vary_fact(self, name: str) -> None:
        settled_elsewhere = (*RENAL, *CLASS_COMPONENTS, "child_pugh_class")
        if name in settled_elsewhere or facts.is_exact(self.known[name]):
            return
        self.vary[name] = regions.representatives(name, self.known[name], self.cuts)

    def vary_class(self) -> None:
        """The components vary only where the class is not given: no clause reads them but through the class."""
        given = self.raw.get("child_pugh_class")
        self.classes = facts.known("child_pugh_class", given)
        self.class_is_fixed = isinstance(self.classes, str)
        if "child_pugh_class" not in self.wanted or self.class_is_fixed:
            return
        for name in CLASS_COMPONENTS:
            if not facts.is_exact(self.known[name]):
                self.vary[name] = regions.representatives(name, self.known[name], self.cuts)

    def vary_kidneys(self) -> None:
        egfr = self.known["egfr_ml_per_min_1_73m2"]
        given = self.raw.get("egfr_ml_per_min_1_73m2") is not None
        self.egfr_within = egfr if given else None
        if facts.is_exact(egfr):
            return
        age = self.known["age_years"]
        self.youngest, oldest = (age.low, age.high) if isinstance(age, facts.Interval) else (age, age)
        if self.youngest < 18:
            self.vary["egfr_ml_per_min_1_73m2"] = regions.representatives(
                "egfr_ml_per_min_1_73m2", egfr, self.cuts
            )
        if oldest >= 18:
            self.vary |= self.varying_inputs_of_egfr()

    def varying_inputs_of_egfr(self) -> dict[str, list]:
        age, sex, creatinine = (self.known[name] for name in ("age_years", "sex", "creatinine_umol_per_l"))
        sexes = sex if isinstance(sex, list) else [sex]
        limits = self.egfr_limits()
        levels = creatinines_to_try(creatinine, ends_of(age), sexes, limits)
        ages = ages_to_try(age, levels, sexes, limits)
        levels = creatinines_to_try(creatinine, ages, sexes, limits)
        levels = regions.one_of_each(
            levels, lambda c: tuple(self.kidney(c, a, s) for a in ages for s in sexes)
        )
        ages = regions.one_of_each(
            ages, lambda a: (a < 18, *(self.kidney(c, a, s) for c in levels for s in sexes))
        )
        values = {"age_years": ages, "sex": sexes, "creatinine_umol_per_l": levels}
        return {name: values[name] for name in values if not facts.is_exact(self.known[name])}

    def kidney(self, creatinine: float, age: float, sex: str) -> tuple[bool, bool]:
        """Serious dysfunction, and whether the given range of eGFR allows it."""
        egfr = self.worked_out_egfr(creatinine, age, sex)
        return egfr < 30, self.egfr_allowed(egfr)

    def worked_out_egfr(self, creatinine: float, age: float, sex: str) -> float:
        """The creatinine at which eGFR is just at a limit is only nearly met: what is as near as that is the limit."""
        egfr = clauses.egfr_ckd_epi_2021(creatinine, age, sex)
        return next((limit for limit in self.egfr_limits() if abs(egfr - limit) < 1e-6), egfr)

    def egfr_limits(self) -> list[float]:
        within = self.egfr_within
        return [30, within.low, within.high] if isinstance(within, facts.Interval) else [30]

    def egfr_allowed(self, egfr: float) -> bool:
        within = self.egfr_within
        return not isinstance(within, facts.Interval) or within.low <= egfr <= within.high

    def settle_dialysis(self) -> None:
        """Settled as false where eGFR is known to be 30 or more."""
        if facts.is_exact(self.known["on_dialysis"]):
            return
        names = [name for name in self.vary if name in RENAL]
        fixed = {name: value for name, value in self.known.items() if facts.is_exact(value)}
        self.fixed = fixed
        choices = itertools.product(*(self.vary[name] for name in names))
        possible = [self.egfr_of(fixed | dict(zip(names, choice, strict=True))) for choice in choices]
        if all(egfr is None or egfr >= 30 for egfr in possible):
            self.known["on_dialysis"] = False

    def egfr_of(self, case: dict) -> float | None:
        if "egfr_ml_per_min_1_73m2" in self.fixed:
            return case["egfr_ml_per_min_1_73m2"]
        if case.get("age_years", self.youngest) < 18:
            return case["egfr_ml_per_min_1_73m2"]
        egfr = self.worked_out_egfr(case["creatinine_umol_per_l"], case["age_years"], case["sex"])
        return egfr if self.egfr_allowed(egfr) else None

    def case(self, choice: dict) -> dict | None:
        case = self.fixed | choice
        return case if self.consistent(case) else None

    def consistent(self, case: dict) -> bool:
        """Fills in what follows from the choice; False for a contradiction."""
        return self.lesions(case) and self.kidneys(case) and self.liver(case) and self.vessels(case)

    def lesions(self, case: dict) -> bool:
        if "lesion_count" not in case:
            return True
        if case["lesion_count"] > 0:
            return case.get("largest_lesion_mm") != 0
        sizes = [self.known["largest_lesion_mm"], self.known["tumour_fraction_pct"]]
        case["largest_lesion_mm"] = case["tumour_fraction_pct"] = 0
        return all(may_be_zero(size) for size in sizes)

    def kidneys(self, case: dict) -> bool:
        if "egfr_ml_per_min_1_73m2" not in self.wanted:
            return True
        case["egfr_ml_per_min_1_73m2"] = self.egfr_of(case)
        return case["egfr_ml_per_min_1_73m2"] is not None

    def liver(self, case: dict) -> bool:
        if "child_pugh_class" not in self.wanted:
            return True
        case["child_pugh_class"] = (
            self.classes if self.class_is_fixed else clauses.class_of(clauses.child_pugh_points(case))
        )
        return case["child_pugh_class"] in self.classes

    def vessels(self, case: dict) -> bool:
        kind_given = facts.is_exact(self.known["fistula_kind"])
        if case.get("fistula") == "none" and kind_given:
            return False
        return not (case.get("pvtt", "vp0") != "vp0" and case.get("macrovascular_invasion") is False)

    def size(self) -> int:
        size = 1
        for values in self.vary.values():
            size *= len(values)
        return size

    def everything(self) -> list[tuple]:
        return list(itertools.product(*self.vary.values()))

    def one_at_random(self, chance: random.Random) -> tuple:
        return tuple(chance.choice(values) for values in self.vary.values())


def ends_of(what_is_known: object) -> list[float]:
    if isinstance(what_is_known, facts.Interval):
        return [what_is_known.low, what_is_known.high]
    return [what_is_known]


def within(what_is_known: object, values: set[float]) -> list[float]:
    low, high = ends_of(what_is_known)[0], ends_of(what_is_known)[-1]
    return sorted(value for value in {low, high, *values} if low <= value <= high)


HAIR = 1e-4


def ages_to_try(age: object, levels: list, sexes: list, limits: list) -> list[float]:
    """Both ends, both sides of 18, and of each age at which one of these creatinines gives one of these eGFRs."""
    turns = {age_at(limit, level, sex) for limit in limits for level in levels for sex in sexes}
    return within(age, {17, 18} | {turn + shift for turn in turns for shift in (-HAIR, 0, HAIR)})


def creatinines_to_try(creatinine: object, ages: list, sexes: list, limits: list) -> list[float]:
    """Both ends, and both sides of each level at which one of these people has one of these values of eGFR."""
    turns = {creatinine_at(limit, age, sex) for limit in limits for age in ages for sex in sexes}
    return within(creatinine, {turn * shift for turn in turns for shift in (1 - HAIR, 1, 1 + HAIR)})


def age_at(egfr: float, creatinine: float, sex: str) -> float:
    return math.log(max(egfr, HAIR) / clauses.egfr_ckd_epi_2021(creatinine, 0, sex)) / math.log(0.9938)


def creatinine_at(egfr: float, age: float, sex: str) -> float:
    """By halving the interval: eGFR falls as creatinine rises."""
    low, high = 1.0, 10000.0
    for _ in range(60):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if clauses.egfr_ckd_epi_2021(middle, age, sex) > egfr else (low, middle)
    return low


def outcomes(space: Space, choices: list[tuple], judge: object) -> dict[tuple, object]:
    """What each choice of values leads to; contradictions left out."""
    found = {}
    for choice in choices:
        case = space.case(dict(zip(space.vary, choice, strict=True)))
        if case is not None:
            found[choice] = judge(case)
    return found


def differing_pairs(space: Space, found: dict[tuple, object]) -> dict[str, list[tuple]]:
    """For each fact, groups of distinct outcomes of combinations which differ only in it."""
    pairs: dict[str, list[tuple]] = {}
    for position, name in enumerate(space.vary):
        groups: dict[tuple, set] = {}
        for choice, outcome in found.items():
            rest = choice[:position] + choice[position + 1 :]
            groups.setdefault(rest, set()).add(outcome)
        pairs[name] = list({frozenset(group) for group in groups.values() if len(group) > 1})
    return pairs


def missing(pairs: dict[str, list[tuple]], part: object) -> list[str]:
    """The facts, in the table's order, which alone can change this part of the outcome."""
    decisive = {name for name, groups in pairs.items() if any(len({part(o) for o in g}) > 1 for g in groups)}
    return [name for name in facts.ORDER if name in decisive]
