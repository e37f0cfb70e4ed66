"""Section 5 from TAI on: how it is infused and embolised."""

from collections.abc import Mapping
from typing import Any

from guidelines.clauses import angiography
from guidelines.settings import Settings
from guidelines.technique_clause import TechniqueSection

EMBOLISING = ("TACE", "TAE")
INFUSING = ("TACE", "TAI")
# "In most HCC, more than 95% of the blood supply comes from the hepatic artery."
ARTERIAL_SUPPLY_OVER_PCT = 95

section = TechniqueSection("5")

Holds = Mapping[str, bool]


def is_embolising(facts: Any, holds: Holds, settings: Settings) -> bool:
    return facts.modality in EMBOLISING


def embolises_the_tumour(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.embolised == "tumour")


def infuses(facts: Any, holds: Holds, settings: Settings) -> bool:
    return facts.modality in INFUSING


def is_superselective(facts: Any, holds: Holds, settings: Settings) -> bool:
    return facts.lowest_level in settings.superselective_levels


section.clause(
    "5.1.2",
    "technique",
    locator="section 5, TAI",
    says="Infuse superselectively into the feeder of the tumour.",
    needs=("modality", "lowest_level"),
    settings=("superselective_levels",),
    applies=infuses,
)(is_superselective)


@section.clause(
    "5.1.3",
    "principle",
    locator="section 5, TAI",
    says="Commonly used: doxorubicin, epirubicin, cisplatin, fluorouracil, hydroxycamptothecin and mitomycin C.",
    needs=("infused", "agents_are_named"),
)
def agents_are_usual(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.infused & facts.agents_are_named)


section.clause(
    "5.2.1",
    "technique",
    locator="section 5, TAE",
    says="Embolise superselectively whenever possible.",
    needs=("modality", "lowest_level"),
    settings=("superselective_levels",),
    applies=is_embolising,
)(is_superselective)


@section.clause(
    "5.2.2",
    "caution",
    locator="section 5, TAE",
    says="Choose a suitable embolic material.",
    needs=("modality", "embolised", "oil_meets_beads", "material_fits_technique"),
    applies=embolises_the_tumour,
    note="Read as: oil for conventional TACE, beads for TACE with beads, never both in one vessel; not in source.",
)
def material_suits(facts: Any, holds: Holds, settings: Settings) -> bool:
    is_tace = facts.modality == "TACE"
    return bool((not facts.oil_meets_beads) & (facts.material_fits_technique | (not is_tace)))


def oil_is_given(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.oil_given)


