"""What must be seen to where treatment is possible, and what the clauses come to together: the pieces of the verdict.

These are judged like clauses, so that they too can be told on incomplete knowledge.
"""

from collections.abc import Mapping

from guidelines.case import Case
from guidelines.clause import Judge
from guidelines.clauses import contraindications
from guidelines.clauses.indications import ECOG_UP_TO
from guidelines.settings import Settings

INDICATIONS = ("3.1", "3.1.6", "3.2", "3.3", "3.4", "3.5", "F.6")


def staged_small_volume(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return holds["4.7x"]


def leukopenia_from_hypersplenism(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return holds["4.8a-x"]


def superselective_reduced(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    """Not in source."""
    if not settings.superselective_reduced:
        return False
    if facts.child_pugh_class == "B":
        return True
    return facts.portal_trunk == "complete" and facts.portal_collaterals == "formed"


def correct_coagulation_first(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.coagulation == "impaired_correctable"


def embolise_fistula_first(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    """5.2.5: mild or moderate, or any under TAE. A severe one outside TAE is infusion only (5.2.6)."""
    if facts.fistula == "none":
        return False
    return facts.fistula != "severe" or holds["3.1.6"]


def treat_infection_at_the_same_time(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.infection == "active_treatable"


def combine_with_systemic_therapy(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.extrahepatic_spread != "none"


def reassess_for_resection(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return holds["3.2"]


def outside_main_gate(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    """Not in source: multidisciplinary advice."""
    if not settings.outside_main_gate or holds["3.1"]:
        return False
    return facts.ecog > ECOG_UP_TO or facts.has_serious_renal_dysfunction


def control_bleeding_first(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    """Not in source: portal hypertensive bleeding without an arterioportal fistula."""
    if not settings.control_bleeding_first or not facts.portal_hypertensive_bleeding:
        return False
    return facts.fistula == "none" or facts.fistula_kind != "arterioportal"


CONDITIONS: Mapping[str, Judge] = {
    judge.__name__: judge
    for judge in (
        staged_small_volume,
        leukopenia_from_hypersplenism,
        superselective_reduced,
        correct_coagulation_first,
        embolise_fistula_first,
        treat_infection_at_the_same_time,
        combine_with_systemic_therapy,
        reassess_for_resection,
        outside_main_gate,
        control_bleeding_first,
    )
}


def _stands(clause_id: str, holds: Mapping[str, bool]) -> bool:
    """Whether a contraindication is present and no exception lifts it."""
    lifting = contraindications.LIFTED_BY.get(clause_id)
    return holds[clause_id] and not (lifting is not None and holds[lifting])


def is_refused(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    """A contraindication stands."""
    return any(_stands(clause_id, holds) for clause_id in contraindications.DECIDING)


def is_recoverable(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    """All that stand may be undone by treatment or time."""
    lasting = (one for one in contraindications.DECIDING if one not in contraindications.RECOVERABLE)
    return not any(_stands(clause_id, holds) for clause_id in lasting)


def may_be_overridden(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    """F.9x: the blocked trunk alone stands, and the liver would bear superselective, staged embolisation."""
    others = (one for one in contraindications.DECIDING if one != "4.3")
    return holds["F.9x"] and not any(_stands(clause_id, holds) for clause_id in others)


def is_indicated(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    """Any indication is met."""
    return any(holds[clause_id] for clause_id in INDICATIONS)


def has_condition(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    """Any of the conditions holds."""
    return any(holds[name] for name in CONDITIONS)


TOGETHER: Mapping[str, Judge] = {
    judge.__name__: judge
    for judge in (is_refused, is_recoverable, may_be_overridden, is_indicated, has_condition)
}
