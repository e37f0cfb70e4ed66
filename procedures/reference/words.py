"""The numbers of a reference row as a reader takes them in: a range, a ceiling, a reduction in one phrase each."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients import segment_map
from procedures.models import Agent, Artery, EmbolicMaterial

ADVICE = {
    "reduce": gettext_lazy("reduce the dose"),
    "usually_avoid": gettext_lazy("usually avoid"),
    "avoid": gettext_lazy("avoid"),
}
DOSE_FLAT, DOSE_PER_M2 = "mg", "mg/m²"


@dataclass(frozen=True)
class AgentLine:
    """One agent; what nobody gave is empty."""

    row: Agent
    usual: str
    per_procedure: str
    lifetime: str
    by_bilirubin: list[str]
    by_kidney: list[str]
    refused_above: str


@dataclass(frozen=True)
class MaterialLine:
    row: EmbolicMaterial
    size: str
    volume: str
    drug: str


@dataclass(frozen=True)
class ArteryLine:
    """One artery with its depth in the tree, 0 for what arises from nothing here."""

    row: Artery
    depth: int
    segments: str


def agent_line(agent: Agent) -> AgentLine:
    unit = DOSE_PER_M2 if agent.usual_basis == Agent.Basis.PER_M2 else DOSE_FLAT
    ceilings = (
        _amount(agent.most_per_procedure_mg, DOSE_FLAT),
        _amount(agent.most_per_procedure_mg_per_m2, DOSE_PER_M2),
    )
    return AgentLine(
        row=agent,
        usual=_range(agent.usual_low, agent.usual_high, unit),
        per_procedure=", ".join(ceiling for ceiling in ceilings if ceiling),
        lifetime=_warning(agent.warn_lifetime_mg_per_m2, agent.most_lifetime_mg_per_m2, DOSE_PER_M2),
        by_bilirubin=[_by_bilirubin(one) for one in agent.bilirubin_reductions],
        by_kidney=[_by_kidney(one) for one in agent.renal_reductions],
        refused_above=_amount(agent.impossible_above_mg, DOSE_FLAT),
    )


def material_line(material: EmbolicMaterial) -> MaterialLine:
    return MaterialLine(
        row=material,
        size=_range(material.size_low_um, material.size_high_um, "µm"),
        volume=_warning(material.warn_volume_ml, material.most_volume_ml, "mL"),
        drug=_amount(material.most_drug_mg, DOSE_FLAT),
    )


def artery_lines(arteries: list[Artery]) -> list[ArteryLine]:
    """Return the arteries as a tree is read: each above what arises from it."""
    branches: dict[int | None, list[Artery]] = {}
    known = {artery.pk for artery in arteries}
    for artery in arteries:
        parent = artery.parent_id if artery.parent_id in known else None
        branches.setdefault(parent, []).append(artery)
    return _branch_lines(branches, parent=None, depth=0)


def _branch_lines(
    branches: dict[int | None, list[Artery]], *, parent: int | None, depth: int
) -> list[ArteryLine]:
    lines = []
    for artery in branches.get(parent, []):
        lines.append(artery_line(artery, depth=depth))
        lines += _branch_lines(branches, parent=artery.pk, depth=depth + 1)
    return lines


def artery_line(artery: Artery, *, depth: int = 0) -> ArteryLine:
    is_whole_liver = set(segment_map.SEGMENTS) <= set(artery.segments)
    segments = _("all") if is_whole_liver else ", ".join(f"S{segment}" for segment in artery.segments)
    return ArteryLine(artery, depth, segments)


def _number(value: Decimal | int) -> str:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def _amount(value: Decimal | None, unit: str) -> str:
    return "" if value is None else f"{_number(value)} {unit}"


def _range(low: Decimal | int | None, high: Decimal | int | None, unit: str) -> str:
    if low is None and high is None:
        return ""
    if low is None or high is None:
        words = _("from %(value)s") if high is None else _("up to %(value)s")
        return words % {"value": f"{_number(low if high is None else high)} {unit}"}  # type: ignore[arg-type]
    return f"{_number(low)}–{_number(high)} {unit}"


def _warning(warn: Decimal | None, most: Decimal | None, unit: str) -> str:
    """Say a ceiling with the number from which it warns."""
    if most is None:
        return _("warns above %(value)s") % {"value": _amount(warn, unit)} if warn is not None else ""
    if warn is None:
        return _amount(most, unit)
    return _("%(most)s, warns above %(warn)s") % {"most": _amount(most, unit), "warn": _amount(warn, unit)}


def _by_bilirubin(one: Mapping[str, Any]) -> str:
    low, high, give = one["from_mg_per_dl"], one["to_mg_per_dl"], one["give_pct"]
    range_ = _("from %(low)g mg/dL") % {"low": low} if high is None else f"{low:g}–{high:g} mg/dL"
    return f"{range_}: {_give(give)}"


def _give(share_pct: float) -> str:
    return _("give %(share)g %%") % {"share": share_pct} if share_pct else _("avoid")


def _by_kidney(one: Mapping[str, Any]) -> str:
    return _("below %(clearance)g mL/min: %(advice)s") % {
        "clearance": one["below_ml_per_min"],
        "advice": ADVICE[one["advice"]],
    }
