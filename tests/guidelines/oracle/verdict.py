"""The verdict on one complete case, in the contract's order."""

from tests.guidelines.oracle import clauses

CONDITIONS = (
    "staged_small_volume",
    "leukopenia_from_hypersplenism",
    "superselective_reduced",
    "correct_coagulation_first",
    "embolise_fistula_first",
    "treat_infection_at_the_same_time",
    "combine_with_systemic_therapy",
    "reassess_for_resection",
    "outside_main_gate",
    "control_bleeding_first",
)
ELIGIBLE = ("eligible", "eligible_with_conditions")


def not_lifted(holds: dict[str, bool]) -> set[str]:
    deciding = ("4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8a", "4.8b")
    lifted = {"4.7": holds["4.7x"], "4.8a": holds["4.8a-x"]}
    return {clause for clause in deciding if holds[clause] and not lifted.get(clause, False)}


def indicated(holds: dict[str, bool]) -> bool:
    return any(holds[clause] for clause in ("3.1", "3.1.6", "3.2", "3.3", "3.4", "3.5", "F.6"))


def route(case: dict, holds: dict[str, bool]) -> str:
    """The modality, if the verdict is one of the eligible ones."""
    if holds["3.1.6"]:
        return "TAE"
    return "TAI" if case["fistula"] == "severe" else "TACE"


def conditions(case: dict, holds: dict[str, bool]) -> list[str]:
    fistula = case["fistula"]
    arterioportal = fistula != "none" and case["fistula_kind"] == "arterioportal"
    collaterals_instead_of_trunk = (
        case["portal_trunk"] == "complete" and case["portal_collaterals"] == "formed"
    )
    outside = case["ecog"] > 2 or clauses.serious_renal_dysfunction(case)
    under_tae = route(case, holds) == "TAE"
    true = {
        "staged_small_volume": holds["4.7x"],
        "leukopenia_from_hypersplenism": holds["4.8a-x"],
        "superselective_reduced": collaterals_instead_of_trunk or clauses.child_pugh_class(case) == "B",
        "correct_coagulation_first": case["coagulation"] == "impaired_correctable",
        "embolise_fistula_first": fistula in ("mild", "moderate") or (fistula != "none" and under_tae),
        "treat_infection_at_the_same_time": case["infection"] == "active_treatable",
        "combine_with_systemic_therapy": case["extrahepatic_spread"] != "none",
        "reassess_for_resection": holds["3.2"],
        "outside_main_gate": not holds["3.1"] and outside,
        "control_bleeding_first": case["portal_hypertensive_bleeding"] and not arterioportal,
    }
    return [name for name in CONDITIONS if true[name]]


def verdict(case: dict, holds: dict[str, bool]) -> str:
    against = not_lifted(holds)
    if holds["3.1.6"] and (against or not holds["3.1.5"]):
        return "needs_mdt"
    if against:
        return "not_eligible"
    if holds["2.5"]:
        return "surgery_preferred"
    if not indicated(holds):
        return "not_indicated"
    return "eligible_with_conditions" if conditions(case, holds) else "eligible"


def judge(case: dict) -> dict:
    """Everything that one complete case gets."""
    holds = clauses.all_clauses(case)
    answer = verdict(case, holds)
    eligible, refused = answer in ELIGIBLE, answer == "not_eligible"
    against = not_lifted(holds)
    return {
        "verdict": answer,
        "modality": route(case, holds) if eligible else None,
        "urgent": holds["3.1.6"],
        "recoverable": against <= {"4.4", "4.8a", "4.8b"} if refused else None,
        "override": "F.9x" if refused and against == {"4.3"} and holds["F.9x"] else None,
        "conditions": tuple(conditions(case, holds)) if eligible else (),
        "holds": holds,
    }
