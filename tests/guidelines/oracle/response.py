"""`response`: target and overall for complete sums, and what unknowns leave open."""

import itertools
from fractions import Fraction

from tests.guidelines.oracle import facts

FACTS = ("baseline_mm", "nadir_mm", "current_mm", "non_target", "new_lesions")


def decimal(value: float) -> Fraction:
    """As printed: 60.3 is 603/10, so that an inclusive cut is met exactly."""
    return Fraction(str(value))


def target(baseline: Fraction, nadir: Fraction, current: Fraction) -> str:
    if baseline == 0:
        return "NE"
    if current == 0:
        return "CR"
    rise, fall = current - nadir, baseline - current
    if rise >= 5 and rise * 100 >= 20 * nadir:
        return "PD"
    return "PR" if fall * 100 >= 30 * baseline else "SD"


def overall(target_response: str, non_target: str, new_lesions: bool) -> str:
    if target_response == "NE":  # "Baseline 0: NE whatever else is unknown (PD with a new lesion)."
        return "PD" if new_lesions else "NE"
    if new_lesions or non_target == "progressive" or target_response == "PD":
        return "PD"
    incomplete = non_target in ("non_progressive", "not_evaluated")
    return "PR" if target_response == "CR" and incomplete else target_response


def sum_known(name: str, raw: object) -> tuple[Fraction, Fraction]:
    """The lowest and the highest that the sum can be."""
    if raw is None:
        return Fraction(0), Fraction(2000)
    given = raw if isinstance(raw, dict) else {"value": raw}
    factor = facts.UNITS[name][facts.entered_unit(name, given) or "mm"]
    if "value" in given:
        return decimal(given["value"]) * factor, decimal(given["value"]) * factor
    high = decimal(given["max"]) * factor if "max" in given else Fraction(2000)
    return decimal(given.get("min", 0)) * factor, high


HAIR = Fraction(1, 1000)


def turning_points(known: list[tuple[Fraction, Fraction]]) -> list[set[Fraction]]:
    """For each sum, where a cut turns if the others are at an end of what they can be."""
    baseline, nadir, current = known
    of_nadir = {end / Fraction(12, 10) for end in current} | {end - 5 for end in current}
    return [
        {end / Fraction(7, 10) for end in current} | of_nadir | set(nadir),
        of_nadir | set(baseline),
        {end * Fraction(7, 10) for end in baseline}
        | {end * Fraction(12, 10) for end in (*nadir, *baseline)}
        | {end + 5 for end in (*nadir, *baseline)},
    ]


def possible_sums(raw: dict) -> list[tuple[Fraction, Fraction, Fraction]]:
    """Baseline, nadir and current; a nadir that is not given is the baseline, and none is above it."""
    known = [sum_known(name, raw.get(name)) for name in FACTS[:3]]
    tried = []
    for (low, high), turns in zip(known, turning_points(known), strict=True):
        near = {turn + shift for turn in (*turns, low, high) for shift in (-HAIR, Fraction(0), HAIR)}
        tried.append(sorted(value for value in near if low <= value <= high))
    if raw.get("nadir_mm") is None:
        return [(baseline, baseline, current) for baseline in tried[0] for current in tried[2]]
    return [triple for triple in itertools.product(*tried) if triple[1] <= triple[0]]


def answer(raw: dict) -> dict:
    if sum_known("baseline_mm", raw.get("baseline_mm")) == (0, 0):
        of_zero = overall("NE", "", raw.get("new_lesions") is True)
        return {"target": "NE", "overall": of_zero, "missing": []} | changes(raw)
    sums = possible_sums(raw)
    others = [as_list(facts.known(name, raw.get(name))) for name in ("non_target", "new_lesions")]
    outcomes = {}
    for (baseline, nadir, current), non_target, new in itertools.product(sums, *others):
        of_target = target(baseline, nadir, current)
        key = (baseline, nadir if raw.get("nadir_mm") is not None else None, current, non_target, new)
        outcomes[key] = (of_target, overall(of_target, non_target, new))
    targets, overalls = ({outcome[i] for outcome in outcomes.values()} for i in (0, 1))
    return {
        "target": only(targets),
        "overall": only(overalls),
        "missing": deciding(raw, outcomes),
    } | changes(raw)


def as_list(what_is_known: object) -> list:
    return what_is_known if isinstance(what_is_known, list) else [what_is_known]


def only(values: set) -> object:
    return next(iter(values)) if len(values) == 1 else None


def deciding(raw: dict, outcomes: dict) -> list[str]:
    found = []
    for position, name in enumerate(FACTS):
        groups: dict[tuple, set] = {}
        for key, outcome in outcomes.items():
            groups.setdefault(key[:position] + key[position + 1 :], set()).add(outcome)
        if any(len(group) > 1 for group in groups.values()):
            found.append(name)
    return found


def changes(raw: dict) -> dict:
    """Percentages, where both sums are exact; None over a sum of 0."""
    baseline, nadir, current = (sum_known(name, raw.get(name)) for name in FACTS[:3])
    lowest = nadir if raw.get("nadir_mm") is not None else baseline
    return {
        "change_from_baseline_pct": percent(current, baseline),
        "change_from_nadir_pct": percent(current, lowest),
    }


def percent(current: tuple, start: tuple) -> float | None:
    if current[0] != current[1] or start[0] != start[1] or start[0] == 0:
        return None
    return float((current[0] - start[0]) * 100 / start[0])
