"""The answers of a reader who finds everything as in the last reading; the technique of the scan is said anew."""

from typing import Any

from followup import reading_answers
from followup.models import LesionReading, Reading
from followup.reading_answers import Answers
from followup.reading_work import Work

AS_BEFORE = ("lipiodol_deposition", "necrosis", "viable_tumour", "non_target", "thrombus", "spread")


def last_reading(work: Work) -> Reading | None:
    """Return what stood last before these images."""
    return work.earlier[-1].reading if work.earlier else None


def same_as_last(work: Work) -> Answers:
    """Return the answers of "nothing changed": every lesion as before, nothing larger, nothing new."""
    last = last_reading(work)
    if last is None:
        return {}
    whole = {name: _told(getattr(last, name)) for name in AS_BEFORE} | {
        "enlargement": "no",
        "new_lesions": "no",
    }
    found = {name: value for name, value in whole.items() if value is not None}
    # What was worse then is not worse again because nothing changed since: that is asked anew.
    if found.get("non_target") == Reading.NonTarget.PROGRESSIVE:
        del found["non_target"]
    for row in work.rows:
        if row.before is not None:
            said = _of_lesion(row.before)
            found |= {reading_answers.of_lesion(row.key, name): value for name, value in said.items()}
    return {name: {"value": value} for name, value in found.items()}


def _of_lesion(before: LesionReading) -> dict[str, Any]:
    merged_into = reading_answers.key_of(before.merged_into_id) if before.merged_into_id else None
    said = {
        "state": before.state,
        "longest": _number(before.longest_mm),
        "viable": _number(before.viable_mm),
        "merged_into": merged_into,
        "oil": _told(before.deposition),
        **{
            reading_answers.LIRADS + name: answer
            for name, answer in before.lirads_features.items()
            if name != "edition"
        },
    }
    return {name: value for name, value in said.items() if value is not None}


def _told(value: str) -> str | None:
    return None if value in ("", "not_known") else value


def _number(millimetres: Any) -> int | float | None:
    if millimetres is None:
        return None
    return int(millimetres) if millimetres == int(millimetres) else float(millimetres)
