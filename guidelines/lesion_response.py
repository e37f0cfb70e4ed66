"""Response lesion by lesion and over all, by RECIST 1.1 or mRECIST, with the arithmetic that a page prints.

    points = lesion_response.time_points(criterion="mrecist", lesions=lesions, scans=scans)
    points[-1].overall, points[-1].overall_because.sentence, points[-1].steps

One time point for each scan after the baseline (`guidelines.lesions` has the shape of the input). The cuts are those of
`guidelines.response`. A response is None, with `missing`, while something that nobody said can change it; NE where the
criteria call it not evaluable: a target that cannot be evaluated, or for mRECIST a scan without dynamic enhancement
(7.7). A diameter that is missing never stands for zero: what was measured is a lower end of the sum, so progression may
be known already (Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026, on missing assessments).
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guidelines import lesion_course, lesion_sums, other_lesions, response_reasons
from guidelines import lesions as seen_lesions
from guidelines.entry import FactError
from guidelines.lesion_course import Course, Judged, Step, Verdict
from guidelines.lesions import Lesion, Scan
from guidelines.reason import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePoint:
    """What one scan comes to against the baseline and the smallest sum before it.

    `targets` judges the sum of the target lesions; `by_lesion` each lesion of the baseline by itself (for information:
    neither criterion grades a single lesion). `non_target` are the answers still possible for the other lesions
    together. `appeared` are the lesions that were not there at baseline. `missing` names what can still change
    `targets` or `overall`: "lesions.L1.viable_mm", "baseline.L1.viable_mm", "is_dynamic_enhanced",
    "baseline.is_dynamic_enhanced", "non_target", "new_lesions". `scans_without_sum` are earlier scans that could not
    count for the smallest sum.
    """

    on: date
    criterion: str
    targets: Judged
    overall: str | None
    overall_because: Reason
    non_target: tuple[str, ...]
    new_lesions: bool | None
    appeared: tuple[str, ...]
    steps: tuple[Step, ...]
    by_lesion: dict[str, Judged]
    missing: tuple[str, ...]
    scans_without_sum: tuple[date, ...]


def time_points(*, criterion: str, lesions: Sequence[Lesion], scans: Sequence[Scan]) -> tuple[TimePoint, ...]:
    """One for each scan after the first, which is the baseline. Raises FactError for what cannot be."""
    _check(criterion, lesions, scans)
    return tuple(
        _time_point(criterion, tuple(lesions), tuple(scans[:place])) for place in range(2, len(scans) + 1)
    )


def latest(*, criterion: str, lesions: Sequence[Lesion], scans: Sequence[Scan]) -> TimePoint:
    """The last of the time points alone; two scans or more. Raises FactError for what cannot be."""
    _check(criterion, lesions, scans)
    return _time_point(criterion, tuple(lesions), tuple(scans))


def _check(criterion: str, lesions: Sequence[Lesion], scans: Sequence[Scan]) -> None:
    if criterion not in lesion_sums.DIAMETERS:
        known = ", ".join(lesion_sums.DIAMETERS)
        raise FactError("criterion", f"{criterion!r} is no criterion; known: {known}.")
    seen_lesions.check(lesions, scans)


def _time_point(criterion: str, lesions: tuple[Lesion, ...], scans: tuple[Scan, ...]) -> TimePoint:
    course = Course(criterion, tuple(lesion for lesion in lesions if lesion.is_target), scans)
    others = other_lesions.together(criterion, lesions, scans)
    new = other_lesions.any_new(criterion, scans)
    targets = course.judged()
    overall, because, missing = _overall(course, targets, others, new)
    return TimePoint(
        on=scans[-1].on,
        criterion=criterion,
        targets=targets,
        overall=overall,
        overall_because=because,
        non_target=others,
        new_lesions=new,
        appeared=other_lesions.appeared(scans),
        steps=course.steps(),
        by_lesion={
            lesion.key: _by_itself(Course(criterion, (lesion,), scans))
            for lesion in lesions
            if lesion.key in scans[0].seen
        },
        missing=tuple(dict.fromkeys((*targets.missing, *missing))),
        scans_without_sum=course.scans_without_sum(),
    )


def _overall(course: Course, targets: Judged, others: tuple[str, ...], new: bool | None) -> Verdict:
    """Target, other and new lesions together; on a scan without dynamic enhancement mRECIST says nothing (7.7)."""
    if course.is_plain:
        return Verdict("NE", targets.because)
    found = _overall_if_dynamic(course, targets, others, new)
    if found.response == "NE" or lesion_course.PHASES not in course.phases_not_known():
        return found
    return Verdict(None, _unknown(course), (lesion_course.PHASES, *found.missing))


def _overall_if_dynamic(
    course: Course, targets: Judged, others: tuple[str, ...], new: bool | None
) -> Verdict:
    alone = _without_targets(course, targets, others, new)
    if targets.response == "NE" and targets.because.key != "baseline_zero":
        return alone
    found = _with_targets(course, targets, others, new)
    if found.response == alone.response or lesion_course.BASELINE_PHASES not in course.phases_not_known():
        return found
    missing = (lesion_course.BASELINE_PHASES, *found.missing, *alone.missing)
    return Verdict(None, _unknown(course), tuple(dict.fromkeys(missing)))


def _with_targets(course: Course, targets: Judged, others: tuple[str, ...], new: bool | None) -> Verdict:
    asked = course.ask(non_target=list(others), new_lesions=new)
    answer = asked["overall"]
    if answer is not None:
        return Verdict(answer, _because(course, answer, targets, new))
    missing = tuple(name for name in ("non_target", "new_lesions") if name in asked["missing"])
    return Verdict(None, _unknown(course), (*targets.missing, *missing))


def _without_targets(course: Course, targets: Judged, others: tuple[str, ...], new: bool | None) -> Verdict:
    """RECIST 1.1, table 1: other lesions that progress, or new ones, are progression beside any target response."""
    if new or others == ("progressive",):
        return Verdict("PD", _because(course, "PD", targets, new))
    can_change = {"non_target": "progressive" in others, "new_lesions": new is None}
    missing = tuple(name for name, can in can_change.items() if can)
    return Verdict(None, _unknown(course), missing) if missing else Verdict("NE", targets.because)


def _because(course: Course, answer: str, targets: Judged, new: bool | None) -> Reason:
    if answer == targets.response:
        return targets.because
    if answer == "PD":
        return response_reasons.because(course.criterion, "new_lesions" if new else "non_target")
    return response_reasons.because(course.criterion, "others_left")


def _unknown(course: Course) -> Reason:
    return response_reasons.because(course.criterion, "unknown")


def _by_itself(course: Course) -> Judged:
    """One lesion alone; none that is part of a merged lesion."""
    judged = course.judged()
    if not course.current.lines[0].is_merged:
        return judged
    return dataclasses.replace(
        judged, response="NE", because=response_reasons.because(course.criterion, "merged"), missing=()
    )
