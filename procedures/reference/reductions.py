"""Reductions of a dose as an admin writes them, one to a line, and as the row keeps them.

    1.2–3 mg/dL: 50 %          <60 mL/min: reduce
    3.1–5 mg/dL: 25 %          <50 mL/min: usually avoid
    ≥5.1 mg/dL: 0 %            <30 mL/min: avoid

What they mean for a dose says `guidelines.agent_meters`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

Reduction = dict[str, Any]

NUMBER = r"\d{1,4}(?:[.,]\d{1,3})?"
BILIRUBIN = re.compile(
    rf"(?:(?P<low>{NUMBER})\s*[–-]\s*(?P<high>{NUMBER})|(?:≥|>=)\s*(?P<open>{NUMBER}))"
    rf"\s*(?:mg/dL)?\s*:\s*(?P<give>{NUMBER})\s*%?",
    re.IGNORECASE,
)
KIDNEY = re.compile(
    rf"<\s*(?P<below>{NUMBER})\s*(?:mL/min)?\s*:\s*(?P<advice>reduce|usually[ _]avoid|avoid)", re.IGNORECASE
)
MOST_PCT = 100


def bilirubin_text(reductions: Sequence[Mapping[str, Any]], *, between: str = "\n") -> str:
    """Return the reductions by bilirubin as `bilirubin_from` reads them."""
    return between.join(f"{_bilirubin_range(one)} mg/dL: {_shown(one['give_pct'])} %" for one in reductions)


def kidney_text(reductions: Sequence[Mapping[str, Any]], *, between: str = "\n") -> str:
    """Return the reductions by creatinine clearance as `kidney_from` reads them."""
    return between.join(
        f"<{_shown(one['below_ml_per_min'])} mL/min: {one['advice'].replace('_', ' ')}" for one in reductions
    )


def bilirubin_from(text: str) -> list[Reduction]:
    """Read reductions by bilirubin. Raises ValidationError that names the line."""
    found = _read(text, BILIRUBIN, _bilirubin, "1.2–3 mg/dL: 50 %")
    for before, after in pairwise(found):
        is_apart = before["to_mg_per_dl"] is not None and before["to_mg_per_dl"] < after["from_mg_per_dl"]
        if not is_apart:
            raise ValidationError(_("Write the ranges from low to high; they must not overlap."))
        if after["give_pct"] > before["give_pct"]:
            raise ValidationError(_("A higher bilirubin cannot allow a larger dose."))
    return found


def kidney_from(text: str) -> list[Reduction]:
    """Read reductions by creatinine clearance. Raises ValidationError that names the line."""
    found = _read(text, KIDNEY, _kidney, "<60 mL/min: reduce")
    if any(after["below_ml_per_min"] >= before["below_ml_per_min"] for before, after in pairwise(found)):
        raise ValidationError(_("Write the clearances from high to low, each once."))
    return found


def _read(
    text: str, pattern: re.Pattern[str], reduction: Callable[[re.Match[str]], Reduction], example: str
) -> list[Reduction]:
    lines = [line.strip() for line in re.split(r"[\n;]", text)]
    found = []
    for line in (line for line in lines if line):
        match = pattern.fullmatch(line)
        if match is None:
            raise ValidationError(
                _("“%(line)s” cannot be read. Write it like this: %(example)s")
                % {"line": line, "example": example}
            )
        found.append(reduction(match))
    return found


def _bilirubin(match: re.Match[str]) -> Reduction:
    low = _number(match["low"] or match["open"])
    high = _number(match["high"]) if match["high"] else None
    give = _number(match["give"])
    if high is not None and high < low:
        raise ValidationError(_("“%(line)s”: the range ends before it begins.") % {"line": match[0]})
    if give > MOST_PCT:
        raise ValidationError(_("“%(line)s”: more than the whole dose.") % {"line": match[0]})
    return {"from_mg_per_dl": low, "to_mg_per_dl": high, "give_pct": give}


def _kidney(match: re.Match[str]) -> Reduction:
    advice = match["advice"].lower().replace(" ", "_")
    return {"below_ml_per_min": _number(match["below"]), "advice": advice}


def _number(written: str) -> float | int:
    value = float(written.replace(",", "."))
    return int(value) if value == int(value) else value


def _bilirubin_range(one: Mapping[str, Any]) -> str:
    if one["to_mg_per_dl"] is None:
        return f"≥{_shown(one['from_mg_per_dl'])}"
    return f"{_shown(one['from_mg_per_dl'])}–{_shown(one['to_mg_per_dl'])}"


def _shown(value: float) -> str:
    return format(value, "g")
