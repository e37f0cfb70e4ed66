"""The rows of one record, loaded in three statements, with what earlier procedures of the patient gave.

The procedures, then everything that hangs on them together with the reference rows, then the patient's lesions: the
screen of a record is read at every pause of typing.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from patients.models import Diagnosis, Lesion, LesionMeasurement, Patient, PriorTreatment
from procedures import read_together, vocabulary
from procedures.models import (
    Administration,
    Agent,
    Artery,
    EmbolicMaterial,
    Embolisation,
    Exposure,
    Procedure,
    TargetVessel,
)
from procedures.vocabulary import Vocabulary


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
    """Another procedure of the patient that was performed, signed or not; an unconfirmed target counts nowhere."""

    procedure: Procedure
    exposure: Exposure | None
    targets: list[Target]

    @property
    def administrations(self) -> list[Administration]:
        return [one for target in self.targets for one in target.administrations]


@dataclass
class Work:
    """The record in work, with the reference rows that it is written in and the lesions that it may name."""

    procedure: Procedure
    exposure: Exposure | None
    targets: list[Target]
    known: Vocabulary
    lesions: list[Lesion]
    earlier: list[Earlier] = field(default_factory=list)
    operator_ids: list[int] = field(default_factory=list)
    expected_feeders: list[Artery] = field(default_factory=list)
    # Of other places too; what was taken back counts nowhere.
    prior_treatments: list[PriorTreatment] = field(default_factory=list)
    # Whether somebody asked for treatments elsewhere: without it none that is known is not none.
    is_history_asked: bool = False

    def target(self, key: int) -> Target | None:
        return next((one for one in self.targets if one.row.pk == key), None)


def find(patient: Patient, procedure_id: int) -> Work | None:
    """Return the record of that procedure, None where the patient has none."""
    rows = _procedures(patient, procedure_id)
    procedure = rows.pop(procedure_id, None)
    if procedure is None:
        return None
    procedure.patient = patient
    return _assembled(procedure, rows.values(), lesions_of(patient), procedure.is_history_asked)


def load(patient: Patient, procedure: Procedure) -> Work:
    """Return the record of one procedure, with the patient's other performed ones."""
    rows = _procedures(patient, procedure.pk)
    read = rows.pop(procedure.pk)
    _hand_over_exposure(read, procedure)
    return _assembled(procedure, rows.values(), lesions_of(patient), read.is_history_asked)


def on_row(work: Work, row: Procedure) -> Work:
    """Return the same record on a newer reading of its procedure's row, such as the locked one."""
    _hand_over_exposure(work.procedure, row)
    if row.saved_by_id == work.procedure.saved_by_id:
        row.saved_by = work.procedure.saved_by
    for target in work.targets:
        target.row.procedure = row
    return dataclasses.replace(work, procedure=row)


def reread(work: Work) -> Work:
    """Return the record after its targets or what was given there were written."""
    others = [one.procedure for one in work.earlier]
    return _assembled(work.procedure, others, work.lesions, work.is_history_asked)


def _procedures(patient: Patient, procedure_id: int) -> dict[int, Any]:
    """The procedure and all that were performed, by key; each knows whether the patient's history was asked."""
    wanted = Q(pk=procedure_id) | Q(started_at__isnull=False)
    asked = Diagnosis.objects.filter(patient=patient, earlier_treatments_asked_on__isnull=False)
    rows = patient.procedures.filter(wanted).annotate(is_history_asked=Exists(asked))
    return {row.pk: row for row in rows.select_related("exposure", "assessment", "saved_by")}


def exposure_of(procedure: Procedure) -> Exposure | None:
    return getattr(procedure, "exposure", None)


def _hand_over_exposure(read: Procedure, procedure: Procedure) -> None:
    """Let the row know its exposure, or that it has none, without asking for it."""
    Procedure.exposure.related.set_cached_value(procedure, exposure_of(read))


