"""Where the engine's answer and the oracle's differ, in words; an empty list where they agree."""

import math

from tests.guidelines.oracle import eligibility, facts, score_answers, would_change

HEAD = ("verdict", "modality", "urgent", "recoverable", "override", "conditions", "missing")
NEAR = 1e-4  # the engine rounds to 4 decimals for output


def close(theirs: object, ours: object) -> bool:
    if isinstance(ours, float) and not isinstance(theirs, bool) and isinstance(theirs, int | float):
        return math.isclose(theirs, ours, abs_tol=NEAR, rel_tol=1e-9)
    return theirs == ours


def keys(where: str, theirs: dict, ours: dict) -> list[str]:
    return [
        f"{where}{key}: engine {theirs.get(key, 'no such key')!r}, contract {value!r}"
        for key, value in ours.items()
        if not close(theirs.get(key, "no such key"), value)
    ]


def findings(theirs: list[dict], ours: list[dict]) -> list[str]:
    by_clause = {finding["clause"]: finding for finding in theirs}
    absent = [f"finding {o['clause']}: none" for o in ours if o["clause"] not in by_clause]
    both = [(by_clause[o["clause"]], o) for o in ours if o["clause"] in by_clause]
    return absent + [line for t, o in both for line in keys(f"finding {o['clause']} ", t, o)]


def with_exact_oracle(engine_answer: dict, raw: dict) -> list[str]:
    ours = eligibility.answer(raw)
    head = keys("", engine_answer, {key: ours[key] for key in HEAD})
    return head + findings(engine_answer["findings"], ours["findings"])


def with_witnesses(engine_answer: dict, raw: dict, tries: int, seed: int) -> list[str]:
    """What a sample can refute: an answer that is not the only one, a fact that decides and is not listed."""
    ours = eligibility.witnesses(raw, tries, seed)
    lines = []
    if ours["verdict"] == "insufficient_data" or engine_answer["verdict"] != "insufficient_data":
        lines = keys("", engine_answer, {key: ours[key] for key in ("verdict", "modality")})
    if ours["urgent"] is None or engine_answer["urgent"] is not None:
        lines += keys("", engine_answer, {"urgent": ours["urgent"]})
    lines += not_listed("", engine_answer["missing"], ours["missing"])
    by_clause = {finding["clause"]: finding for finding in engine_answer["findings"]}
    for finding in ours["findings"]:
        theirs = by_clause[finding["clause"]]
        lines += not_listed(f"finding {finding['clause']} ", theirs["missing"], finding["missing"])
        if finding["verdict"] == "unknown" or theirs["verdict"] != "unknown":
            lines += keys(f"finding {finding['clause']} ", theirs, {"verdict": finding["verdict"]})
    return lines


def not_listed(where: str, theirs: list[str], ours: list[str]) -> list[str]:
    absent = [name for name in ours if name not in theirs]
    in_order = [name for name in facts.ORDER if name in theirs] == theirs
    lines = [f"{where}missing lacks {absent}"] if absent else []
    return lines if in_order else [*lines, f"{where}missing out of order: {theirs}"]


def unproved(engine_answer: dict, raw: dict, tries: int, seed: int) -> list[str]:
    """Facts that the engine calls missing and for which no deciding pair could be found."""
    lines = [
        f"missing {name}: no pair found"
        for name in engine_answer["missing"]
        if not eligibility.decides(raw, name, lambda outcome: outcome.answer, tries, seed)
    ]
    for finding in engine_answer["findings"]:
        if finding["clause"] in eligibility.CLAUSES:
            lines += unproved_of_finding(finding, raw, tries, seed)
    return lines


def unproved_of_finding(finding: dict, raw: dict, tries: int, seed: int) -> list[str]:
    position = eligibility.CLAUSES.index(finding["clause"])

    def held(outcome: eligibility.Outcome) -> bool:
        return outcome.holds[position]

    return [
        f"finding {finding['clause']} missing {name}: no pair found"
        for name in finding["missing"]
        if not eligibility.decides(raw, name, held, tries, seed)
    ]


def what_would_change(engine_answer: dict, raw: dict) -> list[str]:
    ours = would_change.answer(raw)
    theirs = {entry["fact"]: entry for entry in engine_answer["would_change"]}
    lines = [
        f"would_change {name} is not expected" for name in theirs if name not in {o["fact"] for o in ours}
    ]
    return lines + [
        line for o in ours for line in keys(f"would_change {o['fact']} ", theirs.get(o["fact"], {}), o)
    ]


def on_the_half(value: float) -> bool:
    return abs(value % 1 - 0.5) < 1e-6


def one_score(name: str, theirs: dict, ours: dict) -> list[str]:
    ours = dict(ours)
    warned = ours.pop("warned", None)
    if warned is not None and bool(theirs["warnings"]) != warned:
        return [f"{name} warnings: {theirs['warnings']}"]
    unrounded = ours.pop("unrounded", None)
    bracket = ours.pop("bracket", None)
    if ours.get("missing", "") is None:
        del ours["missing"]
    if "group" in ours:
        theirs, ours = theirs | {"group": str(theirs["group"])}, ours | {"group": str(ours["group"])}
    if unrounded is not None and not on_the_half(unrounded) and not (bracket and on_the_half(bracket * 10)):
        ours["value"] = math.floor(unrounded + 0.5)
    return keys(f"score {name} ", theirs, ours)


def scores(engine_scores: dict, raw: dict, only: tuple | None = None) -> list[str]:
    ours = score_answers.answer(raw)
    if only is not None:
        ours = {name: score for name, score in ours.items() if name in only}
    lines = [
        f"score {name}: engine gives it, contract leaves it out" for name in engine_scores if name not in ours
    ]
    lines += [f"score {name}: engine leaves it out" for name in ours if name not in engine_scores]
    both = [name for name in ours if name in engine_scores]
    return lines + [line for name in both for line in one_score(name, engine_scores[name], ours[name])]
