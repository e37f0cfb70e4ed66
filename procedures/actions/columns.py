"""Writes flat answers into the rows of a record. Inside a transaction of `actions.record` only."""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from patients.models import YesNo
from procedures import answers as told
from procedures import questions
from procedures.models import Administration, Embolisation, Exposure, Procedure, TargetVessel
from procedures.vocabulary import Vocabulary
from procedures.working import Target, Work

OF_TARGET = re.compile(r"t(?P<key>\d+)-(?P<rest>.+)")
OF_GIVEN = re.compile(r"g(?P<line>\d+)-(?P<name>\w+)")
OF_RUN = re.compile(r"run(?P<line>\d+)-\w+")
# Columns that cannot be empty: what cannot be read leaves them as they were.
NEVER_EMPTY = {"started_at", "artery"}


def write(work: Work, all_answers: told.Answers, changed: told.Answers, *, at: datetime) -> None:
    """Put the changed answers into their columns; what cannot be read waits in `typed`, its column emptied."""
    procedure = work.procedure
    procedure.typed = _waiting(procedure.typed, changed)
    plain = [name for name in changed if not OF_TARGET.match(name)]
    _write_procedure(procedure, plain, all_answers)
    if any(name in questions.EXPOSURE for name in plain):
        _write_exposure(procedure, all_answers)
    if "operators" in changed:
        _write_operators(procedure, all_answers)
    by_key: dict[int, list[str]] = {}
    for name in changed:
        if found := OF_TARGET.fullmatch(name):
            by_key.setdefault(int(found["key"]), []).append(found["rest"])
    for key, names in by_key.items():
        if target := work.target(key):
            _write_target(target, names, all_answers, work.known, at=at)
            _keep_what_has_no_row(procedure, target, names, all_answers)


def _waiting(typed: dict[str, Any], changed: told.Answers) -> dict[str, Any]:
    left = {name: answer for name, answer in typed.items() if name not in changed}
    return left | {name: answer for name, answer in changed.items() if "raw" in answer}


def _write_procedure(procedure: Procedure, names: Iterable[str], answers: told.Answers) -> None:
    has_runs = False
    for name in names:
        value = told.value_of(answers, name)
        if name in questions.PROCEDURE_WORDS:
            setattr(procedure, name, value or "")
        elif name in questions.BODY:
            _write_number(procedure, name, told.canonical(value, questions.BODY[name].units))
        elif name in ("started_at", "ended_at"):
            _write_moment(procedure, name, value)
        elif name.startswith((questions.STEP, questions.BECAUSE)):
            _write_step(procedure, name.split("-", 1)[1], answers)
        elif name.startswith(questions.REASON):
            _write_reason(procedure, name.removeprefix(questions.REASON), value)
        has_runs = has_runs or bool(OF_RUN.fullmatch(name))
    if has_runs:
        procedure.angiography = _runs(answers)


def _write_number(row: Any, column: str, number: Decimal | None) -> None:
    """Round as the column does, so that the row in hand is the row in the database."""
    places = row._meta.get_field(column).decimal_places
    setattr(row, column, None if number is None else number.quantize(Decimal(1).scaleb(-places)))


def _write_moment(procedure: Procedure, name: str, value: str | None) -> None:
    if value is None and name in NEVER_EMPTY:
        return
    zone = ZoneInfo(procedure.patient.team.time_zone)
    moment = datetime.strptime(value, told.MINUTES).replace(tzinfo=zone) if value else None
    setattr(procedure, name, moment)


def _write_step(procedure: Procedure, key: str, answers: told.Answers) -> None:
    kept = {
        "answer": told.value_of(answers, questions.STEP + key),
        "because": told.value_of(answers, questions.BECAUSE + key),
    }
    kept = {name: value for name, value in kept.items() if value}
    others = {other: step for other, step in procedure.steps.items() if other != key}
    procedure.steps = {**others, key: kept} if kept else others


def _write_reason(procedure: Procedure, key: str, reason: str | None) -> None:
    others = {other: said for other, said in procedure.ceiling_reasons.items() if other != key}
    procedure.ceiling_reasons = {**others, key: reason} if reason else others


def _runs(answers: told.Answers) -> list[dict[str, Any]]:
    """The imaged vessels in their lines; an empty line between filled ones stays, so that each keeps its number."""
    runs = []
    for line in range(1, questions.MOST_RUNS + 1):
        phases = told.value_of(answers, questions.of_run(line, "phases")) or []
        artery = told.value_of(answers, questions.of_run(line, "artery")) or ""
        runs.append({"artery": artery, **{phase: phase in phases for phase in questions.PHASES}})
    while runs and not runs[-1]["artery"] and not any(runs[-1][phase] for phase in questions.PHASES):
        runs.pop()
    return runs


