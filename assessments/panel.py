"""The engine's answer laid out for reading: what is missing, what speaks against, what for, what would change it.

One panel serves the live form, the signed page and the printed sheet, so that they never differ.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext

from assessments import entries, guidance, score_words, words
from assessments.models import ELIGIBLE_VERDICTS, EditionSettings

Age = Callable[[int | None], str]
SayValue = Callable[[str, Any], str]
Notes = list[tuple[str, Any, str]]

# An exception stands under the contraindication that it speaks about.
EXCEPTION_TO = {"4.7x": "4.7", "4.8a-x": "4.8a", "F.9x": "4.3"}
CHILD_PUGH_FACTS = frozenset(
    {"bilirubin_umol_per_l", "albumin_g_per_l", "inr", "pt_prolongation_s", "ascites", "encephalopathy"}
)
# What a clause reads that is worked out: the facts to show for it.
BEHIND = {
    "child_pugh_class": (*CHILD_PUGH_FACTS, "child_pugh_class"),
    "has_serious_renal_dysfunction": ("creatinine_umol_per_l", "egfr_ml_per_min_1_73m2", "on_dialysis"),
    "lesion_count": ("lesion_count", "lesion_diameters_mm"),
    "largest_lesion_mm": ("largest_lesion_mm", "lesion_diameters_mm"),
}
# What must hold for the verdict and does not: told under "against" although its kind is an indication.
GATES = ("3.1.5",)
INDICATIONS = ("3.1", "3.1.6", "3.2", "3.3", "3.4", "3.5", "F.6")
HOLDS = ("met", "present", "applies")


@dataclass
class Finding:
    """One clause as it reads for this patient."""

    clause: str
    kind: str
    verdict: str
    says: str
    decided: list[str]
    missing: list[str]
    settings: list[str]
    lifts: list["Finding"] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.verdict in HOLDS

    @property
    def is_unknown(self) -> bool:
        return self.verdict == "unknown"

    @property
    def verdict_words(self) -> str:
        return str(words.FINDINGS[self.verdict])


@dataclass
class Missing:
    """A fact that decides and is not known: what to measure, and the clauses that wait for it."""

    name: str
    label: str
    help: str
    clauses: list[str]


@dataclass
class Change:
    """A fact that treatment or waiting can change, with the nearest value that would change the verdict."""

    fact: str
    words: str
    verdict: str
    verdict_words: str
    modality: str


@dataclass
class Panel:
    answer: guidance.Answer
    edition_settings: EditionSettings
    known_count: int
    findings: list[Finding]
    missing: list[Missing]
    against: list[Finding]
    speaks_for: list[Finding]
    changes: list[Change]
    scores: list[score_words.Score]
    more_scores: list[score_words.Score]
    conditions: list[dict[str, Any]]

    @property
    def verdict(self) -> str:
        return self.answer.verdict

    @property
    def verdict_words(self) -> str:
        return str(words.VERDICTS[self.verdict])

    @property
    def modality_words(self) -> str:
        return str(words.MODALITIES.get(self.answer.says["modality"], ""))

    @property
    def is_eligible(self) -> bool:
        return self.verdict in ELIGIBLE_VERDICTS

    @property
    def is_urgent(self) -> bool:
        return self.answer.says["urgent"] is True

    @property
    def is_recoverable(self) -> bool:
        return self.answer.says["recoverable"] is True

    @property
    def may_be_overridden(self) -> bool:
        return self.answer.says["override"] is not None

    @property
    def edition_year(self) -> int:
        return guidance.EDITION_YEAR

    @property
    def edition(self) -> str:
        return self.edition_settings.edition

    @property
    def deviations(self) -> list[tuple[str, str]]:
        """What a site changed of the printed numbers under this version: the note, and the local value."""
        found = guidance.deviations_of(self.edition_settings)
        return [(gettext(note), words.number(value)) for _name, value, note in found]

    @property
    def lifted_count(self) -> int:
        return sum(any(each.holds and each.clause != "F.9x" for each in one.lifts) for one in self.against)

    @property
    def rest(self) -> list[Finding]:
        """What decides nothing here: folded, every clause of the edition is still there to be read."""
        shown = {one.clause for one in [*self.against, *self.speaks_for]}
        shown |= {lifting.clause for one in self.against for lifting in one.lifts}
        return [one for one in self.findings if one.clause not in shown]

    @property
    def deciding(self) -> list[Finding]:
        return [*self.against, *self.speaks_for]


def build(
    answer: guidance.Answer,
    held: entries.Entries,
    edition_settings: EditionSettings,
    *,
    on: date | None,
    age: Age = words.age_of,
    scores: dict[str, Any] | None = None,
) -> Panel:
    """Lay out an answer. `on`: the day to which the ages of the values are told; None where no value is dated.

    `scores`: those that were signed; without them, all that the facts allow now.
    """
    says = answer.says
    say_value = _saying(held, on=on, age=age)
    notes = guidance.settings_table(edition_settings)
    chosen = guidance.engine_settings(edition_settings)
    findings = [_finding(raw, says["scores"], chosen, notes, say_value) for raw in says["findings"]]
    by_clause = {one.clause: one for one in findings}
    for exception, to in EXCEPTION_TO.items():
        if exception in by_clause:
            by_clause[to].lifts.append(by_clause[exception])
    return Panel(
        answer=answer,
        edition_settings=edition_settings,
        known_count=len(held),
        findings=findings,
        missing=[_missing(name, says["findings"]) for name in says["missing"]],
        against=_against(findings, says["verdict"]),
        speaks_for=list(_speaks_for(findings)),
        changes=[_change(raw) for raw in says["would_change"]],
        scores=score_words.main_scores(says["scores"], held),
        more_scores=score_words.more_scores(guidance.all_scores(held) if scores is None else scores),
        conditions=conditions_of(says["conditions"]),
    )


def _finding(
    raw: dict[str, Any], scores: dict[str, Any], chosen: Any, notes: Notes, say_value: SayValue
) -> Finding:
    clause = guidance.clause_of(raw["clause"])
    return Finding(
        clause=raw["clause"],
        kind=raw["kind"],
        verdict=raw["verdict"],
        says=_sentence(raw, clause, chosen),
        decided=_decided(_own_facts(raw["facts"], clause), scores, say_value),
        missing=[words.label_of(name) for name in raw["missing"]],
        settings=[gettext(note) for name, _value, note in notes if name in raw["settings"]],
    )


def _own_facts(facts: dict[str, Any], clause: Any) -> dict[str, Any]:
    """Keep the facts that the clause reads itself: those of the clauses that it rests on are told there."""
    if clause is None:
        return facts
    own = {fact for name in clause.needs for fact in BEHIND.get(name, (name,))}
    return {name: value for name, value in facts.items() if name in own}


def _sentence(raw: dict[str, Any], clause: Any, chosen: Any) -> str:
    """Translate, then fill; what was signed under another wording stays as it was said."""
    if clause is None or raw["says"] != clause.says_under(chosen):
        return raw["says"]
    return guidance.sentence_of(clause, chosen)


def _decided(facts: dict[str, Any], scores: dict[str, Any], say_value: SayValue) -> list[str]:
    """Say the values that decided, each with its date and age; five components are said as the class they give."""
    said = []
    if len(CHILD_PUGH_FACTS & facts.keys()) > 1 and "child_pugh" in scores:
        said.append(score_words.child_pugh_words(scores["child_pugh"]))
        facts = {name: value for name, value in facts.items() if name not in CHILD_PUGH_FACTS}
    return said + [say_value(name, value) for name, value in facts.items()]


def _saying(held: entries.Entries, *, on: date | None, age: Age) -> SayValue:
    """Return what says the value of a fact; a fact that many clauses read is put into words once."""
    said: dict[str, str] = {}

    def say(name: str, value: Any) -> str:
        if name not in said:
            said[name] = _value_with_day(name, value, held=held, on=on, age=age)
        return said[name]

    return say


def _value_with_day(name: str, value: Any, *, held: entries.Entries, on: date | None, age: Age) -> str:
    entry = held.get(name)
    if entry is None:
        return f"{words.label_of(name)}: {words.value_of(name, value)}"
    said = [
        f"{words.label_of(name)}: {words.value_of(name, entries.contract_value(entry))}",
        words.day_of(entry),
    ]
    if on:
        said.append(age(entries.age_days(entry, on=on)))
    return ", ".join(part for part in said if part)


def _missing(name: str, findings: Iterable[dict[str, Any]]) -> Missing:
    fact = guidance.fact_of(name)
    waiting = [
        raw["clause"] for raw in findings if name in raw["missing"] and not raw["clause"].startswith("F.")
    ]
    return Missing(name, gettext(fact.label), gettext(fact.help) if fact.help else "", waiting)


def _against(findings: list[Finding], verdict: str) -> list[Finding]:
    return [one for one in findings if _speaks_against(one, verdict)]


def _speaks_against(one: Finding, verdict: str) -> bool:
    """A contraindication of the body; what the verdict rests on; and the gate. The figure only mirrors the body."""
    if one.kind == "contraindication":
        return one.holds and not one.clause.startswith("F.") and one.clause != "4.8"
    if one.clause == "2.5":
        return one.holds and verdict == "surgery_preferred"
    failing = (*GATES, *INDICATIONS) if verdict == "not_indicated" else GATES
    return one.verdict == "not_met" and one.clause in failing


def _speaks_for(findings: list[Finding]) -> Iterator[Finding]:
    for one in findings:
        is_mirror = one.clause.startswith("F.") and one.clause != "F.6"
        if one.kind in ("applicability", "indication") and one.holds and not is_mirror:
            yield one


def _change(raw: dict[str, Any]) -> Change:
    return Change(
        fact=raw["fact"],
        words=words.change_of(raw["fact"], raw["from"], raw["to"]),
        verdict=raw["verdict"],
        verdict_words=str(words.VERDICTS[raw["verdict"]]),
        modality=raw["modality"] or "",
    )


def conditions_of(names: Iterable[str]) -> list[dict[str, Any]]:
    """Return each condition with its words, its clause where the edition has one, and whether it is in source."""
    listed = []
    for name in names:
        text, clause, in_source = words.CONDITIONS[name]
        has_clause = clause and guidance.clause_of(clause)
        listed.append(
            {"name": name, "words": text, "clause": clause if has_clause else "", "in_source": in_source}
        )
    return listed
