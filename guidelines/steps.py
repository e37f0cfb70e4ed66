"""The steps of a procedure that its record asks about, declared once: sections 1 and 5 of the guideline.

A record keeps them as `{"dsa": {"answer": "yes"}, "venous_phase": {"answer": "no", "because": "breath"}, …}`. A step
that is not there, or has no answer, is unknown: never a "no". A departure needs its reason ("not done because").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

YES_NO: Mapping[str, str] = {"yes": "Yes", "no": "No"}
FISTULA: Mapping[str, str] = {"none": "None", "mild": "Mild", "moderate": "Moderate", "severe": "Severe"}

GROUPS: Mapping[str, str] = {
    "imaging": "Angiography",
    "findings": "What it showed",
    "treatment": "Treatment",
    "end": "At the end",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One question of the record.

    `answers` maps each value to its label. `departures` are the answers that need a reason. `is_required` steps must be
    answered before signing. Where `modalities`, `techniques` or `asked_when` (another step, its answers) are given, the
    step is asked only there.
    """

    key: str
    clauses: tuple[str, ...]
    group: str
    label: str
    answers: Mapping[str, str]
    departures: tuple[str, ...] = ()
    is_required: bool = False
    help: str = ""
    modalities: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    asked_when: tuple[str, tuple[str, ...]] | None = None

    def is_asked(
        self, *, modality: str = "", technique: str = "", steps: Mapping[str, Any] | None = None
    ) -> bool:
        """Whether the record asks it. What is not known yet keeps it: a modality of "" asks every step."""
        if self.modalities and modality and modality not in self.modalities:
            return False
        if self.techniques and technique and technique not in self.techniques:
            return False
        if self.asked_when is None:
            return True
        earlier, answers = self.asked_when
        return answer_of(steps or {}, earlier) in ("", *answers)

    def needs_reason(self, answer: str) -> bool:
        """Whether this answer departs from the guideline."""
        return answer in self.departures


def answer_of(steps: Mapping[str, Any], key: str) -> str:
    """The answer of a step; empty where it is unknown."""
    given = steps.get(key)
    answer = given.get("answer") if isinstance(given, Mapping) else None
    return str(answer) if answer in ALL[key].answers else ""


def reason_of(steps: Mapping[str, Any], key: str) -> str:
    """Why a step departs; empty where nobody said."""
    given = steps.get(key)
    return str(given.get("because") or "").strip() if isinstance(given, Mapping) else ""


def _yes_no(key: str, clause: str, group: str, label: str, **more: Any) -> Step:
    return Step(key, (clause,), group, label, YES_NO, departures=("no",), **more)


EMBOLISING = ("TACE", "TAE")
INFUSING = ("TACE", "TAI")

_DECLARED = (
    _yes_no("dsa", "1.1", "imaging", "Under digital subtraction angiography"),
    _yes_no("coeliac_or_common_hepatic_run", "5.0.2", "imaging", "Coeliac or common hepatic run"),
    _yes_no("arterial_phase", "5.0.3", "imaging", "Arterial phase"),
    _yes_no("parenchymal_phase", "5.0.3", "imaging", "Parenchymal phase"),
    _yes_no("venous_phase", "5.0.3", "imaging", "Venous phase"),
    _yes_no("superior_mesenteric_run", "5.0.4", "imaging", "Superior mesenteric run"),
    _yes_no("collaterals_sought", "5.0.4", "imaging", "Collateral supply looked for"),
    Step("collaterals_found", ("5.0.4",), "findings", "Collateral supply found", YES_NO),
    Step(
        "tumour_analysed",
        ("5.1.1", "5.3.3"),
        "findings",
        "Site, size, number and feeders of the tumour are clear",
        YES_NO,
        departures=("no",),
    ),
    Step(
        "fistula_seen",
        ("5.2.5", "5.2.6"),
        "findings",
        "Fistula",
        FISTULA,
        help="As it shows now, whatever the assessment said. Severe: infusion only, no embolisation.",
    ),
    _yes_no(
        "fistula_closed_first",
        "5.2.5",
        "treatment",
        "Fistula closed before the tumour was embolised",
        modalities=EMBOLISING,
        asked_when=("fistula_seen", ("mild", "moderate", "severe")),
    ),
    Step(
        "right_and_left_infused_separately",
        ("5.3.4",),
        "treatment",
        "Right and left hepatic artery infused separately",
        {**YES_NO, "does_not_apply": "One side only feeds"},
        departures=("no",),
        modalities=INFUSING,
    ),
    _yes_no(
        "emulsion_fully_mixed",
        "5.3.8",
        "treatment",
        "Oil and drug fully mixed to an emulsion",
        modalities=("TACE",),
        techniques=("conventional",),
    ),
    _yes_no("slow_injection", "5.3.9", "treatment", "Injected slowly", modalities=EMBOLISING),
    _yes_no(
        "non_target_avoided",
        "5.3.10",
        "treatment",
        "Kept away from normal liver and other organs",
        modalities=EMBOLISING,
    ),
    Step(
        "residual_supply",
        ("5.3.12",),
        "end",
        "Residual supply of the tumour",
        {"no": "None left", "yes": "Some left"},
        departures=("yes",),
        modalities=EMBOLISING,
    ),
    _yes_no(
        "proper_hepatic_artery_open",
        "5.3.13",
        "end",
        "Proper hepatic artery still open",
        is_required=True,
        help="Needed before signing: a closed one bars the way to the next treatment.",
    ),
)
ALL: Mapping[str, Step] = {step.key: step for step in _DECLARED}
