"""Section 4: the contraindications, with the exceptions that lift two of them."""

from collections.abc import Mapping

from guidelines.case import Case
from guidelines.clause import Section
from guidelines.clauses.indications import FRACTION_CUT_PCT, LOCAL_FRACTION, fraction_cut
from guidelines.settings import Settings, local_or

# Section 4 (5): "estimated survival < 3 months".
SURVIVAL_UNDER_MONTHS = 3
# Section 4 (8): leukocytes < 3.0 × 10⁹/L (printed "3,0×109/L"), platelets < 60 × 10⁹/L.
LEUKOCYTES_UNDER_10E9_PER_L = 3.0
PLATELETS_UNDER_10E9_PER_L = 60

# Each of these decides alone; 4.8 only gathers its two parts.
DECIDING = ("4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8a", "4.8b")
LIFTED_BY: Mapping[str, str] = {"4.7": "4.7x", "4.8a": "4.8a-x"}
# What treatment or time may undo.
RECOVERABLE = ("4.4", "4.8a", "4.8b")

section = Section("4")


def leukocytes_under(settings: Settings) -> float:
    """Under which count (10⁹/L) leukocytes are too low: as printed, or as a site deviates."""
    return local_or(LEUKOCYTES_UNDER_10E9_PER_L, settings.local_leukocytes_under_10e9_per_l)


def platelets_under(settings: Settings) -> float:
    """Under which count (10⁹/L) platelets are too low: as printed, or as a site deviates."""
    return local_or(PLATELETS_UNDER_10E9_PER_L, settings.local_platelets_under_10e9_per_l)


@section.clause(
    "4.1",
    "contraindication",
    locator="section 4, item (1)",
    says="Severe impairment of liver function: Child-Pugh C.",
    needs=("child_pugh_class",),
)
def liver_fails(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.child_pugh_class == "C"


@section.clause(
    "4.2",
    "contraindication",
    locator="section 4, item (2)",
    says="Coagulation is severely impaired and cannot be corrected.",
    needs=("coagulation",),
)
def coagulation_cannot_be_corrected(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.coagulation == "impaired_uncorrectable"


@section.clause(
    "4.3",
    "contraindication",
    locator="section 4, item (3)",
    says="The portal vein trunk is fully blocked by tumour thrombus and few collaterals have formed.",
    needs=("portal_trunk", "portal_collaterals"),
    note="The source prints “completely embolized”; read as occluded.",
)
def portal_flow_is_lost(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.portal_trunk == "complete" and facts.portal_collaterals != "formed"


@section.clause(
    "4.4",
    "contraindication",
    locator="section 4, item (4)",
    says="Active infection that cannot be treated at the same time.",
    needs=("infection",),
)
def infection_cannot_be_treated(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.infection == "active_untreatable"


@section.clause(
    "4.5",
    "contraindication",
    locator="section 4, item (5)",
    says="Extensive spread outside the liver with an expected survival under {months} months.",
    needs=("extrahepatic_spread", "expected_survival_months"),
    values={"months": SURVIVAL_UNDER_MONTHS},
)
def has_spread_and_short_survival(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    is_extensive = facts.extrahepatic_spread == "extensive"
    return is_extensive and facts.expected_survival_months < SURVIVAL_UNDER_MONTHS


@section.clause(
    "4.6",
    "contraindication",
    locator="section 4, item (6)",
    says="Cachexia or multi-organ failure.",
    needs=("cachexia", "multi_organ_failure"),
)
def body_fails(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.cachexia or facts.multi_organ_failure


@section.clause(
    "4.7",
    "contraindication",
    locator="section 4, item (7)",
    says="Tumour takes up {cut} % of the liver or more.",
    needs=("tumour_fraction_pct",),
    values={"cut": FRACTION_CUT_PCT},
    local=LOCAL_FRACTION,
)
def tumour_fills_the_liver(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.tumour_fraction_pct >= fraction_cut(settings)


@section.clause(
    "4.7x",
    "exception",
    locator="section 4, item (7), second half",
    says="Liver function is basically normal (Child-Pugh {basically_normal_liver_classes}): staged embolisation with "
    "a small volume of oil can be considered.",
    needs=("child_pugh_class",),
    rests_on=("4.7",),
    settings=("basically_normal_liver_classes",),
)
def liver_bears_staged_embolisation(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return holds["4.7"] and facts.child_pugh_class in settings.basically_normal_liver_classes


@section.clause(
    "4.8",
    "contraindication",
    locator="section 4, item (8)",
    says="Leukocytes or platelets are markedly low: see 4.8a and 4.8b.",
    rests_on=("4.8a", "4.8b"),
)
def blood_cells_are_low(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return holds["4.8a"] or holds["4.8b"]


@section.clause(
    "4.8a",
    "contraindication",
    locator="section 4, item (8)",
    says="Leukocytes are under {under} × 10⁹/L.",
    needs=("leukocytes_10e9_per_l",),
    values={"under": LEUKOCYTES_UNDER_10E9_PER_L},
    local={"under": "local_leukocytes_under_10e9_per_l"},
)
def leukocytes_are_low(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.leukocytes_10e9_per_l < leukocytes_under(settings)


@section.clause(
    "4.8a-x",
    "exception",
    locator="section 4, item (8), bracket",
    says="Low leukocytes come from hypersplenism and not from recent chemotherapy: not an absolute contraindication.",
    needs=("hypersplenism", "recent_chemotherapy"),
    rests_on=("4.8a",),
)
def spleen_explains_low_leukocytes(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return holds["4.8a"] and facts.hypersplenism and not facts.recent_chemotherapy


@section.clause(
    "4.8b",
    "contraindication",
    locator="section 4, item (8)",
    says="Platelets are under {under} × 10⁹/L.",
    needs=("platelets_10e9_per_l",),
    values={"under": PLATELETS_UNDER_10E9_PER_L},
    local={"under": "local_platelets_under_10e9_per_l"},
    note="The remark on hypersplenism stands with the leukocytes; it does not carry over to platelets.",
)
def platelets_are_low(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.platelets_10e9_per_l < platelets_under(settings)
