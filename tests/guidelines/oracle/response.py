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
    if new_lesions or non_target == "progressive" or target_response == "PD":
        return "PD"
    incomplete = non_target in ("non_progressive", "not_evaluated")
    return "PR" if target_response == "CR" and incomplete else target_response


def sum_known(name: str, raw: object) -> list[Fraction]:
    """An exact sum, or sums that stand for the possible ones; `turning_points` adds the decisive ones."""
    if raw is None:
        return []
    if isinstance(raw, dict):
        factor = facts.UNITS[name][facts.entered_unit(name, raw) or "mm"]
        return [decimal(raw["value"]) * factor]
    return [decimal(raw)]


def turning_points(given: list[list[Fraction]]) -> list[Fraction]:
    """Sums, around those given, at which some cut turns; each with a hair below and above."""
    known = [value for values in given for value in values] or [Fraction(100)]
    ratios = (Fraction(1), Fraction(12, 10), Fraction(7, 10), Fraction(10, 12), Fraction(10, 7), Fraction(2))
    seeds = {value * ratio for value in known for ratio in ratios} | {value + 5 for value in known}
    seeds |= {value - 5 for value in known} | {Fraction(0), Fraction(4), Fraction(40), Fraction(2000)}
    hair = Fraction(1, 1000)
    tried = {seed + shift for seed in seeds for shift in (-hair, Fraction(0), hair)}
    return sorted(value for value in tried if 0 <= value <= 2000)


def possible_sums(raw: dict) -> list[tuple[Fraction, Fraction, Fraction]]:
    given = [sum_known(name, raw.get(name)) for name in FACTS[:3]]
    turns = turning_points(given)
    baselines, nadirs, currents = (values or turns for values in given)
    nadir_given = bool(given[1])
    triples = itertools.product(baselines, nadirs if nadir_given else [None], currents)
    return [(b, b if n is None else n, c) for b, n, c in triples if n is None or n <= b]


def answer(raw: dict) -> dict:
    sums = possible_sums(raw)
    others = [
        [raw[name]] if raw.get(name) is not None else list(facts.CHOICES[name]) for name in ("non_target", "new_lesions")
    ]
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


def only(values: set) -> object:
    return next(iter(values)) if len(values) == 1 else None


def deciding(raw: dict, outcomes: dict) -> list[str]:
    found = []
    for position, name in enumerate(FACTS):
        groups: dict[tuple, set] = {}
        for key, outcome in outcomes.items():
            groups.setdefault(key[:position] + key[position + 1 :], set()).add(outcome)
        if raw.get(name) is None and any(len(group) > 1 for group in groups.values()):
            found.append(name)
    return found


def changes(raw: dict) -> dict:
    """Percentages, where both sums are given; None over a sum of 0."""
    baseline, nadir, current = (sum_known(name, raw.get(name)) for name in FACTS[:3])
    lowest = nadir or baseline
    return {
        "change_from_baseline_pct": percent(current, baseline),
        "change_from_nadir_pct": percent(current, lowest),
    }


def percent(current: list, start: list) -> float | None:
    if not current or not start or start[0] == 0:
        return None
    return float((current[0] - start[0]) * 100 / start[0])
