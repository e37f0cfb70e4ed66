"""Every fact that the guideline asks for, declared once.

The JSON check, the forms, the unit switches, the import mapping and the edition page are made from this table.
Its order is the contract's, and it is the order of `missing` and of errors.
"""

from collections.abc import Mapping

from guidelines import reading, units
from guidelines.entry import Entry, FactError
from guidelines.fact import Fact, Table
from guidelines.units import Unit

__all__ = ["ALL", "GROUPS", "Entry", "Fact", "FactError", "convert", "in_group", "read"]

GROUPS: Mapping[str, str] = {
    "who": "Who",
    "laboratory": "Liver function and blood",
    "condition": "Condition",
    "tumour": "Tumour",
    "vessels": "Vessels",
    "purpose": "Purpose and history",
}


def _numbered(
    name: str, group: str, label: str, accepted: tuple[Unit, ...], low: float, high: float, **more: object
) -> Fact:
    return Fact(name, "number", group, label, units=accepted, low=low, high=high, **more)  # type: ignore[arg-type]


def _chosen(name: str, group: str, label: str, choices: Mapping[str, str], **more: object) -> Fact:
    return Fact(name, "choice", group, label, choices=choices, **more)  # type: ignore[arg-type]


def _yes_or_no(name: str, group: str, label: str, **more: object) -> Fact:
    return Fact(name, "bool", group, label, **more)  # type: ignore[arg-type]


_CHILD_PUGH = ("3.1.5", "4.1", "4.7x", "F.2", "F.9x")
_RENAL = ("3.1", "F.2")

WHO = (
    _numbered("age_years", "who", "Age", units.YEARS, 0, 120, clauses=_RENAL),
    _chosen("sex", "who", "Sex", {"female": "Female", "male": "Male"}, clauses=_RENAL),
    _numbered("height_cm", "who", "Height", units.HEIGHT, 50, 275),
    _numbered("weight_kg", "who", "Weight", units.WEIGHT, 2, 650),
)


def _laboratory(
    name: str, label: str, accepted: tuple[Unit, ...], low: float, high: float, **more: object
) -> Fact:
    return _numbered(name, "laboratory", label, accepted, low, high, changeable=True, **more)


LABORATORY = (
    _laboratory(
        "bilirubin_umol_per_l",
        "Bilirubin",
        units.BILIRUBIN,
        1,
        1500,
        clauses=_CHILD_PUGH,
        help="Total bilirubin. Child-Pugh uses the cut-offs of the unit that you enter.",
    ),
    _laboratory("albumin_g_per_l", "Albumin", units.ALBUMIN, 10, 70, step=0.1, clauses=_CHILD_PUGH),
    _laboratory("inr", "INR", units.RATIO, 0.5, 30, step=0.1, clauses=_CHILD_PUGH),
    _laboratory(
        "pt_prolongation_s",
        "Prothrombin time over control",
        units.SECONDS,
        -10,
        150,
        clauses=_CHILD_PUGH,
        help="Seconds longer than the control, not the whole time. Used where INR is not known.",
    ),
    _laboratory("creatinine_umol_per_l", "Creatinine", units.CREATININE, 10, 4500, clauses=_RENAL),
    _laboratory(
        "egfr_ml_per_min_1_73m2",
        "Estimated glomerular filtration rate (eGFR)",
        units.FILTRATION,
        0,
        250,
        clauses=_RENAL,
        help="Leave empty to have it worked out from creatinine, age and sex (CKD-EPI 2021).",
    ),
    _laboratory("sodium_mmol_per_l", "Sodium", units.SODIUM, 90, 200),
    _laboratory("alt_u_per_l", "ALT", units.ENZYME, 1, 50_000),
    _laboratory("ast_u_per_l", "AST", units.ENZYME, 1, 50_000),
    _laboratory("crp_mg_per_l", "C-reactive protein (CRP)", units.C_REACTIVE_PROTEIN, 0, 1000),
    _laboratory("afp_ng_per_ml", "AFP", units.ALPHA_FETOPROTEIN, 0, 1e8, clauses=("2.6.a",)),
    _laboratory("leukocytes_10e9_per_l", "Leukocytes", units.CELLS, 0, 2000, step=0.1, clauses=("4.8a",)),
    _laboratory("platelets_10e9_per_l", "Platelets", units.CELLS, 0, 4000, clauses=("4.8b",)),
    _yes_or_no(
        "on_dialysis",
        "laboratory",
        "On dialysis",
        changeable=True,
        clauses=_RENAL,
        help="At least twice in the last week, or continuous.",
    ),
)

