"""The numbers and rules that the source text leaves open: one frozen object with the edition's defaults.

Everything here is labelled *not in source* wherever it is shown; a number that the source prints stands in its clause.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EDITION = "cn-2011"
EDITION_YEAR = 2011


def _setting(default: Any, note: str) -> Any:
    return field(default=default, metadata={"note": note})


@dataclass(frozen=True, slots=True)
class Settings:
    """The defaults are the contract's; a team may publish others."""

    serious_renal_egfr_below_ml_per_min_1_73m2: float = _setting(
        30,
        "“Serious kidney dysfunction” has no number in the source: eGFR under 30 (KDIGO G4 or worse) or dialysis.",
    )
    basically_normal_liver_classes: tuple[str, ...] = _setting(
        ("A",), "“Liver function basically normal” has no definition in the source: read as Child-Pugh A."
    )
    small_lesion_up_to_mm: float = _setting(30, "“Small” has no number in the source: 30 mm or less.")
    massive_lesion_from_mm: float = _setting(100, "“Massive” has no number in the source: 100 mm or more.")
    raised_afp_over_ng_per_ml: float = _setting(400, "The source names AFP without a number: over 400 ng/mL.")
    several_interventions: int = _setting(
        3, "“Several interventions” has no number in the source: 3 or more."
    )
    continued_progressions: int = _setting(
        2, "“Continues to progress” has no number in the source: 2 progressions in a row."
    )
    review_tolerance_days: int = _setting(
        7, "The source gives no tolerance round a planned review: 7 days each way."
    )
    superselective_reduced: bool = _setting(
        True,
        "Condition for Child-Pugh B and for a blocked trunk with collaterals; the source does not ask for it.",
    )
    outside_main_gate: bool = _setting(
        True,
        "Condition where another indication stands but the main one fails on ECOG or kidney; not in the source.",
    )
    control_bleeding_first: bool = _setting(
        True,
        "Condition for portal hypertensive bleeding without an arterioportal fistula; not in the source.",
    )
    superselective_levels: tuple[str, ...] = _setting(
        ("segmental", "subsegmental", "extrahepatic"),
        "“Superselective” has no level in the source: a segmental branch or beyond, or a feeder from outside.",
    )
    oil_up_to_ml_per_cm: float = _setting(
        1.5, "The source gives no oil volume: up to 1.5 mL per centimetre of tumour diameter, by convention."
    )
    early_review_after_every_intervention: bool = _setting(
        False, "4 to 6 weeks is printed for the first intervention only: whether every one has such a review."
    )
    interval_months_after_progression: int = _setting(
        1, "The source gives 1 to 3 months without saying when: 1 after progression."
    )
    interval_months_while_initial: int = _setting(
        1,
        "“Can be short” has no number in the source: 1 month while tumour is viable, up to the third intervention.",
    )
    interval_months_without_viable: int = _setting(
        2,
        "The source gives 1 to 3 months without saying when: 2 where nothing viable is left, up to the third.",
    )
    interval_months_prolonged: int = _setting(
        3,
        "“Extended” has no number in the source: 3 months after the third intervention without progression.",
    )
    interval_months_when_equivocal: int = _setting(
        2, "LI-RADS asks to look again at an equivocal lesion without a date: 2 months at most."
    )
    interval_months_when_not_evaluable: int = _setting(
        1,
        "A scan that cannot tell whether tumour is viable is repeated with dynamic enhancement: within 1 month.",
    )
    interval_months_longer_for_liver: int = _setting(
        1,
        "“To promote recovery of the liver” has no number in the source: 1 month more where the ALBI grade is worse.",
    )


DEFAULT = Settings()

# Each setting with the reason why it is ours: for the edition page.
NOTES: Mapping[str, str] = {
    declared.name: declared.metadata["note"] for declared in dataclasses.fields(Settings)
}
