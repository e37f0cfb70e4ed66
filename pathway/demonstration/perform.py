"""Performs the invented procedures through the actions of the record's own page."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Team, User
from followup.actions import start
from pathway.demonstration import laboratory, sessions
from pathway.demonstration.sessions import Place, Round, Session
from patients.actions import labs
from patients.actions import record as patient_record
from patients.models import LabResult, Patient
from procedures import answers as told
from procedures import questions, weighing, working
from procedures.actions import plan, record, repeat, signing, targets, watch
from procedures.models import Artery, Procedure, TargetVessel

TOOK = timedelta(minutes=75)


def perform_all(team: Team, by: User, at: datetime) -> None:
    """Make every session with the days after it."""
    for session in sessions.SESSIONS:
        patient = Patient.objects.get(team=team, family_name=session.family_name)
        began_at = at - timedelta(days=session.days_ago, hours=3)
        _add_doses_elsewhere(patient, by, began_at)
        procedure = perform(patient, session, by, began_at)
        for each in sessions.ROUNDS.get(session.family_name, ()):
            _log(procedure, each, by, began_at)
        _add_labs(patient, session.family_name, by, began_at)
    _repeat(Patient.objects.get(team=team, family_name=sessions.REPEATED), by, at - timedelta(hours=1))


def _repeat(patient: Patient, by: User, at: datetime) -> None:
    """Begin the second session as a copy of the first: each target still waits to be confirmed."""
    planned = plan.Plan(
        planned_on=at.date(),
        place="Room 1",
        planned_modality="TACE",
        technique="conventional",
        plan_note="",
        lesions=list(patient.lesions.all()),
    )
    assessment = patient.assessments.get(status="signed")
    procedure = plan.plan_procedure(patient=patient, assessment=assessment, plan=planned, by=by, at=at)
    start.start_procedure(procedure=procedure, by=by, at=at)
    repeat.repeat_last(procedure=procedure, by=by, at=at)


def _add_doses_elsewhere(patient: Patient, by: User, at: datetime) -> None:
    if patient.family_name not in sessions.DOSES_ELSEWHERE:
        return
    year, agent, dose_mg = sessions.DOSES_ELSEWHERE[patient.family_name]
    known = {
        "kind": "arterial_intervention",
        "treated_year": year,
        "description": "TACE in another hospital",
        "doses": [{"agent": agent, "dose": dose_mg, "per": "total"}],
    }
    patient_record.add_treatment(patient=patient, by=by, at=at, known=known)


def perform(patient: Patient, session: Session, by: User, at: datetime) -> Procedure:
    """Plan, begin, record and sign one session."""
    signed = patient.assessments.filter(status="signed").order_by("-signed_at")
    assessment = None if session.emergency_reason else signed.first()
    planned = plan.Plan(
        planned_on=at.date(),
        place="Room 2",
        planned_modality=session.modality,
        technique=session.technique,
        plan_note="",
        emergency_reason=session.emergency_reason,
        lesions=list(patient.lesions.all()),
    )
    procedure = plan.plan_procedure(patient=patient, assessment=assessment, plan=planned, by=by, at=at)
    start.start_procedure(procedure=procedure, by=by, at=at)
    _save(procedure, _of_session(procedure, session, at), by, at + TOOK)
    for place in session.places:
        target = targets.add_target(
            procedure=procedure, artery=Artery.objects.get(code=place.artery), by=by, at=at + TOOK
        )
        _save(procedure, _of_place(target, place), by, at + TOOK)
    if session.is_signed:
        _give_reasons(procedure, session, by, at + TOOK)
        procedure.refresh_from_db()
        signing.sign_procedure(procedure=procedure, revision=procedure.revision, by=by, at=at + 2 * TOOK)
    return procedure


def _save(procedure: Procedure, values: Mapping[str, Any], by: User, at: datetime) -> None:
    base = told.answers_of(working.load(procedure.patient, procedure))
    given = base | {name: {"value": value} for name, value in values.items()}
    record.save_record(procedure=procedure, given=given, base=base, by=by, at=at)


def _of_session(procedure: Procedure, session: Session, at: datetime) -> dict[str, Any]:
    steps = {**sessions.STEPS, **session.steps}
    said: dict[str, Any] = {questions.STEP + key: answer for key, answer in steps.items()}
    said |= {questions.BECAUSE + key: because for key, because in session.because.items()}
    return said | {
        "ended_at": (at + TOOK).strftime(told.MINUTES),
        "access": "femoral",
        "narrative": session.narrative,
        "height_cm": {"value": 170, "unit": "cm"},
        "weight_kg": {"value": 68, "unit": "kg"},
        "air_kerma": {"value": session.air_kerma_mgy, "unit": "mGy"},
        "contrast": {"value": session.contrast_ml, "unit": "mL"},
        questions.of_run(1, "artery"): "coeliac",
        questions.of_run(1, "phases"): list(questions.PHASES),
    }


def _of_place(target: TargetVessel, place: Place) -> dict[str, Any]:
    numbered = target.procedure.patient.lesions.filter(number__in=place.lesions)
    said: dict[str, Any] = {
        "level": place.level,
        "end_point": place.end_point,
        "speed": "slow",
        "microcatheter": "yes",
        "beyond_cystic": "yes",
        "beyond_right_gastric": "yes",
        "beyond_gastroepiploic": "yes",
        "lesions": sorted(str(lesion.pk) for lesion in numbered),
    }
    answers = {questions.of_target(target.pk, name): value for name, value in said.items()}
    for line, (what, details) in enumerate(place.given, start=1):
        answers[questions.of_given(target.pk, line, "what")] = what
        for name, value in details.items():
            answers[questions.of_given(target.pk, line, name)] = _measured(value)
    return answers


def _measured(value: Any) -> Any:
    """A pair is an amount with its unit, a triple a range; anything else is a word."""
    if not isinstance(value, tuple):
        return value
    if len(value) == 2:
        return {"value": value[0], "unit": value[1]}
    return {"min": value[0], "max": value[1], "unit": value[2]}


def _give_reasons(procedure: Procedure, session: Session, by: User, at: datetime) -> None:
    procedure.refresh_from_db()
    gaps = weighing.gaps_of(weighing.weigh(procedure.patient, procedure))
    asked = [gap.name for gap in gaps if gap.name.startswith(questions.REASON)]
    if asked:
        _save(procedure, dict.fromkeys(asked, session.reason), by, at)


def _log(procedure: Procedure, each: Round, by: User, began_at: datetime) -> None:
    asked_at = began_at + timedelta(days=each.day, hours=2)
    asked = watch.Asked(
        asked_at=asked_at,
        channel="phone",
        temperature_c=Decimal(each.temperature_c),
        pain=each.pain,
        answers=each.answers,
    )
    watch.log_symptoms(procedure=procedure, asked=asked, by=by, at=asked_at)


def _add_labs(patient: Patient, family_name: str, by: User, began_at: datetime) -> None:
    for day, values in sessions.LABS_OF_THE_DAYS_AFTER.get(family_name, {}).items():
        at = began_at + timedelta(days=day)
        entries = [laboratory.entry(name, value, at.date()) for name, value in values.items()]
        labs.record_labs(patient=patient, entries=entries, by=by, at=at, source=LabResult.Source.TYPED)
