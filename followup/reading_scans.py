"""The lesions and scans of a patient as the criteria take them: before treatment, each earlier review, this reading."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from followup import guidance, reading_answers
from followup.models import LesionReading
from followup.reading_answers import Answers
from followup.reading_work import Earlier, Row, Work
from guidelines import lesions as seen_lesions
from guidelines.entry import FactError
from guidelines.lesion_response import TimePoint
from guidelines.lesions import Lesion, Scan, Seen
from patients.models import YesNo
from procedures import answers as told

ANSWERS: Mapping[str, bool] = {YesNo.YES: True, YesNo.NO: False}
State = LesionReading.State
STATUSES = {
    State.MEASURED: seen_lesions.PRESENT,
    State.DISAPPEARED: seen_lesions.DISAPPEARED,
    State.TOO_SMALL: seen_lesions.TOO_SMALL,
    State.NOT_EVALUABLE: seen_lesions.NOT_EVALUABLE,
    State.MERGED: seen_lesions.MERGED,
}


def responses_of(work: Work, answers: Answers) -> dict[str, TimePoint]:
    """Return what the reading comes to, by criterion. Raises FactError, such as for lesions merged in a circle."""
    return guidance.responses_of(lesions_of(work, answers), scans_of(work, answers))


@dataclass(frozen=True)
class Weighed:
    """What a reading comes to, by criterion; nothing where it cannot be, and why."""

    responses: Mapping[str, TimePoint]
    refused: FactError | None = None


def weigh(work: Work, answers: Answers) -> Weighed:
    """Return what the reading comes to."""
    try:
        return Weighed(responses_of(work, answers))
    except FactError as error:
        return Weighed({}, error)


def lesions_of(work: Work, answers: Answers) -> list[Lesion]:
    """Return every lesion under its name on the page, with whether it is measured."""
    targets = targets_of(work, answers)
    return [Lesion(key=row.label, is_target=row.key in targets) for row in work.rows]


def targets_of(work: Work, answers: Answers) -> set[str]:
    """The target lesions: as first chosen, or as this reader chooses; only what was measured before treatment."""
    if work.fixed_targets is not None:
        return work.fixed_targets
    proposed = work.proposed_targets
    chosen = {row.key: reading_answers.value(answers, row.key, "target") for row in work.rows if row.baseline}
    return {key for key, said in chosen.items() if (said or ("yes" if key in proposed else "no")) == "yes"}


def scans_of(work: Work, answers: Answers) -> list[Scan]:
    """Return the scans, the baseline first."""
    baseline = _baseline(work)
    earlier = [_earlier_scan(each, work) for each in work.earlier if each.reading.imaged_on >= baseline.on]
    return [baseline, *earlier, _this_scan(work, answers, _seen_before(work))]


def _baseline(work: Work) -> Scan:
    """What was there before treatment; a lesion without a size was there and its size is not known."""
    days = [row.baseline.measured_on for row in work.rows if row.baseline]
    seen = {row.label: _size(row) for row in work.rows if not row.is_new}
    has_viable = any(one.viable_mm is not None for one in seen.values())
    return Scan(
        on=max(days, default=work.first_on), seen=seen, is_dynamic_enhanced=True if has_viable else None
    )


def _size(row: Row) -> Seen:
    size = row.baseline
    return Seen(longest_mm=size.longest_mm, viable_mm=size.viable_mm) if size else Seen()


def _earlier_scan(earlier: Earlier, work: Work) -> Scan:
    reading = earlier.reading
    labels: dict[int | None, str] = {row.lesion.pk: row.label for row in work.rows if row.lesion}
    seen = {
        labels[one.lesion_id]: _seen(
            one.state, one.longest_mm, one.viable_mm,
            merged_into=labels.get(one.merged_into_id, ""), split_from=labels.get(one.split_from_id, ""),
            is_first=one.is_new,
        )
        for one in earlier.lesions
        if one.lesion_id in labels
    }  # fmt: skip
    return Scan(
        on=reading.imaged_on,
        seen={label: one for label, one in seen.items() if one},
        is_dynamic_enhanced=ANSWERS.get(reading.dynamic_enhanced),
        new_lesions=ANSWERS.get(reading.new_lesions),
        non_target=reading.non_target or None,
    )


def _seen_before(work: Work) -> set[int]:
    return {one.lesion_id for earlier in work.earlier for one in earlier.lesions}


def _this_scan(work: Work, answers: Answers, before: set[int]) -> Scan:
    labels = {row.key: row.label for row in work.rows}
    seen = dict(_seen_now(work, answers, labels, before))
    says_new = ANSWERS.get(told.value_of(answers, "new_lesions"))
    # "No" beside a new lesion in the table is refused at the signature; until then the table is what counts.
    has_new = any(one.status == seen_lesions.NEW for one in seen.values())
    return Scan(
        on=max([work.reading.imaged_on, *_days(work)]),
        seen=seen,
        is_dynamic_enhanced=ANSWERS.get(told.value_of(answers, "dynamic_enhanced")),
        new_lesions=None if has_new else says_new,
        non_target=told.value_of(answers, "non_target") or None,
    )


def _days(work: Work) -> Iterable[date]:
    return [row.baseline.measured_on for row in work.rows if row.baseline]


def _seen_now(
    work: Work, answers: Answers, labels: dict[str, str], before: set[int]
) -> Iterator[tuple[str, Seen]]:
    for row in work.rows:
        found = _seen(
            reading_answers.state_of(answers, row.key),
            reading_answers.value(answers, row.key, "longest"),
            reading_answers.value(answers, row.key, "viable"),
            merged_into=labels.get(reading_answers.value(answers, row.key, "merged_into") or "", ""),
            split_from=labels.get(reading_answers.value(answers, row.key, "split_from") or "", ""),
            is_first=row.is_new and (row.lesion is None or row.lesion.pk not in before),
        )
        if found:
            yield row.label, found


def _seen(
    state: str, longest_mm: Any, viable_mm: Any, *, merged_into: str, split_from: str, is_first: bool
) -> Seen | None:
    """One lesion on one scan; None where nobody said what became of it."""
    if not state or (state == State.MERGED and not merged_into):
        return None
    status = STATUSES[State(state)]
    if status in seen_lesions.WITHOUT_DIAMETERS:
        return Seen(status=status, other=merged_into if status == seen_lesions.MERGED else "")
    if status == seen_lesions.PRESENT and split_from:
        status = seen_lesions.SPLIT_FROM
    elif status == seen_lesions.PRESENT and is_first:
        status = seen_lesions.NEW
    other = split_from if status == seen_lesions.SPLIT_FROM else ""
    return Seen(status=status, longest_mm=longest_mm, viable_mm=viable_mm, other=other)
