"""Where things lie in a drawing of the cohort, in the units of its viewBox. Numbers only, no colours."""

from dataclasses import dataclass

WIDTH = 760
LEFT, RIGHT, TOP, BOTTOM = 60, 16, 14, 46
WEEKS_APART = (1, 2, 4, 8, 13, 26, 52, 104, 208, 260, 520, 1040)
MOST_TICKS = 9


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


def weeks_step(last: float) -> int:
    """Return how many weeks lie between two ticks so that the axis stays legible."""
    return next((step for step in WEEKS_APART if last / step <= MOST_TICKS), WEEKS_APART[-1])


@dataclass(frozen=True, slots=True)
class Across:
    """From weeks to x. The axis ends at its last tick."""

    end: int
    step: int
    left: float = LEFT

    @classmethod
    def over(cls, last: float, *, left: float = LEFT) -> "Across":
        step = weeks_step(last)
        return cls(max(step, -int(-last // step) * step), step, left)

    def x(self, weeks: float) -> float:
        return round(self.left + (WIDTH - self.left - RIGHT) * weeks / self.end, 1)

    @property
    def weeks(self) -> list[int]:
        return list(range(0, self.end + 1, self.step))

    def ticks(self) -> list[Tick]:
        return [Tick(self.x(week), str(week)) for week in self.weeks]
