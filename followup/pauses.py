"""Whether somebody answers for a thing today, and since when reminders of it count again."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from followup.models import Pause


@dataclass(frozen=True)
class PauseState:
    """Paused today; or the day on which the last pause that ran out let reminders count again."""

    is_paused: bool = False
    resumed_on: date | None = None


@dataclass(frozen=True)
class Pauses:
    """The pauses of several things of one kind, seen from one day. A pause that was lifted counts no more."""

    on: date
    found: dict[int, list[tuple[date, datetime]]]

    def state_of(self, key: int, *, since: datetime | None = None) -> PauseState:
        """Return where a thing stands; with `since` only pauses from then on count."""
        ends = [until for until, at in self.found.get(key, []) if since is None or at >= since]
        if any(until > self.on for until in ends):
            return PauseState(is_paused=True)
        return PauseState(resumed_on=max(ends, default=None))


def of_subjects(name: str, keys: list[int], *, on: date) -> Pauses:
    """Return the pauses of reviews, procedures or tasks."""
    found: dict[int, list[tuple[date, datetime]]] = defaultdict(list)
    rows = Pause.objects.filter(lifted_at=None, **{f"{name}__in": keys})
    for key, until, paused_at in rows.values_list(f"{name}_id", "until", "paused_at"):
        found[key].append((until, paused_at))
    return Pauses(on, found)
