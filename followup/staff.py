"""Who in a team is told of what waits: the owner, the clinician, the leads; and who instead where one is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import Membership, Team
from accounts.roles import Capability
from followup import owners
from followup.rungs import SEVERITY, Audience, Rung


@dataclass(frozen=True)
class Staff:
    """The people of one team on one day, by the keys of their users."""

    # Who does each member's work today; a member for whom nobody does is not here.
    answering: dict[int, int]
    clinicians: frozenset[int]
    leads: tuple[int, ...]

    def owner(self, owner: int | None) -> tuple[int, ...]:
        """Return who is told what its owner is told: nobody owns it is the leads' business."""
        answers = self.answering.get(owner) if owner else None
        return (answers,) if answers else self.leads

    def clinician(self, candidates: Iterable[int | None]) -> tuple[int, ...]:
        """Return the first of the candidates who treats in the team, or who stands in for them; else the leads."""
        for candidate in candidates:
            if candidate in self.clinicians and candidate in self.answering:
                return (self.answering[candidate],)
        return self.leads

    def told(
        self, rungs: Iterable[Rung], *, owner: int | None, treating: Iterable[int | None]
    ) -> dict[int, Rung]:
        """Return the worst rung of each person who is told."""
        worst: dict[int, Rung] = {}
        for rung in rungs:
            for person in self._audience(rung.audience, owner, treating):
                there = worst.get(person)
                if there is None or SEVERITY[rung.kind] > SEVERITY[there.kind]:
                    worst[person] = rung
        return worst

    def _audience(
        self, audience: Audience, owner: int | None, treating: Iterable[int | None]
    ) -> tuple[int, ...]:
        if audience is Audience.OWNER:
            return self.owner(owner)
        return self.clinician(treating) if audience is Audience.CLINICIAN else self.leads


def of_team(team: Team, *, on: date) -> Staff:
    """Return the team's people on a day."""
    answering = {key: answer.person.pk for key, answer in owners.all_answering(team, on=on).items()}
    members = list(Membership.objects.active().filter(team=team).order_by("pk"))
    clinicians = frozenset(m.user_id for m in members if m.may(Capability.TREAT_PATIENTS))
    return Staff(answering, clinicians, _leads(members, answering))


def _leads(members: list[Membership], answering: dict[int, int]) -> tuple[int, ...]:
    """Return who answers for the leads; without one whoever works the queue, and were they all away, these still."""
    workers = [m.user_id for m in members if m.may(Capability.WORK_QUEUE)]
    for group in ([m.user_id for m in members if m.is_lead], workers):
        found = dict.fromkeys(answering[key] for key in group if key in answering)
        if found:
            return tuple(found)
    return tuple(workers)
