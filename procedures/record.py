"""A record as the guideline reads it (`guidelines.technique`), made of its flat answers: of the rows or of a screen."""

from collections.abc import Iterable, Mapping
from typing import Any

from patients.models import Lesion
from procedures import answers as told
from procedures import basis, questions
from procedures.vocabulary import Vocabulary
from procedures.working import Target, Work


def of_answers(work: Work, answers: told.Answers) -> dict[str, Any]:
    """Return the record of these answers; what is unknown is left out, an unconfirmed target counts nowhere."""
    procedure = work.procedure
    found = basis.Basis(procedure.assessment)
    labels = {str(lesion.pk): str(lesion) for lesion in work.lesions}
    return {
        "modality": told.value_of(answers, "modality"),
        "technique": told.value_of(answers, "technique"),
        "is_ended": told.value_of(answers, "ended_at") is not None,
        "has_decision_to_proceed": found.is_decided,
        "is_emergency": bool(procedure.emergency_reason),
        "is_urgent": procedure.assessment.is_urgent if procedure.assessment else None,
        "fistula": found.fistula,
        "access": told.value_of(answers, "access"),
        "steps": _steps(answers),
        "angiography": list(_runs(answers)),
        "lesions": [_lesion(lesion) for lesion in work.lesions],
        "targets": [
            _target(target, answers, work.known, labels) for target in work.targets if target.row.is_confirmed
        ],
    }


def _steps(answers: told.Answers) -> dict[str, dict[str, str]]:
    return {
        key: {
            "answer": told.value_of(answers, questions.STEP + key) or "",
            "because": told.value_of(answers, questions.BECAUSE + key) or "",
        }
        for key in questions.steps()
    }


def _runs(answers: told.Answers) -> Iterable[dict[str, Any]]:
    for line in range(1, questions.MOST_RUNS + 1):
        artery = told.value_of(answers, questions.of_run(line, "artery"))
        if artery:
            phases = told.value_of(answers, questions.of_run(line, "phases")) or []
            yield {"artery": artery, **{phase: phase in phases for phase in questions.PHASES}}


def _lesion(lesion: Any) -> dict[str, Any]:
    vascularity = None if lesion.vascularity == Lesion.Vascularity.NOT_KNOWN else lesion.vascularity
    return {
        "label": str(lesion),
        "segments": lesion.segments,
        "longest_mm": None if lesion.longest_mm is None else float(lesion.longest_mm),
        "vascularity": vascularity,
    }


def _target(
    target: Target, answers: told.Answers, known: Vocabulary, labels: Mapping[str, str]
) -> dict[str, Any]:
    key = target.row.pk

    def of(name: str) -> Any:
        return told.value_of(answers, questions.of_target(key, name))

    artery = known.arteries.get(of("artery") or "")
    calibre = of("calibre_mm")
    given = list(_given(key, answers, known))
    return {
        "number": target.row.number,
        "artery": artery.code if artery else None,
        "kind": artery.kind if artery else None,
        "side": artery.side if artery else "",
        **{name: of(name) for name in (*questions.TARGET_YES_NO, "level", "speed", "end_point")},
        "calibre_mm": calibre["value"] if calibre else None,
        "lesions": [labels[one] for one in of("lesions") or [] if one in labels],
        "administrations": [one for one in given if "agent" in one],
        "embolisations": [one for one in given if "material" in one],
    }


def _given(key: int, answers: told.Answers, known: Vocabulary) -> Iterable[dict[str, Any]]:
    for line in range(1, questions.MOST_GIVEN + 1):
        what = told.value_of(answers, questions.of_given(key, line, "what"))
        kind, _colon, code = (what or "").partition(":")

        def of(name: str, line: int = line) -> Any:
            return told.value_of(answers, questions.of_given(key, line, name))

        if kind == questions.AGENT and code in known.agents:
            dose_mg = amount(of("dose"))
            yield {"agent": code, "dose_mg": dose_mg, "carrier": of("carrier"), "order": line}
        elif kind == questions.MATERIAL and code in known.materials:
            volume_ml = amount(of("volume"))
            material = known.materials[code]
            yield {"material": code, "kind": material.kind, "volume_ml": volume_ml, "order": line}


def amount(value: dict[str, Any] | None) -> float | None:
    """The number of an answer whose unit is the canonical one."""
    return None if value is None else float(value["value"])
