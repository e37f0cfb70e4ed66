"""Who received a lot, an agent or an embolic material: the rows behind a recall and a pharmacy's question."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Upper

from accounts.models import Team
from patients.models import Patient
from procedures import record_words
from procedures.models import Administration, Agent, EmbolicMaterial, Embolisation, Procedure


@dataclass(frozen=True)
class Asked:
    """What is looked for; what is empty does not narrow. `start` is included, `end` is not."""

    lot: str = ""
    agent: Agent | None = None
    material: EmbolicMaterial | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Receipt:
    """One thing that one patient received."""

    patient: Patient
    procedure: Procedure
    target_number: int
    artery: str
    what: str
    amount: str
    lot: str
    udi: str


def receipts(team: Team, asked: Asked) -> list[Receipt]:
    """Return what the team's patients received, the newest first, signed or not; copies that nobody confirmed are none.

    A lot is found however its letters are written, large or small.
    """
    found = [*_agents(team, asked), *_materials(team, asked)]
    return sorted(found, key=lambda one: (one.procedure.started_at, -one.target_number), reverse=True)


def _agents(team: Team, asked: Asked) -> Iterator[Receipt]:
    if asked.material and not asked.agent:
        return
    rows = _narrowed(Administration.objects.select_related("agent"), team, asked)
    for one in rows.filter(agent=asked.agent) if asked.agent else rows:
        yield _receipt(one, one.agent.name, _amount(one.dose_mg, "mg"), "")


def _materials(team: Team, asked: Asked) -> Iterator[Receipt]:
    if asked.agent and not asked.material:
        return
    rows = _narrowed(Embolisation.objects.select_related("material"), team, asked)
    for one in rows.filter(material=asked.material) if asked.material else rows:
        yield _receipt(one, one.material.name, _amount(one.volume_ml, "mL"), one.udi)


def _amount(value: Decimal | None, unit: str) -> str:
    return record_words.amount(value, unit) if value is not None else ""


def _narrowed(rows: QuerySet[Any], team: Team, asked: Asked) -> QuerySet[Any]:
    rows = rows.filter(
        discarded_at=None,
        target__discarded_at=None,
        target__is_confirmed=True,
        target__procedure__patient__team=team,
        target__procedure__started_at__isnull=False,
    ).select_related("target__procedure__patient", "target__artery")
    if asked.lot:
        rows = rows.annotate(lot_in_capitals=Upper("lot")).filter(lot_in_capitals=Upper(Value(asked.lot)))
    if asked.start:
        rows = rows.filter(target__procedure__started_at__gte=asked.start)
    if asked.end:
        rows = rows.filter(target__procedure__started_at__lt=asked.end)
    return rows


def _receipt(one: Administration | Embolisation, what: str, amount: str, udi: str) -> Receipt:
    target = one.target
    procedure = target.procedure
    return Receipt(
        procedure.patient, procedure, target.number, target.artery.name, what, amount, one.lot, udi
    )


def patient_ids_of(found: Iterable[Receipt]) -> list[int]:
    """Return each patient once, in the order of the list."""
    return list(dict.fromkeys(one.patient.pk for one in found))
