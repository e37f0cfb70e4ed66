"""Section 1 and the beginning of section 5: the principles, angiography, and what must be clear before treating."""

from collections.abc import Mapping
from typing import Any

from guidelines.settings import Settings
from guidelines.technique_clause import TechniqueSection

principles = TechniqueSection("1")
section = TechniqueSection("5")

Holds = Mapping[str, bool]


@principles.clause(
    "1.1",
    "technique",
    locator="section 1, item 1",
    says="Performed under digital subtraction angiography.",
    needs=("dsa",),
)
def is_under_dsa(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.dsa)


@principles.clause(
    "1.2",
    "technique",
    locator="section 1, item 2",
    says="Hold strictly to the indications: a signed decision to proceed comes before the procedure.",
    needs=("may_be_done",),
    note="An emergency without an assessment needs a written reason; not in source.",
)
def rests_on_a_decision(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.may_be_done)


principles.text(
    "1.3",
    "principle",
    locator="section 1, item 3",
    says="Treat by the standard, and fit it to the patient: the plan says why it departs.",
)


@section.clause(
    "5.0.1",
    "technique",
    locator="section 5, first sentence",
    says="Seldinger technique, usually through the femoral artery.",
    needs=("access_is_percutaneous",),
    note="Radial and brachial access are later practice; not in source.",
)
def access_is_usual(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.access_is_percutaneous)


@section.clause(
    "5.0.2",
    "technique",
    locator="section 5, first sentence",
    says="Angiography from the coeliac trunk or the common hepatic artery.",
    needs=("coeliac_or_common_hepatic_run",),
)
def coeliac_was_run(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.coeliac_or_common_hepatic_run)


@section.clause(
    "5.0.3",
    "technique",
    locator="section 5, first sentence",
    says="Arterial, parenchymal and venous phase are acquired.",
    needs=("arterial_phase", "parenchymal_phase", "venous_phase"),
)
def has_three_phases(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.arterial_phase & facts.parenchymal_phase & facts.venous_phase)


@section.clause(
    "5.0.4",
    "technique",
    locator="section 5, first sentence",
    says="The superior mesenteric artery is run, and collateral supply is looked for.",
    needs=("superior_mesenteric_run", "collaterals_sought"),
)
def collaterals_were_sought(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.superior_mesenteric_run & facts.collaterals_sought)


@section.clause(
    "5.1.1",
    "technique",
    locator="section 5, TAI",
    says="Site, size, number and feeders of the tumour are clear before the infusion.",
    needs=("tumour_is_clear",),
)
def tumour_is_clear(facts: Any, holds: Holds, settings: Settings) -> bool:
    return bool(facts.tumour_is_clear)
