"""Section 3: the indications. 3.1 is the main one, with its gate 3.1.5; 3.1.6 to 3.5 stand by themselves."""

from collections.abc import Mapping

from guidelines.case import Case
from guidelines.clause import Section
from guidelines.settings import Settings, local_or

# Section 3 (1) and section 4 (7): "less than 70 %", "70 % or more" of the whole liver.
FRACTION_CUT_PCT = 70
# Section 3 (1) (2), "multiple nodular".
SEVERAL_LESIONS = 2
# Section 3 (1) (5): ECOG 0-2.
ECOG_UP_TO = 2

LOCAL_FRACTION: Mapping[str, str] = {"cut": "local_fraction_cut_pct"}

section = Section("3")


def fraction_cut(settings: Settings) -> float:
    """From which share of the liver, in percent, a tumour is too large: as printed, or as a site deviates."""
    return local_or(FRACTION_CUT_PCT, settings.local_fraction_cut_pct)


@section.clause(
    "3.1",
    "indication",
    locator="section 3, item (1)",
    says="Main indication: no resection, no serious kidney dysfunction (eGFR under "
    "{serious_renal_egfr_below_ml_per_min_1_73m2} or dialysis), Child-Pugh A or B with ECOG 0 to 2, and one of "
    "3.1.1 to 3.1.4.",
    needs=("has_serious_renal_dysfunction",),
    rests_on=("2.1", "2.2", "3.1.1", "3.1.2", "3.1.3", "3.1.4", "3.1.5"),
    settings=("serious_renal_egfr_below_ml_per_min_1_73m2",),
)
def has_the_main_indication(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return (
        (holds["2.1"] or holds["2.2"])
        and not facts.has_serious_renal_dysfunction
        and holds["3.1.5"]
        and any(holds[kind] for kind in ("3.1.1", "3.1.2", "3.1.3", "3.1.4"))
    )


@section.clause(
    "3.1.1",
    "indication",
    locator="section 3, item (1) (1)",
    says="Massive tumour ({massive_lesion_from_mm} mm or more) that takes up less than {cut} % of the liver.",
    needs=("largest_lesion_mm", "tumour_fraction_pct"),
    settings=("massive_lesion_from_mm",),
    values={"cut": FRACTION_CUT_PCT},
    local=LOCAL_FRACTION,
)
def is_massive(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    is_large = facts.largest_lesion_mm >= settings.massive_lesion_from_mm
    return is_large and facts.tumour_fraction_pct < fraction_cut(settings)


@section.clause(
    "3.1.2",
    "indication",
    locator="section 3, item (1) (2)",
    says="More than one nodule.",
    needs=("lesion_count",),
)
def is_multinodular(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.lesion_count >= SEVERAL_LESIONS


@section.clause(
    "3.1.3",
    "indication",
    locator="section 3, item (1) (3)",
    says="The portal vein trunk is not fully blocked, or collaterals have formed.",
    needs=("portal_trunk", "portal_collaterals"),
)
def portal_flow_is_kept(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.portal_trunk != "complete" or facts.portal_collaterals == "formed"


@section.clause(
    "3.1.4",
    "indication",
    locator="section 3, item (1) (4)",
    says="Surgery failed, or the tumour came back after surgery.",
    needs=("prior_surgery",),
)
def surgery_did_not_last(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.prior_surgery in {"failed", "recurrence"}


@section.clause(
    "3.1.5",
    "indication",
    locator="section 3, item (1) (5)",
    says="Child-Pugh A or B and ECOG 0 to 2.",
    needs=("child_pugh_class", "ecog"),
    note="Printed twice and broken in the source; read as one item.",
)
def passes_the_gate(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.child_pugh_class != "C" and facts.ecog <= ECOG_UP_TO


@section.clause(
    "3.1.6",
    "indication",
    locator="section 3, item (1) (6)",
    says="Bleeding from tumour rupture, or portal hypertensive bleeding through an arterioportal fistula.",
    needs=("tumour_rupture_bleeding", "portal_hypertensive_bleeding", "fistula", "fistula_kind"),
    note="The source prints “static shunt”; read as venous (arterioportal) shunt.",
)
def is_bleeding(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.tumour_rupture_bleeding or (
        facts.portal_hypertensive_bleeding
        and facts.fistula != "none"
        and facts.fistula_kind == "arterioportal"
    )


@section.clause(
    "3.2",
    "indication",
    locator="section 3, item (2)",
    says="Before resection, to shrink the tumour and to show how many there are.",
    needs=("lesion_count", "purpose"),
)
def is_before_resection(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.lesion_count > 0 and facts.purpose == "before_resection"


@section.clause(
    "3.3",
    "indication",
    locator="section 3, item (3)",
    says="Small tumour ({small_lesion_up_to_mm} mm or less) where neither surgery nor ablation is an option.",
    needs=("lesion_count", "largest_lesion_mm", "resectability", "surgery", "ablation"),
    settings=("small_lesion_up_to_mm",),
)
def is_small_without_other_option(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    is_small = facts.lesion_count > 0 and facts.largest_lesion_mm <= settings.small_lesion_up_to_mm
    no_surgery = facts.surgery != "suitable" or facts.resectability == "unresectable"
    return is_small and facts.ablation != "suitable" and no_surgery


@section.clause(
    "3.4",
    "indication",
    locator="section 3, item (4)",
    says="To control local pain or bleeding, or to close a fistula.",
    needs=("lesion_count", "local_pain", "tumour_rupture_bleeding", "fistula"),
    note="The source prints “arteriovenous impotence”; read as fistula.",
)
def is_for_a_symptom(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    if facts.fistula != "none":
        return True
    return facts.lesion_count > 0 and (facts.local_pain or facts.tumour_rupture_bleeding)


@section.clause(
    "3.5",
    "indication",
    locator="section 3, item (5)",
    says="After resection, to prevent recurrence.",
    needs=("purpose",),
)
def is_after_resection(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.purpose == "after_resection"
