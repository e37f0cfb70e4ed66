"""One edition under one set of settings, made ready once: the order of judgement, the texts, the diagrams."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from guidelines import case, clauses, facts
from guidelines.clause import Clause, Judge
from guidelines.clauses import conditions, contraindications, indications
from guidelines.diagram import Forest, Memory, Possible
from guidelines.liver import Kidney, Liver
from guidelines.possible import Entries, Fistula, Group, Invasion, Single, at_least, at_most, bits
from guidelines.settings import Settings
from guidelines.tumour import Tumour

BITS = bits(facts.ALL)
ORDER = tuple(facts.ALL)

ELIGIBLE = ("eligible", "eligible_with_conditions")
REFUSALS = ("not_eligible", "not_indicated", "needs_mdt")


class Answer(NamedTuple):
    """What is answered together."""

    verdict: str
    modality: str | None
    urgent: bool


def answer(parts: Any, holds: Mapping[str, bool], settings: Settings) -> Answer:
    """The verdict, first that fits; the modality where treatment is possible."""
    urgent = holds["3.1.6"]
    if holds["is_refused"]:
        return Answer("needs_mdt" if urgent else "not_eligible", None, urgent)
    if urgent and not holds["3.1.5"]:
        return Answer("needs_mdt", None, urgent)
    if holds["2.5"]:
        return Answer("surgery_preferred", None, urgent)
    if not holds["is_indicated"]:
        return Answer("not_indicated", None, urgent)
    verdict = "eligible_with_conditions" if holds["has_condition"] else "eligible"
    return Answer(verdict, _modality(parts, urgent), urgent)


def _modality(parts: Any, urgent: bool) -> str:
    if urgent:
        return "TAE"
    return "TAI" if parts.fistula == "severe" else "TACE"  # 5.2.6: a severe fistula, infusion only


def in_order_of_asking(declared: Mapping[str, Clause]) -> tuple[Clause, ...]:
    """Each clause after those that it rests on."""
    ordered: dict[str, Clause] = {}

    def place(clause_id: str) -> None:
        for earlier in declared[clause_id].rests_on:
            if earlier not in ordered:
                place(earlier)
        ordered.setdefault(clause_id, declared[clause_id])

    for clause_id in declared:
        place(clause_id)
    return tuple(ordered.values())


def parts_asked(clause: Clause, declared: Mapping[str, Clause]) -> list[str]:
    """The parts of a case that a clause needs, itself or through another."""
    parts = dict.fromkeys(clause.needs)
    for earlier in clause.rests_on:
        parts |= dict.fromkeys(parts_asked(declared[earlier], declared))
    return list(parts)


def facts_asked(clause: Clause, declared: Mapping[str, Clause]) -> tuple[str, ...]:
    """The facts that give those parts, in the order of the table."""
    asked = {name for part in parts_asked(clause, declared) for name in case.facts_behind(part)}
    return tuple(name for name in facts.ALL if name in asked)


def _numbers_with_cuts(settings: Settings) -> dict[str, list[Any]]:
    """The cuts of the numbers that stand by themselves."""
    return {
        "ecog": [at_most(indications.ECOG_UP_TO)],
        "afp_ng_per_ml": [at_most(settings.raised_afp_over_ng_per_ml)],
        "expected_survival_months": [at_least(contraindications.SURVIVAL_UNDER_MONTHS)],
        "leukocytes_10e9_per_l": [at_least(contraindications.leukocytes_under(settings))],
        "platelets_10e9_per_l": [at_least(contraindications.platelets_under(settings))],
    }


class Shown(NamedTuple):
    """What a finding says of its clause whatever the patient."""

    clause: str
    kind: str
    words: Mapping[bool | None, str]
    asked: tuple[str, ...]
    settings: tuple[str, ...]
    says: str


def _shown(clause: Clause, declared: Mapping[str, Clause], settings: Settings) -> Shown:
    words = {True: clause.verdict(True), False: clause.verdict(False), None: "unknown"}
    asked = facts_asked(clause, declared)
    return Shown(
        clause.id, clause.kind, words, asked, clause.settings_under(settings), clause.says_under(settings)
    )


# The order of the variables keeps the diagrams small: facts that meet in one clause stand together.
BY_THEMSELVES_BEFORE = ("tumour_rupture_bleeding", "portal_hypertensive_bleeding")
BY_THEMSELVES_BETWEEN = (
    "ecog",
    "coagulation",
    "portal_trunk",
    "portal_collaterals",
    "infection",
    "extrahepatic_spread",
    "expected_survival_months",
    "cachexia",
    "multi_organ_failure",
    "leukocytes_10e9_per_l",
    "hypersplenism",
    "recent_chemotherapy",
    "platelets_10e9_per_l",
)
BY_THEMSELVES_AFTER = (
    "resectability",
    "surgery",
    "purpose",
    "prior_surgery",
    "ablation",
    "recurrence_after_transplant",
    "local_pain",
    "capsule",
    "margin",
    "afp_ng_per_ml",
)


def groups(settings: Settings, kidney: Kidney) -> tuple[Group, ...]:
    """The variables of eligibility."""
    numbers = _numbers_with_cuts(settings)

    def singles(names: Sequence[str]) -> list[Group]:
        return [Single(facts.ALL[name], BITS[name], numbers.get(name, ())) for name in names]

    tumour = Tumour(
        facts.ALL,
        BITS,
        counts=[at_least(indications.SEVERAL_LESIONS)],
        sizes=[at_most(settings.small_lesion_up_to_mm), at_least(settings.massive_lesion_from_mm)],
        fractions=[at_least(indications.fraction_cut(settings))],
    )
    return (
        *singles(BY_THEMSELVES_BEFORE),
        Fistula(facts.ALL["fistula"], facts.ALL["fistula_kind"], BITS),
        Liver(BITS),
        *singles(BY_THEMSELVES_BETWEEN),
        tumour,
        kidney,
        *singles(BY_THEMSELVES_AFTER),
        Invasion(BITS),
    )


class Edition:
    """Everything that does not depend on the patient."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        declared = clauses.ELIGIBILITY
        self.clauses = in_order_of_asking(declared)
        self.judges: tuple[tuple[str, Judge], ...] = (
            *((clause.id, clause.judge) for clause in self.clauses),
            *conditions.CONDITIONS.items(),
            *conditions.TOGETHER.items(),
        )
        self.shown = tuple(_shown(clause, declared, settings) for clause in declared.values())
        self.asked = tuple({one.asked for one in self.shown})

    @functools.cached_property
    def kidney(self) -> Kidney:
        """Kidney function, which the direct path needs as well."""
        return Kidney(BITS, self.settings.serious_renal_egfr_below_ml_per_min_1_73m2)

    @functools.cached_property
    def level_of(self) -> Mapping[str, int]:
        """The variable that each fact of eligibility belongs to."""
        return {
            name: level
            for level, group in enumerate(self.groups)
            for part in group.variable.parts
            for name in case.facts_behind(part)
        }

    def cuts_of(self, name: str) -> tuple[float, ...]:
        """Where the meaning of a number that stands by itself, or of eGFR, changes."""
        if name == "egfr_ml_per_min_1_73m2":
            return (self.settings.serious_renal_egfr_below_ml_per_min_1_73m2,)
        return tuple(cut.at for cut in _numbers_with_cuts(self.settings).get(name, ()))

    @functools.cached_property
    def groups(self) -> tuple[Group, ...]:
        """The variables, with how entries narrow them."""
        return groups(self.settings, self.kidney)

    @functools.cached_property
    def forest(self) -> Forest:
        """The diagrams of every clause, condition and of the answer."""
        forest = Forest([group.variable for group in self.groups])
        for question, judge in self.judges:
            forest.add(question, functools.partial(judge, settings=self.settings))
        forest.add("answer", functools.partial(answer, settings=self.settings))
        return forest

    def judge(self, parts: case.Case) -> dict[str, bool]:
        """What every clause and condition comes to on a complete case."""
        holds: dict[str, bool] = {}
        for question, judge in self.judges:
            holds[question] = judge(parts, holds, self.settings)
        return holds

    def narrow(self, entries: Entries) -> "Outlook":
        """What is possible for one patient."""
        return Outlook(self, tuple(group.narrow(entries) for group in self.groups))


