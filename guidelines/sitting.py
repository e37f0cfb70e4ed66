"""What was given in one procedure and before it, and the patient on that day: what the ceilings look at."""

from dataclasses import dataclass

from guidelines.scores import body, kidney


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
        return body.mosteller_m2(self.height_cm, self.weight_kg)

    @property
    def creatinine_clearance_ml_per_min(self) -> float | None:
        """Cockcroft-Gault with the actual weight."""
        if (
            self.creatinine_umol_per_l is None
            or self.age_years is None
            or self.sex not in kidney.KAPPA
            or self.weight_kg is None
        ):
            return None
        return kidney.creatinine_clearance_ml_per_min(
            self.creatinine_umol_per_l, self.age_years, self.sex, self.weight_kg
        )

    @property
    def filtration_ml_per_min_1_73m2(self) -> float | None:
        """eGFR as given, else CKD-EPI 2021 for an adult."""
        if self.egfr_ml_per_min_1_73m2 is not None:
            return self.egfr_ml_per_min_1_73m2
        if self.creatinine_umol_per_l is None or self.age_years is None or self.sex not in kidney.KAPPA:
            return None
        if self.age_years < kidney.ADULT_FROM_YEARS:
            return None
        return kidney.egfr_ml_per_min_1_73m2(self.creatinine_umol_per_l, self.age_years, self.sex)

    def unknown(self, *names: str) -> tuple[str, ...]:
        """Those of these facts that nobody measured."""
        return tuple(name for name in names if getattr(self, name) is None)


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
