"""Which lesions to measure: the choice of target lesions at baseline, as a proposal with its reasons.

RECIST 1.1 (Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026, section 4.1): the largest that can be measured again, from
10 mm, at most two an organ and five in all. mRECIST (Lencioni 2010, doi:10.1055/s-0030-1247132): the same, with
enhancement in the arterial phase.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from guidelines.lesion_sums import MRECIST
from guidelines.lesions import Length
from guidelines.reason import Reason

TARGET_FROM_MM = 10
MOST_TARGETS, MOST_AN_ORGAN = 5, 2

TARGET, NOT_TARGET, UNKNOWN = "target", "not_target", "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One lesion on the baseline scan; None is unknown.

    `can_be_repeated` is False where its border cannot be found again (infiltrating, hidden by dense oil). A lymph node
    is never proposed: the criteria measure its short axis, which a lesion's record does not hold.
    """

    key: str
    longest_mm: Length | None = None
    viable_mm: Length | None = None
    is_enhancing_in_arterial_phase: bool | None = None
    can_be_repeated: bool = True
    is_node: bool = False
    organ: str = "liver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`verdict`: target, not_target, or unknown where `missing` has to be said first."""

    lesion: str
    verdict: str
    because: Reason
    missing: tuple[str, ...] = ()


SAYS = {
    "largest": "Among the largest that can be measured again, from {from_mm} mm.",
    "too_small": "Under {from_mm} mm.",
    "no_enhancement": "No enhancement in the arterial phase.",
    "not_repeatable": "Cannot be measured again in the same way.",
    "node": "A lymph node is measured by its short axis: follow it as another lesion.",
    "organ_full": "{most} larger ones of the same organ are measured already.",
    "all_full": "{most} larger ones are measured already.",
    "unknown": "Not all that decides is known.",
}
VALUES = {"organ_full": {"most": MOST_AN_ORGAN}, "all_full": {"most": MOST_TARGETS}}


def propose(criterion: str, candidates: Sequence[Candidate]) -> tuple[Proposal, ...]:
    """One proposal a candidate, in their order: the largest first choose, those that nobody can judge wait."""
    proposals = {}
    chosen: Counter[str] = Counter()
    for candidate in sorted(candidates, key=lambda one: -float(_size(criterion, one) or 0)):
        proposal = _by_itself(criterion, candidate)
        if proposal.verdict == TARGET and _is_full(candidate, chosen):
            key = "organ_full" if chosen[candidate.organ] >= MOST_AN_ORGAN else "all_full"
            proposal = _proposal(criterion, candidate, NOT_TARGET, key)
        if proposal.verdict == TARGET:
            chosen[candidate.organ] += 1
        proposals[candidate.key] = proposal
    return tuple(proposals[candidate.key] for candidate in candidates)


def _is_full(candidate: Candidate, chosen: Counter[str]) -> bool:
    return chosen[candidate.organ] >= MOST_AN_ORGAN or chosen.total() >= MOST_TARGETS


def _size(criterion: str, candidate: Candidate) -> Length | None:
    """mRECIST: a treated lesion counts by its viable part, where that is known."""
    if criterion == MRECIST and candidate.viable_mm is not None:
        return candidate.viable_mm
    return candidate.longest_mm


def _by_itself(criterion: str, candidate: Candidate) -> Proposal:
    size, enhances = _size(criterion, candidate), candidate.is_enhancing_in_arterial_phase
    asks_enhancement = criterion == MRECIST
    refusals = {
        "node": candidate.is_node,
        "not_repeatable": not candidate.can_be_repeated,
        "too_small": size is not None and size < TARGET_FROM_MM,
        "no_enhancement": asks_enhancement and enhances is False,
    }
    for key, is_refused in refusals.items():
        if is_refused:
            return _proposal(criterion, candidate, NOT_TARGET, key)
    unknown = {
        "longest_mm": size is None,
        "is_enhancing_in_arterial_phase": asks_enhancement and enhances is None,
    }
    missing = tuple(name for name, is_unknown in unknown.items() if is_unknown)
    if missing:
        return _proposal(criterion, candidate, UNKNOWN, "unknown", missing)
    return _proposal(criterion, candidate, TARGET, "largest")


def _proposal(
    criterion: str, candidate: Candidate, verdict: str, key: str, missing: tuple[str, ...] = ()
) -> Proposal:
    values = VALUES.get(key, {"from_mm": TARGET_FROM_MM})
    source = "mrecist" if criterion == MRECIST else "recist-1.1"
    because = Reason(key=key, says=SAYS[key], values=values, source=source)
    return Proposal(lesion=candidate.key, verdict=verdict, because=because, missing=missing)
