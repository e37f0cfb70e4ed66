"""What a patient has had of each agent in a lifetime, here and elsewhere, against the ceilings of the reference rows.

Nothing is given today: the sum is what the next procedure begins with. What nobody knows leaves it a lower end.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guidelines import agent_meters, doses
from guidelines.meter import NOT_KNOWN, OVER, WATCH, Meter
from patients.models import Diagnosis, Patient, PriorTreatment
from procedures import guidance, panel
from procedures.models import Administration, Agent, Procedure


@dataclass(frozen=True)
class Dose:
    """One agent once: when, where, how much. None is not known."""

    when: str
    what: str
    url: str
    earlier: doses.EarlierDose
    # Of the last procedure that has one: for a dose whose own day has none.
    surface_m2: float | None = None

    @property
    def mg_per_m2(self) -> float | None:
        given, surface = self.earlier, self.earlier.body_surface_m2 or self.surface_m2
        if given.dose_mg_per_m2 is not None:
            return given.dose_mg_per_m2
        return given.dose_mg / surface if given.dose_mg is not None and surface else None

    @property
    def is_estimated(self) -> bool:
        """Whether mg/m² rests on the body surface of another day."""
        given = self.earlier
        return given.dose_mg_per_m2 is None and not given.body_surface_m2 and self.mg_per_m2 is not None


@dataclass(frozen=True)
class Part:
    """One dose in the bar, in per cent of its length."""

    x: float
    width: float
    title: str


@dataclass
class Lifetime:
    """One agent with its doses, the first one first; `meter` is None where the reference rows keep no ceiling."""

    agent: Agent
    doses: list[Dose] = field(default_factory=list)
    meter: Meter | None = None

    @property
    def is_over(self) -> bool:
        return self.meter is not None and self.meter.verdict == OVER

    @property
    def is_watched(self) -> bool:
        return self.meter is not None and self.meter.verdict == WATCH

    @property
    def is_lower_end(self) -> bool:
        return self.meter is not None and (self.meter.is_lower_end or self.meter.verdict == NOT_KNOWN)

    @property
    def missing(self) -> str:
        names = self.meter.missing if self.meter else ()
        return ", ".join(str(panel.MISSING_WORDS.get(name, name)) for name in names)

    @property
    def left(self) -> float | None:
        """What is left under the ceiling; None where there may have been more."""
        if self.meter is None or self.is_lower_end or self.meter.limit is None or self.meter.amount is None:
            return None
        return max(self.meter.limit - self.meter.amount, 0.0)

    @property
    def total_mg(self) -> float | None:
        """The sum in mg; None where one of the doses is known in no mg."""
        known = [one.earlier.dose_mg for one in self.doses]
        return None if None in known else sum(amount for amount in known if amount is not None)

    @property
    def scale(self) -> float:
        meter = self.meter
        return max((meter.limit or 0, meter.amount or 0) if meter else (0,)) or 1

    @property
    def parts(self) -> list[Part]:
        """The doses end to end; one that cannot be told in mg/m² is not drawn."""
        at, found = 0.0, []
        for one in self.doses:
            if one.mg_per_m2:
                share = 100 * one.mg_per_m2 / self.scale
                found.append(Part(round(at, 2), round(share, 2), f"{one.when}, {one.what}"))
                at += share
        return found

    @property
    def warns_at_pct(self) -> float | None:
        warns = self.meter.warn_from if self.meter else None
        return None if warns is None else round(100 * warns / self.scale, 2)

    @property
    def limit_pct(self) -> float | None:
        """Where the ceiling is, once it is passed; until then it is the end of the bar."""
        limit = self.meter.limit if self.meter else None
        return round(100 * limit / self.scale, 2) if self.is_over and limit else None


@dataclass(frozen=True)
class Lifetimes:
    """Every agent that the patient had; `together` is the sum of the anthracyclines, where there was more than one."""

    agents: list[Lifetime]
    together: Meter | None
    is_history_asked: bool

    @property
    def with_ceiling(self) -> list[Lifetime]:
        return [one for one in self.agents if one.meter]

    @property
    def without_ceiling(self) -> list[Lifetime]:
        return [one for one in self.agents if one.meter is None]


def lifetimes_of(patient: Patient) -> Lifetimes:
    """Return what was given, in four queries; signed or not, what nobody confirmed counts nowhere."""
    agents = {row.code: row for row in Agent.objects.all()}
    prior = list(PriorTreatment.objects.filter(patient=patient, retracted_at=None))
    asked = Diagnosis.objects.filter(patient=patient, earlier_treatments_asked_on__isnull=False)
    is_known = bool(prior) or asked.exists()
    given = _administrations(patient)
    body = _newest_body(given)
    surface = body.body_surface_m2
    found = [*_elsewhere(prior, agents, surface), *_here(patient, given, surface)]
    return _weighed_together(_by_agent(agents, found), body, is_known)


def _weighed_together(held: Sequence[Lifetime], body: doses.Patient, is_known: bool) -> Lifetimes:
    anthracyclines = []
    for one in held:
        weighed = _weighed(one, body, is_known)
        one.meter = agent_meters.lifetime(weighed)
        anthracyclines += [weighed] if one.agent.is_anthracycline else []
    together = agent_meters.anthracyclines_together(anthracyclines) if len(anthracyclines) > 1 else None
    return Lifetimes(list(held), together, is_known)


def _administrations(patient: Patient) -> list[Administration]:
    rows = Administration.objects.filter(
        discarded_at=None,
        target__discarded_at=None,
        target__is_confirmed=True,
        target__procedure__patient=patient,
        target__procedure__started_at__isnull=False,
    )
    return list(rows.select_related("target__procedure").order_by("target__procedure__started_at", "pk"))


def _here(
    patient: Patient, given: Sequence[Administration], surface: float | None
) -> Iterator[tuple[int, Dose]]:
    """One dose an agent and procedure: what went into several arteries of one day is one."""
    zone = ZoneInfo(patient.team.time_zone)
    together: dict[tuple[int, int], list[Administration]] = {}
    for one in given:
        together.setdefault((one.target.procedure_id, one.agent_id), []).append(one)
    for (_procedure, agent), rows in together.items():
        yield agent, _dose(rows, zone, surface)


def _dose(rows: Sequence[Administration], zone: ZoneInfo, surface: float | None) -> Dose:
    procedure: Procedure = rows[0].target.procedure
    amounts = [one.dose_mg for one in rows]
    total = None if None in amounts else float(sum(amount for amount in amounts if amount is not None))
    began = procedure.started_at.astimezone(zone) if procedure.started_at else None
    earlier = doses.EarlierDose(agent="", dose_mg=total, body_surface_m2=guidance.surface_of(procedure))
    return Dose(
        when=date_format(began, "j M Y") if began else "",
        what=procedure.modality or procedure.planned_modality,
        url=reverse("procedures:detail", args=[procedure.patient_id, procedure.pk]),
        earlier=earlier,
        surface_m2=surface,
    )


def _elsewhere(
    prior: Sequence[PriorTreatment], agents: Mapping[str, Agent], surface: float | None
) -> Iterator[tuple[int, Dose]]:
    for treatment, dose in guidance.doses_elsewhere(prior, agents):
        when, what = treatment.treated or _("day not known"), treatment.get_kind_display()
        url = reverse("patients:record", args=[treatment.patient_id])
        yield agents[dose.agent].pk, Dose(when, what, url, dose, surface)


def _by_agent(agents: Mapping[str, Agent], given: Iterable[tuple[int, Dose]]) -> list[Lifetime]:
    """In the order of the agents' names; an agent that was never given is not there."""
    found: dict[int, list[Dose]] = {}
    for key, dose in given:
        found.setdefault(key, []).append(dose)
    listed = sorted(agents.values(), key=lambda row: row.name.casefold())
    return [Lifetime(row, found[row.pk]) for row in listed if row.pk in found]


def _newest_body(given: Sequence[Administration]) -> doses.Patient:
    """Height and weight of the last procedure that has both: for doses whose own day has none."""
    for one in reversed(given):
        procedure = one.target.procedure
        if procedure.height_cm is not None and procedure.weight_kg is not None:
            return doses.Patient(
                height_cm=float(procedure.height_cm), weight_kg=float(procedure.weight_kg)
            )  # fmt: skip
    return doses.Patient()


def _weighed(one: Lifetime, body: doses.Patient, is_known: bool) -> agent_meters.Given:
    return agent_meters.Given(
        code=one.agent.code,
        row=guidance.limits_of(one.agent),
        dose_mg=0.0,
        patient=body,
        earlier=[dose.earlier for dose in one.doses],
        are_doses_elsewhere_known=is_known,
    )
