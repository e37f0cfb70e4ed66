"""What a procedure rests on (1.2): the patient's last signed assessment, its decision, fistula and conditions."""

from dataclasses import dataclass, field
from typing import Any

from assessments import entries
from assessments.models import Assessment
from patients.models import Patient

SIGNED = (Assessment.Status.SIGNED, Assessment.Status.AMENDED)


@dataclass(frozen=True)
class Basis:
    """The assessment, or that there is none; without a decision to proceed only an emergency is treated."""

    assessment: Assessment | None = None
    conditions: list[str] = field(default_factory=list)

    @property
    def is_decided(self) -> bool:
        return self.assessment is not None and self.assessment.decision == Assessment.Choice.PROCEED

    @property
    def fistula(self) -> Any:
        """A word, the list of the possible ones, or None."""
        entry = (self.assessment.facts if self.assessment else {}).get("fistula")
        return entries.contract_value(entry) if entry else None


def last_signed(patient: Patient) -> Assessment | None:
    """Return the assessment that was signed last, whatever its decision."""
    return patient.assessments.filter(status__in=SIGNED).order_by("-signed_at", "-pk").first()


def of_assessment(assessment: Assessment | None) -> Basis:
    """Return what a procedure rests on, with the conditions of the version that is signed now."""
    version = assessment.versions.order_by("-number").first() if assessment else None
    conditions = (version.record.get("answer") or {}).get("conditions", []) if version else []
    return Basis(assessment, conditions)
