"""What stands beside the form of a reading: both responses with their arithmetic, what is missing, what is open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followup import guidance, reading_gaps, reading_record, reading_scans
from followup.models import LesionReading
from followup.reading_answers import Answers
from followup.reading_work import Work
from guidelines import lesion_sums
from guidelines.lesion_course import Judged, Step
from guidelines.lesion_response import TimePoint
from guidelines.reason import Reason
from patients.written_numbers import as_text

NAMES = {lesion_sums.MRECIST: "mRECIST", lesion_sums.RECIST: "RECIST 1.1"}
MEASURES = {lesion_sums.MRECIST: _("viable diameters"), lesion_sums.RECIST: _("longest diameters")}
RESPONSE_WORDS = {
    "CR": _("Complete response"),
    "PR": _("Partial response"),
    "SD": _("Stable disease"),
    "PD": _("Progressive disease"),
    "NE": _("Not evaluable"),
    "": _("Not known yet"),
}
# Responses wear the colours of the verdicts, each with its word.
RESPONSE_VERDICTS = {
    "CR": "eligible",
    "PR": "eligible",
    "SD": "eligible_with_conditions",
    "PD": "not_eligible",
    "NE": "insufficient_data",
    "": "insufficient_data",
}
HOW_WORDS = {
    lesion_sums.GONE: _("gone"),
    lesion_sums.TOO_SMALL: _("too small, counts 5 mm"),
    lesion_sums.SPLIT: _("sum of its parts"),
    lesion_sums.MERGED: _("grown together, counted once"),
    lesion_sums.UNKNOWN: _("not measured"),
    lesion_sums.NOT_EVALUABLE: _("cannot be judged"),
}
MISSING_WORDS = {
    "is_dynamic_enhanced": _("whether this scan was dynamic enhanced"),
    "baseline.is_dynamic_enhanced": _("the viable diameters before treatment"),
    "non_target": _("whether the lesions that are not targets are worse"),
    "new_lesions": _("whether there are new lesions"),
    "longest_mm": _("longest diameter"),
    "viable_mm": _("viable diameter"),
}
FROM_TABLE = {
    "viable_tumour": _("Viable tumour: yes, a viable part is measured"),
    "new_lesions": _("New lesions: yes, one is in the table"),
}


@dataclass(frozen=True)
class Line:
    """One target lesion in the arithmetic."""

    lesion: str
    baseline: str
    nadir: str
    current: str
    how: str
    response: str


@dataclass(frozen=True)
class Criterion:
    """One criterion: the response, the sentence that decided, and the sums behind it."""

    name: str
    measures: Any
    response: str
    sentence: str
    clause: str
    lines: list[Line]
    baseline: str
    nadir: str
    nadir_on: date
    current: str
    from_baseline: str
    from_nadir: str
    missing: list[str]

    @property
    def words(self) -> Any:
        return RESPONSE_WORDS[self.response]

    @property
    def verdict(self) -> str:
        return RESPONSE_VERDICTS[self.response]


@dataclass
class Panel:
    """What stands beside the form."""

    criteria: list[Criterion] = field(default_factory=list)
    baseline_on: date | None = None
    lirads: list[dict[str, Any]] = field(default_factory=list)
    gaps: list[reading_gaps.Gap] = field(default_factory=list)
    refused: str = ""
    # What the table answers by itself where the question is open.
    from_table: list[Any] = field(default_factory=list)
    without_baseline: list[Any] = field(default_factory=list)

    @property
    def first(self) -> Criterion | None:
        return self.criteria[0] if self.criteria else None


def build(work: Work, answers: Answers) -> Panel:
    """Weigh what stands on the screen; what cannot be is told and nothing is worked out from it."""
    weighed = reading_scans.weigh(work, answers)
    return Panel(
        criteria=[_criterion(name, point) for name, point in weighed.responses.items()],
        refused=weighed.refused.message if weighed.refused else "",
        gaps=reading_gaps.gaps_of(work, answers, weighed.refused),
        from_table=[FROM_TABLE[name] for name in reading_record.worked_out(work, answers)],
        lirads=list(_lirads(work, answers)),
        baseline_on=max((row.baseline.measured_on for row in work.rows if row.baseline), default=None),
        without_baseline=[
            row.lesion for row in work.rows if row.lesion and not row.baseline and not row.is_new
        ],
    )


def _criterion(name: str, point: TimePoint) -> Criterion:
    targets = point.targets
    return Criterion(
        name=NAMES[name],
        measures=MEASURES[name],
        response=point.overall or "",
        sentence=sentence_of(point.overall_because),
        clause=point.overall_because.clause,
        lines=[_line(step, point.by_lesion) for step in point.steps],
        baseline=_mm(targets.baseline_mm),
        nadir=_mm(targets.nadir_mm),
        nadir_on=targets.nadir_on,
        current=_mm(targets.current_mm),
        from_baseline=percent(targets.change_from_baseline_pct),
        from_nadir=percent(targets.change_from_nadir_pct),
        missing=[missing_in_words(place) for place in point.missing],
    )


def sentence_of(reason: Reason) -> str:
    """Return the reason in the language of the page: translated first, filled then."""
    values = {
        name: as_text(value) if isinstance(value, int | float) else value
        for name, value in reason.values.items()
    }
    return gettext(reason.says).format(**values)


def _line(step: Step, by_lesion: Mapping[str, Judged]) -> Line:
    alone = by_lesion.get(step.lesion)
    return Line(
        lesion=step.lesion,
        baseline=_mm(step.baseline_mm),
        nadir=_mm(step.nadir_mm),
        current=_mm(step.current_mm),
        how=str(HOW_WORDS.get(step.how, "")),
        response=(alone.response or "") if alone else "",
    )


def _mm(millimetres: float | None) -> str:
    return "?" if millimetres is None else as_text(round(millimetres, 1))


def percent(change: float | None) -> str:
    """−39 %, +12 %, 0 %: with a true minus sign."""
    if change is None:
        return ""
    written = as_text(round(abs(change), 1))
    if written == "0":
        return "0 %"
    return f"{'−' if change < 0 else '+'}{written} %"


def missing_in_words(place: str) -> str:
    """Say a place of the engine: "lesions.L1.viable_mm", "baseline.L2.longest_mm", "new_lesions"."""
    if place in MISSING_WORDS:
        return str(MISSING_WORDS[place])
    room, _dot, rest = place.partition(".")
    lesion, _dot, name = rest.partition(".")
    said = {"lesion": lesion, "what": MISSING_WORDS.get(name, name)}
    if room == "baseline":
        return gettext("%(lesion)s: %(what)s before treatment") % said
    return gettext("%(lesion)s: %(what)s") % said


def _lirads(work: Work, answers: Answers) -> Iterable[dict[str, Any]]:
    """The LI-RADS category of each lesion of which anything was answered."""
    labels = dict(LesionReading.LiRads.choices)
    for row in work.rows:
        features = reading_record.lirads_features(row.key, answers)
        if not features:
            continue
        judged = guidance.treatment_response_of(features, edition=reading_record.LIRADS_EDITION)
        possible = " / ".join(str(labels[one]) for one in judged.possible)
        yield {
            "lesion": row.label,
            "category": judged.category or "",
            "words": str(labels[judged.category]) if judged.category else possible,
            "says": gettext(judged.says),
            "edition": judged.edition,
        }
