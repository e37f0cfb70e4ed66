"""The checklist of a procedure: sign-in, time-out, sign-out. What the record knows is shown; a person confirms it.

The points are usual ones, not in source; besides, each condition of the assessment is a point of the sign-in.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from assessments import words
from patients.models import YesNo
from procedures.models import Procedure

PHASES = {"sign_in": _("Sign-in"), "time_out": _("Time-out"), "sign_out": _("Sign-out")}
ANSWERS = {"yes": _("Done"), "does_not_apply": _("Does not apply"), "no": _("Not done")}


@dataclass(frozen=True)
class Point:
    """One point; `clause` where the guideline asks for it."""

    key: str
    phase: str
    label: Any
    clause: str = ""
    knows: str = field(default="", repr=False)
    is_in_source: bool = False


_SIGN_IN = (
    ("consent", _("Consent given for this procedure")),
    ("antithrombotics", _("Antithrombotics paused or bridged as agreed")),
    ("bilioenteric", _("Bilioenteric anastomosis or stent: antibiotic cover decided")),
    ("thyroid", _("Iodine and thyroid: disease asked, prophylaxis decided")),
    ("contrast", _("Contrast and kidney function: volume and hydration decided")),
    ("hepatitis_b", _("Hepatitis B prophylaxis decided")),
    ("pregnancy", _("Pregnancy excluded, or not possible")),
    ("allergy", _("Allergies asked today")),
)
_TIME_OUT = (
    ("patient_and_plan", _("Patient, lesions and plan said aloud")),
    ("agents_checked", _("Agents and doses read back against the order")),
)
_SIGN_OUT = (
    ("lots_kept", _("Lots and doses are in the record")),
    ("access_closed", _("Access site closed and looked at")),
    ("aftercare", _("Observation and aftercare ordered")),
)
USUAL = tuple(
    Point(key, phase, label)
    for phase, points in (("sign_in", _SIGN_IN), ("time_out", _TIME_OUT), ("sign_out", _SIGN_OUT))
    for key, label in points
)


def points_for(procedure: Procedure, conditions: Iterable[str]) -> list[Point]:
    """Return the points in order: first what the assessment left open."""
    return [*(_of_condition(name) for name in conditions), *USUAL]


def _of_condition(name: str) -> Point:
    said, clause, is_in_source = words.CONDITIONS[name]
    return Point(f"condition_{name}", "sign_in", said, clause or "", is_in_source=bool(is_in_source))


def open_points(procedure: Procedure, points: Iterable[Point]) -> list[Point]:
    """Return those that nobody has answered, or that were answered with not done."""
    held = procedure.checklist
    return [point for point in points if held.get(point.key, {}).get("answer", "") in ("", "no")]


def known_of(patient: Any, labs: dict[str, Any]) -> dict[str, str]:
    """Say what the record knows about a point; a point without a word there is unknown."""
    risks = getattr(patient, "standing_risks", None)
    diagnosis = getattr(patient, "diagnosis", None)
    said = {
        "antithrombotics": _risk(risks, "antithrombotics", "antithrombotics_which"),
        "bilioenteric": _risk(risks, "bilioenteric_anastomosis"),
        "thyroid": _risk(risks, "thyroid_disease"),
        "pregnancy": _risk(risks, "pregnancy_possible"),
        "hepatitis_b": _answer(diagnosis.hepatitis_b) if diagnosis else "",
        "contrast": _kidney(labs),
        "allergy": _allergies(patient, risks),
    }
    return {key: word for key, word in said.items() if word}


def _risk(risks: Any, name: str, which: str = "") -> str:
    if risks is None or getattr(risks, name) == YesNo.NOT_KNOWN:
        return ""
    more = getattr(risks, which) if which else ""
    answer = _answer(getattr(risks, name))
    return f"{answer}, {more}" if more else answer


def _answer(value: str) -> str:
    return {"yes": gettext("Yes"), "no": gettext("No")}.get(value, "")


def _kidney(labs: dict[str, Any]) -> str:
    found = labs.get("creatinine_umol_per_l")
    if not found or "value" not in found:
        return ""
    said = {"value": found["value"], "unit": found["unit"], "on": found["on"]}
    return gettext("creatinine %(value)s %(unit)s on %(on)s") % said


def _allergies(patient: Any, risks: Any) -> str:
    found = [str(allergy) for allergy in patient.allergies.filter(retracted_at=None)]
    if found:
        return ", ".join(found)
    return gettext("None known when asked") if risks and risks.allergies_asked_on else ""


NOT_IN_SOURCE = gettext_lazy("Usual points, not in source.")
