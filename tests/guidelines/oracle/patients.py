"""Random patients for Hypothesis: consistent and complete at first, near every cut and in every unit, then made
incomplete by blanking facts or widening them into ranges and lists that still hold the truth."""

from hypothesis import strategies as st

from tests.guidelines.oracle import clauses, completions, facts

GRIDS = {
    "age_years": {"": (1, 17, 18, 19, 45, 60, 61, 80, 120)},
    "height_cm": {"": (150, 172.5, 190)},
    "weight_kg": {"": (45, 70.5, 110)},
    "bilirubin_umol_per_l": {
        "umol/L": (8, 17, 17.1, 33.9, 34, 34.1, 34.2, 50.9, 51, 51.1, 51.3, 51.4, 80),
        "mg/dL": (0.6, 1.0, 1.1, 1.9, 1.99, 2.0, 2.1, 2.99, 3.0, 3.1, 5),
    },
    "albumin_g_per_l": {
        "g/L": (24, 27.9, 28, 28.1, 34.9, 35, 35.1, 36, 42),
        "g/dL": (2.4, 2.7, 2.8, 2.9, 3.4, 3.5, 3.6, 4.2),
    },
    "inr": {"": (0.9, 1.1, 1.69, 1.7, 1.71, 2.29, 2.3, 2.31, 3)},
    "pt_prolongation_s": {"": (-1, 3, 3.9, 4, 5, 6, 6.1, 9)},
    "creatinine_umol_per_l": {"umol/L": (30, 80, 130, 150, 190, 230, 400), "mg/dL": (0.5, 0.9, 1.6, 2, 2.4, 3, 4, 4.5)},
    "egfr_ml_per_min_1_73m2": {"": (10, 29.9, 30, 30.1, 90)},
    "sodium_mmol_per_l": {"": (120, 125, 131, 137, 140)},
    "alt_u_per_l": {"": (20, 61, 400)},
    "ast_u_per_l": {"": (20, 61, 400)},
    "crp_mg_per_l": {"mg/L": (1, 30), "mg/dL": (0.3, 2)},
    "afp_ng_per_ml": {"ng/mL": (5, 399, 400, 401, 60500), "ug/L": (5, 400, 401)},
    "leukocytes_10e9_per_l": {
        "10^9/L": (2.1, 2.9, 3.0, 3.1, 6), "10^3/uL": (2.9, 3, 6), "/uL": (2100, 2999, 3000, 3001),
    },
    "platelets_10e9_per_l": {"10^9/L": (40, 59, 60, 61, 150), "10^3/uL": (59, 60, 150), "/uL": (59999, 60000, 150000)},
    "ecog": {"": (0, 1, 2, 3, 4)},
    "lesion_count": {"": (0, 1, 2, 3, 4, 8)},
    "largest_lesion_mm": {
        "mm": (8, 20, 20.1, 29.9, 30, 30.1, 45, 50, 50.1, 65, 70, 99.9, 100, 100.1, 160),
        "cm": (1.9, 2, 3, 3.1, 5, 6.5, 9.9, 10, 10.1),
    },
    "tumour_fraction_pct": {"": (1, 20, 49.9, 50, 51, 69.9, 70, 70.1, 95)},
    "expected_survival_months": {"": (0, 2.9, 3, 3.1, 12)},
}  # fmt: skip


def written(name: str, value: object, unit: str) -> object:
    return {"value": value, "unit": unit} if unit else value


@st.composite
def entry(draw, name: str) -> object:
    if name not in GRIDS:
        return draw(st.sampled_from(facts.CHOICES[name]))
    unit = draw(st.sampled_from(list(GRIDS[name])))
    value = draw(st.sampled_from(GRIDS[name][unit]))
    canonical = unit in ("umol/L", "g/L", "10^9/L", "ng/mL", "mg/L", "mm") and draw(st.booleans())
    return written(
        name, value, "" if canonical else draw(st.sampled_from((unit, unit.lower(), unit.upper())))
    )


def make_consistent(raw: dict) -> None:
    if raw["lesion_count"] == 0:
        raw["largest_lesion_mm"] = raw["tumour_fraction_pct"] = 0
    if raw["fistula"] == "none":
        del raw["fistula_kind"]
    if raw["pvtt"] != "vp0":
        raw["macrovascular_invasion"] = True


@st.composite
def complete(draw, mild: bool = True) -> dict:
    """Every fact exact. Where mild, most contraindications are absent: else almost every patient is refused."""
    names = [name for name in facts.ORDER if name not in ("lesion_diameters_mm", "child_pugh_class")]
    raw = {name: draw(entry(name)) for name in names}
    if mild and draw(st.integers(0, 3)):
        by_chance = draw(st.lists(st.sampled_from(sorted(MILD)), unique=True, max_size=4))
        raw |= {name: value for name, value in MILD.items() if name not in by_chance}
    make_consistent(raw)
    choose_alternatives(draw, raw)
    return raw