class Outlook:
    """The answers that one patient's entries leave possible."""

    def __init__(self, edition: Edition, possible: tuple[Possible, ...]) -> None:
        self._forest = edition.forest
        self.possible = possible
        self._memory = Memory()
        self._values = [one.indexes[0] for one in possible]
        self._is_complete = all(len(one.indexes) == 1 for one in possible)

    def replace(self, level: int, indexes: tuple[int, ...]) -> Answer | None:
        """The one possible answer if other values of one variable were known."""
        if self._is_complete and len(indexes) == 1:
            return self._walk(level, indexes[0])
        others = (*self.possible[:level], Possible(indexes), *self.possible[level + 1 :])
        narrowed = self._forest.narrow("answer", others, Memory())
        return self._forest.answer(narrowed.node) if self._forest.is_answer(narrowed.node) else None

    def _walk(self, level: int, index: int) -> Answer:
        before = self._values[level]
        self._values[level] = index
        found: Answer = self._forest.walk("answer", self._values)
        self._values[level] = before
        return found

    def ask(self, question: str) -> tuple[Any, int]:
        """The one possible answer, or None; and the facts that can change it."""
        narrowed = self._forest.narrow(question, self.possible, self._memory)
        known = self._forest.is_answer(narrowed.node)
        return (self._forest.answer(narrowed.node) if known else None), narrowed.missing


@functools.lru_cache(maxsize=8)
def ready(settings: Settings) -> Edition:
    """The edition under these settings."""
    return Edition(settings)
