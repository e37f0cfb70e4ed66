"""The engine's scores in words: three of every assessment with their arithmetic, and whatever else the facts allow."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments import entries, guidance, words

MAIN = ("child_pugh", "albi", "bclc")
LABELS: dict[str, str | Promise] = {
    "meld": "MELD",
    "meld_na": "MELD-Na",
    "meld_3": "MELD 3.0",
    "egfr_ckd_epi_2021": _("eGFR (CKD-EPI 2021)"),
    "creatinine_clearance": _("Creatinine clearance"),
    "bsa": _("Body surface"),
    "fib4": "FIB-4",
    "cnlc": "CNLC",
    "milan": _("Milan criteria"),
    "ucsf": _("UCSF criteria"),
    "up_to_seven": _("Up to seven"),
    "six_and_twelve": _("Six and twelve"),
    "tumour_burden_score": _("Tumour burden score"),
    "hap": "HAP",
    "clip": "CLIP",
}
UNITS = {"egfr_ckd_epi_2021": "mL/min/1.73 m²"}


@dataclass
class Score:
    """One score with its arithmetic."""

    label: str
    value: str
    parts: list[str] = field(default_factory=list)
    note: str = ""
    is_known: bool = True


def main_scores(scores: dict[str, Any], held: entries.Entries) -> list[Score]:
    """Return Child-Pugh with its five parts, ALBI with its formula, and BCLC; one that is not known says so."""
    return [_child_pugh(scores.get("child_pugh"), held), _albi(scores.get("albi")), _bclc(scores.get("bclc"))]


def more_scores(scores: dict[str, Any]) -> list[Score]:
    """Return every other score that the facts allow."""
    return [
        Score(str(LABELS.get(name, name)), _value(name, score))
        for name, score in scores.items()
        if name not in MAIN
    ]


def _value(name: str, score: dict[str, Any]) -> str:
    """Say a score of any of the contract's shapes: a value, points, a stage, a group, within or not."""
    if name == "bsa":
        return f"{score['mosteller_m2']:.2f} m² (Mosteller), {score['dubois_m2']:.2f} m² (Du Bois)"
    if name == "creatinine_clearance":
        return gettext("%.0f mL/min, for the actual weight") % score["ml_per_min"]
    said = [_number(score[key]) for key in ("value", "points", "stage") if score.get(key) is not None]
    if name in UNITS:
        said.append(UNITS[name])
    said += [str(score[key]) for key in ("grade", "group") if score.get(key) is not None]
    if "within" in score:
        said.append(_within(score))
    return " ".join(said)


def _number(value: Any) -> str:
    return value if isinstance(value, str) else words.number(round(float(value), 1))


def _within(score: dict[str, Any]) -> str:
    if score["within"] is None:
        missing = ", ".join(words.label_of(name) for name in score["missing"])
        return gettext("not known: waits for %s") % missing
    return gettext("within") if score["within"] else gettext("not within")


def child_pugh_words(score: dict[str, Any]) -> str:
    """Say A, 5 points; or what is still possible: A or B, 6 to 8 points."""
    letters = _letters(score)
    if score["points"] is not None:
        return gettext("Child-Pugh %(class)s, %(points)s points") % {
            "class": letters,
            "points": score["points"],
        }
    return gettext("Child-Pugh %(class)s, %(low)s to %(high)s points") % {
        "class": letters,
        "low": score["min_points"],
        "high": score["max_points"],
    }


def _letters(score: dict[str, Any]) -> str:
    return score["class"] or gettext(" or ").join(score["classes"])


def _child_pugh(score: dict[str, Any] | None, held: entries.Entries) -> Score:
    if not score:
        return Score("Child-Pugh", gettext("not known"), is_known=False)
    parts = [
        f"{words.label_of(name)} {'–'.join(str(points) for points in sorted({band[0], band[-1]}))}"
        for name, band in guidance.child_pugh_parts(held).items()
    ]
    points = (
        score["points"] if score["points"] is not None else f"{score['min_points']}–{score['max_points']}"
    )
    note = " ".join(score["warnings"])
    return Score("Child-Pugh", f"{_letters(score)} ({points})", parts, note, bool(score["class"]))


def _albi(score: dict[str, Any] | None) -> Score:
    if not score:
        return Score("ALBI", gettext("not known"), is_known=False)
    value = f"{score['value']:.2f}".replace("-", "−")
    formula = gettext("0.66 × log10(bilirubin in µmol/L) − 0.085 × albumin in g/L; modified grade %s")
    return Score("ALBI", f"{score['grade']} ({value})", [formula % score["malbi"]])


def _bclc(score: dict[str, Any] | None) -> Score:
    stage = score and score.get("stage")
    if not score or not stage:
        return Score("BCLC", gettext("not known"), is_known=False)
    return Score("BCLC", stage, [gettext("%s edition") % score["edition"]])