@section.clause(
    "5.2.3",
    "caution",
    locator="section 5, TAE",
    says="Oil volume follows size, vascularity and number of feeders: up to {oil_up_to_ml_per_cm} mL per "
    "centimetre of tumour.",
    needs=("oil_given", "oil_ml_per_cm", "supply_is_known"),
    settings=("oil_up_to_ml_per_cm",),
    applies=oil_is_given,
)
def oil_fits_the_tumour(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool((facts.oil_ml_per_cm <= settings.oil_up_to_ml_per_cm) & facts.supply_is_known)


section.text(
    "5.2.4",
    "principle",
    locator="section 5, TAE",
    says="Gelatin sponge, permanent particles and microspheres can be used as well.",
)


def has_fistula_to_close(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool((facts.modality in EMBOLISING) & (facts.fistula != "none"))


@section.clause(
    "5.2.5",
    "caution",
    locator="section 5, TAE, fistula",
    says="Close the fistula first, then embolise the tumour: against pulmonary embolism, and for the effect.",
    needs=("modality", "fistula", "fistula_closed_first"),
    applies=has_fistula_to_close,
)
def fistula_is_closed_first(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.fistula_closed_first)


def has_severe_fistula(facts: Any, holds: Holds, settings: Settings) -> bool:
    """A bleeding that must be embolised comes before it (3.1.6)."""
    return bool((facts.fistula == "severe") & (not facts.is_urgent))


@section.clause(
    "5.2.6",
    "caution",
    locator="section 5, TAE, fistula",
    says="Severe fistula: infusion only, no embolisation.",
    needs=("fistula", "is_urgent", "modality", "embolised"),
    applies=has_severe_fistula,
)
def severe_fistula_is_infused_only(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool((facts.modality == "TAI") & (facts.embolised != "tumour"))


@section.clause(
    "5.3.1",
    "technique",
    locator="section 5, TACE, first sentence",
    says="TACE is infusion and embolisation together; the modality matches what was given.",
    needs=("modality", "infused", "embolised"),
)
def modality_matches(facts: Any, holds: Holds, settings: Settings) -> bool:
    given = (facts.infused, facts.embolised)
    if facts.modality == "TAI":
        return given in ((True, "nothing"), (True, "closing"))
    # Embolisation of a bleeding vessel may be by coils alone.
    return given[0] is (facts.modality == "TACE") and given[1] != "nothing"


section.text(
    "5.3.2",
    "principle",
    locator="section 5, TACE, second and third sentences",
    says="TACE blocks the arterial supply and releases drug, and prolongs survival: the first and most effective "
    "treatment of intermediate and advanced cancer that cannot be resected.",
)
section.clause(
    "5.3.3",
    "technique",
    locator="section 5, TACE",
    says="Site, size, number and feeders of the tumour are clear before TACE.",
    needs=("tumour_is_clear",),
)(angiography.tumour_is_clear)


def infuses_both_sides(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool((facts.modality in INFUSING) & facts.both_sides_feed)


@section.clause(
    "5.3.4",
    "technique",
    locator="section 5, TACE",
    says="Where right and left hepatic artery both feed, each is infused separately.",
    needs=("modality", "both_sides_feed", "infused_separately"),
    applies=infuses_both_sides,
)
def sides_are_infused_separately(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.infused_separately)


def passes_side_branches(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.passes_side_branches)


@section.clause(
    "5.3.5",
    "caution",
    locator="section 5, TACE",
    says="The tip lies beyond the cystic, right gastric and gastroepiploic (gastroduodenal) arteries.",
    needs=("passes_side_branches", "tip_is_beyond"),
    applies=passes_side_branches,
)
def tip_is_beyond(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.tip_is_beyond)


section.text(
    "5.3.6",
    "principle",
    locator="section 5, TACE",
    says="Over {supply} % of the supply of most tumours is arterial: thick feeders, many vessels, dense stain.",
    values={"supply": ARTERIAL_SUPPLY_OVER_PCT},
)


def infuses_and_embolises(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.infused_and_embolised)


@section.clause(
    "5.3.7",
    "technique",
    locator="section 5, TACE",
    says="Embolise after the infusion.",
    needs=("infused_and_embolised", "infusion_came_first"),
    applies=infuses_and_embolises,
)
def infusion_came_first(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.infusion_came_first)


def mixes_oil_and_drug(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.oil_and_drug)


@section.clause(
    "5.3.8",
    "technique",
    locator="section 5, TACE",
    says="Oil and drug are fully mixed to an emulsion.",
    needs=("oil_and_drug", "emulsion_fully_mixed"),
    applies=mixes_oil_and_drug,
)
def emulsion_is_fully_mixed(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.emulsion_fully_mixed)


@section.clause(
    "5.3.9",
    "technique",
    locator="section 5, TACE",
    says="Inject slowly through a microcatheter in the feeder.",
    needs=("modality", "every_microcatheter", "is_slow"),
    applies=is_embolising,
)
def is_slow_by_microcatheter(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.every_microcatheter & facts.is_slow)


@section.clause(
    "5.3.10",
    "caution",
    locator="section 5, TACE",
    says="Keep away from normal liver and from other organs.",
    needs=("modality", "non_target_avoided"),
    applies=is_embolising,
)
def non_target_is_avoided(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.non_target_avoided)


def has_thick_feeder(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.thick_feeder_with_oil)


@section.clause(
    "5.3.11",
    "technique",
    locator="section 5, TACE",
    says="Markedly thick feeder: granular material such as gelatin sponge or microspheres after the emulsion.",
    needs=("thick_feeder_with_oil", "granular_after_oil"),
    applies=has_thick_feeder,
)
def thick_feeder_gets_grains(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.granular_after_oil)


@section.clause(
    "5.3.12",
    "technique",
    locator="section 5, TACE",
    says="Embolise every feeder, so that the tumour has no vessels left.",
    needs=("modality", "no_residual_supply"),
    applies=is_embolising,
)
def nothing_is_left(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.no_residual_supply)


@section.clause(
    "5.3.13",
    "caution",
    locator="section 5, TACE",
    says="The proper hepatic artery stays open, for the next treatment.",
    needs=("proper_hepatic_artery_open",),
)
def proper_hepatic_artery_is_open(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.proper_hepatic_artery_open)


section.text(
    "5.3.14",
    "prognostic",
    locator="section 5, long-term efficacy",
    says="The long-term result depends on cirrhosis, liver function and tumour: size, grade, type, portal tumour "
    "thrombus and fistula.",
)
section.text(
    "5.3.15",
    "limitation",
    locator="section 5, limitations, item 1",
    says="Necrosis is often incomplete: embolisation is incomplete and collateral vessels form.",
)
section.text(
    "5.3.16",
    "limitation",
    locator="section 5, limitations, item 2",
    says="Lack of oxygen in what is left raises hypoxia-inducible factor and, through it, vascular endothelial growth "
    "factor: recurrence and metastasis may follow.",
)
