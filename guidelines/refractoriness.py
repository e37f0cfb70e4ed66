"""Whether a definition of TACE failure or refractoriness is met by a patient's sessions. Information only.

    for definition in failure_definitions.definitions():
        weighed = refractoriness.weigh(definition, sessions, interventions_done=3)
        weighed.verdict, [one.sentence for one in weighed.outcomes]   # "1 of 2 insufficient responses in a row."

No decision follows from it. What nobody said is unknown, never "no".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guidelines import failure_definitions
from guidelines.failure_definitions import MET, NOT_MET, UNKNOWN, Criterion, Definition, Session
from guidelines.reason import Reason

NOT_ADAPTED = "{count} of {needed} in a row, with the same agent and without analysing the feeders anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One criterion: `count` of `needed` sessions, `most` if what is not known held. `missing`: "sessions.2.spread"."""

    criterion: str
    verdict: str
    count: int
    most: int
    needed: int
    because: Reason
    missing: tuple[str, ...]
    note: str

    @property
    def sentence(self) -> str:
        """What it says, in English, filled."""
        return self.because.sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One definition over all sessions. `missing` is empty unless the verdict is unknown."""

    definition: Definition
    verdict: str
    outcomes: tuple[Outcome, ...]
    missing: tuple[str, ...]


def weigh(
    definition: Definition, sessions: Sequence[Session], interventions_done: int | None = None
) -> Weighed:
    """Whether any criterion is met; `interventions_done` counts those elsewhere too (default: not known)."""
    outcomes = tuple(_outcome(definition, criterion, sessions) for criterion in definition.criteria)
    verdicts = {outcome.verdict for outcome in outcomes}
    verdict = next(one for one in (MET, UNKNOWN, NOT_MET) if one in verdicts)
    missing = [place for outcome in outcomes for place in outcome.missing] if verdict == UNKNOWN else []
    if definition.interventions_from and verdict != NOT_MET:
        if interventions_done is None:
            verdict, missing = UNKNOWN, ["interventions_done", *missing]
        elif interventions_done < definition.interventions_from:
            verdict, missing = NOT_MET, []
    return Weighed(definition=definition, verdict=verdict, outcomes=outcomes, missing=tuple(missing))


class _Row(NamedTuple):
    """The sessions of a row, the oldest first, by their number from 1: those for certain, and those perhaps."""

    certain: tuple[int, ...]
    possible: tuple[int, ...]


def _outcome(definition: Definition, criterion: Criterion, sessions: Sequence[Session]) -> Outcome:
    answers = {
        number: criterion.answer(session)
        for number, session in enumerate(sessions, start=1)
        if session.reviewed_on is not None or criterion.answer(session) is not None
    }
    row = _anywhere(answers) if criterion.once else _last_row(answers)
    verdict, missing = _verdict(criterion, row, answers, sessions)
    is_unadapted = verdict == NOT_MET and len(row.certain) >= criterion.needed
    values = {
        "count": len(row.certain),
        "needed": criterion.needed,
        "over": failure_definitions.INSUFFICIENT_OVER_PCT,
    }
    return Outcome(
        criterion=criterion.key,
        verdict=verdict,
        count=len(row.certain),
        most=len(row.possible),
        needed=criterion.needed,
        because=Reason(
            key=criterion.key,
            says=NOT_ADAPTED if is_unadapted else criterion.says[verdict],
            values=values,
            clause=definition.clause,
            source=definition.source,
        ),
        missing=missing,
        note=criterion.note,
    )


def _last_row(answers: Mapping[int, bool | None]) -> _Row:
    """The row that ends with the last session: as far as it is certain, and as far as it may reach."""
    certain: list[int] = []
    possible: list[int] = []
    for number in sorted(answers, reverse=True):
        if answers[number] is False:
            break
        if answers[number] and len(certain) == len(possible):
            certain.insert(0, number)
        possible.insert(0, number)
    return _Row(tuple(certain), tuple(possible))


def _anywhere(answers: Mapping[int, bool | None]) -> _Row:
    certain = tuple(number for number, answer in answers.items() if answer)
    possible = tuple(number for number, answer in answers.items() if answer is not False)
    return _Row(certain, possible)


def _verdict(
    criterion: Criterion,
    row: _Row,
    answers: Mapping[int, bool | None],
    sessions: Sequence[Session],
) -> tuple[str, tuple[str, ...]]:
    if len(row.possible) < criterion.needed:
        return NOT_MET, ()
    adapted = _adapted(row.certain, sessions) if criterion.needs_adapting else True
    if len(row.certain) >= criterion.needed and adapted:
        return MET, ()
    if criterion.needs_adapting and _adapted(row.possible, sessions) is False:
        return NOT_MET, ()
    return UNKNOWN, tuple(dict.fromkeys(_missing(criterion, row, answers, sessions)))


def _adapted(row: Sequence[int], sessions: Sequence[Session]) -> bool | None:
    """Whether any session of the row after the first tried another agent or analysed the feeders anew."""
    said = [sessions[number - 1].is_adapted for number in row[1:]]
    return True if True in said else (None if None in said else False)


def _missing(
    criterion: Criterion, row: _Row, answers: Mapping[int, bool | None], sessions: Sequence[Session]
) -> Iterator[str]:
    """What was not said in the row; a review that came too early or too late is missing as well."""
    for number in row.possible:
        session = sessions[number - 1]
        if answers[number] is None:
            is_said = getattr(session, criterion.field) not in (None, ())
            field = (
                "reviewed_on"
                if is_said and not failure_definitions.is_judged_in_time(session)
                else criterion.field
            )
            yield f"sessions.{number}.{field}"
        if criterion.needs_adapting and number != row.possible[0] and session.is_adapted is None:
            yield f"sessions.{number}.is_adapted"
