"""The meters of one agent: its usual range, its ceilings, its lifetime, its reductions by bilirubin and kidney."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guidelines.meter import NOT_KNOWN, OVER, WATCH, WITHIN, Meter, judge, judge_lower_end
from guidelines.sitting import EarlierDose, Patient

Row = Mapping[str, Any]

BODY_SURFACE_FORMULA = "Mosteller"
PER_M2 = "per_m2"
BODY_SIZE = ("height_cm", "weight_kg")
CLEARANCE_FACTS = ("creatinine_umol_per_l", "age_years", "sex", "weight_kg")
DOSES_ELSEWHERE = "doses_elsewhere"
# The contract's factor.
UMOL_PER_MG_PER_DL = 17.1
# Sums and ratios of typed numbers: float noise must not pass a limit.
DECIMALS = 6


def number(row: Row, column: str) -> float | None:
    """A number of a reference row, which may be a decimal or empty."""
    value = row.get(column)
    return None if value is None else float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One agent with all that was given of it today and before."""

    code: str
    row: Row
    dose_mg: float
    patient: Patient
    earlier: Sequence[EarlierDose] = ()
    are_doses_elsewhere_known: bool = True

    @property
    def dose_mg_per_m2(self) -> float | None:
        """Of that day's body surface."""
        surface = self.patient.body_surface_m2
        if surface is None:
            return None if self.dose_mg else 0.0
        return round(self.dose_mg / surface, DECIMALS)

    def meter(self, aspect: str, name: str, unit: str, verdict: str, **more: Any) -> Meter:
        """One meter of this agent; its values always hold the dose in mg and mg/m²."""
        surface = self.patient.body_surface_m2
        values = {
            "dose_mg": self.dose_mg,
            "dose_mg_per_m2": self.dose_mg_per_m2,
            "body_surface_m2": surface,
            "formula": BODY_SURFACE_FORMULA,
            **more.pop("values", {}),
        }
        return Meter(
            key=f"{self.code}.{aspect}",
            name=name,
            of=str(self.row["name"]),
            unit=unit,
            verdict=verdict,
            values=values,
            source=str(self.row.get("source") or ""),
            **more,
        )

    def unmeasured(self, aspect: str, name: str, unit: str, **more: Any) -> Meter:
        """A meter per m² without a body surface."""
        missing = self.patient.unknown(*BODY_SIZE)
        says = "Height and weight of that day are needed for mg/m²."
        return self.meter(aspect, name, unit, NOT_KNOWN, missing=missing, says=says, **more)


def meters(given: Given) -> list[Meter]:
    """Every meter that the agent's reference row allows, the usual range first."""
    found = (
        usual_dose(given),
        per_procedure_flat(given),
        per_procedure_per_m2(given),
        lifetime(given),
        by_bilirubin(given),
        by_kidney(given),
    )
    return [meter for meter in found if meter is not None]


def usual_dose(given: Given) -> Meter:
    """The dose against the usual range: above is to be watched, below is only said."""
    low, high = number(given.row, "usual_low"), number(given.row, "usual_high")
    is_per_m2 = given.row.get("usual_basis") == PER_M2
    unit = "mg/m²" if is_per_m2 else "mg"
    amount = given.dose_mg_per_m2 if is_per_m2 else given.dose_mg
    if amount is None:
        return given.unmeasured("dose", "Dose", unit, warn_from=high, usual=(low, high))
    if high is None:
        says = "No usual range is kept for this agent."
        return given.meter("dose", "Dose", unit, NOT_KNOWN, amount=amount, says=says)
    verdict = judge(amount, warn_from=high, limit=None)
    says = "Within the usual {low} to {high} {unit}."
    if verdict == WATCH:
        says = "Above the usual {low} to {high} {unit}."
    elif low is not None and amount < low:
        says = "Below the usual {low} to {high} {unit}."
    return given.meter(
        "dose",
        "Dose",
        unit,
        verdict,
        amount=amount,
        warn_from=high,
        usual=(low, high),
        says=says,
        values={"low": shown(low or 0.0), "high": shown(high), "unit": unit},
    )


def shown(value: float) -> float | int:
    """Without a needless point: 30, not 30.0; two decimals at most."""
    return int(value) if value == int(value) else round(value, 2)


MOST_PER_PROCEDURE = "At most {limit} {unit} in one procedure."


def per_procedure_flat(given: Given) -> Meter | None:
    """The ceiling in mg."""
    limit = number(given.row, "most_per_procedure_mg")
    if limit is None:
        return None
    return given.meter(
        "per_procedure",
        "Most in one procedure",
        "mg",
        judge(given.dose_mg, warn_from=None, limit=limit),
        amount=given.dose_mg,
        limit=limit,
        says=MOST_PER_PROCEDURE,
        values={"limit": shown(limit), "unit": "mg"},
    )


