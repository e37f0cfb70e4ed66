"""Section 2: for whom hepatic artery intervention is meant, and what its result depends on."""

from collections.abc import Mapping

from guidelines.case import Case
from guidelines.clause import Section
from guidelines.settings import Settings

section = Section("2")


@section.clause(
    "2.1",
    "applicability",
    locator="section 2, item (1)",
    says="Liver cancer that cannot be resected.",
    needs=("lesion_count", "resectability"),
)
def cannot_be_resected(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.lesion_count > 0 and facts.resectability == "unresectable"


@section.clause(
    "2.2",
    "applicability",
    locator="section 2, item (2)",
    says="Liver cancer that could be resected, but surgery is not suitable or is declined.",
    needs=("lesion_count", "resectability", "surgery"),
)
def resection_is_not_an_option(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.lesion_count > 0 and facts.resectability == "resectable" and facts.surgery != "suitable"


@section.clause(
    "2.3",
    "applicability",
    locator="section 2, after item (2)",
    says="For these patients intervention can be the first choice among non-surgical treatments.",
    rests_on=("2.1", "2.2"),
)
def is_first_choice_without_surgery(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return holds["2.1"] or holds["2.2"]


@section.clause(
    "2.4",
    "prognostic",
    locator="section 2, after item (2)",
    says="Large tumour ({massive_lesion_from_mm} mm or more) with an intact capsule: intervention works well.",
    needs=("largest_lesion_mm", "capsule"),
    settings=("massive_lesion_from_mm",),
)
def is_massive_in_a_capsule(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.capsule == "intact" and facts.largest_lesion_mm >= settings.massive_lesion_from_mm


@section.clause(
    "2.5",
    "principle",
    locator="section 2, after item (2)",
    says="Resection is preferred where the tumour is resectable and surgery is suitable.",
    needs=("lesion_count", "resectability", "surgery", "purpose"),
    rests_on=("3.1.6",),
)
def resection_is_preferred(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return (
        not holds["3.1.6"]
        and facts.lesion_count > 0
        and facts.resectability == "resectable"
        and facts.surgery == "suitable"
        and facts.purpose == "tumour_control"
    )


@section.clause(
    "2.6.a",
    "prognostic",
    locator="section 2, influencing factor ①",
    says="Serum AFP is raised (over {raised_afp_over_ng_per_ml} ng/mL).",
    needs=("afp_ng_per_ml",),
    settings=("raised_afp_over_ng_per_ml",),
)
def afp_is_raised(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.afp_ng_per_ml > settings.raised_afp_over_ng_per_ml


@section.clause(
    "2.6.b",
    "prognostic",
    locator="section 2, influencing factor ②",
    says="The capsule is intact and the margin is clear.",
    needs=("capsule", "margin"),
)
def is_well_bounded(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.capsule == "intact" and facts.margin == "clear"


@section.clause(
    "2.6.c",
    "prognostic",
    locator="section 2, influencing factor ③",
    says="There is tumour thrombus in the portal vein.",
    needs=("pvtt",),
)
def has_portal_tumour_thrombus(facts: Case, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.pvtt != "vp0"
