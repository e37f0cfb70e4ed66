"""`response`: how the tumour answered, by mRECIST (Lencioni 2010) or RECIST 1.1 (Eisenhauer 2009).

The caller's sums differ by criterion; the cuts are the same. Compared in decimals: 70.7 of 101 is exactly −30 %.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from guidelines import reading, review_facts
from guidelines.entry import Entry, FactError
from guidelines.finding import passed_through, rounded
from guidelines.possible import Entries

Result = dict[str, Any]

# doi:10.1016/j.ejca.2008.10.026, both cuts inclusive.
PARTIAL_RESPONSE_TO = Fraction(70, 100)  # of baseline
PROGRESSION_TO = Fraction(120, 100)  # of nadir
PROGRESSION_BY_MM = 5

SUMS = ("baseline_mm", "nadir_mm", "current_mm")
NOTHING_SAID = Entry("new_lesions")
Span = tuple[Fraction, Fraction]


class Sums(NamedTuple):
    """Three sums that are possible together."""

    baseline: Fraction
    nadir: Fraction
    current: Fraction


def target_response(sums: Sums) -> str:
    """Target lesions alone."""
    if sums.baseline == 0:
        return "NE"
    if sums.current >= progression_from(sums.nadir):
        return "PD"
    if sums.current == 0:
        return "CR"
    return "PR" if sums.current <= sums.baseline * PARTIAL_RESPONSE_TO else "SD"


def progression_from(nadir: Fraction) -> Fraction:
    """The least sum that is progression: 20 % and 5 mm over the nadir."""
    return max(nadir * PROGRESSION_TO, nadir + PROGRESSION_BY_MM)


def overall_response(target: str, non_target: str, new_lesions: bool) -> str:
    """Target, other and new lesions together."""
    if new_lesions:
        return "PD"
    if target == "NE":
        return "NE"
    if target == "PD" or non_target == "progressive":
        return "PD"
    if target == "CR" and non_target in {"non_progressive", "not_evaluated"}:
        return "PR"
    return target


def response(given: Mapping[str, Any]) -> Result:
    """Target and overall response, each as far as the facts allow. Raises FactError."""
    entries = reading.read_all(given, review_facts.RESPONSE, _contradictions)
    target, overall, missing = _judge(entries)
    baseline, nadir, current = (_exact(entries.get(name)) for name in SUMS)
    if "nadir_mm" not in entries:
        nadir = baseline
    return {
        **passed_through(given),
        "target": target,
        "overall": overall,
        "change_from_baseline_pct": _change_pct(baseline, current),
        "change_from_nadir_pct": _change_pct(nadir, current),
        "missing": [name for name in review_facts.RESPONSE if name in missing],
    }


def _contradictions(entries: Entries) -> Iterator[FactError]:
    baseline, nadir = entries.get("baseline_mm"), entries.get("nadir_mm")
    if baseline is not None and nadir is not None and nadir.low > baseline.high:
        yield FactError(
            "baseline_mm", "baseline_mm and nadir_mm contradict each other: the nadir is the smaller."
        )


def _exact(entry: Entry | None) -> Fraction | None:
    return _fraction(entry.low) if entry is not None and entry.is_exact else None


def _fraction(number: float) -> Fraction:
    """The decimal number as it was written, not its nearest float."""
    return Fraction(repr(number))


def _change_pct(reference: Fraction | None, current: Fraction | None) -> float | None:
    if reference is None or current is None or reference == 0:
        return None
    return float(rounded(float((current - reference) / reference * 100)))


def _judge(entries: Entries) -> tuple[str | None, str | None, set[str]]:
    """Target and overall where only one is possible, and the facts that can change what is not settled."""
    if _baseline_is_zero(entries):
        return "NE", "PD" if entries.get("new_lesions", NOTHING_SAID).value is True else "NE", set()
    targets, moves = _targets(entries)
    non_targets = _options(entries, "non_target")
    news = _options(entries, "new_lesions")
    target = targets.pop() if len(targets) == 1 else None
    possible = {target} if target is not None else targets
    overalls = {
        overall_response(one, other, new) for one in possible for other in non_targets for new in news
    }
    missing = {name for name, _ in moves} if target is None else set()
    if len(overalls) == 1:
        return target, overalls.pop(), missing
    for other, new in itertools.product(non_targets, news):
        missing |= {
            name for name, pair in moves if len({overall_response(one, other, new) for one in pair}) > 1
        }
    if _differs(overall_response, possible, non_targets, news, axis=1):
        missing.add("non_target")
    if _differs(overall_response, possible, non_targets, news, axis=2):
        missing.add("new_lesions")
    return target, None, missing


def _baseline_is_zero(entries: Entries) -> bool:
    """Nothing to compare with: the contract answers at once, whatever else is unknown."""
    baseline = entries.get("baseline_mm")
    return baseline is not None and baseline.low == baseline.high == 0


def _differs(judge: Callable[..., str], *axes: Iterable[Any], axis: int) -> bool:
    """Whether two combinations that differ along one axis only are judged differently."""
    lines: dict[tuple[Any, ...], set[str]] = {}
    for combination in itertools.product(*axes):
        lines.setdefault(combination[:axis] + combination[axis + 1 :], set()).add(judge(*combination))
    return any(len(results) > 1 for results in lines.values())


def _options(entries: Entries, name: str) -> tuple[Any, ...]:
    return entries[name].options if name in entries else review_facts.RESPONSE[name].possible_choices


def _targets(entries: Entries) -> tuple[set[str], set[tuple[str, frozenset[str]]]]:
    """Every target response that is possible, and which sum by itself moves between which two."""
    axes = _axes(entries)
    found: dict[tuple[int, ...], str] = {}
    for place in itertools.product(*(range(len(axis)) for axis in axes)):
        values = [axis[index] for axis, index in zip(axes, place, strict=True)]
        sums = Sums(values[0], values[1] if len(axes) == len(SUMS) else values[0], values[-1])
        if sums.nadir <= sums.baseline:
            found[place] = target_response(sums)
    names = SUMS if len(axes) == len(SUMS) else (SUMS[0], SUMS[2])
    moves = {(name, pair) for axis, name in enumerate(names) for pair in _moves(found, axis)}
    return set(found.values()), moves


def _moves(found: Mapping[tuple[int, ...], str], axis: int) -> Iterator[frozenset[str]]:
    lines: dict[tuple[int, ...], set[str]] = {}
    for place, target in found.items():
        lines.setdefault(place[:axis] + place[axis + 1 :], set()).add(target)
    for targets in lines.values():
        yield from map(frozenset, itertools.combinations(sorted(targets), 2))


def _axes(entries: Entries) -> list[list[Fraction]]:
    """For each sum the values at which, and between which, the response can change.

    Where a sum is open, its meaning changes only where it meets a cut that another sum draws: first one of their
    ends, then any place that was found in between.
    """
    spans = _spans(entries)
    places = [list(span) for span in spans]
    for _round in range(2):
        places = [_places(span, cuts) for span, cuts in zip(spans, _cuts(places), strict=True)]
    return places


def _spans(entries: Entries) -> list[Span]:
    """What is left of each sum; without a nadir the baseline is the nadir too, and none is above it."""
    baseline, current = (_span(entries.get(name)) for name in (SUMS[0], SUMS[2]))
    if "nadir_mm" not in entries:
        return [baseline, current]
    nadir = _span(entries["nadir_mm"])
    baseline = (max(baseline[0], nadir[0]), baseline[1])
    return [baseline, (nadir[0], min(nadir[1], baseline[1])), current]


def _cuts(places: list[list[Fraction]]) -> list[list[Fraction]]:
    """Where the places of the other sums cut each sum."""
    baselines, *nadirs, currents = places
    by_current = [_progresses_to(current) for current in currents]
    to_baseline = [current / PARTIAL_RESPONSE_TO for current in currents]
    partial_from = [baseline * PARTIAL_RESPONSE_TO for baseline in baselines]
    if not nadirs:
        return [[*to_baseline, *by_current], [*partial_from, *map(progression_from, baselines)]]
    (nadir,) = nadirs
    return [
        [*to_baseline, *nadir, *by_current],
        [*by_current, *baselines, *to_baseline],
        [*partial_from, *map(progression_from, nadir)],
    ]


def _progresses_to(current: Fraction) -> Fraction:
    """The greatest nadir over which a sum is progression."""
    return min(current / PROGRESSION_TO, current - PROGRESSION_BY_MM)


def _span(entry: Entry | None) -> Span:
    if entry is None:
        return Fraction(0), Fraction(2000)
    return _fraction(entry.low), _fraction(entry.high)


def _places(span: Span, cuts: Iterable[Fraction]) -> list[Fraction]:
    """The ends, the cuts inside, and a value between each two neighbours; 0 has a meaning of its own."""
    low, high = span
    inside = sorted({low, high, *(cut for cut in cuts if low < cut < high)})
    between = [(one + other) / 2 for one, other in itertools.pairwise(inside)]
    return sorted({*inside, *between})
