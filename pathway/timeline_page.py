"""What the patient's page shows of the course on one time axis, from what the page has loaded already."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from followup import standing
from pathway import timeline, timeline_drawing, timeline_values
from patients.lesion_sizes import LesionSizes
from patients.models import LabResult, Patient
from procedures.models import Procedure


def context_of(
    patient: Patient,
    span: str,
    *,
    procedures: Iterable[Procedure],
    results: Iterable[LabResult],
    lesions: Iterable[LesionSizes],
    on: date,
) -> dict[str, Any]:
    """Return the drawing of a span, and the spans to choose from; an unknown span is everything."""
    span = span if span in timeline_drawing.SPANS else timeline_drawing.ALL
    readings = list(standing.standing_by_review(patient).values())
    happenings = timeline.happenings_of(patient, procedures, readings)
    series = timeline_values.series_of(results, lesions, readings)
    begun_on = timeline.last_begun_on(patient, procedures)
    first = timeline_drawing.first_day(span, happenings, series, begun_on, on=on)
    return {
        "timeline": timeline_drawing.draw(happenings, series, first, on=on),
        "spans": [
            {"key": key, "words": words, "is_current": key == span}
            for key, words in timeline_drawing.SPANS.items()
            if key != timeline_drawing.PROCEDURE or begun_on
        ],
    }