def _write_exposure(procedure: Procedure, answers: told.Answers) -> None:
    entered = {name: told.value_of(answers, name) for name in questions.EXPOSURE}
    numbers = {
        questions.EXPOSURE_COLUMNS[name]: told.canonical(value, questions.EXPOSURE[name].units)
        for name, value in entered.items()
    }
    kept = {name: value for name, value in entered.items() if value}
    exposure, _made = Exposure.objects.get_or_create(procedure=procedure)
    for column, number in numbers.items():
        _write_number(exposure, column, number)
    exposure.entered = kept
    exposure.save()
    procedure.exposure = exposure


def _write_operators(procedure: Procedure, answers: told.Answers) -> None:
    keys = told.value_of(answers, "operators") or []
    people = User.objects.filter(pk__in=keys, memberships__team=procedure.patient.team).distinct()
    procedure.operators.set(people)


def _write_target(
    target: Target, names: Iterable[str], answers: told.Answers, known: Vocabulary, *, at: datetime
) -> None:
    row = target.row
    lines = {int(found["line"]) for name in names if (found := OF_GIVEN.fullmatch(name))}
    places = [name for name in names if not OF_GIVEN.fullmatch(name)]
    for name in places:
        _write_place(row, name, told.value_of(answers, questions.of_target(row.pk, name)), known)
    if places:
        row.save()
    for line in sorted(lines):
        _write_given(target, line, answers, known, at=at)


def _write_place(row: TargetVessel, name: str, value: Any, known: Vocabulary) -> None:
    """Where the catheter stood."""
    if name in questions.TARGET_WORDS:
        setattr(row, name, value or "")
    elif name in questions.TARGET_YES_NO:
        setattr(row, name, value or YesNo.NOT_KNOWN)
    elif name == "calibre_mm":
        row.calibre_mm = told.canonical(value, questions.CALIBRE.units)
    elif name == "artery" and value:
        row.artery = known.arteries[value]
    elif name == "lesions":
        row.lesions.set(row.procedure.patient.lesions.filter(pk__in=value or []))


def _write_given(
    target: Target, line: int, answers: told.Answers, known: Vocabulary, *, at: datetime
) -> None:
    """One line of what was given: the row that is there, another one, or none any more."""
    said = {
        name: told.value_of(answers, questions.of_given(target.row.pk, line, name))
        for name in questions.GIVEN
    }
    kind, _colon, code = (said["what"] or "").partition(":")
    row = target.given.get(line)
    if row is not None and _code_of(row) != (kind, code):
        row.discarded_at = at
        row.save()
        row = None
    if kind == questions.AGENT:
        row = row or Administration(target=target.row, agent=known.agents[code], order=line)
        _write_agent(row, said)
    elif kind == questions.MATERIAL:
        row = row or Embolisation(target=target.row, material=known.materials[code], order=line)
        _write_material(row, said)


def _code_of(row: Any) -> tuple[str, str]:
    if isinstance(row, Administration):
        return questions.AGENT, row.agent.code
    return questions.MATERIAL, row.material.code


def _write_agent(row: Administration, said: dict[str, Any]) -> None:
    row.dose_mg = told.canonical(said["dose"], questions.DOSE.units)
    row.carrier, row.lot = said["carrier"] or "", said["lot"] or ""
    row.save()


def _write_material(row: Embolisation, said: dict[str, Any]) -> None:
    size = said["size"] or {}
    row.size_low_um = size.get("value", size.get("min"))
    row.size_high_um = size.get("value", size.get("max"))
    row.volume_ml = told.canonical(said["volume"], questions.VOLUME.units)
    row.lot, row.udi = said["lot"] or "", said["udi"] or ""
    row.save()


def _keep_what_has_no_row(
    procedure: Procedure, target: Target, names: Iterable[str], answers: told.Answers
) -> None:
    """A dose typed before its agent is chosen waits, so that nothing typed is lost; then it leaves for its row."""
    lines = {int(found["line"]) for name in names if (found := OF_GIVEN.fullmatch(name))}
    typed = dict(procedure.typed)
    for line in lines:
        has_row = told.value_of(answers, questions.of_given(target.row.pk, line, "what"))
        for name in questions.GIVEN[1:]:
            full = questions.of_given(target.row.pk, line, name)
            answer = answers.get(full, told.NONE)
            if has_row and "value" in typed.get(full, {}):
                typed.pop(full)
            elif not has_row and told.is_told(answer):
                typed[full] = answer
    procedure.typed = typed
