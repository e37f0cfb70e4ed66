"""ALBI (Johnson 2015, J Clin Oncol 33:550) and modified ALBI (Hiraoka 2017, Liver Cancer 6:325)."""

import math
from typing import NamedTuple

# doi:10.1200/JCO.2014.57.9151: 0.66 × log10(bilirubin µmol/L) − 0.085 × albumin g/L.
LOG_BILIRUBIN = 0.66
ALBUMIN = -0.085
GRADE_1_UP_TO = -2.60
GRADE_2_UP_TO = -1.39
# doi:10.1159/000479984 divides grade 2.
GRADE_2A_UP_TO = -2.27
# Float noise must not move a value that is exactly on a cut.
TOLERANCE = 1e-9


class Albi(NamedTuple):
    """The value, unrounded, with both grades."""

    value: float
    grade: str
    malbi: str


def grades(value: float) -> tuple[str, str]:
    """ALBI grade and modified ALBI grade of a value."""
    if value <= GRADE_1_UP_TO + TOLERANCE:
        return "1", "1"
    if value <= GRADE_2_UP_TO + TOLERANCE:
        return "2", "2a" if value <= GRADE_2A_UP_TO + TOLERANCE else "2b"
    return "3", "3"


def score(bilirubin_umol_per_l: float, albumin_g_per_l: float) -> Albi:
    """Graded before it is rounded for display."""
    value = LOG_BILIRUBIN * math.log10(bilirubin_umol_per_l) + ALBUMIN * albumin_g_per_l
    return Albi(value, *grades(value))
