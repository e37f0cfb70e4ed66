"""Adverse events graded: CTCAE v5.0 (NCI, 27 November 2017), CIRSE 2017 and SIR 2017, side by side.

CTCAE v5.0 works with the multiple of the limit of normal, or of the baseline where the baseline was abnormal. An exact
edge belongs to the lower grade. Grade 0 is no event. Nausea and pain have no grade 4. Grade 5 is death.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guidelines import ctcae
from guidelines.ctcae import Measured, Possible

CTCAE_VERSION = "5.0"
CTCAE_SOURCE = "CTCAE v5.0, National Cancer Institute, 27 November 2017"
CIRSE_VERSION = "2017"
CIRSE_SOURCE = "Filippiadis 2017, Cardiovasc Intervent Radiol 40:1141, doi:10.1007/s00270-017-1703-4"
SIR_VERSION = "2017"
SIR_SOURCE = "Khalilzadeh 2017, J Vasc Interv Radiol 28:1432"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One event that can be graded.

    `analyte` is the laboratory value that grades it (name and unit of `guidelines.facts`), or "temperature_c"; empty
    where a clinician chooses among `grades` (grade → its text). `clause` is the guideline's own (6.1, 6.3).
    `is_general`: the texts are CTCAE's general guideline for any event.
    """

    key: str
    label: str
    grades: Mapping[int, str]
    clause: str = ""
    analyte: str = ""
    is_general: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """What the numbers come to. `grade` is None while `missing` facts decide; `possible` are the grades left.

    `says` is the text of the grade; `graded_from` is what to keep with it: value, limits, baseline, rule.
    """

    term: str
    grade: int | None
    possible: tuple[int, ...]
    says: str = ""
    scheme: str = "CTCAE"
    version: str = CTCAE_VERSION
    missing: tuple[str, ...] = ()
    graded_from: Mapping[str, Any] = field(default_factory=dict)


# CTCAE v5.0, general guideline.
GENERAL: Mapping[int, str] = {
    1: "Mild, or found by observation only; no intervention",
    2: "Moderate; minimal, local or noninvasive intervention, or instrumental daily activities limited",
    3: "Severe, not immediately life-threatening; hospital stay, or self-care limited",
    4: "Life-threatening; urgent intervention",
    5: "Death",
}


_ENZYME_TEXTS = {
    1: "Over the upper limit to 3 times it; abnormal baseline: 1.5 to 3 times it",
    2: "Over 3 to 5 times the upper limit, or the abnormal baseline",
    3: "Over 5 to 20 times the upper limit, or the abnormal baseline",
    4: "Over 20 times the upper limit, or the abnormal baseline",
}
_BILIRUBIN_TEXTS = {
    1: "Over the upper limit to 1.5 times it; abnormal baseline: over it to 1.5 times it",
    2: "Over 1.5 to 3 times the upper limit, or the abnormal baseline",
    3: "Over 3 to 10 times the upper limit, or the abnormal baseline",
    4: "Over 10 times the upper limit, or the abnormal baseline",
}
_LEUKOCYTE_TEXTS = {
    1: "Under the lower limit to 3.0 × 10⁹/L",
    2: "Under 3.0 to 2.0 × 10⁹/L",
    3: "Under 2.0 to 1.0 × 10⁹/L",
    4: "Under 1.0 × 10⁹/L",
}
_PLATELET_TEXTS = {
    1: "Under the lower limit to 75 × 10⁹/L",
    2: "Under 75 to 50 × 10⁹/L",
    3: "Under 50 to 25 × 10⁹/L",
    4: "Under 25 × 10⁹/L",
}


def _measured(key: str, label: str, analyte: str, clause: str, grades: Mapping[int, str]) -> Term:
    return Term(key=key, label=label, grades=grades, clause=clause, analyte=analyte)


def _general(key: str, label: str, clause: str = "") -> Term:
    return Term(key=key, label=label, grades=GENERAL, clause=clause, is_general=True)


