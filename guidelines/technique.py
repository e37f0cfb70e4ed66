"""Sections 1, 5 and 6: what the guideline says of a procedure's record, while it is made and afterwards.

`STEPS` declares the questions of the record (see `guidelines.steps.Step`). A record is plain JSON; whatever is missing,
None, "" or "not_known" is unknown:

    {"modality": "TACE" | "TAE" | "TAI", "technique": "conventional" | "beads",
     "is_ended": False,                  # while it goes on, what is not entered may still come: unknown, not "no"
     "has_decision_to_proceed": True,    # a signed assessment with the decision to proceed (1.2)
     "is_emergency": False,              # without an assessment, with a written reason (1.2)
     "is_urgent": False,                 # 3.1.6 is met: TAE, to which 5.2.6 yields
     "fistula": "none" | "mild" | "moderate" | "severe" (or a list of the possible ones),  # of the assessment
     "access": "femoral" | "radial" | "brachial" | "other",
     "steps": {"dsa": {"answer": "yes"}, "venous_phase": {"answer": "no", "because": "breath"}},
     "angiography": [{"artery": "rha", "arterial": True, "parenchymal": True, "venous": False}],
     "lesions": [{"label": "L1", "segments": ["8"], "longest_mm": 42, "vascularity": "high" | "moderate" | "low"}],
     "targets": [{"number": 1, "artery": "a8", "kind": "segmental", "side": "right" | "left" | "",
                  "level": "lobar" | "sectoral" | "segmental" | "subsegmental" | "extrahepatic",
                  "microcatheter": "yes" | "no", "is_markedly_thick": "yes" | "no", "lesions": ["L1"],
                  "beyond_cystic": "yes" | "no", "beyond_right_gastric": …, "beyond_gastroepiploic": …,
                  "speed": "slow" | "fast", "end_point": "stasis" | "near_stasis" | "residual_blush" | …,
                  "administrations": [{"agent": "doxorubicin", "dose_mg": 50, "carrier": "solution" |
                                       "oil_emulsion" | "beads", "order": 1}],
                  "embolisations": [{"kind": "ethiodised_oil", "volume_ml": 8, "order": 2}]}]}

`order` counts all that went into one target, agents and materials together. Findings are those of contract.md; `facts`
and `missing` name places in the record: "steps.dsa", "targets.1.level", "lesions.L1.longest_mm".
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from guidelines import steps

STEPS: Mapping[str, steps.Step] = steps.ALL


class Gap(NamedTuple):
    """What a record still needs before it can be signed: the `answer` of a step, or the `reason` of a departure."""

    step: str
    needs: str


def steps_for(record: Mapping[str, Any]) -> list[steps.Step]:
    """The steps that this record asks, in order."""
    answered = record.get("steps") or {}
    modality, technique = record.get("modality") or "", record.get("technique") or ""
    return [
        step
        for step in steps.ALL.values()
        if step.is_asked(modality=modality, technique=technique, steps=answered)
    ]


def before_signing(record: Mapping[str, Any]) -> list[Gap]:
    """What is still needed: answers of required steps, and reasons of departures."""
    answered = record.get("steps") or {}
    gaps = []
    for step in steps_for(record):
        answer = steps.answer_of(answered, step.key)
        if step.is_required and not answer:
            gaps.append(Gap(step.key, "answer"))
        if step.needs_reason(answer) and not steps.reason_of(answered, step.key):
            gaps.append(Gap(step.key, "reason"))
    return gaps


def findings(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One finding for every clause of sections 1, 5 and 6, in the order of the source.

    `kind`: technique, caution, principle, prognostic, limitation, adverse_effect. `verdict`: `kept`, `not_kept` or
    `does_not_apply` for technique and caution; `applies` or `does_not_apply` for the others; `unknown`.
    """
    return []