def per_procedure_per_m2(given: Given) -> Meter | None:
    """The ceiling in mg/m² of that day's body surface."""
    limit = number(given.row, "most_per_procedure_mg_per_m2")
    if limit is None:
        return None
    aspect, name, unit = "per_procedure_per_m2", "Most in one procedure", "mg/m²"
    amount = given.dose_mg_per_m2
    if amount is None:
        return given.unmeasured(aspect, name, unit, limit=limit)
    return given.meter(
        aspect,
        name,
        unit,
        judge(amount, warn_from=None, limit=limit),
        amount=amount,
        limit=limit,
        says=MOST_PER_PROCEDURE,
        values={"limit": shown(limit), "unit": unit},
    )


def before_mg_per_m2(given: Given) -> tuple[float, tuple[str, ...]]:
    """What earlier doses add up to, and what would have to be known to be sure of it.

    A dose in mg counts with the body surface of its own day; where that is unknown, with today's.
    """
    total = 0.0
    missing: dict[str, None] = {} if given.are_doses_elsewhere_known else {DOSES_ELSEWHERE: None}
    for dose in given.earlier:
        surface = dose.body_surface_m2 or given.patient.body_surface_m2
        if dose.dose_mg_per_m2 is not None:
            total += dose.dose_mg_per_m2
        elif dose.dose_mg is None:
            missing[DOSES_ELSEWHERE] = None
        elif surface is None:
            missing |= dict.fromkeys(given.patient.unknown(*BODY_SIZE))
        else:
            total += dose.dose_mg / surface
    return round(total, DECIMALS), tuple(missing)


def lifetime(given: Given) -> Meter | None:
    """Today and all earlier doses, here and elsewhere, in mg/m²; doses into an artery count in full."""
    limit = number(given.row, "most_lifetime_mg_per_m2")
    if limit is None:
        return None
    warn_from = number(given.row, "warn_lifetime_mg_per_m2")
    aspect, name, unit = "lifetime", "Lifetime dose", "mg/m²"
    before, missing = before_mg_per_m2(given)
    today = given.dose_mg_per_m2
    amount = before if today is None else round(before + today, DECIMALS)
    needed = (*given.patient.unknown(*BODY_SIZE), *missing) if today is None else missing
    judged = judge_lower_end if needed else judge
    says = "{amount} of {limit} mg/m² with today; {before} before."
    if needed:
        says = "At least {amount} of {limit} mg/m² with what is known; {before} before."
    return given.meter(
        aspect,
        name,
        unit,
        judged(amount, warn_from=warn_from, limit=limit),
        amount=amount,
        before=before,
        is_lower_end=bool(needed),
        warn_from=warn_from,
        limit=limit,
        missing=tuple(dict.fromkeys(needed)),
        says=says,
        values={"amount": shown(amount), "limit": shown(limit), "before": shown(before)},
    )


def band_of_bilirubin(bands: Iterable[Row], bilirubin_mg_per_dl: float) -> Row | None:
    """The reduction that a bilirubin falls into; None below the first.

    The label prints 1.2 to 3.0 and 3.1 to 5.0: what lies between belongs to the stricter band.
    """
    ordered = sorted(bands, key=lambda band: float(band["from_mg_per_dl"]))
    if not ordered or bilirubin_mg_per_dl < float(ordered[0]["from_mg_per_dl"]):
        return None
    for band in ordered:
        to = band.get("to_mg_per_dl")
        if to is None or bilirubin_mg_per_dl <= float(to):
            return band
    return ordered[-1]


def by_bilirubin(given: Given) -> Meter | None:
    """The reduced share of the usual dose."""
    bands = given.row.get("bilirubin_reductions") or ()
    if not bands:
        return None
    aspect, name = "bilirubin", "Reduced for bilirubin"
    bilirubin = given.patient.bilirubin_umol_per_l
    if bilirubin is None:
        says = "Bilirubin decides about a reduced dose."
        return given.meter(aspect, name, "mg", NOT_KNOWN, missing=("bilirubin_umol_per_l",), says=says)
    in_mg_per_dl = round(bilirubin / UMOL_PER_MG_PER_DL, DECIMALS)
    values: dict[str, Any] = {"bilirubin": shown(in_mg_per_dl)}
    band = band_of_bilirubin(bands, in_mg_per_dl)
    if band is None:
        says = "Bilirubin {bilirubin} mg/dL: no reduction."
        return given.meter(aspect, name, "mg", WITHIN, amount=given.dose_mg, says=says, values=values)
    return _reduced(given, share_pct=float(band["give_pct"]), values=values)


