"""The sum of target diameters on one scan, line by line, with lesions that merged, split, or were not measured.

Eisenhauer 2009 (RECIST 1.1), doi:10.1016/j.ejca.2008.10.026, section 4.3.2; mRECIST (Lencioni 2010) keeps its rules on
the viable diameters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from guidelines import lesions as seen_lesions
from guidelines.lesions import Lesion, Scan, Seen

MRECIST, RECIST = "mrecist", "recist_1_1"
# The field of a reading that each criterion adds up.
DIAMETERS: Mapping[str, str] = {MRECIST: "viable_mm", RECIST: "longest_mm"}

# Section 4.3.2: a target lesion that is there but too small to measure counts as 5 mm.
TOO_SMALL_COUNTS_MM = 5

MEASURED, GONE, TOO_SMALL, SPLIT, MERGED = "measured", "gone", "too_small", "split", "merged"
UNKNOWN, NOT_EVALUABLE = "unknown", "not_evaluable"


class Piece(NamedTuple):
    """What one lesion gives to a sum; `mm` is None where it is unknown or cannot be evaluated."""

    lesion: str
    how: str
    mm: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One target lesion in the sum of one scan.

    `how`: measured, gone (0 mm), too_small (5 mm), split (its parts are added), merged (the longest diameter of the
    merged lesion counts once: in the line of the first, 0 mm in the others), unknown, not_evaluable. `pieces` are the
    lesions that were measured for it.
    """

    lesion: str
    how: str
    is_merged: bool
    pieces: tuple[Piece, ...]

    @property
    def mm(self) -> Fraction | None:
        """What it adds; None where any piece is not known."""
        known = [piece.mm for piece in self.pieces if piece.mm is not None]
        return sum(known, Fraction(0)) if len(known) == len(self.pieces) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSum:
    """The sum of one scan. `total` is None while a line is not known; it is then `at_least` or more."""

    on: date
    lines: tuple[Line, ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Everything that was counted, each lesion once."""
        return tuple(piece for line in self.lines for piece in line.pieces)

    @property
    def total(self) -> Fraction | None:
        """Exact, in millimetres."""
        return self.at_least if all(piece.mm is not None for piece in self.pieces) else None

    @property
    def at_least(self) -> Fraction:
        """What was measured."""
        return sum((piece.mm for piece in self.pieces if piece.mm is not None), Fraction(0))

    def lesions_that_are(self, how: str) -> tuple[str, ...]:
        """The lesions whose diameter is unknown, or cannot be evaluated."""
        return tuple(piece.lesion for piece in self.pieces if piece.how == how)

    def line_of(self, lesion: str) -> Line:
        """The line of one target lesion."""
        return next(line for line in self.lines if line.lesion == lesion)


def of_scan(criterion: str, targets: Sequence[Lesion], scans: Sequence[Scan]) -> ScanSum:
    """The sum on the last of these scans; the earlier ones say what merged and what split."""
    sight = _Sight(criterion, scans)
    counted: set[str] = set()
    lines = []
    for target in targets:
        pieces = tuple(piece for piece in sight.pieces_of(target.key) if piece.lesion not in counted)
        counted |= {piece.lesion for piece in pieces}
        lines.append(sight.line(target.key, pieces))
    return ScanSum(on=scans[-1].on, lines=tuple(lines))


class _Sight:
    """The last scan, with what earlier scans said of lesions that merged or split."""

    def __init__(self, criterion: str, scans: Sequence[Scan]) -> None:
        self._diameter = DIAMETERS[criterion]
        self._now: Mapping[str, Seen] = seen_lesions.kept_on(scans)
        self._parts: dict[str, list[str]] = {}
        for part, parent in seen_lesions.parents(scans).items():
            self._parts.setdefault(parent, []).append(part)

    def pieces_of(self, lesion: str) -> list[Piece]:
        """What counts for one lesion: itself, the one that it merged into, its parts; each once."""
        found: dict[str, Piece] = {}
        self._collect(lesion, found, set())
        return list(found.values())

    def _collect(self, lesion: str, found: dict[str, Piece], passed: set[str]) -> None:
        if lesion in passed:
            return
        passed.add(lesion)
        seen, parts = self._now.get(lesion), self._parts.get(lesion, [])
        if seen is not None and seen.status == seen_lesions.MERGED:
            self._collect(seen.other, found, passed)
        elif seen is None or seen.status != seen_lesions.SPLIT or not parts:
            found[lesion] = self._measured(lesion, seen)
        for part in parts:
            self._collect(part, found, passed)

    def _measured(self, lesion: str, seen: Seen | None) -> Piece:
        if seen is None:
            return Piece(lesion, UNKNOWN, None)
        if seen.status == seen_lesions.DISAPPEARED:
            return Piece(lesion, GONE, Fraction(0))
        if seen.status == seen_lesions.NOT_EVALUABLE:
            return Piece(lesion, NOT_EVALUABLE, None)
        mm = getattr(seen, self._diameter)
        if mm is not None:
            return Piece(lesion, MEASURED, Fraction(str(mm)))
        if seen.status == seen_lesions.TOO_SMALL:
            return Piece(lesion, TOO_SMALL, Fraction(TOO_SMALL_COUNTS_MM))
        return Piece(lesion, UNKNOWN, None)

    def line(self, lesion: str, pieces: tuple[Piece, ...]) -> Line:
        """The line of one target from what is counted for it."""
        how, is_merged = self._how(lesion, pieces), self._has_merged(lesion)
        return Line(lesion=lesion, how=how, is_merged=is_merged, pieces=pieces)

    def _how(self, lesion: str, pieces: Sequence[Piece]) -> str:
        """In one word how this line came about; what is not known first."""
        hows = {piece.how for piece in pieces}
        for gravest in (NOT_EVALUABLE, UNKNOWN):
            if gravest in hows:
                return gravest
        if self._has_merged(lesion):
            return MERGED
        return pieces[0].how if pieces and lesion not in self._parts else SPLIT

    def _has_merged(self, lesion: str) -> bool:
        """Whether it is part of a merged lesion: it merged into another, or another into it."""
        return any(
            seen.status == seen_lesions.MERGED and lesion in (key, seen.other)
            for key, seen in self._now.items()
        )
