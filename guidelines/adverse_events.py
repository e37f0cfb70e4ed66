"""Adverse events graded: CTCAE v5.0 (NCI, 27 November 2017), CIRSE 2017 and SIR 2017, side by side.

CTCAE v5.0 works with the multiple of the limit of normal, or of the baseline where the baseline was abnormal. An exact
edge belongs to the lower grade. Grade 0 is no event. Nausea and pain have no grade 4. Grade 5 is death.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CTCAE_VERSION = "5.0"
CIRSE_VERSION = "2017"
SIR_VERSION = "2017"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One event that can be graded.

    `analyte` is the laboratory value that grades it (name and unit of `guidelines.facts`), or "temperature_c"; empty
    where a clinician chooses among `grades` (grade → its text). `clause` is the guideline's own (6.1, 6.3).
    """

    key: str
    label: str
    grades: Mapping[int, str]
    clause: str = ""
    analyte: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """What the numbers come to. `grade` is None while `missing` facts decide; `possible` are the grades left.

    `says` is the text of the grade; `graded_from` is what to keep with it: value, limits, baseline, rule.
    """

    term: str
    grade: int | None
    possible: tuple[int, ...]
    says: str = ""
    scheme: str = "CTCAE"
    version: str = CTCAE_VERSION
    missing: tuple[str, ...] = ()
    graded_from: Mapping[str, Any] = field(default_factory=dict)


TERMS: Mapping[str, Term] = {}
# grade → text
CIRSE: Mapping[int, str] = {}
# class → text: mild, moderate, severe, life_threatening, death
SIR: Mapping[str, str] = {}


def grade(
    term: str,
    value: float | None,
    *,
    upper_limit: float | None = None,
    lower_limit: float | None = None,
    baseline: float | None = None,
    hours_over_40_c: float | None = None,
) -> Graded:
    """The CTCAE v5.0 grade of a measured term; value, limits and baseline in one unit, temperature in °C.

    Raises KeyError for an unknown term, ValueError for a term that only a clinician can grade.
    """
    raise ValueError(term)
