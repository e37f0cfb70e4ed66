"""Answers of a record in words, for those who are shown two values of one question."""

import re
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procedures import answers as told
from procedures import questions
from procedures.panel import PLACE_WORDS
from procedures.working import Work

LABELS = {
    "started_at": _("Started"),
    "ended_at": _("Ended"),
    "operators": _("Operators"),
    "modality": _("Modality"),
    "technique": _("Technique"),
    "access": _("Access"),
    "access_note": _("Access, closure"),
    "michels_type": _("Michels type"),
    "variant_note": _("Variant anatomy"),
    "narrative": _("Narrative"),
}
GIVEN_LABELS = {
    "what": _("what"),
    "dose": _("dose"),
    "carrier": _("carrier"),
    "volume": _("volume"),
    "size": _("size"),
    "lot": _("lot"),
    "udi": _("UDI"),
}


def label_of(name: str, work: Work) -> str:
    """Say which question a name means."""
    if found := re.fullmatch(r"t(\d+)-g(\d+)-(\w+)", name):
        said = {
            "target": _number(work, int(found[1])),
            "line": found[2],
            "name": GIVEN_LABELS.get(found[3], found[3]),
        }
        return gettext("Target %(target)s, line %(line)s: %(name)s") % said
    if found := re.fullmatch(r"t(\d+)-(\w+)", name):
        said = {"target": _number(work, int(found[1])), "name": PLACE_WORDS.get(found[2], found[2])}
        return gettext("Target %(target)s: %(name)s") % said
    for prefix in (questions.STEP, questions.BECAUSE):
        if name.startswith(prefix) and name.removeprefix(prefix) in questions.steps():
            return gettext(questions.steps()[name.removeprefix(prefix)].label)
    measured = {**questions.BODY, **questions.EXPOSURE}
    if name in measured:
        return gettext(measured[name].label)
    return str(LABELS.get(name, name))


def _number(work: Work, key: int) -> Any:
    target = work.target(key)
    return target.row.number if target else "?"


def value_in_words(answer: told.Answer) -> str:
    """Say a value shortly."""
    value = answer.get("raw", answer.get("value"))
    if isinstance(value, dict):
        number = value.get("value") or "–".join(str(value[end]) for end in ("min", "max") if end in value)
        return f"{number} {value.get('unit', '')}".strip()
    if isinstance(value, list):
        return ", ".join(str(part) for part in value if part) or gettext("nothing")
    return str(value) if value not in (None, "") else gettext("nothing")


def conflict(name: str, stored: told.Answer, given: told.Answer, work: Work) -> dict[str, str]:
    """What the page says of an answer that two people gave differently."""
    return {
        "name": name,
        "label": label_of(name, work),
        "stored": value_in_words(stored),
        "given": value_in_words(given),
    }