_DECLARED = (
    _measured(
        "fever",
        "Fever",
        "temperature_c",
        "6.1",
        {
            1: "38.0 to 39.0 °C",
            2: "Over 39.0 to 40.0 °C",
            3: "Over 40.0 °C for 24 hours or less",
            4: "Over 40.0 °C for more than 24 hours",
            5: "Death",
        },
    ),
    Term(
        key="abdominal_pain",
        label="Abdominal pain",
        clause="6.1",
        grades={
            1: "Mild",
            2: "Moderate; instrumental daily activities limited",
            3: "Severe; self-care limited",
        },
    ),
    Term(
        key="nausea",
        label="Nausea",
        clause="6.1",
        grades={
            1: "Loss of appetite, eating habits as before",
            2: "Eats and drinks less, without weight loss or dehydration",
            3: "Intake not enough; tube feeding, parenteral nutrition or hospital stay",
        },
    ),
    Term(
        key="vomiting",
        label="Vomiting",
        clause="6.1",
        grades={
            1: "No intervention",
            2: "Fluids or medicines without a hospital stay",
            3: "Tube feeding, parenteral nutrition or hospital stay",
            4: "Life-threatening",
            5: "Death",
        },
    ),
    _measured("alt_increased", "ALT increased", "alt_u_per_l", "6.3", _ENZYME_TEXTS),
    _measured("ast_increased", "AST increased", "ast_u_per_l", "6.3", _ENZYME_TEXTS),
    _measured(
        "blood_bilirubin_increased", "Bilirubin increased", "bilirubin_umol_per_l", "6.3", _BILIRUBIN_TEXTS
    ),
    _measured(
        "white_blood_cell_decreased",
        "Leukocytes decreased",
        "leukocytes_10e9_per_l",
        "6.3",
        _LEUKOCYTE_TEXTS,
    ),
    _measured("platelet_count_decreased", "Platelets decreased", "platelets_10e9_per_l", "", _PLATELET_TEXTS),
    _measured(
        "creatinine_increased",
        "Creatinine increased",
        "creatinine_umol_per_l",
        "6.3",
        {
            1: "Over the upper limit to 1.5 times",
            2: "Over 1.5 to 3 times the upper limit or the baseline",
            3: "Over 3 times the baseline, or over 3 to 6 times the upper limit",
            4: "Over 6 times the upper limit",
        },
    ),
    Term(
        key="urinary_retention",
        label="Urinary retention",
        clause="6.3",
        grades={
            1: "Some urine stays; no catheter",
            2: "Catheter or medicine",
            3: "Elective invasive intervention",
            4: "Life-threatening; organ failure",
            5: "Death",
        },
    ),
    _general("access_site_bleeding", "Bleeding at the access site", "6.3"),
    _general("liver_failure", "Liver failure"),
    _general("liver_abscess", "Liver abscess"),
    _general("cholecystitis", "Cholecystitis"),
    _general("bile_duct_injury", "Bile duct injury or biloma"),
    _general("gastrointestinal_ulcer", "Ulcer or bleeding of stomach or bowel"),
    _general("pancreatitis", "Pancreatitis"),
    _general("tumour_rupture", "Rupture of the tumour"),
    _general("pulmonary_embolism", "Embolism of the lung, oil or particles"),
    _general("cerebral_embolism", "Embolism of the brain, oil or particles"),
    _general("skin_injury", "Skin injury by radiation or non-target embolisation"),
    _general("contrast_reaction", "Reaction to contrast medium"),
    _general("vessel_injury", "Injury of a vessel: dissection, occlusion, false aneurysm"),
    _general("other", "Other"),
)
TERMS: Mapping[str, Term] = {term.key: term for term in _DECLARED}
MEASURED: Mapping[str, Term] = {term.key: term for term in _DECLARED if term.analyte}
# The terms by the value that grades them: for proposing an event from a result.
BY_ANALYTE: Mapping[str, Term] = {term.analyte: term for term in MEASURED.values()}

# doi:10.1007/s00270-017-1703-4: an expected post-embolisation syndrome is no complication unless stay or
# treatment exceed the usual course.
CIRSE: Mapping[int, str] = {
    1: "Solved within the same session; no extra treatment",
    2: "Longer observation, including overnight, under 48 hours; no treatment, no sequelae",
    3: "Extra treatment or a stay over 48 hours; no sequelae",
    4: "Permanent mild sequelae; lives and works independently",
    5: "Permanent severe sequelae; needs help in daily life",
    6: "Death",
}
# The older SIR letters A to F are another scale: never mapped.
SIR: Mapping[str, str] = {
    "mild": "No treatment, or nominal",
    "moderate": "Substantial treatment, transfusion, a procedure under sedation, or longer observation",
    "severe": "Hospital stay prolonged by over 24 hours, intensive care, or an intervention under general anaesthesia",
    "life_threatening": "Life-threatening or disabling",
    "death": "Death",
}


def grade(
    term: str,
    value: float | None,
    *,
    upper_limit: float | None = None,
    lower_limit: float | None = None,
    baseline: float | None = None,
    hours_over_40_c: float | None = None,
) -> Graded:
    """The CTCAE v5.0 grade of a measured term; value, limits and baseline in one unit, temperature in °C.

    An upper limit or a baseline of nothing cannot be multiplied and is unknown. Raises KeyError for an unknown term,
    ValueError for one that only a clinician can grade.
    """
    analyte = TERMS[term].analyte
    if not analyte:
        raise ValueError(f"{term}: a clinician grades it.")
    upper_limit, baseline = (number or None for number in (upper_limit, baseline))
    if value is None:
        left = Possible(tuple(range(ctcae.HIGHEST_GRADE + 1)), ("value",))
    else:
        left = ctcae.GRADERS[analyte](Measured(value, upper_limit, lower_limit, baseline, hours_over_40_c))
    given = {
        "value": value,
        "upper_limit": upper_limit,
        "lower_limit": lower_limit,
        "baseline": baseline,
        "hours_over_40_c": hours_over_40_c,
    }
    return _graded(term, left, {name: number for name, number in given.items() if number is not None})


def _graded(term: str, left: Possible, given: Mapping[str, float]) -> Graded:
    certain = left.grades[0] if len(left.grades) == 1 else None
    return Graded(
        term=term,
        grade=certain,
        possible=left.grades,
        says=TERMS[term].grades.get(certain, "") if certain is not None else "",
        missing=left.missing,
        graded_from={**given, "analyte": TERMS[term].analyte, "source": CTCAE_SOURCE},
    )