def lesions_of(patient: Patient) -> list[Lesion]:
    """The patient's lesions, each with its latest longest and viable diameter (`longest_mm`, `viable_mm`)."""
    sizes = LesionMeasurement.objects.filter(lesion=OuterRef("pk"), retracted_at=None)
    latest = sizes.order_by("-measured_on", "-pk")
    return list(
        patient.lesions.filter(retracted_at=None).annotate(
            longest_mm=Subquery(latest.values("longest_mm")[:1]),
            viable_mm=Subquery(latest.values("viable_mm")[:1]),
        )
    )


def _assembled(
    procedure: Procedure, others: Collection[Procedure], lesions: list[Lesion], is_history_asked: bool
) -> Work:
    agents, materials, arteries, targets, links, administrations, embolisations, operators, feeders, prior = (
        read_together.rows_of(*_hanging_on(procedure, [procedure.pk, *(one.pk for one in others)]))
    )
    _join(targets, "artery", arteries)
    _join(targets, "procedure", [procedure, *others])
    _join(administrations, "agent", agents)
    _join(embolisations, "material", materials)
    _join([*administrations, *embolisations], "target", targets)
    _join(feeders, "artery", arteries)
    by_procedure = _by_procedure(targets, links, administrations, embolisations)
    return Work(
        procedure=procedure,
        exposure=exposure_of(procedure),
        targets=by_procedure[procedure.pk],
        known=vocabulary.of_rows(agents, materials, arteries),
        lesions=lesions,
        earlier=[_earlier(one, by_procedure[one.pk]) for one in others],
        operator_ids=[link.user_id for link in operators],
        expected_feeders=sorted((link.artery for link in feeders), key=lambda row: (row.order, row.name)),
        prior_treatments=sorted(prior, key=lambda row: row.pk),
        is_history_asked=is_history_asked,
    )


def _hanging_on(procedure: Procedure, keys: list[int]) -> list[QuerySet]:
    """The tables of a record, in the order in which they are taken apart; `keys` are of all its procedures."""
    return [
        Agent.objects.all(),
        EmbolicMaterial.objects.all(),
        Artery.objects.all(),
        TargetVessel.objects.filter(procedure__in=keys, discarded_at=None),
        TargetVessel.lesions.through.objects.filter(targetvessel__procedure__in=keys),
        _standing(Administration.objects.all(), keys),
        _standing(Embolisation.objects.all(), keys),
        Procedure.operators.through.objects.filter(procedure=procedure),
        Procedure.expected_feeders.through.objects.filter(procedure=procedure),
        PriorTreatment.objects.filter(patient=procedure.patient_id, retracted_at=None),
    ]


def _standing(given: QuerySet, procedure_keys: list[int]) -> QuerySet:
    return given.filter(target__procedure__in=procedure_keys, target__discarded_at=None, discarded_at=None)


def _join(rows: Iterable[Any], name: str, others: Iterable[Any]) -> None:
    """Let each row have the other one that its key names."""
    by_key = {other.pk: other for other in others}
    for row in rows:
        setattr(row, name, by_key[getattr(row, f"{name}_id")])


def _by_procedure(
    rows: Iterable[TargetVessel],
    links: Iterable[Any],
    administrations: Iterable[Any],
    embolisations: Iterable[Any],
) -> Mapping[int, list[Target]]:
    targets = {row.pk: Target(row) for row in sorted(rows, key=lambda row: row.number)}
    for link in links:
        if target := targets.get(link.targetvessel_id):
            target.lesion_ids.append(link.lesion_id)
    for target in targets.values():
        target.lesion_ids.sort()
    for one in sorted(administrations, key=_place):
        targets[one.target_id].administrations.append(one)
    for one in sorted(embolisations, key=_place):
        targets[one.target_id].embolisations.append(one)
    found: dict[int, list[Target]] = defaultdict(list)
    for target in targets.values():
        found[target.row.procedure_id].append(target)
    return found


def _place(one: Administration | Embolisation) -> tuple[int, int]:
    return one.order, one.pk


def _earlier(procedure: Procedure, targets: Iterable[Target]) -> Earlier:
    return Earlier(procedure, exposure_of(procedure), [one for one in targets if one.row.is_confirmed])