MILD = {
    "coagulation": "normal", "infection": "none", "extrahepatic_spread": "none", "cachexia": False,
    "multi_organ_failure": False, "tumour_fraction_pct": 20, "leukocytes_10e9_per_l": 6, "platelets_10e9_per_l": 150,
    "encephalopathy": "none", "ascites": "none", "portal_trunk": "patent", "tumour_rupture_bleeding": False,
    "on_dialysis": False, "albumin_g_per_l": 42,
}  # fmt: skip


def choose_alternatives(draw, raw: dict) -> None:
    """INR or prothrombin time or both; eGFR or creatinine; count and largest or the list of diameters."""
    clotting = draw(st.sampled_from(("inr", "pt_prolongation_s", "both")))
    if clotting != "both":
        del raw["pt_prolongation_s" if clotting == "inr" else "inr"]
    if draw(st.booleans()):
        del raw["egfr_ml_per_min_1_73m2"]
    if draw(st.integers(0, 3)) == 0:
        list_lesions(draw, raw)
    if draw(st.integers(0, 3)) == 0:
        raw["child_pugh_class"] = true_class(raw)
    if draw(st.integers(0, 9)) == 0:
        raw["age_years"] = draw(st.sampled_from((5, 17)))
    if facts.known("age_years", raw["age_years"]) < 18:
        raw.setdefault("egfr_ml_per_min_1_73m2", draw(st.sampled_from((29.9, 30))))


def true_class(raw: dict) -> str:
    return clauses.class_of(clauses.child_pugh_points(completions.all_known(raw)))


def list_lesions(draw, raw: dict) -> None:
    count = raw["lesion_count"]
    largest = facts.known("largest_lesion_mm", raw["largest_lesion_mm"])
    others = [draw(st.sampled_from((5, 11.5, 30))) for _ in range(max(count - 1, 0))]
    raw["lesion_diameters_mm"] = [largest, *(min(other, largest) for other in others)] if count else []
    for name in ("lesion_count", "largest_lesion_mm"):
        if draw(st.booleans()):
            del raw[name]


def widened_number(draw, name: str, raw: object) -> object:
    """A range that holds the value, its ends on the grid around the cuts; either end may be left out."""
    given = raw if isinstance(raw, dict) else {"value": raw}
    value, unit = given["value"], given.get("unit", "")
    spelling = {u.lower(): u for u in GRIDS[name]}
    grid = GRIDS[name].get(spelling.get(unit.lower(), next(iter(GRIDS[name]))), ())
    low = draw(st.sampled_from([value, *(v for v in grid if v <= value), None]))
    high = draw(st.sampled_from([value, *(v for v in grid if v >= value), None]))
    ends = {key: end for key, end in (("min", low), ("max", high)) if end is not None}
    return (ends | ({"unit": unit} if unit else {})) if ends else None


def widened_choice(draw, name: str, raw: str) -> list:
    others = [choice for choice in facts.CHOICES[name] if choice != raw]
    possible = {raw, *draw(st.lists(st.sampled_from(others), max_size=2))}
    return [choice for choice in facts.CHOICES[name] if choice in possible]


def widen(draw, name: str, raw: dict) -> None:
    if isinstance(raw[name], bool) or name == "lesion_diameters_mm" or draw(st.integers(0, 2)) == 0:
        raw[name] = None
    elif name in GRIDS:
        raw[name] = widened_number(draw, name, raw[name])
    else:
        raw[name] = widened_choice(draw, name, raw[name])


@st.composite
def incomplete(draw, fewest: int = 1, most: int = 5) -> dict:
    raw = draw(complete())
    names = draw(st.lists(st.sampled_from(sorted(raw)), min_size=fewest, max_size=most, unique=True))
    for name in names:
        widen(draw, name, raw)
    keep_possible(raw)
    return {name: value for name, value in raw.items() if value is not None or draw(st.booleans())}


def keep_possible(raw: dict) -> None:
    """Leaves out what would contradict itself (eGFR as a range beside the creatinine that might deny it, a class which
    was made from the INR beside a prothrombin time that now stands in for it), and two clotting times of which
    neither tells the band: the contract does not say which range then counts."""
    if isinstance(raw.get("egfr_ml_per_min_1_73m2"), dict):
        raw["creatinine_umol_per_l"] = None
    if isinstance(raw.get("inr"), dict) and isinstance(raw.get("pt_prolongation_s"), dict):
        raw["pt_prolongation_s"] = None
    inr_given_up = "inr" in raw and (raw["inr"] is None or isinstance(raw["inr"], dict))
    if inr_given_up and raw.get("child_pugh_class") is not None:
        raw["pt_prolongation_s"] = None
