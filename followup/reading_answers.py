"""A reading as flat answers, each under the name that it has on the page, so that a draft keeps whatever was typed.

    {"dynamic_enhanced": {"value": "yes"}, "l12-longest": {"value": 44}, "n1-viable": {"raw": "1O"}, …}

`value` is what was understood, `raw` what could not be read. A lesion on record is `l` and its key, a lesion that the
reader saw first is `n1` to `n9`: it becomes a lesion of the patient when the reading stands. A draft keeps its answers
in `Reading.typed`; a signed reading keeps them in its last version.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from followup.models import Reading
from patients.actions import labs
from procedures import answers as told

Answers = told.Answers

YES_NO = ("dynamic_enhanced", "viable_tumour", "enlargement", "new_lesions")
CHOICES = ("modality", "lipiodol_deposition", "necrosis", "non_target", "thrombus", "spread")
# What was asked of the whole scan and has a column of the same name.
WHOLE_SCAN = (*YES_NO, *CHOICES, "impression")
UNIT, AFP, AFP_ON = "unit", "afp", "afp_on"
NEW_ROWS, SEEN_OTHERS = "new_rows", "seen_others"
# Why it is corrected, or why an adjudication stands.
WHY = "why"
SLOTS = tuple(f"n{number}" for number in range(1, 10))
# The questions of LI-RADS, under their own keys.
LIRADS = "lr_"


def of_lesion(key: str, name: str) -> str:
    return f"{key}-{name}"


def key_of(lesion_id: int) -> str:
    return f"l{lesion_id}"


def value(answers: Mapping[str, told.Answer], key: str, name: str) -> Any:
    """The answer about one lesion; None where it is unknown or could not be read."""
    return told.value_of(answers, of_lesion(key, name))


def state_of(answers: Mapping[str, told.Answer], key: str) -> str:
    """What became of a lesion; a diameter says by itself that it was measured."""
    said = value(answers, key, "state")
    has_size = value(answers, key, "longest") is not None or value(answers, key, "viable") is not None
    return said or ("measured" if has_size else "")


def slots_of(answers: Mapping[str, told.Answer]) -> list[str]:
    """The rows of lesions that the reader saw first, in order."""
    chosen = told.value_of(answers, NEW_ROWS) or []
    return [slot for slot in SLOTS if slot in chosen]


def held(reading: Reading) -> Answers:
    """Return what a draft or a correction holds; of a signed reading what was signed last."""
    if reading.typed or reading.signed_at is None:
        return reading.typed
    return signed(reading)


def signed(reading: Reading) -> Answers:
    """Return the answers of the last signature; none before it."""
    version = reading.versions.order_by("-number").first()
    return version.record["answers"] if version else {}


def is_being_corrected(reading: Reading) -> bool:
    return reading.signed_at is not None and bool(reading.typed)


def to_correct(reading: Reading) -> Answers:
    """Return the answers of the last signature as a correction begins; each correction has a reason of its own."""
    answers: Answers = {UNIT: {"value": "mm"}} | signed(reading)
    return {name: answer for name, answer in answers.items() if name not in (WHY, AFP, AFP_ON)}


def taken_from(reading: Reading) -> Answers:
    """Return the answers of a signed reading as an adjudication may begin with them."""
    return {name: answer for name, answer in to_correct(reading).items() if name != SEEN_OTHERS}


def written(held_answers: Answers, changed: Answers) -> Answers:
    """Return the answers with those that changed; what is unknown goes without saying."""
    found = held_answers | changed
    return {name: answer for name, answer in found.items() if told.is_told(answer)}


def afp_entry(answers: Mapping[str, told.Answer]) -> labs.LabEntry | None:
    """Return the AFP that the reader adds to the laboratory; None without a value or its day."""
    measured, taken_on = told.value_of(answers, AFP), told.value_of(answers, AFP_ON)
    if not measured or not taken_on:
        return None
    return labs.LabEntry(
        analyte="afp_ng_per_ml",
        value=Decimal(str(measured["value"])),
        unit=measured["unit"],
        comparator=measured["comparator"],
        taken_on=date.fromisoformat(taken_on),
    )


def unreadable(answers: Mapping[str, told.Answer], names: Iterable[str]) -> list[str]:
    return [name for name in names if "raw" in answers.get(name, {})]