def _reduced(given: Given, *, share_pct: float, values: dict[str, Any]) -> Meter:
    aspect, name = "bilirubin", "Reduced for bilirubin"
    if share_pct == 0:
        says = "Bilirubin {bilirubin} mg/dL: avoid."
        return given.meter(
            aspect, name, "mg", OVER, amount=given.dose_mg, limit=0.0, says=says, values=values
        )
    full = full_dose_mg(given)
    if full is None:
        says = "Bilirubin {bilirubin} mg/dL: give {share} % of the usual dose; height and weight are needed."
        values |= {"share": shown(share_pct)}
        missing = given.patient.unknown(*BODY_SIZE)
        return given.meter(
            aspect, name, "mg", NOT_KNOWN, amount=given.dose_mg, missing=missing, says=says, values=values
        )
    limit = round(full * share_pct / 100, DECIMALS)
    return given.meter(
        aspect,
        name,
        "mg",
        judge(given.dose_mg, warn_from=None, limit=limit),
        amount=given.dose_mg,
        limit=limit,
        says="Bilirubin {bilirubin} mg/dL: give {share} % of the usual dose, at most {limit} mg.",
        values={**values, "share": shown(share_pct), "limit": shown(limit)},
    )


def full_dose_mg(given: Given) -> float | None:
    """The upper end of the usual range in mg, else the most of one procedure; None where it cannot be worked out."""
    high = number(given.row, "usual_high")
    if high is None:
        return number(given.row, "most_per_procedure_mg")
    if given.row.get("usual_basis") != PER_M2:
        return high
    surface = given.patient.body_surface_m2
    return None if surface is None else high * surface


ADVICE: Mapping[str, tuple[str, str]] = {
    "reduce": (WATCH, "Creatinine clearance {clearance} mL/min, under {below}: reduce the dose."),
    "usually_avoid": (WATCH, "Creatinine clearance {clearance} mL/min, under {below}: usually avoided."),
    "avoid": (OVER, "Creatinine clearance {clearance} mL/min, under {below}: avoid."),
}


def by_kidney(given: Given) -> Meter | None:
    """The advice at this creatinine clearance (Cockcroft-Gault, actual weight)."""
    bands = given.row.get("renal_reductions") or ()
    if not bands:
        return None
    aspect, name, unit = "kidney", "Kidney function", "mL/min"
    clearance = given.patient.creatinine_clearance_ml_per_min
    if clearance is None:
        missing = given.patient.unknown(*CLEARANCE_FACTS)
        says = "Creatinine clearance decides about a reduced dose."
        return given.meter(aspect, name, unit, NOT_KNOWN, missing=missing, says=says)
    values: dict[str, Any] = {"clearance": shown(round(clearance, 1))}
    for band in sorted(bands, key=lambda one: float(one["below_ml_per_min"])):
        below = float(band["below_ml_per_min"])
        if clearance < below:
            verdict, says = ADVICE.get(str(band["advice"]), ADVICE["reduce"])
            values["below"] = shown(below)
            return given.meter(aspect, name, unit, verdict, amount=clearance, says=says, values=values)
    says = "Creatinine clearance {clearance} mL/min: no reduction."
    return given.meter(aspect, name, unit, WITHIN, amount=clearance, says=says, values=values)


def combined_anthracyclines(given: Sequence[Given]) -> Meter | None:
    """`anthracyclines_together`, where one is given today; `given` holds those of earlier procedures too, with 0 mg."""
    if not any(one.dose_mg for one in given if one.row.get("is_anthracycline")):
        return None
    return anthracyclines_together(given)


def anthracyclines_together(given: Sequence[Given]) -> Meter | None:
    """All anthracyclines of a lifetime as one fraction of their ceilings: doxorubicin / 550 + epirubicin / 900.

    Watched from where the fraction would be full under the lower ceilings (doxorubicin / 450).
    """
    held = [meter for one in given if one.row.get("is_anthracycline") and (meter := lifetime(one))]
    if not held:
        return None
    missing = tuple(dict.fromkeys(name for meter in held for name in meter.missing))
    fraction = _sum_of_fractions((meter.amount, meter.limit) for meter in held)
    strict = _sum_of_fractions((meter.amount, meter.warn_from or meter.limit) for meter in held)
    warn_from = round(fraction / strict * 100, DECIMALS) if strict else None
    amount = round(fraction * 100, DECIMALS)
    judged = judge_lower_end if missing else judge
    says = "{amount} % of the lifetime ceilings together."
    return Meter(
        key="anthracyclines.lifetime",
        name="Anthracyclines together, lifetime",
        unit="%",
        verdict=judged(amount, warn_from=warn_from, limit=100.0),
        amount=amount,
        before=round(_sum_of_fractions((meter.before, meter.limit) for meter in held) * 100, DECIMALS),
        is_lower_end=bool(missing),
        limit=100.0,
        warn_from=warn_from,
        says="At least " + says if missing else says,
        values={"amount": shown(round(amount, 1))},
        missing=missing,
        source="; ".join(dict.fromkeys(meter.source for meter in held)),
    )


def _sum_of_fractions(parts: Iterable[tuple[float | None, float | None]]) -> float:
    return sum((amount or 0.0) / limit for amount, limit in parts if limit)
