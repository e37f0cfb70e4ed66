"""The lesions that are not measured, and those that were not there at baseline, as far as one scan tells."""

from collections.abc import Iterator, Sequence

from guidelines import lesions as seen_lesions
from guidelines.lesion_sums import MRECIST
from guidelines.lesions import Lesion, Scan, Seen

# doi:10.1055/s-0030-1247132: a new lesion of 10 mm or more, with the enhancement of hepatocellular carcinoma. What
# enhances otherwise counts once it has grown by 10 mm: the reader calls it new only then.
NEW_FROM_MM = 10

GONE, THERE, NOT_EVALUABLE, UNKNOWN = "gone", "there", "not_evaluable", "unknown"


def together(criterion: str, lesions: Sequence[Lesion], scans: Sequence[Scan]) -> tuple[str, ...]:
    """Every answer that is possible for the other lesions together on the last scan, in the words of `response`.

    What the reader says stands. Whether lesions that are still there progress is the reader's to say: no diameter does.
    """
    said = scans[-1].non_target
    if said is not None:
        return (said,)
    states = set(_states(criterion, lesions, scans))
    if not states:
        return ("absent",)
    if THERE in states:
        return ("non_progressive", "progressive")
    if UNKNOWN in states:
        first = "not_evaluated" if NOT_EVALUABLE in states else "complete_response"
        return (first, "non_progressive", "progressive")
    return ("not_evaluated",) if NOT_EVALUABLE in states else ("complete_response",)


def _states(criterion: str, lesions: Sequence[Lesion], scans: Sequence[Scan]) -> Iterator[str]:
    """How each of the others is; one that merged counts in the lesion that it merged into."""
    now, parts, new = seen_lesions.kept_on(scans), seen_lesions.parents(scans), appeared(scans)
    ever = {key for scan in scans for key in scan.seen}
    for lesion in lesions:
        if lesion.is_target or lesion.key in new or lesion.key in parts or lesion.key not in ever:
            continue
        seen = now.get(lesion.key)
        if seen is None or seen.status != seen_lesions.MERGED:
            yield _state(criterion, seen)


def _state(criterion: str, seen: Seen | None) -> str:
    if seen is None:
        return UNKNOWN
    if seen.status == seen_lesions.DISAPPEARED:
        return GONE
    if seen.status == seen_lesions.NOT_EVALUABLE:
        return NOT_EVALUABLE
    if criterion != MRECIST or seen.status in (seen_lesions.TOO_SMALL, seen_lesions.SPLIT):
        return THERE
    if seen.viable_mm is None:
        return UNKNOWN
    return THERE if seen.viable_mm else GONE


def appeared(scans: Sequence[Scan]) -> tuple[str, ...]:
    """The lesions that were new on any scan after the baseline, in order."""
    return tuple(
        dict.fromkeys(
            key for scan in scans[1:] for key, seen in scan.seen.items() if seen.status == seen_lesions.NEW
        )
    )


def any_new(criterion: str, scans: Sequence[Scan]) -> bool | None:
    """Whether the last scan shows a lesion that was not there at baseline; None where nobody can tell yet."""
    scan, now = scans[-1], seen_lesions.kept_on(scans)
    answers = [_counts_as_new(criterion, now.get(key)) for key in appeared(scans)]
    is_named = any(seen.status == seen_lesions.NEW for seen in scan.seen.values())
    if True in answers or (scan.new_lesions and not is_named):
        return True
    is_answered = scan.new_lesions is not None
    return False if is_answered and None not in answers else None


def _counts_as_new(criterion: str, seen: Seen | None) -> bool | None:
    if seen is None or seen.status == seen_lesions.NOT_EVALUABLE:
        return None
    if seen.status == seen_lesions.DISAPPEARED:
        return False
    if criterion != MRECIST or seen.status in (seen_lesions.MERGED, seen_lesions.SPLIT):
        return True
    return None if seen.longest_mm is None else seen.longest_mm >= NEW_FROM_MM
