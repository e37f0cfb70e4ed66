"""A procedure's record as plain JSON: what is signed word for word, and what every page of it is read from.

It holds names beside codes, so that a signed record still reads the same when a reference row is renamed later.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from patients import lesion_sizes
from patients.models import Patient
from procedures import basis, vocabulary
from procedures.models import Administration, Artery, Embolisation, Exposure, Procedure, TargetVessel

Kept = dict[str, Any]
MOMENTS = ("started_at", "ended_at")
SAID = (
    "place", "planned_modality", "modality", "technique", "access", "access_note", "emergency_reason", "plan_note",
    "checklist", "steps", "michels_type", "variant_note", "narrative", "ceiling_reasons",
)  # fmt: skip
EXPOSURE = ("dose_area_product_gy_cm2", "air_kerma_mgy", "fluoroscopy_min", "contrast_ml")
OF_TARGET = (
    "number", "level", "microcatheter", "is_markedly_thick", "beyond_cystic", "beyond_right_gastric",
    "beyond_gastroepiploic", "speed", "end_point", "note", "is_confirmed",
)  # fmt: skip


def targets_of(procedure: Procedure) -> list[TargetVessel]:
    """Return the targets that were not discarded, in order, with all that was given there."""
    given = Administration.objects.filter(discarded_at=None).select_related("agent")
    embolised = Embolisation.objects.filter(discarded_at=None).select_related("material")
    return list(
        procedure.targets.filter(discarded_at=None)
        .select_related("artery")
        .prefetch_related("lesions", Prefetch("administrations", given), Prefetch("embolisations", embolised))
    )


def record_of(procedure: Procedure) -> Kept:
    """Return the whole record as it stands now."""
    lines = artery_lines()
    kept = {name: getattr(procedure, name) for name in SAID}
    kept |= {name: _moment(getattr(procedure, name)) for name in MOMENTS}
    return kept | {
        "planned_on": procedure.planned_on.isoformat(),
        "assessment": _assessment(procedure),
        "operators": [str(person) for person in procedure.operators.all()],
        "planned_lesions": [str(lesion) for lesion in procedure.planned_lesions.all()],
        "planned_agents": [agent.name for agent in procedure.planned_agents.all()],
        "angiography": _angiography(procedure),
        "height_cm": number(procedure.height_cm),
        "weight_kg": number(procedure.weight_kg),
        "exposure": _exposure(procedure),
        **_on_the_map(procedure, lines),
    }


def map_of(procedure: Procedure) -> Kept:
    """Return what the vessel map shows of the record as it stands now (`record_page.map_context`)."""
    return {"michels_type": procedure.michels_type} | _on_the_map(procedure, artery_lines())


def _on_the_map(procedure: Procedure, lines: Mapping[str, list[str]]) -> Kept:
    return {
        "expected_feeders": [_artery(artery, lines) for artery in procedure.expected_feeders.all()],
        "earlier_feeders": earlier_feeders(procedure, lines),
        "lesions": lesions_of(procedure.patient, on=_day_of(procedure)),
        "targets": [_target(target, lines) for target in targets_of(procedure)],
    }


def artery_lines() -> dict[str, list[str]]:
    """Return, for each artery, the codes of those that it arises from, the nearest first."""
    rows = {pk: (code, parent) for pk, code, parent in Artery.objects.values_list("pk", "code", "parent_id")}
    return vocabulary.lines_of(rows)


def _artery(artery: Artery, lines: Mapping[str, list[str]]) -> Kept:
    return {
        "artery": artery.code,
        "artery_name": artery.name,
        "line": lines[artery.code],
        "kind": artery.kind,
        "side": artery.side,
        "segments": artery.segments,
    }


def _target(target: TargetVessel, lines: Mapping[str, list[str]]) -> Kept:
    return {
        **{name: getattr(target, name) for name in OF_TARGET},
        **_artery(target.artery, lines),
        "calibre_mm": number(target.calibre_mm),
        "lesions": [str(lesion) for lesion in target.lesions.all()],
        "administrations": [_administration(one) for one in target.administrations.all()],
        "embolisations": [_embolisation(one) for one in target.embolisations.all()],
    }


def _administration(one: Administration) -> Kept:
    return {
        "agent": one.agent.code,
        "agent_name": one.agent.name,
        "dose_mg": number(one.dose_mg),
        "carrier": one.carrier,
        "lot": one.lot,
        "order": one.order,
    }


def _embolisation(one: Embolisation) -> Kept:
    return {
        "material": one.material.code,
        "material_name": one.material.name,
        "kind": one.material.kind,
        "size_low_um": one.size_low_um,
        "size_high_um": one.size_high_um,
        "volume_ml": number(one.volume_ml),
        "lot": one.lot,
        "udi": one.udi,
        "order": one.order,
    }


def earlier_feeders(procedure: Procedure, lines: Mapping[str, list[str]]) -> list[Kept]:
    """Return the arteries that earlier procedures found to feed a lesion, the newest of each first."""
    found = (
        TargetVessel.objects.filter(
            procedure__patient_id=procedure.patient_id, procedure__started_at__isnull=False, discarded_at=None,
            is_confirmed=True,
        )
        .exclude(procedure=procedure)
        .select_related("artery", "procedure")
        .prefetch_related("lesions")
        .order_by("-procedure__started_at", "number")
    )  # fmt: skip
    if procedure.started_at:
        found = found.filter(procedure__started_at__lt=procedure.started_at)
    return [
        {
            **_artery(target.artery, lines),
            "lesions": [str(lesion) for lesion in target.lesions.all()],
            "treated_on": _moment(target.procedure.started_at),
        }
        for target in found
    ]


def lesions_of(patient: Patient, *, on: date | None) -> list[Kept]:
    """Return the lesions with their sizes as they were known on that day."""
    kept = []
    for each in lesion_sizes.sizes_of(patient, on=on):
        first, latest = each.first, each.latest
        kept.append(
            {
                "label": str(each.lesion),
                "segments": each.lesion.segments,
                "vascularity": each.lesion.vascularity,
                "longest_mm": number(latest.longest_mm) if latest else None,
                "viable_mm": number(latest.viable_mm) if latest else None,
                "first_mm": number(first.longest_mm) if first and first != latest else None,
            }
        )
    return kept


def _day_of(procedure: Procedure) -> date:
    """Where the team works: at UTC an evening may be another day."""
    if procedure.started_at is None:
        return procedure.planned_on
    return procedure.started_at.astimezone(ZoneInfo(procedure.patient.team.time_zone)).date()


def _assessment(procedure: Procedure) -> Kept | None:
    assessment = procedure.assessment
    if assessment is None:
        return None
    version = assessment.versions.order_by("-number").first()
    return {
        "id": assessment.pk,
        "made_on": assessment.made_on.isoformat() if assessment.made_on else None,
        "version": version.number if version else None,
        "has_decision_to_proceed": basis.of_assessment(assessment).is_decided,
    }


def _angiography(procedure: Procedure) -> list[Kept]:
    codes = {row.get("artery") for row in procedure.angiography}
    names = dict(Artery.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}
    return [
        {**row, "artery_name": names.get(row.get("artery"), row.get("artery"))}
        for row in procedure.angiography
    ]


def _exposure(procedure: Procedure) -> Kept:
    exposure = Exposure.objects.filter(procedure=procedure).first()
    if exposure is None:
        return dict.fromkeys(EXPOSURE)
    return {name: number(getattr(exposure, name)) for name in EXPOSURE} | {"entered": exposure.entered}


def number(value: Decimal | None) -> float | int | None:
    """Return a decimal as JSON holds it: 8 rather than 8.0."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def confirmed(targets: Iterable[Kept]) -> list[Kept]:
    """Return the targets that somebody looked at; the others are copies that count nowhere."""
    return [target for target in targets if target["is_confirmed"]]
