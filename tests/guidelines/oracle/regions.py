"""For each fact, a few values that stand for all: one for every side of every cut that a clause or a score makes."""

import itertools

from tests.guidelines.oracle import clauses, facts

# Where a clause of the guideline changes its mind. Each cut is tried itself, just below it and just above it.
CUTS = {
    "ecog": (2, 3),
    "lesion_count": (0, 1, 2),
    "largest_lesion_mm": (0, 30, 100),
    "tumour_fraction_pct": (70,),
    "expected_survival_months": (3,),
    "leukocytes_10e9_per_l": (3.0,),
    "platelets_10e9_per_l": (60,),
    "afp_ng_per_ml": (400,),
    "egfr_ml_per_min_1_73m2": (30,),
    "inr": (1.7, 2.3),
    "pt_prolongation_s": (4, 6),
}
# Each score has its own.
SCORE_CUTS = {
    "bclc": {"ecog": (0, 2), "lesion_count": (0, 1, 3), "largest_lesion_mm": (0, 20, 30)},
    "cnlc": {"ecog": (2,), "lesion_count": (0, 1, 3), "largest_lesion_mm": (0, 30, 50)},
    "clip": {
        "lesion_count": (0, 1),
        "tumour_fraction_pct": (50,),
        "afp_ng_per_ml": (400,),
        "largest_lesion_mm": (0,),
    },
    "milan": {"lesion_count": (0, 1, 3), "largest_lesion_mm": (0, 30, 50)},
    "ucsf": {"lesion_count": (0, 1, 2, 3), "largest_lesion_mm": (0, 80 / 3, 40, 45, 65)},
    "up_to_seven": {"lesion_count": tuple(range(8)), "largest_lesion_mm": (0, 10, 20, 30, 40, 50, 60)},
}
CUTS_BY_UNIT = {"umol/L": (34, 51), "mg/dL": (2, 3), "g/L": (28, 35), "g/dL": (2.8, 3.5)}
POINTS = {
    "bilirubin_umol_per_l": clauses.points_for_bilirubin,
    "albumin_g_per_l": clauses.points_for_albumin,
}


def legal(name: str, value: float) -> bool:
    if name in facts.WHOLE_NUMBERS:
        return value == int(value)
    return value == 0 or value >= 1 if name == "tumour_fraction_pct" else True


def trial_values(interval: facts.Interval, cuts: tuple, step: float) -> list[float]:
    near = [cut + shift for cut in cuts for shift in (-step, 0, step)]
    ends = [interval.low, interval.high]
    inside = sorted(value for value in {*near, *ends} if interval.low <= value <= interval.high)
    halfway = [(a + b) / 2 for a, b in itertools.pairwise(inside)]
    return sorted({*inside, *halfway})


def one_of_each(values: list, side: object) -> list:
    """The first value for each distinct answer of `side`."""
    first: dict = {}
    for value in values:
        first.setdefault(side(value), value)
    return list(first.values())


def side_of_cuts(cuts: tuple) -> object:
    return lambda value: tuple((value > cut, value >= cut) for cut in cuts)


def of_number(name: str, interval: facts.Interval, cuts: dict) -> list:
    if name in POINTS:
        values = trial_values(interval, CUTS_BY_UNIT[interval.unit], 1e-6)
        entered = [(value, interval.unit) for value in values]
        return one_of_each(entered, lambda pair: POINTS[name](*pair))
    step = 1 if name in facts.WHOLE_NUMBERS else 1e-6
    values = [value for value in trial_values(interval, cuts[name], step) if legal(name, value)]
    return one_of_each(values, side_of_cuts(cuts[name]))


def representatives(name: str, what_is_known: object, cuts: dict) -> list:
    """Values of the fact that stand for all the values it may have."""
    if isinstance(what_is_known, facts.Interval):
        return of_number(name, what_is_known, cuts)
    return what_is_known if isinstance(what_is_known, list) else [what_is_known]
