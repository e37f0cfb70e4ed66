"""What was given and what it exposed to, by procedure: sums of the doses written down, and the dose reports."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count, F, FloatField, Q, Sum
from django.db.models.functions import Cast

from accounts.models import Team
from guidelines.scores import body
from pathway.cohort.people import Begun
from procedures.models import Administration, Agent, Exposure, Procedure

QUANTITIES = ("air_kerma_mgy", "dose_area_product_gy_cm2", "fluoroscopy_min", "contrast_ml")


@dataclass(slots=True)
class Doses:
    """One agent: how much each procedure gave, in the unit of its usual range, and by whom it cannot be said."""

    agent: Agent
    by_procedure: dict[int, float] = field(default_factory=dict)
    # A dose that nobody wrote down, or a body size that is needed for mg/m².
    unknown: set[int] = field(default_factory=set)

    @property
    def is_per_m2(self) -> bool:
        return self.agent.usual_basis == Agent.Basis.PER_M2

    @property
    def unit(self) -> str:
        return "mg/m²" if self.is_per_m2 else "mg"


def doses_of(team: Team, begun: Mapping[int, Begun]) -> list[Doses]:
    """Return the agents that these procedures gave, by name."""
    agents = {agent.pk: Doses(agent) for agent in Agent.objects.order_by("name")}
    surfaces = _surfaces(team) if any(one.is_per_m2 for one in agents.values()) else {}
    # A target that was only copied from the last procedure is counted nowhere until somebody confirms it.
    rows = Administration.objects.filter(
        target__procedure__patient__team=team, discarded_at=None, target__discarded_at=None, target__is_confirmed=True
    )  # fmt: skip
    sums = (
        rows.order_by()
        .values("target__procedure_id", "agent_id")
        .annotate(dose=Sum(Cast("dose_mg", FloatField())), unwritten=Count("pk", filter=Q(dose_mg=None)))
        .values_list("target__procedure_id", "agent_id", "dose", "unwritten")
    )
    for procedure_id, agent_id, dose_mg, unwritten in sums:
        if procedure_id in begun:
            _add(agents[agent_id], procedure_id, None if unwritten else dose_mg, surfaces.get(procedure_id))
    return [one for one in agents.values() if one.by_procedure or one.unknown]


def _add(doses: Doses, procedure_id: int, dose_mg: float | None, surface_m2: float | None) -> None:
    if dose_mg is None or (doses.is_per_m2 and surface_m2 is None):
        doses.unknown.add(procedure_id)
    elif doses.is_per_m2 and surface_m2:
        doses.by_procedure[procedure_id] = round(dose_mg / surface_m2, 2)
    else:
        doses.by_procedure[procedure_id] = round(dose_mg, 2)


def _surfaces(team: Team) -> dict[int, float]:
    """By procedure the body surface of that day, by Mosteller."""
    rows = Procedure.objects.filter(patient__team=team, height_cm__isnull=False, weight_kg__isnull=False)
    sizes = rows.order_by().values_list(
        "pk", Cast("height_cm", FloatField()), Cast("weight_kg", FloatField())
    )
    return {pk: body.mosteller_m2(height, weight) for pk, height, weight in sizes}


def exposures_of(team: Team, begun: Mapping[int, Begun]) -> dict[str, dict[int, float]]:
    """By quantity what the dose report of each procedure says; what it does not say is left out."""
    found: dict[str, dict[int, float]] = defaultdict(dict)
    rows = Exposure.objects.filter(procedure__patient__team=team).order_by()
    columns = [Cast(F(name), FloatField()) for name in QUANTITIES]
    for procedure_id, *values in rows.values_list("procedure_id", *columns):
        if procedure_id in begun:
            for name, value in zip(QUANTITIES, values, strict=True):
                if value is not None:
                    found[name][procedure_id] = value
    return found
