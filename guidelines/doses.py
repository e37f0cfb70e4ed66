"""Ceilings: each dose, volume and load against the limits that the hospital's reference rows carry.

Pure: the limits come in, as mappings with the columns of the procedure room's Agent and EmbolicMaterial rows.
At a limit is still within it. Unknown body size or history gives `not_known` with what to measure, unless what is known
is over already.
"""

from collections.abc import Iterable, Mapping, Sequence

from guidelines import agent_meters, contrast
from guidelines.agent_meters import BODY_SURFACE_FORMULA, Given, Row, number, shown
from guidelines.meter import Meter, judge, judge_lower_end
from guidelines.sitting import Dose, EarlierDose, Patient, Volume

__all__ = [
    "BODY_SURFACE_FORMULA",
    "Dose",
    "EarlierDose",
    "Patient",
    "Volume",
    "ceilings",
    "is_impossible",
    "likely_meant_mg",
]


def ceilings(
    *,
    patient: Patient,
    given: Sequence[Dose],
    earlier: Sequence[EarlierDose],
    are_doses_elsewhere_known: bool,
    volumes: Sequence[Volume],
    contrast_ml: float | None,
    agents: Mapping[str, Row],
    materials: Mapping[str, Row],
) -> list[Meter]:
    """Every meter of a procedure: agents in the order given, combined anthracyclines, materials, contrast.

    `agents` and `materials` are reference rows by code. `are_doses_elsewhere_known`: somebody asked whether the patient
    had these agents elsewhere; where nobody did, a lifetime sum is only its lower end.
    """
    today = _summed((dose.agent, dose.dose_mg) for dose in given)

    def of(code: str) -> Given:
        return Given(
            code=code,
            row=agents[code],
            dose_mg=today.get(code, 0.0),
            patient=patient,
            earlier=[dose for dose in earlier if dose.agent == code],
            are_doses_elsewhere_known=are_doses_elsewhere_known,
        )

    combined = agent_meters.combined_anthracyclines([of(code) for code in agents])
    return [
        *(meter for code in today for meter in agent_meters.meters(of(code))),
        *([combined] if combined else []),
        *drug_loads(given, materials),
        *material_volumes(volumes, materials),
        *contrast.meters(contrast_ml, patient),
    ]


def _summed(parts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Sums by code, in the order of the first; rounded, so that float noise does not pass a limit."""
    sums: dict[str, float] = {}
    for code, amount in parts:
        sums[code] = round(sums.get(code, 0.0) + amount, agent_meters.DECIMALS)
    return sums


def drug_loads(given: Sequence[Dose], materials: Mapping[str, Row]) -> list[Meter]:
    """What the beads carry, against the most that they may."""
    loads = _summed((dose.material, dose.dose_mg) for dose in given if dose.material)
    found = []
    for code, load_mg in loads.items():
        limit = number(materials[code], "most_drug_mg")
        if limit is not None:
            verdict = judge(load_mg, warn_from=None, limit=limit)
            found.append(
                _of_material(code, materials[code], "load", "Drug on beads", "mg", verdict, load_mg, limit)
            )
    return found


def material_volumes(volumes: Sequence[Volume], materials: Mapping[str, Row]) -> list[Meter]:
    """The whole volume of each material that has a limit; a volume that nobody wrote down leaves a lower end."""
    sums = _summed((volume.material, volume.volume_ml or 0.0) for volume in volumes)
    unwritten = {volume.material for volume in volumes if volume.volume_ml is None}
    found = []
    for code, volume_ml in sums.items():
        limit, warn_from = (
            number(materials[code], "most_volume_ml"),
            number(materials[code], "warn_volume_ml"),
        )
        if limit is not None or warn_from is not None:
            judged = judge_lower_end if code in unwritten else judge
            verdict = judged(volume_ml, warn_from=warn_from, limit=limit)
            missing = ("volume_ml",) if code in unwritten else ()
            found.append(
                _of_material(
                    code,
                    materials[code],
                    "volume",
                    "Volume",
                    "mL",
                    verdict,
                    volume_ml,
                    limit,
                    warn_from,
                    missing,
                )
            )
    return found


def _of_material(
    code: str,
    row: Row,
    aspect: str,
    name: str,
    unit: str,
    verdict: str,
    amount: float,
    limit: float | None,
    warn_from: float | None = None,
    missing: tuple[str, ...] = (),
) -> Meter:
    says = "{amount} {unit}; at most {limit} {unit} in one procedure."
    if limit is None:
        says = "{amount} {unit}; watched from {warn_from} {unit}."
    return Meter(
        key=f"{code}.{aspect}",
        name=name,
        of=str(row["name"]),
        unit=unit,
        verdict=verdict,
        amount=amount,
        is_lower_end=bool(missing),
        limit=limit,
        warn_from=warn_from,
        says=says,
        values={
            "amount": shown(amount),
            "unit": unit,
            "limit": None if limit is None else shown(limit),
            "warn_from": None if warn_from is None else shown(warn_from),
        },
        missing=missing,
        source=str(row.get("source") or ""),
    )


def is_impossible(agent: Row, dose_mg: float) -> bool:
    """Whether a dose is a slip of the unit: to be refused at the field."""
    return dose_mg > float(agent["impossible_above_mg"])


def likely_meant_mg(agent: Row, dose_mg: float) -> float | None:
    """What an impossible dose was likely meant to be ("Did you mean …?"): a thousandth of it, or None."""
    meant = dose_mg / 1000
    return None if is_impossible(agent, meant) else meant
