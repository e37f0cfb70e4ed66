"""What the record already says, as facts of the contract, each with its date and source.

    known_facts(patient, on=date) → {"sex": {"value": "male", "source": "record"},
                                     "age_years": {"min": 64, "max": 65, "source": "record"}, …}

The contract's value (`value`, or `min` and `max` for a range; `unit` where it is not the canonical one), with `on` as
an ISO date where the day is known, and `source`. What the record does not say is left out: unknown is never "no".
"""

from datetime import date

from patients import lesion_sizes
from patients.actions import labs
from patients.models import Diagnosis, Lesion, LesionMeasurement, Patient, PriorTreatment, Sex

RECORD = "record"

Entry = dict


def known_facts(patient: Patient, *, on: date) -> dict[str, Entry]:
    """Return every fact that the record settles on this day, laboratory values included."""
    return {
        **_who(patient, on=on),
        **labs.latest_facts(patient, on=on),
        **_lesions(patient, on=on),
        **_earlier_treatments(patient, on=on),
    }


def _entry(value, *, on: date | None = None) -> Entry:
    entry = dict(value) if isinstance(value, dict) else {"value": value}
    if on:
        entry["on"] = on.isoformat()
    return {**entry, "source": RECORD}


def _who(patient: Patient, *, on: date) -> dict[str, Entry]:
    facts = {}
    ages = patient.age_range(on=on)
    if ages:
        youngest, oldest = ages
        age = oldest if youngest == oldest else {"min": youngest, "max": oldest}
        facts["age_years"] = _entry(age)
    if patient.sex in (Sex.FEMALE, Sex.MALE):
        facts["sex"] = _entry(patient.sex)
    return facts


def _lesions(patient: Patient, *, on: date) -> dict[str, Entry]:
    """All diameters when every lesion was measured; the count, and the least that the largest can be, otherwise."""
    seen = [each.latest for each in lesion_sizes.sizes_of(patient, on=on)]
    # A diameter of 0 is a lesion that can no longer be seen.
    present = [latest for latest in seen if latest is None or latest.longest_mm > 0]
    sizes = [latest for latest in present if latest is not None]
    if not seen:
        return {}
    if not present:
        return {"lesion_count": _entry(0, on=max(latest.measured_on for latest in seen if latest))}
    if len(sizes) < len(present):
        return {"lesion_count": _entry(len(present)), **_at_least(sizes)}
    # The oldest of the days: no diameter is older than the date says.
    measured_on = min(size.measured_on for size in sizes)
    diameters = [_number(size.longest_mm) for size in sizes]
    return {"lesion_diameters_mm": _entry(diameters, on=measured_on), **_looks(_largest(sizes))}


def _at_least(sizes: list[LesionMeasurement]) -> dict[str, Entry]:
    if not sizes:
        return {}
    largest = _largest(sizes)
    return {"largest_lesion_mm": _entry({"min": _number(largest.longest_mm)}, on=largest.measured_on)}


def _largest(sizes: list[LesionMeasurement]) -> LesionMeasurement:
    return max(sizes, key=lambda size: size.longest_mm)


def _looks(largest: LesionMeasurement) -> dict[str, Entry]:
    """Capsule and margin of the largest lesion: what clauses 2.4 and 2.6 speak of."""
    answers = {"capsule": largest.lesion.capsule, "margin": largest.lesion.margin}
    return {
        name: _entry(value, on=largest.measured_on)
        for name, value in answers.items()
        if value != Lesion.Capsule.NOT_KNOWN
    }


def _number(millimetres) -> int | float:
    number = float(millimetres)
    return int(number) if number.is_integer() else number


def _earlier_treatments(patient: Patient, *, on: date) -> dict[str, Entry]:
    treatments = [row for row in patient.prior_treatments.filter(retracted_at=None) if _is_before(row, on)]
    asked_on = (
        Diagnosis.objects.filter(patient=patient)
        .values_list("earlier_treatments_asked_on", flat=True)
        .first()
    )
    asked_on = asked_on if asked_on and asked_on <= on else None
    facts = {
        "prior_surgery": _surgery(treatments, asked_on),
        "recurrence_after_transplant": _transplant(treatments, asked_on),
    }
    return {name: entry for name, entry in facts.items() if entry}


def _is_before(row: PriorTreatment, on: date) -> bool:
    return row.treated_year is None or date(row.treated_year, row.treated_month or 1, 1) <= on


def _surgery(treatments: list[PriorTreatment], asked_on: date | None) -> Entry | None:
    """The outcome of the last resection whose outcome is known; none only when somebody asked."""
    resections = [row for row in treatments if row.kind == PriorTreatment.Kind.RESECTION]
    if not resections:
        return _entry("none", on=asked_on) if asked_on else None
    last = max(resections, key=_when)
    if last.outcome == PriorTreatment.Outcome.NOT_KNOWN:
        return None
    return _entry(last.outcome)


def _transplant(treatments: list[PriorTreatment], asked_on: date | None) -> Entry | None:
    transplants = [row for row in treatments if row.kind == PriorTreatment.Kind.TRANSPLANTATION]
    if not transplants:
        return _entry(False, on=asked_on) if asked_on else None
    last = max(transplants, key=_when)
    known = {"recurrence": True, "no_residual_tumour": False}
    if last.outcome not in known:
        return None
    return _entry(known[last.outcome])


def _when(row: PriorTreatment) -> tuple[int, int, int, int]:
    return (row.treated_year or 0, row.treated_month or 0, row.treated_day or 0, row.pk)
