"""The questions of follow-up, declared once like those of `facts`: response, next step and schedule."""

from guidelines import units
from guidelines.fact import Fact, Table

FOLLOW_UP = "follow_up"


def _sum(name: str, label: str, help_text: str = "") -> Fact:
    return Fact(name, "number", FOLLOW_UP, label, help_text, units=units.LENGTH, low=0, high=2000)


def _times(name: str, label: str, low: float, high: float, help_text: str = "") -> Fact:
    return Fact(name, "number", FOLLOW_UP, label, help_text, units.COUNT, low, high, whole=True)


def _choice(name: str, label: str, choices: dict[str, str]) -> Fact:
    return Fact(name, "choice", FOLLOW_UP, label, choices=choices)


NEW_LESIONS = Fact("new_lesions", "bool", FOLLOW_UP, "New lesions")

RESPONSE = Table(
    (
        _choice("criterion", "Criterion", {"mrecist": "mRECIST", "recist_1_1": "RECIST 1.1"}),
        _sum(
            "baseline_mm", "Sum at baseline", "Viable diameters for mRECIST, whole diameters for RECIST 1.1."
        ),
        _sum("nadir_mm", "Smallest sum so far", "Baseline where there was none in between."),
        _sum("current_mm", "Sum now"),
        _choice(
            "non_target",
            "Other lesions",
            {
                "absent": "None",
                "complete_response": "Complete response",
                "non_progressive": "Still there, not progressing",
                "progressive": "Progressing",
                "not_evaluated": "Not evaluated",
            },
        ),
        NEW_LESIONS,
    )
)

NEXT_STEP = Table(
    (
        _times("interventions_done", "Interventions done", 1, 50, "Those done elsewhere included."),
        _choice(
            "lipiodol_deposition",
            "Lipiodol deposition",
            {"dense": "Dense", "partial": "Partial", "sparse": "Sparse", "none": "None"},
        ),
        _choice("necrosis", "Necrosis", {"complete": "Complete", "partial": "Partial", "none": "None"}),
        Fact("viable_tumour", "bool", FOLLOW_UP, "Viable tumour"),
        Fact("enlargement", "bool", FOLLOW_UP, "Enlargement"),
        NEW_LESIONS,
        Fact("progression", "bool", FOLLOW_UP, "Progression"),
        Fact("liver_function_recovered", "bool", FOLLOW_UP, "Liver function has recovered"),
        _times(
            "earlier_progressions", "Earlier progressions", 0, 50, "In a row, directly before this review."
        ),
    )
)

SCHEDULE = Table(
    (
        Fact("interventions", "dates", FOLLOW_UP, "Interventions", "Those done here; at least one."),
        Fact("reviews", "dates", FOLLOW_UP, "Imaging reviews done"),
        _times("interval_months", "Months to the next review", 1, 3),
        Fact(
            "tolerance_days", "number", FOLLOW_UP, "Tolerance", units=units.DAYS, low=0, high=28, whole=True
        ),
    )
)
