"""What the home page says of this very day by role: procedures, calls, decisions, meetings; reference rows."""

from datetime import date
from typing import Any

from accounts.models import Membership, Team
from accounts.roles import Capability
from followup import stages
from pathway import waiting
from pathway.meeting import page
from patients.models import Task
from procedures.models import Agent, EmbolicMaterial, Procedure


def context_of(membership: Membership, *, on: date) -> dict[str, Any]:
    """Return the lists of a day that a member's role asks for, each cut short beside its full count."""
    found: dict[str, Any] = {}
    if membership.may(Capability.TREAT_PATIENTS):
        found |= _list("todays_procedures", _procedures(membership.team, on))
        found |= _list("to_decide", _to_decide(membership.team))
    if membership.may(Capability.WORK_QUEUE):
        found |= _list("todays_calls", _calls(membership.team, on))
        found["home_meetings"] = page.on_home(membership.team, on=on)
    return found


def patient_ids(found: dict[str, Any]) -> set[int]:
    """Return whom these lists show."""
    names = ("todays_procedures", "to_decide", "todays_calls")
    return {row.patient_id for name in names for row in found.get(name, [])}


def unsigned_reference() -> int:
    """Return how many agents and materials in use wait for the local pharmacy to sign them off."""
    kinds = (Agent, EmbolicMaterial)
    return sum(kind.objects.filter(is_signed_off=False, retired_on=None).count() for kind in kinds)


def _list(name: str, rows: Any) -> dict[str, Any]:
    head = waiting.head_of(rows)
    return {name: head, f"{name}_count": waiting.count_of(head)}


def _procedures(team: Team, on: date) -> Any:
    """Planned for the day, begun or not."""
    rows = Procedure.objects.filter(patient__team=team, patient__ended_because="", planned_on=on)
    return rows.filter(cancelled_at=None).select_related("patient").order_by("started_at", "pk")


def _to_decide(team: Team) -> Any:
    """Read and not decided, the longest waiting first."""
    rows = stages.reviews_in_care(team).filter(read_at__isnull=False)
    return rows.select_related("patient", "owner").order_by("read_at", "pk")


def _calls(team: Team, on: date) -> Any:
    """The calls whose time has come, the latest due last."""
    rows = Task.objects.filter(patient__team=team, patient__ended_because="", closed_at=None)
    calls = rows.filter(kind=Task.Kind.CALL, due_from__lte=on)
    return calls.select_related("patient", "owner").order_by("due_to", "pk")
