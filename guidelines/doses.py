"""Ceilings: each dose, volume and load against the limits that the hospital's reference rows carry.

Pure: the limits come in, as mappings with the columns of the procedure room's Agent and EmbolicMaterial rows.
At a limit is still within it. Unknown body size or history gives `not_known` with what to measure, unless what is known
is over already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guidelines.meter import Meter
from guidelines.scores import body as body_scores

BODY_SURFACE_FORMULA = "Mosteller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """The patient on that day; None is unknown."""

    height_cm: float | None = None
    weight_kg: float | None = None
    age_years: float | None = None
    sex: str | None = None
    bilirubin_umol_per_l: float | None = None
    creatinine_umol_per_l: float | None = None
    egfr_ml_per_min_1_73m2: float | None = None

    @property
    def body_surface_m2(self) -> float | None:
        """Mosteller, of that day's height and weight."""
        if self.height_cm is None or self.weight_kg is None:
            return None
        return body_scores.mosteller_m2(self.height_cm, self.weight_kg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One agent given in this procedure; `material` is the code of the beads that carry it, else empty."""

    agent: str
    dose_mg: float
    material: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDose:
    """One agent given before, here or elsewhere, as mg (with the body surface of that day where known) or as mg/m².

    With neither, the agent was given in a dose that nobody knows.
    """

    agent: str
    dose_mg: float | None = None
    dose_mg_per_m2: float | None = None
    body_surface_m2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """One embolic material given in this procedure, in mL; None where nobody wrote it down."""

    material: str
    volume_ml: float | None


def ceilings(
    *,
    patient: Patient,
    given: Sequence[Dose],
    earlier: Sequence[EarlierDose],
    are_doses_elsewhere_known: bool,
    volumes: Sequence[Volume],
    contrast_ml: float | None,
    agents: Mapping[str, Mapping[str, Any]],
    materials: Mapping[str, Mapping[str, Any]],
) -> list[Meter]:
    """Every meter of a procedure: agents in the order given, combined anthracyclines, materials, contrast.

    `agents` and `materials` are reference rows by code. `are_doses_elsewhere_known`: somebody asked whether the patient
    had these agents elsewhere; where nobody did, a lifetime sum is only its lower end.
    """
    return []


def is_impossible(agent: Mapping[str, Any], dose_mg: float) -> bool:
    """Whether a dose is a slip of the unit: to be refused at the field."""
    return dose_mg > float(agent["impossible_above_mg"])


def likely_meant_mg(agent: Mapping[str, Any], dose_mg: float) -> float | None:
    """What an impossible dose was likely meant to be ("Did you mean …?"): a thousandth of it, or None."""
    meant = dose_mg / 1000
    return None if is_impossible(agent, meant) else meant
