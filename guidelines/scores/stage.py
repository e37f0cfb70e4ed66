"""Stages: BCLC 2022 (Reig 2022, J Hepatol 76:681) and CNLC (Zhou 2020, Liver Cancer 9:682).

Each takes a case: an object with the facts as attributes. None where no lesion is left to stage.
"""

from guidelines.case import Case

BCLC_EDITION = 2022

# doi:10.1016/j.jhep.2021.11.018: very early is a single lesion up to 2 cm; early is single, or 2-3 up to 3 cm each.
VERY_EARLY_UP_TO_MM = 20
FEW_LESIONS = 3
FEW_LESIONS_UP_TO_MM = 30
# doi:10.1159/000509424: Ia is a single lesion up to 5 cm.
CNLC_IA_UP_TO_MM = 50
ECOG_OF_THE_GATE = 2


def bclc(case: Case) -> str | None:
    """Decided in the order D, C, 0, A, B."""
    if case.ecog > ECOG_OF_THE_GATE or case.child_pugh_class == "C":
        return "D"
    if case.ecog >= 1 or case.macrovascular_invasion or case.extrahepatic_spread != "none":
        return "C"
    if case.lesion_count == 0:
        return None
    if case.lesion_count == 1:
        return "0" if case.largest_lesion_mm <= VERY_EARLY_UP_TO_MM else "A"
    few_and_small = case.lesion_count <= FEW_LESIONS and case.largest_lesion_mm <= FEW_LESIONS_UP_TO_MM
    return "A" if few_and_small else "B"


def cnlc(case: Case) -> str | None:
    """Decided from the worst stage down."""
    if case.ecog > ECOG_OF_THE_GATE or case.child_pugh_class == "C":
        return "IV"
    if case.extrahepatic_spread != "none":
        return "IIIb"
    if case.macrovascular_invasion:
        return "IIIa"
    return _cnlc_of_the_liver(case)


def _cnlc_of_the_liver(case: Case) -> str | None:
    if case.lesion_count == 0:
        return None
    if case.lesion_count == 1:
        return "Ia" if case.largest_lesion_mm <= CNLC_IA_UP_TO_MM else "Ib"
    if case.lesion_count <= FEW_LESIONS:
        return "Ib" if case.largest_lesion_mm <= FEW_LESIONS_UP_TO_MM else "IIa"
    return "IIb"
