"""What the guideline says of a procedure, and its doses against their ceilings: the one module that asks it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from assessments import entries
from assessments import guidance as assessment_guidance
from assessments.actions import edition
from guidelines import doses, facts, radiation, technique
from guidelines.meter import OVER, Meter
from guidelines.scores import body
from patients.actions import labs
from patients.models import Patient, PriorTreatment, Sex
from procedures import answers as told
from procedures import questions
from procedures.models import Agent, Exposure, Procedure, ReferenceRow
from procedures.working import Earlier, Work

LABORATORY = ("bilirubin_umol_per_l", "creatinine_umol_per_l")
BEADS = "drug_eluting_beads"
RADIATION = "radiation."


def findings(told_record: Mapping[str, Any], *, on: date) -> list[dict[str, Any]]:
    """Every finding of sections 1, 5 and 6 on this record, under the settings that are in force on that day."""
    in_force = edition.settings_shown(on=on)
    return technique.findings(told_record, assessment_guidance.engine_settings(in_force))


def settings_of_the_day(work: Work) -> dict[str, Any]:
    """The edition and the version of its settings under which the findings of this record are told."""
    in_force = edition.settings_shown(on=day_of(work))
    return {
        "edition": in_force.edition,
        "settings_version": in_force.version,
        "settings": in_force.values,
    }


def before_signing(told_record: Mapping[str, Any]) -> list[technique.Gap]:
    """What the steps still need before the record can be signed."""
    return technique.before_signing(told_record)


def day_of(work: Work) -> date:
    """The day of the procedure where the team works: when it started, else when it is planned."""
    procedure = work.procedure
    if procedure.started_at is None:
        return procedure.planned_on
    return _day(work, procedure.started_at)


def _day(work: Work, moment: datetime) -> date:
    """The day of a moment where the team works: at UTC an evening may be another day."""
    return moment.astimezone(ZoneInfo(work.procedure.patient.team.time_zone)).date()


def meters(work: Work, answers: told.Answers, told_record: Mapping[str, Any]) -> list[Meter]:
    """Every meter of these answers: doses, loads, volumes, contrast, radiation."""
    patient, on = work.procedure.patient, day_of(work)
    targets, known = told_record["targets"], work.known
    return [
        *doses.ceilings(
            patient=_patient_of_the_day(patient, answers, on=on),
            given=list(_doses(targets)),
            earlier=[
                *_here_before(work, on=on),
                *(dose for _treatment, dose in doses_elsewhere(work.prior_treatments, known.agents)),
            ],
            are_doses_elsewhere_known=bool(work.prior_treatments) or work.is_history_asked,
            volumes=list(_volumes(targets)),
            contrast_ml=_exposed(answers, "contrast"),
            agents={code: limits_of(row) for code, row in known.agents.items()},
            materials={code: limits_of(row) for code, row in known.materials.items()},
        ),
        *_levels(work, answers, on=on),
    ]


def limits_of(row: ReferenceRow) -> dict[str, Any]:
    """The numbers of a reference row, and their source in words: with the pharmacy's sign-off, or without."""
    return {**vars(row), "source": row.source_in_words}


def need_reason(found: Iterable[Meter]) -> list[Meter]:
    """The ceilings that are passed; a substantial radiation dose asks for a skin check instead."""
    return [meter for meter in found if meter.verdict == OVER and not meter.key.startswith(RADIATION)]


def body_surface_m2(answers: told.Answers) -> float | None:
    """Of that day's height and weight, by Mosteller."""
    height, weight = (_measured(answers, name) for name in questions.BODY)
    return None if height is None or weight is None else body.mosteller_m2(height, weight)


def _measured(answers: told.Answers, name: str) -> float | None:
    value = told.canonical(told.value_of(answers, name), questions.BODY[name].units)
    return None if value is None else float(value)


def _patient_of_the_day(patient: Patient, answers: told.Answers, *, on: date) -> doses.Patient:
    found = labs.latest_facts(patient, on=on)
    return doses.Patient(
        height_cm=_measured(answers, "height_cm"),
        weight_kg=_measured(answers, "weight_kg"),
        age_years=patient.age_years(on=on),
        sex=patient.sex if patient.sex in (Sex.FEMALE, Sex.MALE) else None,
        **{name: _laboratory(name, found.get(name)) for name in LABORATORY},
    )


