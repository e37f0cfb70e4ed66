"""The days after an embolisation: the expected post-embolisation syndrome (6.1-6.4), or something else (red).

Fever, pain, nausea and vomiting are expected, begin within about three days and last 5 to 7 days (6.4). What is still
there after day 7, or comes with the signs below, is not that syndrome and says what to look for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

EXPECTED, WATCH, RED, NOTHING, NOT_KNOWN = "expected", "watch", "red", "nothing", "not_known"
# The analytes that it reads: of `guidelines.facts`, and procalcitonin (ng/mL).
ANALYTES = (
    "leukocytes_10e9_per_l",
    "procalcitonin_ng_per_ml",
    "platelets_10e9_per_l",
    "creatinine_umol_per_l",
    "bilirubin_umol_per_l",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How the patient is on one day after the procedure (its day is 0); None is not asked.

    `signs` are those of non-target embolisation or of another complication, as keys of SIGNS: True, False or None.
    """

    day: int
    temperature_c: float | None = None
    pain: int | None = None
    nausea: bool | None = None
    vomiting: bool | None = None
    signs: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One laboratory value in its canonical unit; day 0 or less is the baseline."""

    analyte: str
    day: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why it is judged so. `says` is a template that `values` fill; `look_for` are sentences."""

    key: str
    verdict: str
    says: str
    values: Mapping[str, Any] = field(default_factory=dict)
    look_for: tuple[str, ...] = ()
    clause: str = ""

    @property
    def sentence(self) -> str:
        """What it says, in English, filled."""
        return self.says.format(**self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The gravest of the reasons; `missing` names what was not asked or measured and would tell more.

    `verdict`: red, watch, expected, nothing (asked, and free of symptoms), not_known.
    """

    verdict: str
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ("6.1", "6.2", "6.4")


# sign → (its question, what to look for)
SIGNS: Mapping[str, tuple[str, tuple[str, ...]]] = {}


def judge(*, today: int, entries: Sequence[Entry], values: Sequence[Value]) -> Judgement:
    """Judge the course up to day `today` after the procedure."""
    return Judgement(verdict=NOT_KNOWN, reasons=())
