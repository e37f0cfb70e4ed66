"""Some targets from the baseline to one scan: the three sums, and the response that they come to by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from guidelines import lesion_sums, response_reasons
from guidelines.lesion_sums import MRECIST, ScanSum
from guidelines.lesions import Lesion, Scan
from guidelines.reason import Reason

# Names, since `guidelines.response` is the function of the contract.
from guidelines.response import progression_from, response

# What is missing where nobody said whether a scan was dynamic and enhanced.
PHASES, BASELINE_PHASES = "is_dynamic_enhanced", "baseline.is_dynamic_enhanced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the arithmetic: what one target lesion gives to each of the three sums, in mm; None is not known.

    `nadir_mm` is its diameter on the scan with the smallest sum, so that each column adds up to its sum. `how` and
    `pieces` say how the current number came about (see `guidelines.lesion_sums.Line`).
    """

    lesion: str
    baseline_mm: float | None
    nadir_mm: float | None
    current_mm: float | None
    how: str
    pieces: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The response of some targets together, with its three sums; also that of one lesion by itself.

    `partial_up_to_mm` is the greatest sum that is a partial response, `progression_from_mm` the least that is
    progression. A sum of None is not wholly known.
    """

    response: str | None
    because: Reason
    baseline_mm: float | None
    nadir_mm: float | None
    nadir_on: date
    current_mm: float | None
    change_from_baseline_pct: float | None
    change_from_nadir_pct: float | None
    partial_up_to_mm: float | None
    progression_from_mm: float | None
    missing: tuple[str, ...]


class Verdict(NamedTuple):
    """A response with its reason, and what can still change it."""

    response: str | None
    because: Reason
    missing: tuple[str, ...] = ()


class Course:
    """Some targets from the baseline to one scan, with the three sums that decide."""

    def __init__(self, criterion: str, targets: tuple[Lesion, ...], scans: tuple[Scan, ...]) -> None:
        self.criterion, self.targets, self.scans = criterion, targets, scans
        self._sums = [
            lesion_sums.of_scan(criterion, targets, scans[:place]) for place in range(1, len(scans) + 1)
        ]
        self.baseline, self.current = self._sums[0], self._sums[-1]
        self.nadir = min(self._known_before(), key=_total, default=self.baseline)
        self.is_plain = criterion == MRECIST and scans[-1].is_dynamic_enhanced is False

    def _known_before(self) -> list[ScanSum]:
        """The sums that may be the smallest before this scan, the oldest first; the baseline is one always."""
        later = zip(self.scans[1:-1], self._sums[1:-1], strict=True)
        can_be_summed = [
            found for scan, found in later if self.criterion != MRECIST or scan.is_dynamic_enhanced
        ]
        return [found for found in (self.baseline, *can_be_summed) if found.total is not None]

    def scans_without_sum(self) -> tuple[date, ...]:
        """The scans in between that did not count for the smallest sum."""
        known = {id(found) for found in self._known_before()}
        return tuple(found.on for found in self._sums[1:-1] if id(found) not in known)

    def judged(self) -> Judged:
        """The response of these targets."""
        asked = self.ask()
        verdict = self._verdict(asked)
        nadir, baseline = self.nadir.total, self.baseline.total
        return Judged(
            response=verdict.response,
            because=verdict.because,
            baseline_mm=_number(baseline),
            nadir_mm=_number(nadir),
            nadir_on=self.nadir.on,
            current_mm=_number(self.current.total),
            change_from_baseline_pct=asked["change_from_baseline_pct"],
            change_from_nadir_pct=asked["change_from_nadir_pct"],
            partial_up_to_mm=None if baseline is None else _number(response_reasons.partial_up_to(baseline)),
            progression_from_mm=None if nadir is None else _number(progression_from(nadir)),
            missing=verdict.missing,
        )

    def ask(self, **more: Any) -> dict[str, Any]:
        """What `response` says of the sums, a sum that is not known being its lower end or more."""
        given = {"baseline_mm": _asked(self.baseline), "current_mm": _asked(self.current), **more}
        if self.nadir is not self.baseline:
            given["nadir_mm"] = _asked(self.nadir)
        return response(given)

    def _verdict(self, asked: dict[str, Any]) -> Verdict:
        not_evaluable = self._not_evaluable()
        if not_evaluable is not None:
            return Verdict("NE", not_evaluable)
        answer, phases = asked["target"], self.phases_not_known()
        if answer is not None and (not phases or answer == "NE"):
            sums = (self.baseline, self.nadir, self.current)
            return Verdict(answer, response_reasons.because_of_sums(self.criterion, answer, *sums))
        diameters = self._diameters_not_known(asked["missing"])
        cannot = self.current.lesions_that_are(lesion_sums.NOT_EVALUABLE)
        if cannot and not diameters and not phases:
            return Verdict("NE", self._because_of_lesions("not_evaluable", cannot))
        return Verdict(None, response_reasons.because(self.criterion, "unknown"), (*phases, *diameters))

    def _not_evaluable(self) -> Reason | None:
        """Why no sum can be compared, whatever else is still to come."""
        if not self.targets:
            return response_reasons.because(self.criterion, "no_target")
        if self.is_plain:
            return response_reasons.because(self.criterion, "plain")
        if self.criterion == MRECIST and self.scans[0].is_dynamic_enhanced is False:
            return response_reasons.because(self.criterion, "plain_baseline")
        cannot = self.baseline.lesions_that_are(lesion_sums.NOT_EVALUABLE)
        return self._because_of_lesions("baseline_not_evaluable", cannot) if cannot else None

    def _because_of_lesions(self, key: str, lesions: Sequence[str]) -> Reason:
        return response_reasons.because_of_lesions(self.criterion, key, lesions)

    def phases_not_known(self) -> list[str]:
        """Whether mRECIST may look at the baseline and at this scan: which of the two nobody said."""
        if self.criterion != MRECIST:
            return []
        ends = ((BASELINE_PHASES, self.scans[0]), (PHASES, self.scans[-1]))
        return [name for name, scan in ends if scan.is_dynamic_enhanced is None]

    def _diameters_not_known(self, asked_for: Sequence[str]) -> list[str]:
        """The diameters behind the sums that `response` asks for."""
        field = lesion_sums.DIAMETERS[self.criterion]
        sums = (("baseline_mm", "baseline", self.baseline), ("current_mm", "lesions", self.current))
        return [
            f"{where}.{lesion}.{field}"
            for name, where, found in sums
            if name in asked_for
            for lesion in found.lesions_that_are(lesion_sums.UNKNOWN)
        ]

    def steps(self) -> tuple[Step, ...]:
        """The arithmetic, a row for each target."""
        return tuple(self._step(target.key) for target in self.targets)

    def _step(self, lesion: str) -> Step:
        now = self.current.line_of(lesion)
        return Step(
            lesion=lesion,
            baseline_mm=_number(self.baseline.line_of(lesion).mm),
            nadir_mm=_number(self.nadir.line_of(lesion).mm),
            current_mm=_number(now.mm),
            how=now.how,
            pieces=tuple((piece.lesion, _number(piece.mm)) for piece in now.pieces),
        )


def _total(found: ScanSum) -> Fraction:
    return found.at_least


def _asked(found: ScanSum) -> float | dict[str, float]:
    return float(found.at_least) if found.total is not None else {"min": float(found.at_least)}


def _number(exact: Fraction | None) -> float | None:
    return None if exact is None else response_reasons.number(exact)
