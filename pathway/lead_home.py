"""What the home page adds for a lead: where the team's patients stand in the loop, how many are red, who is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Membership, Team
from followup import queue
from pathway import board, waiting


@dataclass(frozen=True)
class StageBar:
    """One stage of the loop; `red` is all of it where the stage is red, else what nobody owns. Widths in per cent."""

    stage: str
    words: Any
    number: int
    is_more: bool
    red: int
    unowned: int
    width: float
    red_width: float


@dataclass(frozen=True)
class Absence:
    """One member who is away today; without a deputy who is there, nobody does their work."""

    membership: Membership
    deputy: Membership | None


def context_of(membership: Membership, counted: Sequence[waiting.StageCount], *, on: date) -> dict[str, Any]:
    """Return the bars and the absences, in two queries; nothing for who does not lead. `counted` is the whole queue."""
    if not membership.is_lead:
        return {}
    return {
        "stage_bars": bars_of(membership, counted, on=on),
        "absences": absences_of(membership.team, on=on),
    }


def bars_of(membership: Membership, counted: Sequence[waiting.StageCount], *, on: date) -> list[StageBar]:
    """Return a bar a stage, in the order of the board, the longest 100."""
    scope = queue.scope_of(membership, on=on)
    unowned = queue.counts(queue.question_of(scope, queue.Asked(owner=queue.NO_OWNER)))
    shown = [one for one in counted if one.stage in board.STAGES and one.stage not in (queue.ALL, queue.MINE)]
    longest = max((one.counted.number for one in shown), default=0) or 1
    return [_bar(one, unowned[one.stage].number, longest) for one in shown]


def _bar(one: waiting.StageCount, unowned: int, longest: int) -> StageBar:
    number = one.counted.number
    red = number if one.is_red else unowned
    return StageBar(
        one.stage, one.words, number, one.counted.is_more, red, unowned,
        width=round(100 * number / longest, 1), red_width=round(100 * red / longest, 1),
    )  # fmt: skip


def absences_of(team: Team, *, on: date) -> list[Absence]:
    """Return who is away that day, the first who comes back first."""
    away = Membership.objects.active().filter(team=team, away_from__lte=on, away_until__gte=on)
    rows = away.select_related("user", "deputy__user").order_by("away_until", "user__name")
    return [Absence(row, _there(row.deputy, on)) for row in rows]


def _there(deputy: Membership | None, on: date) -> Membership | None:
    """A deputy who left, or is away too, stands in for nobody."""
    if deputy is None or not (deputy.is_active and deputy.user.is_active) or deputy.is_away(on):
        return None
    return deputy
