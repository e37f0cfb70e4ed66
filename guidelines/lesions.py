"""Lesions as readers saw them, scan after scan: what a response is worked out from.

    lesions = [Lesion(key="L1", is_target=True), Lesion(key="L2", is_target=False)]
    scans = [Scan(on=date(2026, 1, 5), is_dynamic_enhanced=True,
                  seen={"L1": Seen(longest_mm=42, viable_mm=42), "L2": Seen(longest_mm=9)}),
             Scan(on=date(2026, 3, 2), is_dynamic_enhanced=True, new_lesions=False, non_target="non_progressive",
                  seen={"L1": Seen(longest_mm=40, viable_mm=0), "L2": Seen(longest_mm=9)})]

The oldest scan comes first; the first is the baseline. A lesion without an entry, and a diameter of None, are unknown:
never zero. A lesion keeps its key. Once merged or split it stays so in later scans, until one says otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from guidelines.entry import FactError

Length = float | Decimal

PRESENT, DISAPPEARED, TOO_SMALL, NOT_EVALUABLE = "present", "disappeared", "too_small", "not_evaluable"
MERGED, SPLIT, SPLIT_FROM, NEW = "merged", "split", "split_from", "new"

# What can be said of a lesion on one scan → its label.
STATUSES: Mapping[str, str] = {
    PRESENT: "There",
    DISAPPEARED: "Gone",
    TOO_SMALL: "Too small to measure",
    NOT_EVALUABLE: "Cannot be evaluated",
    MERGED: "Merged into another lesion",
    SPLIT: "Split: measured in its parts",
    SPLIT_FROM: "Split off another lesion",
    NEW: "New",
}
# These name the other lesion: the one that it merged into, or that it split off.
NAMING_ANOTHER = (MERGED, SPLIT_FROM)
WITHOUT_DIAMETERS = (DISAPPEARED, NOT_EVALUABLE, MERGED, SPLIT)
# What a reader says of the other lesions together, in the words of `guidelines.response`.
NON_TARGET = ("absent", "complete_response", "non_progressive", "progressive", "not_evaluated")
# The range of a diameter, as `guidelines.facts` has it for the largest lesion.
MOST_MM = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """One lesion for good. `is_target`: it is measured and counts in the sums; the others are only looked at.

    Portal tumour thrombus and whatever cannot be measured are lesions too, never targets (doi:10.1055/s-0030-1247132).
    """

    key: str
    is_target: bool
    organ: str = "liver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One lesion on one scan.

    `longest_mm` is the whole lesion (RECIST 1.1), `viable_mm` the longest part that enhances in the arterial phase, not
    across necrosis (mRECIST): 0 where nothing enhances. `other` is the key of the lesion that it merged into or split
    off. A part that split off keeps its own key; its parent is `split`, or `present` with what is left of it.
    """

    status: str = PRESENT
    longest_mm: Length | None = None
    viable_mm: Length | None = None
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One imaging review as one reader saw it.

    `is_dynamic_enhanced`: arterial, portal and delayed phase with contrast (7.7). `new_lesions`: what the reader says;
    a lesion with the status `new` says yes by itself. `non_target`: the other lesions together, as `response` asks
    (complete_response, non_progressive, progressive, not_evaluated); None: worked out as far as their statuses allow.
    """

    on: date
    seen: Mapping[str, Seen] = field(default_factory=dict)
    is_dynamic_enhanced: bool | None = None
    new_lesions: bool | None = None
    non_target: str | None = None


def check(lesions: Sequence[Lesion], scans: Sequence[Scan]) -> None:
    """Refuse what cannot be. Raises FactError, its key being that of the lesion ("scans" for the scans)."""
    if not scans or [scan.on for scan in scans] != sorted(scan.on for scan in scans):
        raise FactError("scans", "scans: at least one is needed, the oldest first.")
    known = {lesion.key for lesion in lesions}
    for place, scan in enumerate(scans, start=1):
        _check_answers(scan, is_baseline=place == 1)
        for key, seen in scan.seen.items():
            _check_seen(key, seen, known)
        for key in scan.seen:
            _check_circle(key, kept_on(scans[:place]))


def _check_answers(scan: Scan, *, is_baseline: bool) -> None:
    if scan.non_target is not None and scan.non_target not in NON_TARGET:
        raise FactError("non_target", f"non_target: give one of {', '.join(NON_TARGET)}.")
    is_new = any(seen.status == NEW for seen in scan.seen.values())
    if is_new and scan.new_lesions is False and not is_baseline:
        raise FactError("new_lesions", "new_lesions: false, and a lesion that is new, contradict each other.")


def _check_seen(key: str, seen: Seen, known: set[str]) -> None:
    for wrong in _faults(key, seen, known):
        raise FactError(key, f"{key}: {wrong}")


def _faults(key: str, seen: Seen, known: set[str]) -> Iterator[str]:
    diameters = [one for one in (seen.longest_mm, seen.viable_mm) if one is not None]
    if key not in known:
        yield "this lesion is not known."
    if seen.status not in STATUSES:
        yield f"{seen.status!r} is no status; known: {', '.join(STATUSES)}."
    if (seen.status in NAMING_ANOTHER) != bool(seen.other) or seen.other == key:
        yield "the other lesion is named exactly where it merged into or split off another."
    if seen.other and seen.other not in known:
        yield f"the other lesion, {seen.other!r}, is not known."
    if any(not 0 <= one <= MOST_MM for one in diameters):
        yield f"a diameter is 0 to {MOST_MM} mm."
    if len(diameters) == 2 and diameters[1] > diameters[0]:
        yield "the viable part is not longer than the lesion."
    if seen.status in WITHOUT_DIAMETERS and any(diameters):
        yield f"{seen.status} and a diameter contradict each other."


def _check_circle(key: str, seen: Mapping[str, Seen]) -> None:
    """A lesion merged into one that merged into the first, or a part of its own part."""
    passed, here = {key}, seen[key].other
    while here:
        if here in passed:
            raise FactError(key, f"{key}: it is merged into, or split off, itself.")
        passed.add(here)
        here = seen[here].other if here in seen else ""


def kept_on(scans: Sequence[Scan]) -> dict[str, Seen]:
    """The entries of the last scan; without one, a lesion that was merged or split is so still."""
    last: dict[str, Seen] = {}
    for scan in scans:
        last |= scan.seen
    now = scans[-1].seen
    return {key: seen for key, seen in last.items() if key in now or seen.status in (MERGED, SPLIT)}


def parents(scans: Sequence[Scan]) -> dict[str, str]:
    """Each part that split off on any of these scans, with the lesion that it was part of."""
    return {key: seen.other for scan in scans for key, seen in scan.seen.items() if seen.status == SPLIT_FROM}
