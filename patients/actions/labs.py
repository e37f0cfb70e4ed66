"""Records laboratory values, retracts and corrects wrong ones, and says which facts the newest ones give."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from patients import analytes, written_numbers
from patients.actions import rows
from patients.models import LabResult, Patient

LABORATORY = "laboratory"
_SIX_DECIMALS = Decimal("0.000001")


class UnableToChange(Exception):
    """The value was retracted before, by this person or another."""


@dataclass(frozen=True, slots=True)
class LabEntry:
    """One value to record, in the unit of entry."""

    analyte: str
    value: Decimal
    unit: str
    taken_on: date
    comparator: str = ""
    reference_low: Decimal | None = None
    reference_high: Decimal | None = None
    control: Decimal | None = None

    @property
    def canonical_value(self) -> Decimal:
        return canonical(self.analyte, self.value, self.unit)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a set of values."""

    added: list[LabResult]
    already_there: list[LabResult]


def canonical(analyte: str, value: Decimal, unit: str) -> Decimal:
    """The value in the analyte's canonical unit, exact in decimals."""
    return (value * analytes.ALL[analyte].unit_named(unit).factor).quantize(_SIX_DECIMALS)


def recorded_like(patient: Patient, entry: LabEntry) -> LabResult | None:
    """The same analyte, day and amount that is recorded already, in whichever unit."""
    same = LabResult.objects.filter(
        patient=patient, retracted_at=None, analyte=entry.analyte, taken_on=entry.taken_on,
        comparator=entry.comparator, canonical_value=entry.canonical_value,
    )  # fmt: skip
    if entry.control is not None:
        same = same.filter(control_value=entry.control)
    return same.first()


@transaction.atomic
def record_labs(
    *, patient: Patient, entries: Iterable[LabEntry], by: User | None, at: datetime, source: str
) -> Recorded:
    """Record all values or none; one that is there already is not recorded twice."""
    # The same report saved twice at once: the second waits here and finds the values of the first.
    Patient.objects.select_for_update().get(pk=patient.pk)
    added: list[LabResult] = []
    already_there: list[LabResult] = []
    for entry in entries:
        same = recorded_like(patient, entry)
        if same:
            already_there.append(same)
        else:
            added.append(_keep(patient, entry, by=by, at=at, source=source))
    if added:
        _record(patient, "patients.enter_labs", by=by, at=at)
    return Recorded(added, already_there)


@transaction.atomic
def retract_lab(*, result: LabResult, by: User, at: datetime, because: str) -> LabResult:
    """Mark a wrong value; it stays in the table, struck through, with the reason."""
    _retract(result, by=by, at=at, because=because)
    _record(result.patient, "patients.retract_lab", by=by, at=at)
    result.refresh_from_db()
    return result


@transaction.atomic
def correct_lab(*, result: LabResult, entry: LabEntry, by: User, at: datetime, because: str) -> LabResult:
    """Retract a wrong value and record the right one in its place."""
    wrong = _retract(result, by=by, at=at, because=because)
    right = _keep(result.patient, entry, by=by, at=at, source=LabResult.Source.TYPED, corrects=wrong)
    _record(result.patient, "patients.correct_lab", by=by, at=at)
    return right


def latest_facts(patient: Patient, *, on: date) -> dict[str, dict[str, Any]]:
    """The newest value of each laboratory fact, not after `on`, in the contract's shape with its day and source.

    `<0.2` is the range {"max": 0.2}, `>60500` is {"min": 60500}. A prothrombin time counts only with its control.
    """
    wanted = [*analytes.FACT_NAMES, "prothrombin_time_s"]
    results = LabResult.objects.filter(
        patient=patient, analyte__in=wanted, retracted_at=None, taken_on__lte=on
    )
    return newest_facts(results.order_by("-taken_on", "-entered_at", "-pk"))


def newest_facts(results: Iterable[LabResult]) -> dict[str, dict[str, Any]]:
    """The same of values that are read already, which come from new to old."""
    found: dict[str, dict[str, Any]] = {}
    for result in results:
        name, fact = _fact_of(result)
        if name in analytes.FACT_NAMES and name not in found:
            found[name] = {
                **fact,
                "on": result.taken_on.isoformat(),
                "source": LABORATORY,
                "comparator": result.comparator,
            }
    return {name: found[name] for name in analytes.FACT_NAMES if name in found}


def _fact_of(result: LabResult) -> tuple[str, dict[str, Any]]:
    if result.analyte == "prothrombin_time_s" and result.control_value is not None:
        over_control = written_numbers.as_json(result.canonical_value - result.control_value)
        return "pt_prolongation_s", {"value": over_control, "unit": "s"}
    value = written_numbers.as_json(result.value)
    if result.comparator in {"<", "≤"}:
        return result.analyte, {"max": value, "unit": result.unit}
    if result.comparator in {">", "≥"}:
        return result.analyte, {"min": value, "unit": result.unit}
    return result.analyte, {"value": value, "unit": result.unit}


def _keep(
    patient: Patient, entry: LabEntry, *, by: User | None, at: datetime, source: str, **more: Any
) -> LabResult:
    result = LabResult(
        patient=patient, analyte=entry.analyte, comparator=entry.comparator, value=entry.value, unit=entry.unit,
        canonical_value=entry.canonical_value, control_value=entry.control, taken_on=entry.taken_on, source=source,
        reference_low=entry.reference_low, reference_high=entry.reference_high, entered_by=by, entered_at=at, **more,
    )  # fmt: skip
    return rows.keep_row(result, by=by, at=at)


def _retract(result: LabResult, *, by: User, at: datetime, because: str) -> LabResult:
    try:
        return rows.retract_row(result, by=by, at=at, because=because)
    except rows.UnableToRetract:
        raise UnableToChange(result) from None


def _record(patient: Patient, what: str, *, by: User | None, at: datetime) -> None:
    audit.record_change(by=by, team=patient.team, patient_id=patient.pk, what=what, at=at)
