"""The rows of one record, loaded in few statements, with what earlier procedures of the patient gave."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from patients.models import Lesion, Patient
from procedures.models import Administration, Embolisation, Exposure, Procedure, TargetVessel


@dataclass
class Target:
    """One target with what was given there."""

    row: TargetVessel
    lesion_ids: list[int] = field(default_factory=list)
    administrations: list[Administration] = field(default_factory=list)
    embolisations: list[Embolisation] = field(default_factory=list)

    @property
    def given(self) -> dict[int, Any]:
        """What was given, by its place in the order."""
        rows: list[Any] = [*self.administrations, *self.embolisations]
        return {one.order: one for one in rows}

    @property
    def in_order(self) -> list[Any]:
        """What was given, as it went in."""
        return [one for _order, one in sorted(self.given.items())]


@dataclass
class Earlier:
    """Another procedure of the patient that was performed, signed or not."""

    procedure: Procedure
    exposure: Exposure | None
    administrations: list[Administration]


@dataclass
class Work:
    """The record in work."""

    procedure: Procedure
    exposure: Exposure | None
    targets: list[Target]
    earlier: list[Earlier] = field(default_factory=list)
    operator_ids: list[int] | None = None

    def target(self, key: int) -> Target | None:
        return next((one for one in self.targets if one.row.pk == key), None)


def load(patient: Patient, procedure: Procedure, *, with_operators: bool = True) -> Work:
    """Return the record of one procedure, with the patient's other performed ones."""
    performed = patient.procedures.filter(started_at__isnull=False).select_related("exposure")
    others = [one for one in performed if one.pk != procedure.pk]
    targets = _targets([procedure.pk, *(one.pk for one in others)])
    doses = _by_procedure(targets)
    return Work(
        procedure=procedure,
        exposure=exposure_of(procedure),
        targets=[target for target in targets if target.row.procedure_id == procedure.pk],
        earlier=[Earlier(one, exposure_of(one), doses[one.pk]) for one in others],
        operator_ids=[person.pk for person in procedure.operators.all()] if with_operators else None,
    )


def exposure_of(procedure: Procedure) -> Exposure | None:
    return getattr(procedure, "exposure", None)


def _targets(procedure_ids: Iterable[int]) -> list[Target]:
    rows = TargetVessel.objects.filter(procedure__in=list(procedure_ids), discarded_at=None).order_by(
        "number"
    )
    rows = rows.prefetch_related(
        Prefetch("lesions", queryset=Lesion.objects.only("pk")),
        Prefetch("administrations", Administration.objects.filter(discarded_at=None).select_related("agent")),
        Prefetch("embolisations", Embolisation.objects.filter(discarded_at=None).select_related("material")),
    ).select_related("artery")
    return [
        Target(
            row,
            lesion_ids=[lesion.pk for lesion in row.lesions.all()],
            administrations=list(row.administrations.all()),
            embolisations=list(row.embolisations.all()),
        )
        for row in rows
    ]


def _by_procedure(targets: Iterable[Target]) -> dict[int, list[Administration]]:
    """What each procedure gave; an unconfirmed target counts nowhere."""
    found: dict[int, list[Administration]] = defaultdict(list)
    for target in targets:
        if target.row.is_confirmed:
            found[target.row.procedure_id] += target.administrations
    return found
