"""How fast the guideline answers: one JSON line a benchmark (`python bench/guidelines.py`)."""

import json
import pathlib
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import guidelines
from guidelines import facts

Facts = dict[str, Any]

SEED = 20260302
PATIENTS = 400
ROUNDS = 5
# What keeps most patients near the cuts, where every clause has something to do.
PLAUSIBLE: dict[str, tuple[float, float]] = {
    "age_years": (35, 85),
    "bilirubin_umol_per_l": (8, 60),
    "albumin_g_per_l": (25, 45),
    "inr": (0.9, 2.0),
    "creatinine_umol_per_l": (50, 200),
    "afp_ng_per_ml": (1, 900),
    "leukocytes_10e9_per_l": (2, 9),
    "platelets_10e9_per_l": (45, 250),
    "ecog": (0, 2),
    "lesion_count": (1, 5),
    "largest_lesion_mm": (10, 130),
    "tumour_fraction_pct": (2, 80),
    "expected_survival_months": (2, 36),
}
LEFT_OUT = {
    "height_cm", "weight_kg", "pt_prolongation_s", "egfr_ml_per_min_1_73m2", "sodium_mmol_per_l", "alt_u_per_l",
    "ast_u_per_l", "crp_mg_per_l", "child_pugh_class", "lesion_diameters_mm",
}  # fmt: skip


def complete_patient(chance: random.Random) -> Facts:
    """A made-up patient of whom everything is known."""
    patient: Facts = {}
    for name, fact in facts.ALL.items():
        if name in LEFT_OUT:
            continue
        if name in PLAUSIBLE:
            value = chance.uniform(*PLAUSIBLE[name])
            patient[name] = round(value) if fact.whole else round(value, 1)
        elif fact.kind == "bool":
            patient[name] = chance.random() < 0.1
        else:
            values = fact.choice_values
            patient[name] = values[0] if chance.random() < 0.6 else chance.choice(values)
    if patient["fistula"] == "none":
        del patient["fistula_kind"]
    if patient["pvtt"] != "vp0":
        patient["macrovascular_invasion"] = True
    return patient


def half_known(patient: Facts, chance: random.Random) -> Facts:
    """The same patient with half of the facts taken away."""
    return {name: value for name, value in patient.items() if chance.random() < 0.5}


def seconds(ask: Callable[[Facts], object], patients: list[Facts]) -> Iterator[float]:
    for _ in range(ROUNDS):
        for patient in patients:
            start = time.perf_counter()
            ask(patient)
            yield time.perf_counter() - start


def report(name: str, times: list[float], size: int, unit: str = "us", scale: float = 1e6) -> None:
    ordered = sorted(times)
    line = {
        "name": name,
        "median": round(statistics.median(ordered) * scale, 1),
        "p95": round(ordered[int(len(ordered) * 0.95)] * scale, 1),
        "unit": unit,
        "size": size,
    }
    print(json.dumps(line))


def total(patients: list[Facts]) -> float:
    start = time.perf_counter()
    for patient in patients:
        guidelines.eligibility(patient)
    return time.perf_counter() - start


def main() -> None:
    chance = random.Random(SEED)
    complete = [complete_patient(chance) for _ in range(PATIENTS)]
    half = [half_known(patient, chance) for patient in complete]
    cold = time.perf_counter()
    guidelines.eligibility({})
    report("eligibility_first_call_with_diagrams", [time.perf_counter() - cold], 1)
    report("eligibility_complete_facts", list(seconds(guidelines.eligibility, complete)), PATIENTS)
    bare = [*seconds(lambda patient: guidelines.eligibility(patient, would_change=False), complete)]
    report("eligibility_complete_facts_without_would_change", bare, PATIENTS)
    report("eligibility_half_known", list(seconds(guidelines.eligibility, half)), PATIENTS)
    report("eligibility_nothing_known", list(seconds(guidelines.eligibility, [{}] * 100)), 100)
    report("scores_complete_facts", list(seconds(guidelines.scores, complete)), PATIENTS)
    for size in (1_000, 10_000):
        many = [complete_patient(chance) for _ in range(size)]
        report(f"eligibility_{size}_patients", [total(many)], size, unit="ms", scale=1e3)


if __name__ == "__main__":
    main()
