"""The vessel map of a record while it is made: what the screen says now, sent anew only when it changes."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from patients import segment_map
from procedures import answers as told
from procedures import questions, record_page, vessel_map
from procedures.models import Artery
from procedures.vessel_map import Feeder, MappedTarget
from procedures.working import Target, Work

Lines = Mapping[str, list[str]]
Labels = Mapping[str, str]


def context_of(work: Work, answers: told.Answers) -> dict[str, Any]:
    """Return what `procedures/_record_map.html` shows of these answers; the numbers are those of the targets."""
    labels = {str(lesion.pk): str(lesion) for lesion in work.lesions}
    lines = work.known.artery_lines
    targets = [_mapped(target, work, answers, lines, labels) for target in work.targets]
    marks = vessel_map.marks_for(targets, [*_earlier_feeders(work, lines, labels), *_expected(work, lines)])
    variants = record_page.variants_of([told.value_of(answers, "michels_type") or ""])
    lesions = _lesion_marks(work)
    return {
        "map_key": _key_of(marks, sorted(variants), lesions),
        "vessels": vessel_map.vessels_for(marks, variants),
        "vessel_marks": marks,
        "lesion_marks": lesions,
        "has_unconfirmed": any(mark.state == vessel_map.UNCONFIRMED for mark in marks),
        "map_summary": _in_words(targets, marks),
        "untreated_marks": [mark for mark in marks if mark.feeder],
    }


def _key_of(*drawn: Any) -> str:
    """A digest of what is drawn: the page tells which drawing it shows."""
    return hashlib.sha256(repr(drawn).encode()).hexdigest()[:16]


def _mapped(target: Target, work: Work, answers: told.Answers, lines: Lines, labels: Labels) -> MappedTarget:
    def of(name: str) -> Any:
        return told.value_of(answers, questions.of_target(target.row.pk, name))

    artery = work.known.arteries.get(of("artery") or "", target.row.artery)
    lesions = [labels[key] for key in of("lesions") or [] if key in labels]
    return MappedTarget(
        target.row.number, artery.code, artery.name, lines[artery.code], lesions, target.row.is_confirmed
    )


def _feeder(artery: Artery, lines: Lines, lesions: list[str], why: str) -> Feeder:
    return Feeder(artery.code, artery.name, lines[artery.code], lesions, why)


def _earlier_feeders(work: Work, lines: Lines, labels: Labels) -> list[Feeder]:
    """What earlier procedures found to feed a lesion, the newest of each artery first."""
    started = work.procedure.started_at
    before = [
        (moment, one)
        for one in work.earlier
        for moment in [one.procedure.started_at]
        if started and moment and moment < started
    ]
    return [
        _feeder(target.row.artery, lines, fed, _("fed it in an earlier procedure"))
        for _moment, one in sorted(before, key=lambda pair: pair[0], reverse=True)
        for target in one.targets
        if (fed := [labels[str(key)] for key in target.lesion_ids if str(key) in labels])
    ]


def _expected(work: Work, lines: Lines) -> list[Feeder]:
    return [_feeder(artery, lines, [], _("expected in the plan")) for artery in work.expected_feeders]


def _lesion_marks(work: Work) -> list[segment_map.Mark]:
    return segment_map.marks_for(_mapped_lesion(lesion) for lesion in work.lesions)


def _mapped_lesion(lesion: Any) -> segment_map.MappedLesion:
    """`lesion` knows its latest diameters (see `procedures.working.lesions_of`)."""
    return segment_map.MappedLesion(
        label=str(lesion),
        segments=tuple(lesion.segments),
        longest_mm=_number(lesion.longest_mm),
        viable_mm=_number(lesion.viable_mm),
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _in_words(targets: list[MappedTarget], marks: list[vessel_map.Mark]) -> str:
    treated = [target.name for target in targets if target.is_confirmed]
    untreated = [mark.name for mark in marks if mark.feeder]
    return record_page.treated_in_words(treated, untreated)
