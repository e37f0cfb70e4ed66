"""All procedures of a patient on one vessel map: a row for each artery, with what each procedure gave there."""

from dataclasses import dataclass, field
from typing import Any

from patients.models import Patient
from procedures import kept_record, record_page, record_words, vessel_map
from procedures.kept_record import Kept
from procedures.models import Procedure
from procedures.vessel_map import Feeder, MappedTarget


@dataclass(frozen=True)
class Treatment:
    """What one procedure did in one artery."""

    procedure: Procedure
    lesions: str
    agents: list[record_words.Given]
    materials: list[record_words.Given]
    end: str


@dataclass
class ArteryRow:
    """One artery under its number on the map."""

    number: int
    state: str
    artery: str
    line: list[str]
    code: str
    lesions: set[str] = field(default_factory=set)
    treatments: list[Treatment] = field(default_factory=list)
    why: str = ""


def context_of(patient: Patient) -> dict[str, Any]:
    """Return what `procedures/map.html` shows; what nobody confirmed counts nowhere."""
    performed = list(patient.procedures.filter(started_at__isnull=False).order_by("started_at", "pk"))
    kept = [(procedure, _signed_or_standing(procedure)) for procedure in performed]
    rows = _treated_rows(kept)
    mapped = [MappedTarget(row.number, row.code, row.artery, row.line, row.lesions) for row in rows]
    marks = vessel_map.marks_for(mapped, _feeders(kept))
    rows += [_untreated_row(mark) for mark in marks if mark.feeder]
    variants = record_page.variants_of(one["michels_type"] for _procedure, one in kept)
    return {
        "procedures": performed,
        "artery_rows": rows,
        "vessel_marks": marks,
        "vessels": vessel_map.vessels_for(marks, variants),
        "lesion_marks": record_words.lesion_marks(kept_record.lesions_of(patient, on=None)),
        "map_summary": record_page.summary_of(rows),
    }


def _signed_or_standing(procedure: Procedure) -> Kept:
    version = record_page.latest_version(procedure)
    return version.record if version else kept_record.record_of(procedure)


def _treated_rows(kept: list[tuple[Procedure, Kept]]) -> list[ArteryRow]:
    rows: dict[str, ArteryRow] = {}
    for procedure, one in kept:
        for target in kept_record.confirmed(one["targets"]):
            row = rows.setdefault(
                target["artery"],
                ArteryRow(
                    len(rows) + 1, vessel_map.TREATED, target["artery_name"], target["line"], target["artery"]
                ),
            )
            row.lesions |= set(target["lesions"])
            row.treatments.append(_treatment(procedure, target))
    return list(rows.values())


def _treatment(procedure: Procedure, target: Kept) -> Treatment:
    read = record_words.target_row(target)
    return Treatment(procedure, read.lesions, read.agents, read.materials, read.end)


def _feeders(kept: list[tuple[Procedure, Kept]]) -> list[Feeder]:
    """What the plans expected to feed and no procedure reached."""
    return [feeder for _procedure, one in kept for feeder in record_words.expected_feeders(one)]


def _untreated_row(mark: vessel_map.Mark) -> ArteryRow:
    why = str(mark.feeder.why) if mark.feeder else ""
    return ArteryRow(mark.numbers[0], mark.state, mark.name, [], mark.artery, why=why)
