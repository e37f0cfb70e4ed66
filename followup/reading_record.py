"""A reading as it is signed: its columns, its lesions, and the whole record with the arithmetic, in plain JSON."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.guidance import ENGINE_VERSION
from followup import guidance, reading_answers, reading_gaps, reading_scans
from followup.models import LesionReading, Reading
from followup.reading_answers import Answers
from followup.reading_work import Row, Work
from guidelines import lirads_response
from guidelines.lesion_response import TimePoint
from patients.models import LesionMeasurement, YesNo
from procedures import answers as told

Kept = dict[str, Any]
LIRADS_EDITION = lirads_response.NEWEST


def columns_of(work: Work, answers: Answers) -> Kept:
    """Return the columns of the whole scan, and what the responses come to."""
    columns: Kept = {name: told.value_of(answers, name) or "" for name in reading_answers.WHOLE_SCAN}
    columns |= {name: columns[name] or YesNo.NOT_KNOWN for name in reading_answers.YES_NO}
    columns |= worked_out(work, answers)
    responses = reading_scans.responses_of(work, answers)
    mrecist, recist = (responses[criterion] for criterion in guidance.CRITERIA)
    return columns | {
        "mrecist": mrecist.overall or "",
        "recist_1_1": recist.overall or "",
        "viable_sum_mm": _tenths(mrecist.targets.current_mm),
        "longest_sum_mm": _tenths(recist.targets.current_mm),
    }


def worked_out(work: Work, answers: Answers) -> Kept:
    """What the table says by itself where the question is open: a viable part or a new lesion that is there."""
    found: Kept = {}
    is_dynamic = told.value_of(answers, "dynamic_enhanced") == YesNo.YES
    if not told.value_of(answers, "viable_tumour") and is_dynamic and reading_gaps.has_viable(work, answers):
        found["viable_tumour"] = YesNo.YES
    if not told.value_of(answers, "new_lesions") and reading_gaps.new_now(work, answers):
        found["new_lesions"] = YesNo.YES
    return found


def _tenths(millimetres: float | None) -> Decimal | None:
    return None if millimetres is None else Decimal(str(millimetres)).quantize(Decimal("0.1"))


def lesion_columns(row: Row, work: Work, answers: Answers) -> Kept:
    """Return the columns of one lesion; the other lesion of a merger or split by its key."""

    def of(name: str) -> Any:
        return reading_answers.value(answers, row.key, name)

    features = lirads_features(row.key, answers)
    return {
        "state": reading_answers.state_of(answers, row.key),
        "longest_mm": _tenths(of("longest")),
        "viable_mm": _tenths(of("viable")),
        "is_target": row.key in reading_scans.targets_of(work, answers),
        "is_new": row.label in reading_gaps.new_now(work, answers),
        "merged_into_id": _lesion_id(of("merged_into")),
        "split_from_id": _lesion_id(of("split_from")),
        "was_treated": of("treated") or (YesNo.YES if row.treated_on else YesNo.NOT_KNOWN),
        "deposition": of("oil") or "",
        "lirads_features": {"edition": LIRADS_EDITION, **features} if features else {},
        "lirads": lirads_of(features) or "",
        "note": of("note") or "",
    }


def _lesion_id(key: str | None) -> int | None:
    return int(key.removeprefix("l")) if key else None


def lirads_features(key: str, answers: Answers) -> dict[str, str]:
    """Return the reader's answers to the questions of LI-RADS about one lesion."""
    questions = lirads_response.EDITIONS[LIRADS_EDITION].questions
    given = {
        one.key: reading_answers.value(answers, key, reading_answers.LIRADS + one.key) for one in questions
    }
    return {name: answer for name, answer in given.items() if answer}


def lirads_of(features: Mapping[str, str]) -> str | None:
    """Return the category that the answers come to; None while they leave it open."""
    if not features:
        return None
    return guidance.treatment_response_of(features, edition=LIRADS_EDITION).category


def record_of(work: Work, answers: Answers) -> Kept:
    """Return everything that was said, what it was compared with, and what it came to."""
    reading = work.reading
    columns = columns_of(work, answers)
    return {
        "answers": answers,
        "imaged_on": reading.imaged_on.isoformat(),
        **{name: _plain(value) for name, value in columns.items()},
        "lesions": [_lesion(row, work, answers) for row in work.rows],
        "responses": {
            name: point_as_kept(point) for name, point in reading_scans.responses_of(work, answers).items()
        },
        "first_intervention_on": work.first_on.isoformat(),
        "engine_version": ENGINE_VERSION,
    }


def _lesion(row: Row, work: Work, answers: Answers) -> Kept:
    labels = {other.lesion.pk: other.label for other in work.rows if other.lesion}
    columns = lesion_columns(row, work, answers)
    return {
        "key": row.key,
        "label": row.label,
        "segments": row.lesion.segments
        if row.lesion
        else reading_answers.value(answers, row.key, "segments"),
        **{name: _plain(value) for name, value in columns.items() if not name.endswith("_id")},
        "merged_into": labels.get(columns["merged_into_id"], ""),
        "split_from": labels.get(columns["split_from_id"], ""),
        "treated_on": row.treated_on.isoformat() if row.treated_on else None,
        "baseline": _size(row.baseline),
    }


def _size(size: LesionMeasurement | None) -> Kept | None:
    if size is None:
        return None
    return {
        "measured_on": size.measured_on.isoformat(),
        "longest_mm": _plain(size.longest_mm),
        "viable_mm": _plain(size.viable_mm),
        "source": size.source,
    }


def point_as_kept(point: TimePoint) -> Kept:
    """Return the arithmetic of one criterion as plain JSON, sentences filled in English."""
    kept = dataclasses.asdict(point, dict_factory=_jsonable)
    kept["overall_because"]["sentence"] = point.overall_because.sentence
    kept["targets"]["because"]["sentence"] = point.targets.because.sentence
    return kept


def _jsonable(pairs: list[tuple[str, Any]]) -> Kept:
    return {name: _plain(value) for name, value in pairs}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value


def rows_of_lesions(reading: Reading) -> list[LesionReading]:
    """Return the signed rows of the lesions that are still the patient's, by their number."""
    rows = reading.lesions.filter(lesion__retracted_at=None)
    return list(rows.select_related("lesion", "merged_into", "split_from", "measurement"))
