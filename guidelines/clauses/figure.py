"""The figure printed after section 4: an older list. It mirrors the body; where it differs, the body wins."""

from collections.abc import Mapping

from guidelines.case import Case
from guidelines.clause import Judge, Section
from guidelines.clauses.indications import FRACTION_CUT_PCT, LOCAL_FRACTION, fraction_cut
from guidelines.settings import Settings

section = Section("F", source="cn-hae-list")


def _same_as(clause_id: str) -> Judge:
    def judge(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
        return holds[clause_id]

    return judge


def _mirror(clause_id: str, kind: str, mirrored: str, says: str, note: str = "", **values: float) -> None:
    section.clause(
        clause_id,
        kind,
        says=says,
        locator="figure after section 4",
        rests_on=(mirrored,),
        note=note,
        values=values,
        local=LOCAL_FRACTION if values else {},
    )(_same_as(mirrored))


_mirror(
    "F.1",
    "indication",
    "3.2",
    "Before resection: shrinks the tumour, eases resection, shows how many there are.",
)


@section.clause(
    "F.2",
    "indication",
    locator="figure after section 4",
    says="No severe liver or kidney dysfunction (eGFR under {serious_renal_egfr_below_ml_per_min_1_73m2} or "
    "dialysis), portal vein trunk not fully blocked, tumour under {cut} % of the liver.",
    needs=("child_pugh_class", "has_serious_renal_dysfunction", "portal_trunk", "tumour_fraction_pct"),
    settings=("serious_renal_egfr_below_ml_per_min_1_73m2",),
    values={"cut": FRACTION_CUT_PCT},
    local=LOCAL_FRACTION,
    note="Stricter than 3.1.3, which accepts collaterals. Shown; never decides.",
)
def has_no_severe_dysfunction(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return (
        facts.child_pugh_class != "C"
        and not facts.has_serious_renal_dysfunction
        and facts.portal_trunk != "complete"
        and facts.tumour_fraction_pct < fraction_cut(settings)
    )


_mirror("F.3", "indication", "3.1.4", "Surgery failed, or the tumour came back after resection.")
_mirror("F.4", "indication", "3.4", "To control pain, bleeding or an arteriovenous fistula.")
_mirror("F.5", "indication", "3.5", "After resection, as prevention.")


@section.clause(
    "F.6",
    "indication",
    locator="figure after section 4",
    says="The tumour came back after liver transplantation.",
    needs=("recurrence_after_transplant",),
)
def came_back_after_transplant(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.recurrence_after_transplant


_mirror("F.7", "contraindication", "4.1", "Severe liver dysfunction: Child-Pugh C.")
_mirror(
    "F.8",
    "contraindication",
    "4.2",
    "Coagulation is severely reduced.",
    note="Drops “cannot be corrected”; read as 4.2.",
)
_mirror(
    "F.9",
    "contraindication",
    "4.3",
    "The portal vein trunk is fully blocked and few collaterals have formed.",
    note="A phrase is lost in the source; this item is reconstructed from the older list.",
)


@section.clause(
    "F.9x",
    "exception",
    locator="figure after section 4, bracket after the lost phrase",
    says="Liver function is basically normal (Child-Pugh {basically_normal_liver_classes}): superselective, staged "
    "embolisation of the tumour vessels. A documented decision; it does not lift 4.3.",
    needs=("child_pugh_class",),
    rests_on=("4.3",),
    settings=("basically_normal_liver_classes",),
    note="Reconstructed: the bracket belongs to the older list's item on the blocked trunk.",
)
def liver_bears_superselective_embolisation(
    facts: Case, holds: Mapping[str, bool], settings: Settings
) -> bool:
    return holds["4.3"] and facts.child_pugh_class in settings.basically_normal_liver_classes


_mirror("F.10", "contraindication", "4.4", "Infection, such as a liver abscess.")
_mirror(
    "F.11",
    "contraindication",
    "4.5",
    "Spread through the body, where treatment is not expected to prolong survival.",
)
_mirror("F.12", "contraindication", "4.6", "The whole body fails.")
_mirror(
    "F.13",
    "contraindication",
    "4.7",
    "Tumour takes up {cut} % of the liver or more.",
    note="The bracket of 4.7x is printed twice in the figure: one rule.",
    cut=FRACTION_CUT_PCT,
)
