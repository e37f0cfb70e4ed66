"""The numbers and rules that the source text leaves open: one frozen object with the edition's defaults.

Everything here is labelled *not in source* wherever it is shown; a number that the source prints stands in its clause.
Such a printed number may be replaced by a *local deviation*, which is labelled so wherever it is shown and is None
where nobody deviates.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EDITION = "cn-2011"
EDITION_YEAR = 2011

# What a clause says after its sentence where a local number stands in place of the printed one.
DEVIATES = "Local deviation from the source, which prints {printed}."


def _setting(default: Any, note: str, *, label: str, **bounds: Any) -> Any:
    return field(default=default, metadata={"note": note, "label": label, **bounds})


def _deviation(note: str, *, label: str, **bounds: Any) -> Any:
    return field(default=None, metadata={"note": note, "label": label, "is_deviation": True, **bounds})


@dataclass(frozen=True, slots=True)
class Settings:
    """The defaults are the contract's; a site may publish others.

    `low` and `high` bound what may be published, `step` is how finely; a tuple names its `choices`.
    """

    serious_renal_egfr_below_ml_per_min_1_73m2: float = _setting(
        30,
        "“Serious kidney dysfunction” has no number in the source: eGFR under 30 (KDIGO G4 or worse) or dialysis.",
        label="Serious kidney dysfunction: eGFR under, mL/min/1.73 m²",
        low=15,
        high=60,
    )
    basically_normal_liver_classes: tuple[str, ...] = _setting(
        ("A",),
        "“Liver function basically normal” has no definition in the source: read as Child-Pugh A.",
        label="Liver function basically normal: Child-Pugh class",
        choices=("A", "B"),
    )
    small_lesion_up_to_mm: float = _setting(
        30,
        "“Small” has no number in the source: 30 mm or less.",
        label="Small tumour: up to, mm",
        low=10,
        high=50,
    )
    massive_lesion_from_mm: float = _setting(
        100,
        "“Massive” has no number in the source: 100 mm or more.",
        label="Massive tumour: from, mm",
        low=60,
        high=200,
    )
    raised_afp_over_ng_per_ml: float = _setting(
        400,
        "The source names AFP without a number: over 400 ng/mL.",
        label="Raised AFP: over, ng/mL",
        low=10,
        high=10000,
    )
    several_interventions: int = _setting(
        3,
        "“Several interventions” has no number in the source: 3 or more.",
        label="Several interventions: from",
        low=2,
        high=10,
    )
    continued_progressions: int = _setting(
        2,
        "“Continues to progress” has no number in the source: 2 progressions in a row.",
        label="Continues to progress: progressions in a row",
        low=1,
        high=10,
    )
    review_tolerance_days: int = _setting(
        7,
        "The source gives no tolerance round a planned review: 7 days each way.",
        label="Tolerance round a planned review, days",
        low=0,
        high=28,
    )
    superselective_reduced: bool = _setting(
        True,
        "Condition for Child-Pugh B and for a blocked trunk with collaterals; the source does not ask for it.",
        label="Condition: superselective, with a reduced dose",
    )
    outside_main_gate: bool = _setting(
        True,
        "Condition where another indication stands but the main one fails on ECOG or kidney; not in the source.",
        label="Condition: outside the main indication",
    )
    control_bleeding_first: bool = _setting(
        True,
        "Condition for portal hypertensive bleeding without an arterioportal fistula; not in the source.",
        label="Condition: control the bleeding first",
    )
    superselective_levels: tuple[str, ...] = _setting(
        ("segmental", "subsegmental", "extrahepatic"),
        "“Superselective” has no level in the source: a segmental branch or beyond, or a feeder from outside.",
        label="Superselective: levels",
        choices=("lobar", "sectoral", "segmental", "subsegmental", "extrahepatic"),
    )
    oil_up_to_ml_per_cm: float = _setting(
        1.5,
        "The source gives no oil volume: up to 1.5 mL per centimetre of tumour diameter, by convention.",
        label="Oil: up to, mL per cm of tumour diameter",
        low=0.5,
        high=3,
        step=0.1,
    )
    early_review_after_every_intervention: bool = _setting(
        False,
        "4 to 6 weeks is printed for the first intervention only: whether every one has such a review.",
        label="Imaging 4 to 6 weeks after every intervention",
    )
    interval_months_after_progression: int = _setting(
        1,
        "The source gives 1 to 3 months without saying when: 1 after progression.",
        label="Interval after progression, months",
        low=1,
        high=3,
    )
    interval_months_while_initial: int = _setting(
        1,
        "“Can be short” has no number in the source: 1 month while tumour is viable, up to the third intervention.",
        label="Interval up to the third intervention while tumour is viable, months",
        low=1,
        high=3,
    )
    interval_months_without_viable: int = _setting(
        2,
        "The source gives 1 to 3 months without saying when: 2 where nothing viable is left, up to the third.",
        label="Interval up to the third intervention where nothing viable is left, months",
        low=1,
        high=3,
    )
    interval_months_prolonged: int = _setting(
        3,
        "“Extended” has no number in the source: 3 months after the third intervention without progression.",
        label="Interval after the third intervention without progression, months",
        low=1,
        high=3,
    )
    interval_months_when_equivocal: int = _setting(
        2,
        "LI-RADS asks to look again at an equivocal lesion without a date: 2 months at most.",
        label="Interval for an equivocal lesion: at most, months",
        low=1,
        high=3,
    )
    interval_months_when_not_evaluable: int = _setting(
        1,
        "A scan that cannot tell whether tumour is viable is repeated with dynamic enhancement: within 1 month.",
        label="Interval after a scan that could not tell, months",
        low=1,
        high=3,
    )
    interval_months_longer_for_liver: int = _setting(
        1,
        "“To promote recovery of the liver” has no number in the source: 1 month more where the ALBI grade is worse.",
        label="Added where the ALBI grade is worse, months",
        low=0,
        high=2,
    )
    local_platelets_under_10e9_per_l: float | None = _deviation(
        "Local deviation from the source, which prints 60 × 10⁹/L for platelets (4.8b).",
        label="Platelets too low: under, × 10⁹/L",
        low=20,
        high=150,
        printed=60,
    )
    local_leukocytes_under_10e9_per_l: float | None = _deviation(
        "Local deviation from the source, which prints 3.0 × 10⁹/L for leukocytes (4.8a).",
        label="Leukocytes too low: under, × 10⁹/L",
        low=1,
        high=5,
        step=0.1,
        printed=3,
    )
    local_fraction_cut_pct: float | None = _deviation(
        "Local deviation from the source, which prints 70 % of the liver (3.1.1, 4.7 and the figure).",
        label="Tumour takes up too much of the liver: from, %",
        low=50,
        high=90,
        printed=70,
    )


DEFAULT = Settings()

DECLARED: Mapping[str, "dataclasses.Field[Any]"] = {
    declared.name: declared for declared in dataclasses.fields(Settings)
}
# Each setting with the reason why it is ours: for the edition page.
NOTES: Mapping[str, str] = {name: declared.metadata["note"] for name, declared in DECLARED.items()}
# What the form of a new version calls it.
LABELS: Mapping[str, str] = {name: declared.metadata["label"] for name, declared in DECLARED.items()}
DEVIATIONS = tuple(name for name, declared in DECLARED.items() if declared.metadata.get("is_deviation"))


def deviations_of(settings: Settings) -> tuple[str, ...]:
    """The printed numbers that these settings replace, by the name of the setting that does it."""
    return tuple(name for name in DEVIATIONS if getattr(settings, name) is not None)


def local_or(printed: float, local: float | None) -> float:
    """The number that decides: the local one where there is one, else the printed one."""
    return printed if local is None else local