def _laboratory(name: str, entry: dict[str, Any] | None) -> float | None:
    """The exact canonical value; a "<0.2" leaves it unknown."""
    read = facts.read(name, entries.contract_value(entry)) if entry else None
    return read.value if read and isinstance(read.value, int | float) else None


def _doses(targets: Iterable[Mapping[str, Any]]) -> Iterable[doses.Dose]:
    """What was given with a known dose; a dose loaded on beads names them."""
    for target in targets:
        beads = [one["material"] for one in target["embolisations"] if one["kind"] == BEADS]
        for one in target["administrations"]:
            if one["dose_mg"] is not None:
                carrier = beads[0] if beads and one["carrier"] == "beads" else ""
                yield doses.Dose(agent=one["agent"], dose_mg=one["dose_mg"], material=carrier)


def _volumes(targets: Iterable[Mapping[str, Any]]) -> Iterable[doses.Volume]:
    for target in targets:
        for one in target["embolisations"]:
            yield doses.Volume(material=one["material"], volume_ml=one["volume_ml"])


def _here_before(work: Work, *, on: date) -> Iterable[doses.EarlierDose]:
    """What this patient's other procedures gave up to that day, signed or not."""
    for earlier, day in _days_of_earlier(work):
        if day > on:
            continue
        surface = surface_of(earlier.procedure)
        for one in earlier.administrations:
            dose_mg = None if one.dose_mg is None else float(one.dose_mg)
            yield doses.EarlierDose(agent=one.agent.code, dose_mg=dose_mg, body_surface_m2=surface)


def _days_of_earlier(work: Work) -> Iterable[tuple[Earlier, date]]:
    for earlier in work.earlier:
        if earlier.procedure.started_at:
            yield earlier, _day(work, earlier.procedure.started_at)


def surface_of(procedure: Procedure) -> float | None:
    """The body surface of that day, by Mosteller; None where nobody measured."""
    if procedure.height_cm is None or procedure.weight_kg is None:
        return None
    return body.mosteller_m2(float(procedure.height_cm), float(procedure.weight_kg))


def doses_elsewhere(
    treatments: Iterable[PriorTreatment], agents: Mapping[str, Agent]
) -> Iterable[tuple[PriorTreatment, doses.EarlierDose]]:
    """Doses of earlier treatments, of the agents that are known here by code, name or abbreviation."""
    by_word = {
        word.casefold(): code
        for code, row in agents.items()
        for word in (code, row.name, row.abbreviation)
        if word
    }
    for treatment in treatments:
        for given in treatment.doses:
            code = by_word.get(str(given.get("agent", "")).strip().casefold())
            if code:
                yield treatment, _elsewhere_dose(code, given)


def _elsewhere_dose(code: str, given: Mapping[str, Any]) -> doses.EarlierDose:
    dose = float(given["dose"]) if given.get("dose") else None
    if given.get("per") == "per_m2":
        return doses.EarlierDose(agent=code, dose_mg_per_m2=dose)
    return doses.EarlierDose(agent=code, dose_mg=dose)


def _exposed(answers: told.Answers, name: str) -> float | None:
    value = told.canonical(told.value_of(answers, name), questions.EXPOSURE[name].units)
    return None if value is None else float(value)


def _levels(work: Work, answers: told.Answers, *, on: date) -> list[Meter]:
    today = radiation.Exposure(
        on=on,
        air_kerma_mgy=_exposed(answers, "air_kerma"),
        dose_area_product_gy_cm2=_exposed(answers, "dose_area_product"),
        fluoroscopy_min=_exposed(answers, "fluoroscopy"),
    )
    earlier = [
        radiation.Exposure(on=day, air_kerma_mgy=_kerma(one.exposure))
        for one, day in _days_of_earlier(work)
        if day <= on
    ]
    return radiation.levels(today, earlier)


def _kerma(exposure: Exposure | None) -> float | None:
    return None if exposure is None or exposure.air_kerma_mgy is None else float(exposure.air_kerma_mgy)


def skin_check_window(work: Work) -> tuple[date, date] | None:
    """First and last day of the skin check, None where no substantial level is reached."""
    on = day_of(work)
    found = _levels(work, told.answers_of(work), on=on)
    return radiation.skin_check_window(on) if radiation.needs_skin_check(found) else None