CONDITION = (
    _chosen(
        "ascites",
        "condition",
        "Ascites",
        changeable=True,
        clauses=_CHILD_PUGH,
        choices={"none": "None", "slight": "Slight", "moderate_to_severe": "Moderate to severe"},
        help="Slight includes ascites that diuretics control; moderate to severe includes refractory ascites.",
    ),
    _chosen(
        "encephalopathy",
        "condition",
        "Encephalopathy",
        changeable=True,
        clauses=_CHILD_PUGH,
        choices={"none": "None", "grade_1_2": "Grade 1–2", "grade_3_4": "Grade 3–4"},
    ),
    _chosen(
        "child_pugh_class",
        "condition",
        "Child-Pugh class",
        {"A": "A", "B": "B", "C": "C"},
        clauses=_CHILD_PUGH,
        help="Only where the five components are not known.",
    ),
    _numbered(
        "ecog",
        "condition",
        "ECOG",
        units.COUNT,
        0,
        4,
        whole=True,
        changeable=True,
        clauses=("3.1.5",),
        help="0: fully active. 1: restricted in strenuous activity. 2: up more than half of the day, no work. "
        "3: in bed or chair more than half of the day. 4: disabled. If bleeding: as it was before the bleed.",
    ),
    _yes_or_no("hypersplenism", "condition", "Hypersplenism", clauses=("4.8a-x",)),
    _yes_or_no(
        "recent_chemotherapy", "condition", "Recent chemotherapy", changeable=True, clauses=("4.8a-x",)
    ),
    _yes_or_no("cachexia", "condition", "Cachexia", clauses=("4.6",)),
    _yes_or_no("multi_organ_failure", "condition", "Multi-organ failure", clauses=("4.6",)),
    _chosen(
        "coagulation",
        "condition",
        "Coagulation",
        changeable=True,
        clauses=("4.2",),
        choices={
            "normal": "Normal",
            "impaired_correctable": "Impaired, correctable",
            "impaired_uncorrectable": "Severely impaired, not correctable",
        },
    ),
    _chosen(
        "infection",
        "condition",
        "Active infection",
        changeable=True,
        clauses=("4.4",),
        choices={
            "none": "None",
            "active_treatable": "Treatable at the same time",
            "active_untreatable": "Not treatable at the same time",
        },
    ),
)

TUMOUR = (
    _numbered(
        "lesion_count",
        "tumour",
        "Number of lesions",
        units.COUNT,
        0,
        1000,
        whole=True,
        clauses=("2.1", "2.2", "2.5", "3.1.2", "3.2", "3.3", "3.4"),
    ),
    _numbered(
        "largest_lesion_mm", "tumour", "Largest lesion", units.LENGTH, 0, 500, clauses=("2.4", "3.1.1", "3.3")
    ),
    Fact(
        "lesion_diameters_mm",
        "numbers",
        "tumour",
        "Diameters of the lesions",
        units=units.LENGTH,
        low=0,
        high=500,
        help="One for each lesion: gives the number and the largest.",
        clauses=("2.1", "2.2", "2.4", "2.5", "3.1.1", "3.1.2", "3.2", "3.3", "3.4"),
    ),
    _numbered(
        "tumour_fraction_pct",
        "tumour",
        "Tumour share of liver",
        units.PER_CENT,
        0,
        100,
        gap_above_zero_to=1,
        clauses=("3.1.1", "4.7", "F.2"),
        help="Per cent of the whole liver. A range is welcome where it is an estimate.",
    ),
    _chosen(
        "capsule",
        "tumour",
        "Capsule",
        {"intact": "Intact", "incomplete": "Incomplete", "absent": "Absent"},
        clauses=("2.4", "2.6.b"),
    ),
    _chosen("margin", "tumour", "Margin", {"clear": "Clear", "unclear": "Unclear"}, clauses=("2.6.b",)),
    _chosen(
        "extrahepatic_spread",
        "tumour",
        "Spread outside the liver",
        {"none": "None", "limited": "Limited", "extensive": "Extensive"},
        clauses=("4.5",),
    ),
    _yes_or_no("macrovascular_invasion", "tumour", "Macrovascular invasion"),
    _numbered(
        "expected_survival_months", "tumour", "Expected survival", units.MONTHS, 0, 600, clauses=("4.5",)
    ),
)

