"""Kaplan-Meier curves with their confidence band, the numbers at risk, and the log-rank test between groups."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pathway.cohort.endpoints import Span

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Step:
    """The curve from one time on. `low` and `high` are unknown where the formula has no answer."""

    weeks: float
    at_risk: int
    events: int
    censored: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    label: str
    spans: Sequence[Span]
    steps: Sequence[Step]

    @property
    def count(self) -> int:
        return len(self.spans)

    @property
    def events(self) -> int:
        return sum(span.happened for span in self.spans)

    @property
    def last_weeks(self) -> float:
        return self.steps[-1].weeks if self.steps else 0

    def median(self) -> tuple[float | None, float | None, float | None]:
        """When half are left, and the same of the band's edges (Brookmeyer and Crowley); None: not reached."""
        at_half = next((step.weeks for step in self.steps if step.share <= 0.5), None)
        low = next((step.weeks for step in self.steps if step.low is not None and step.low <= 0.5), None)
        high = next((step.weeks for step in self.steps if step.high is not None and step.high <= 0.5), None)
        return at_half, low, high

    def at_risk(self, weeks: float) -> int:
        """How many are still watched at a time."""
        return sum(span.weeks >= weeks for span in self.spans)


def curve_of(label: str, spans: Sequence[Span]) -> Curve:
    """Return the curve of these patients; without patients it has no step."""
    if not spans:
        return Curve(label, (), ())
    # scipy.stats takes a second to load: only who asks for a curve waits for it.
    from scipy import stats

    happened = np.array([span.happened for span in spans])
    weeks = np.array([span.weeks for span in spans])
    found = stats.ecdf(stats.CensoredData(uncensored=weeks[happened], right=weeks[~happened])).sf
    with warnings.catch_warnings():
        # Before the first event and after the last patient the band has no width: those become None.
        warnings.simplefilter("ignore", RuntimeWarning)
        band = found.confidence_interval(confidence_level=CONFIDENCE, method="log-log")
    times = found.quantiles
    order = np.sort(weeks)
    at_risk = len(order) - np.searchsorted(order, times, side="left")
    ending = np.searchsorted(order, times, side="right") - np.searchsorted(order, times, side="left")
    died = np.sort(weeks[happened])
    events = np.searchsorted(died, times, side="right") - np.searchsorted(died, times, side="left")
    columns = (times, at_risk, events, ending - events, found.probabilities)
    edges = (band.low.probabilities, band.high.probabilities)
    rows = zip(*(column.tolist() for column in (*columns, *edges)), strict=True)
    return Curve(label, spans, tuple(_step(*row) for row in rows))


def _step(
    weeks: float, at_risk: int, events: int, censored: int, share: float, low: float, high: float
) -> Step:
    return Step(weeks, at_risk, events, censored, share, *_edges(share, low, high))


def _edges(share: float, low: float, high: float) -> tuple[float | None, float | None]:
    if share >= 1:
        return 1.0, 1.0
    return (None, None) if np.isnan(low) or np.isnan(high) else (low, high)


@dataclass(frozen=True, slots=True)
class LogRank:
    """The test that the curves are one: chi-squared, its degrees of freedom, and the probability."""

    statistic: float
    freedom: int
    p: float


def log_rank(groups: Sequence[Sequence[Span]]) -> LogRank | None:
    """Compare two or more groups; None where there is nothing to compare."""
    groups = [group for group in groups if group]
    times = np.unique([span.weeks for group in groups for span in group if span.happened])
    if len(groups) < 2 or not times.size:
        return None
    at_risk = np.array([_at_risk(group, times) for group in groups], dtype=float)
    events = np.array([_events(group, times) for group in groups], dtype=float)
    all_at_risk, all_events = at_risk.sum(axis=0), events.sum(axis=0)
    share = at_risk / all_at_risk
    differences = (events - share * all_events).sum(axis=1)[:-1]
    spread = all_events * (all_at_risk - all_events) / np.maximum(all_at_risk - 1, 1)
    variance = np.diag((share * spread).sum(axis=1)) - (share * spread) @ share.T
    variance = variance[:-1, :-1]
    if np.linalg.matrix_rank(variance) < len(groups) - 1:
        return None
    from scipy import stats  # as above: a second to load

    statistic = float(differences @ np.linalg.solve(variance, differences))
    return LogRank(statistic, len(groups) - 1, float(stats.chi2.sf(statistic, len(groups) - 1)))


def _at_risk(group: Sequence[Span], times: np.ndarray) -> np.ndarray:
    order = np.sort([span.weeks for span in group])
    return len(order) - np.searchsorted(order, times, side="left")


def _events(group: Sequence[Span], times: np.ndarray) -> np.ndarray:
    order = np.sort([span.weeks for span in group if span.happened])
    return np.searchsorted(order, times, side="right") - np.searchsorted(order, times, side="left")
