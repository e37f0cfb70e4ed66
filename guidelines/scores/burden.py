"""How much tumour: transplant criteria (Milan, UCSF, up-to-seven) and sums of size and number.

Sizes come in millimetres and the papers count in centimetres: a sum is compared ten times as large, without loss.
"""

import math
from typing import NamedTuple

from guidelines.case import Case

# Mazzaferro 1996, N Engl J Med 334:693: one up to 5 cm, or two or three up to 3 cm each.
MILAN_SINGLE_UP_TO_MM = 50
MILAN_FEW_UP_TO_MM = 30
FEW_LESIONS = 3
# Yao 2001, Hepatology 33:1394: one up to 6.5 cm, or two or three up to 4.5 cm with 8 cm together.
UCSF_SINGLE_UP_TO_MM = 65
UCSF_FEW_UP_TO_MM = 45
UCSF_TOTAL_UP_TO_MM = 80
# Mazzaferro 2009, Lancet Oncol 10:35: largest in cm + number up to 7.
UP_TO_SEVEN_MM = 70
# Wang 2019, J Hepatol 70:893: largest in cm + number up to 6, up to 12, more.
SIX_MM, TWELVE_MM = 60, 120
# Sasaki 2018, Ann Surg 267:132, cuts for hepatocellular carcinoma: under 3.36, to 13.74, over.
BURDEN_LOW_UNDER, BURDEN_HIGH_OVER = 3.36, 13.74
MM_PER_CM = 10


class Graded(NamedTuple):
    """A value, unrounded, with its group."""

    value: float
    group: str


def milan(case: Case) -> bool:
    """Within the Milan criteria."""
    if case.macrovascular_invasion or case.extrahepatic_spread != "none":
        return False
    if case.lesion_count == 1:
        return case.largest_lesion_mm <= MILAN_SINGLE_UP_TO_MM
    return case.lesion_count <= FEW_LESIONS and case.largest_lesion_mm <= MILAN_FEW_UP_TO_MM


def ucsf(case: Case) -> bool:
    """Within the UCSF criteria."""
    if case.macrovascular_invasion or case.extrahepatic_spread != "none":
        return False
    if case.lesion_count == 1:
        return case.largest_lesion_mm <= UCSF_SINGLE_UP_TO_MM
    few = case.lesion_count <= FEW_LESIONS and case.largest_lesion_mm <= UCSF_FEW_UP_TO_MM
    surely_fits = case.lesion_count * case.largest_lesion_mm <= UCSF_TOTAL_UP_TO_MM
    return few and (surely_fits or case.total_diameter_mm <= UCSF_TOTAL_UP_TO_MM)


def size_and_number_mm(lesion_count: float, largest_lesion_mm: float) -> float:
    """Ten times (largest in cm + number)."""
    return largest_lesion_mm + MM_PER_CM * lesion_count


def up_to_seven(case: Case) -> bool:
    """Within up-to-seven, as far as imaging can tell."""
    if case.macrovascular_invasion:
        return False
    return size_and_number_mm(case.lesion_count, case.largest_lesion_mm) <= UP_TO_SEVEN_MM


def six_and_twelve(lesion_count: float, largest_lesion_mm: float) -> Graded:
    """Group 1, 2 or 3."""
    total_mm = size_and_number_mm(lesion_count, largest_lesion_mm)
    group = 1 + (total_mm > SIX_MM) + (total_mm > TWELVE_MM)
    return Graded(total_mm / MM_PER_CM, str(group))


def tumour_burden_score(lesion_count: float, largest_lesion_mm: float) -> Graded:
    """The distance from no tumour: square root of (largest in cm)² + number²."""
    value = math.hypot(largest_lesion_mm / MM_PER_CM, lesion_count)
    if value < BURDEN_LOW_UNDER:
        return Graded(value, "low")
    return Graded(value, "high" if value > BURDEN_HIGH_OVER else "medium")
