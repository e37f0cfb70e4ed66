"""The record as flat answers, each under the name that it has in the form, so that two people's can be told apart.

    {"access": {"value": "femoral"}, "t12-g1-dose": {"raw": ["5O", "mg"]}, …}

`value` is what was understood, in plain JSON; `raw` is what was typed and could not be read. A name that is not there
has no answer. What has no place in the columns (yet) waits in `Procedure.typed`, so that nothing typed is lost.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from guidelines import units
from patients.models import YesNo
from patients.written_numbers import as_json
from procedures import questions
from procedures.models import Administration, Embolisation
from procedures.working import Target, Work

Answer = dict[str, Any]
Answers = dict[str, Answer]
NONE: Answer = {"value": None}
MINUTES = "%Y-%m-%dT%H:%M"


def is_told(answer: Answer) -> bool:
    return "raw" in answer or answer.get("value") is not None


def value_of(answers: Mapping[str, Answer], name: str) -> Any:
    """The value, None where it is unknown or could not be read."""
    return answers.get(name, NONE).get("value")


def answers_of(work: Work) -> Answers:
    """Return every answer that the record holds."""
    told = {**_of_procedure(work), **_of_exposure(work)}
    for target in work.targets:
        told |= _of_target(target)
    found = {name: {"value": value} for name, value in told.items() if value not in (None, "", [], {})}
    return {**found, **work.procedure.typed}


def _of_procedure(work: Work) -> dict[str, Any]:
    procedure = work.procedure
    zone = ZoneInfo(procedure.patient.team.time_zone)
    told: dict[str, Any] = {name: getattr(procedure, name) for name in questions.PROCEDURE_WORDS}
    told |= {name: _minute(getattr(procedure, name), zone) for name in ("started_at", "ended_at")}
    told |= {name: measure(getattr(procedure, name), fact) for name, fact in questions.BODY.items()}
    if work.operator_ids is not None:
        told["operators"] = sorted(str(key) for key in work.operator_ids)
    for key, step in procedure.steps.items():
        told[questions.STEP + key] = step.get("answer", "")
        told[questions.BECAUSE + key] = step.get("because", "")
    for line, run in enumerate(procedure.angiography, start=1):
        told[questions.of_run(line, "artery")] = run.get("artery", "")
        told[questions.of_run(line, "phases")] = [phase for phase in questions.PHASES if run.get(phase)]
    told |= {questions.REASON + key: reason for key, reason in procedure.ceiling_reasons.items()}
    return told


def _minute(at: datetime | None, zone: ZoneInfo) -> str | None:
    return at.astimezone(zone).strftime(MINUTES) if at else None


def measure(value: Decimal | None, fact: Any) -> dict[str, Any] | None:
    """A number of a column in its canonical unit, in the shape in which a form says it."""
    return None if value is None else {"value": as_json(Decimal(str(value))), "unit": fact.units[0].symbol}


def _of_exposure(work: Work) -> dict[str, Any]:
    """As they were entered, in the unit of entry."""
    entered = work.exposure.entered if work.exposure else {}
    return {name: entered.get(name) for name in questions.EXPOSURE}


def _of_target(target: Target) -> dict[str, Any]:
    row, key = target.row, target.row.pk
    told: dict[str, Any] = {name: getattr(row, name) for name in questions.TARGET_WORDS}
    told |= {
        name: None if getattr(row, name) == YesNo.NOT_KNOWN else getattr(row, name)
        for name in questions.TARGET_YES_NO
    }
    told["artery"] = row.artery.code
    told["calibre_mm"] = measure(row.calibre_mm, questions.CALIBRE)
    told["lesions"] = sorted(str(lesion_id) for lesion_id in target.lesion_ids)
    found = {questions.of_target(key, name): value for name, value in told.items()}
    for line, one in target.given.items():
        said = _of_agent(one) if isinstance(one, Administration) else _of_material(one)
        found |= {questions.of_given(key, line, name): value for name, value in said.items()}
    return found


def _of_agent(one: Administration) -> dict[str, Any]:
    return {
        "what": f"{questions.AGENT}:{one.agent.code}",
        "dose": measure(one.dose_mg, questions.DOSE),
        "carrier": one.carrier,
        "lot": one.lot,
    }


def _of_material(one: Embolisation) -> dict[str, Any]:
    return {
        "what": f"{questions.MATERIAL}:{one.material.code}",
        "volume": measure(one.volume_ml, questions.VOLUME),
        "size": _size(one),
        "lot": one.lot,
        "udi": one.udi,
    }


def _size(one: Embolisation) -> dict[str, Any] | None:
    low, high = one.size_low_um, one.size_high_um
    if low is None and high is None:
        return None
    if low == high:
        return {"value": low, "unit": "µm"}
    ends = {"min": low, "max": high, "unit": "µm"}
    return {name: end for name, end in ends.items() if end is not None}


def changed_from(base: Answers, given: Answers) -> Answers:
    """Return the answers of `given` that differ from what the page had shown."""
    return {name: answer for name, answer in given.items() if answer != base.get(name, NONE)}


def canonical(value: dict[str, Any] | None, accepted: tuple[units.Unit, ...]) -> Decimal | None:
    """The number of a measured answer in the unit of its column."""
    if value is None:
        return None
    unit = units.find(accepted, value["unit"]) or accepted[0]
    return Decimal(str(value["value"])) * unit.factor
