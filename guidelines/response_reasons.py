"""What is said of a response: the cut that decided, with the numbers, and where it is written."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from guidelines.lesion_sums import MRECIST, ScanSum
from guidelines.reason import Reason

# Names, since `guidelines.response` is the function of the contract.
from guidelines.response import PARTIAL_RESPONSE_TO, PROGRESSION_BY_MM, PROGRESSION_TO, progression_from

# By criterion where the words differ. `guidelines.response` holds the numbers.
SAYS: Mapping[str, str] = {
    "CR": "Every target lesion is gone.",
    "CR.mrecist": "No target lesion has viable tumour left.",
    "PR": "{current} mm is {partial_up_to} mm or less: {fall} % or more under the baseline, {baseline} mm.",
    "SD": "{current} mm is over {partial_up_to} mm and under {progression_from} mm.",
    "PD": "{current} mm is {progression_from} mm or more: {rise} % and {rise_mm} mm over the smallest sum, {nadir} mm.",
    "no_target": "No target lesion was chosen.",
    "plain": "Without dynamic enhancement viable tumour cannot be told: dynamic enhanced CT or MRI is needed.",
    "plain_baseline": "The baseline scan had no dynamic enhancement: viable tumour has nothing to be compared with.",
    "baseline_zero": "The baseline sum is 0 mm: there is nothing to compare with.",
    "baseline_not_evaluable": "Not evaluable at baseline: {lesions}.",
    "not_evaluable": "Not evaluable: {lesions}.",
    "merged": "Part of a merged lesion: counted in the sum, not by itself.",
    "new_lesions": "A lesion is there that was not there at baseline.",
    "non_target": "The other lesions progress.",
    "others_left": "The target lesions answered completely, the others did not or were not evaluated.",
    "unknown": "Something that can change the response is not known.",
}
# 7.7: dynamic enhanced CT or MRI shows whether tumour is viable.
CLAUSES = {"plain": "7.7", "plain_baseline": "7.7"}
SOURCES = {MRECIST: "mrecist"}


def because(criterion: str, key: str, **values: object) -> Reason:
    """The reason of that key."""
    says = SAYS.get(f"{key}.{criterion}") or SAYS[key]
    clause = CLAUSES.get(key, "")
    source = "" if clause else SOURCES.get(criterion, "recist-1.1")
    return Reason(key=key, says=says, values=values, clause=clause, source=source)


def because_of_lesions(criterion: str, key: str, lesions: Sequence[str]) -> Reason:
    """The reason of that key, naming lesions."""
    return because(criterion, key, lesions=", ".join(lesions))


def because_of_sums(
    criterion: str, answer: str, baseline: ScanSum, nadir: ScanSum, current: ScanSum
) -> Reason:
    """The cut that decided, with the three sums."""
    if answer == "NE":
        return because(criterion, "baseline_zero")
    return because(
        criterion,
        answer,
        baseline=_shown(baseline),
        nadir=_shown(nadir),
        current=_shown(current),
        partial_up_to=number(partial_up_to(baseline.at_least)),
        progression_from=number(progression_from(nadir.at_least)),
        fall=number((1 - PARTIAL_RESPONSE_TO) * 100),
        rise=number((PROGRESSION_TO - 1) * 100),
        rise_mm=PROGRESSION_BY_MM,
    )


def partial_up_to(baseline: Fraction) -> Fraction:
    """The greatest sum that is a partial response."""
    return baseline * PARTIAL_RESPONSE_TO


def _shown(found: ScanSum) -> float | str:
    """The sum; where a part of it is not known, its lower end."""
    return number(found.at_least) if found.total is not None else f"≥ {number(found.at_least):g}"


def number(exact: Fraction) -> float:
    """To four decimals, for output only."""
    return int(exact) if exact.denominator == 1 else round(float(exact), 4)
