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

`order` counts all that went into one target, agents and materials together. Findings have the shape of eligibility's;
`facts` and `missing` name places in the record: "steps.dsa", "targets.1.level", "lesions.L1.longest_mm". The fact of
"targets.1.order" is the place of the last infusion and of the first embolisation.
"""

import itertools
from collections.abc import Mapping
from typing import Any, NamedTuple

from guidelines import clauses, procedure_parts, steps
from guidelines.case import Case
from guidelines.procedure_record import Part, Record
from guidelines.settings import DEFAULT, Settings
from guidelines.technique_clause import DOES_NOT_APPLY, TechniqueClause

STEPS: Mapping[str, steps.Step] = steps.ALL
CLAUSES = (*clauses.PRINCIPLES.values(), *clauses.PROCEDURE.values())


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


def findings(record: Mapping[str, Any], settings: Settings = DEFAULT) -> list[dict[str, Any]]:
    """One finding for every clause of sections 1, 5 and 6, in the order of the source.

    `kind`: technique, caution, principle, prognostic, limitation, adverse_effect. `verdict`: `kept`, `not_kept` or
    `does_not_apply` for technique and caution; `applies` or `does_not_apply` for the others; `unknown`.
    """
    asked = Record(record)
    parts = {name: read(asked) for name, read in procedure_parts.READERS.items()}
    return [_finding(clause, parts, settings) for clause in CLAUSES]


def _finding(clause: TechniqueClause, parts: Mapping[str, Part], settings: Settings) -> dict[str, Any]:
    verdict, deciding = _judge(clause, parts, settings)
    facts = {place: value for name in clause.needs for place, value in parts[name].facts.items()}
    return {
        "clause": clause.id,
        "kind": clause.kind,
        "verdict": verdict or "unknown",
        "facts": facts if verdict != DOES_NOT_APPLY else {},
        "missing": list(dict.fromkeys(place for name in deciding for place in parts[name].missing)),
        "settings": list(clause.settings),
        "says": clause.says_under(settings),
    }


def _judge(
    clause: TechniqueClause, parts: Mapping[str, Part], settings: Settings
) -> tuple[str | None, list[str]]:
    """The one possible verdict, or None with the parts that can change it.

    By the rule of the contract: a part is missing exactly when two combinations that differ only in it come to
    different verdicts. Each clause reads a few parts of a few values, so all combinations are tried.
    """
    possible = [parts[name].possible for name in clause.needs]
    outcomes = {
        values: clause.outcome(Case(dict(zip(clause.needs, values, strict=True))), settings)
        for values in itertools.product(*possible)
    }
    if len(set(outcomes.values())) == 1:
        return next(iter(outcomes.values())), []
    return None, [
        name
        for place, name in enumerate(clause.needs)
        if any(
            outcomes[values] != outcomes[(*values[:place], other, *values[place + 1 :])]
            for values in outcomes
            for other in possible[place]
        )
    ]
