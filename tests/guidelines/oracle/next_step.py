"""`next-step`: the decision after a review, and what unknowns leave open."""

import itertools

from tests.guidelines.oracle import facts

FACTS = ("interventions_done", "lipiodol_deposition", "necrosis", "viable_tumour", "enlargement", "new_lesions",
         "progression", "liver_function_recovered", "earlier_progressions")  # fmt: skip
DECIDING = tuple(name for name in FACTS if name != "liver_function_recovered")
TRIED = {"interventions_done": (1, 2, 3, 4, 5, 50), "earlier_progressions": (0, 1, 2, 50)}
SOURCE = {"switch_or_combine": ["7.8"], "hold": ["7.4"], "prolong_interval": ["7.6"], "review_again": ["7.7"]}


def progressed(case: dict) -> bool:
    return case["progression"] or case["enlargement"] or case["new_lesions"]


def clauses(case: dict) -> dict[str, bool]:
    done, worse = case["interventions_done"], progressed(case)
    quiet = case["lipiodol_deposition"] == "dense" and case["necrosis"] == "complete"
    return {
        "7.8": done >= 3 and worse and case["earlier_progressions"] >= 1,
        "7.4": quiet and not worse and not case["viable_tumour"],
        "7.6": done > 3 and not worse,
    }


def decision(case: dict) -> str:
    holds = clauses(case)
    if holds["7.8"]:
        return "switch_or_combine"
    if holds["7.4"]:
        return "hold"
    if holds["7.6"]:
        return "prolong_interval"
    return "consider_repeat" if progressed(case) or case["viable_tumour"] else "review_again"


def possible(name: str, raw: object) -> list:
    if raw is None:
        return list(TRIED.get(name, facts.CHOICES.get(name, ())))
    if isinstance(raw, dict):
        return [value for value in TRIED[name] if raw.get("min", 0) <= value <= raw.get("max", 50)]
    return raw if isinstance(raw, list) else [raw]


def cases(raw: dict) -> dict[tuple, dict]:
    choices = itertools.product(*(possible(name, raw.get(name)) for name in DECIDING))
    return {choice: dict(zip(DECIDING, choice, strict=True)) for choice in choices}


def pairs_decide(found: dict[tuple, object]) -> list[str]:
    """The facts, in order, for which two combinations that differ only in it have different outcomes."""
    missing = []
    for position, name in enumerate(DECIDING):
        groups: dict[tuple, set] = {}
        for choice, outcome in found.items():
            groups.setdefault(choice[:position] + choice[position + 1 :], set()).add(outcome)
        if any(len(group) > 1 for group in groups.values()):
            missing.append(name)
    return missing


def options(chosen: str, raw: dict) -> list[str]:
    if chosen == "switch_or_combine":
        return ["surgery", "ablation", "systemic_therapy"]
    if chosen == "prolong_interval":
        return ["repeat_later"] if raw.get("viable_tumour") is True else []
    if chosen == "consider_repeat":
        recovered = raw.get("liver_function_recovered") is True
        return ["repeat"] if recovered else ["repeat", "wait_for_liver_recovery"]
    return []


def sources(chosen: str, raw: dict) -> list[str]:
    if chosen != "consider_repeat":
        return SOURCE.get(chosen, [])
    done = possible("interventions_done", raw.get("interventions_done"))
    return ["7.5", "7.7"] if max(done) <= 3 else ["7.7"]


def answer(raw: dict) -> dict:
    everything = cases(raw)
    decisions = {choice: decision(case) for choice, case in everything.items()}
    chosen = decisions[next(iter(decisions))] if len(set(decisions.values())) == 1 else "insufficient_data"
    findings = {}
    for clause in ("7.4", "7.6", "7.8"):
        held = {choice: clauses(case)[clause] for choice, case in everything.items()}
        values = set(held.values())
        findings[clause] = (next(iter(values)) if len(values) == 1 else None, pairs_decide(held))
    return {
        "decision": chosen,
        "options": options(chosen, raw),
        "clauses": sources(chosen, raw),
        "missing": pairs_decide(decisions),
        "findings": findings,
    }