VESSELS = (
    _chosen(
        "portal_trunk",
        "vessels",
        "Portal vein trunk",
        clauses=("3.1.3", "4.3", "F.2"),
        choices={"patent": "Patent", "partial": "Partly blocked", "complete": "Blocked"},
    ),
    _chosen(
        "portal_collaterals",
        "vessels",
        "Collaterals round the blocked trunk",
        clauses=("3.1.3", "4.3"),
        choices={"none": "None", "few": "Few", "formed": "Formed"},
        help="Between hepatic artery and portal vein. Matters only where the trunk is blocked.",
    ),
    _chosen(
        "pvtt",
        "vessels",
        "Portal tumour thrombus",
        clauses=("2.6.c",),
        choices={"vp0": "Vp0", "vp1": "Vp1", "vp2": "Vp2", "vp3": "Vp3", "vp4": "Vp4"},
        help="Vp0: none. Vp1: beyond the second-order branches. Vp2: second-order. Vp3: first-order. Vp4: trunk.",
    ),
    _chosen(
        "fistula",
        "vessels",
        "Fistula",
        clauses=("3.1.6", "3.4"),
        choices={"none": "None", "mild": "Mild", "moderate": "Moderate", "severe": "Severe"},
    ),
    _chosen(
        "fistula_kind",
        "vessels",
        "Kind of fistula",
        clauses=("3.1.6",),
        choices={"arterioportal": "Arterioportal", "arteriovenous": "Arteriovenous"},
    ),
)

PURPOSE = (
    _chosen(
        "resectability",
        "purpose",
        "Resectable",
        {"resectable": "Yes", "unresectable": "No"},
        clauses=("2.1", "2.2", "2.5", "3.3"),
    ),
    _chosen(
        "surgery",
        "purpose",
        "Surgery",
        clauses=("2.2", "2.5", "3.3"),
        choices={"suitable": "Suitable", "unsuitable": "Not suitable", "declined": "Declined by the patient"},
    ),
    _chosen(
        "ablation",
        "purpose",
        "Ablation",
        clauses=("3.3",),
        choices={"suitable": "Suitable", "unsuitable": "Not suitable", "declined": "Declined by the patient"},
    ),
    _chosen(
        "purpose",
        "purpose",
        "Purpose",
        clauses=("2.5", "3.2", "3.5"),
        choices={
            "tumour_control": "Control the tumour",
            "before_resection": "Before resection",
            "after_resection": "After resection",
        },
    ),
    _chosen(
        "prior_surgery",
        "purpose",
        "Earlier surgery",
        clauses=("3.1.4",),
        choices={
            "none": "None",
            "failed": "Failed",
            "recurrence": "Recurrence",
            "no_residual_tumour": "No tumour left",
        },
    ),
    _yes_or_no(
        "recurrence_after_transplant", "purpose", "Recurrence after liver transplantation", clauses=("F.6",)
    ),
    _yes_or_no("local_pain", "purpose", "Local pain", clauses=("3.4",)),
    _yes_or_no(
        "tumour_rupture_bleeding", "purpose", "Bleeding from tumour rupture", clauses=("3.1.6", "3.4")
    ),
    _yes_or_no(
        "portal_hypertensive_bleeding", "purpose", "Bleeding from portal hypertension", clauses=("3.1.6",)
    ),
)


ALL = Table((*WHO, *LABORATORY, *CONDITION, *TUMOUR, *VESSELS, *PURPOSE))


def in_group(group: str) -> tuple[Fact, ...]:
    """The facts of one group, in order."""
    return tuple(fact for fact in ALL.values() if fact.group == group)


def read(name: str, raw: object) -> Entry | None:
    """What `raw` says about one fact of `ALL`; None where it is unknown. Raises FactError."""
    if name not in ALL:
        raise reading.unknown_key(name, ALL)
    return reading.read(ALL[name], raw)


def convert(name: str, canonical: float, spelling: str) -> float:
    """A canonical value in another accepted unit, for display."""
    return ALL[name].unit_named(spelling).from_canonical(canonical)
