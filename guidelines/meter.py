"""How much, of how much: one dose, volume or exposure against its limit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# `over` asks for a reason; `sentinel` (radiation alone) for a review as well.
WITHIN, WATCH, OVER, SENTINEL, NOT_KNOWN = "within", "watch", "over", "sentinel", "not_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """One meter. Where `verdict` is not_known, `missing` names what to measure or ask.

    `key` names it for good ("doxorubicin.lifetime", "ethiodised-oil.volume", "contrast.cigarroa", "radiation.kerma").
    `of` is the name of the reference row that it is about, `name` says what is measured (translate).
    `before` is the part of `amount` that earlier procedures gave; with `is_lower_end` there may have been more.
    `says` is an English template that `values` fill: translate first.
    """

    key: str
    name: str
    unit: str
    verdict: str
    of: str = ""
    amount: float | None = None
    before: float = 0.0
    is_lower_end: bool = False
    limit: float | None = None
    warn_from: float | None = None
    usual: tuple[float | None, float | None] = (None, None)
    says: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    source: str = ""

    @property
    def sentence(self) -> str:
        """What it says, in English, filled."""
        return self.says.format(**self.values)


def judge(amount: float, *, warn_from: float | None, limit: float | None) -> str:
    """At a number is still inside it: 20 mL of 20 is not over."""
    if limit is not None and amount > limit:
        return OVER
    if warn_from is not None and amount > warn_from:
        return WATCH
    return WITHIN


def judge_lower_end(amount: float, *, warn_from: float | None, limit: float | None) -> str:
    """More may have been given: what is over stays over, the rest is not known."""
    return OVER if judge(amount, warn_from=warn_from, limit=limit) == OVER else NOT_KNOWN
