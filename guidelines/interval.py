"""How many months to the next imaging review: a proposal with its reasons (7.2, 7.5, 7.6).

    proposal = interval.propose(interval.Review(interventions_done=4, progressed=False, viable_tumour=True, …))
    proposal.months == 3, [reason.sentence for reason in proposal.reasons]

The source prints 1 to 3 months and says when to be shorter or longer without a number: each number is a setting, and
each reason names its clause, its setting, or both. It books nothing and treats nobody (7.3). The first review (7.1) is
`guidelines.schedule`'s.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guidelines.clauses import follow_up
from guidelines.reason import Reason
from guidelines.settings import DEFAULT, Settings

SHORTEST, LONGEST = follow_up.LATER_REVIEW_FROM_MONTHS, follow_up.LATER_REVIEW_TO_MONTHS
# ALBI grade, its grade 2 divided (Hiraoka 2017, doi:10.1159/000479984).
ALBI_IN_ORDER = ("1", "2a", "2b", "3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the last review showed; None is unknown.

    `interventions_done` counts those elsewhere too. `progressed` is progression, enlargement or a new lesion.
    `response` is the overall response (CR, PR, SD, PD, NE). `is_equivocal`: a lesion is LR-TR Equivocal; False where
    none is, or where LI-RADS is not read. The ALBI grades are those before the last intervention and now, 2 divided or
    not. `is_after_intervention`: an intervention was done since that review.
    """

    interventions_done: int | None = None
    progressed: bool | None = None
    viable_tumour: bool | None = None
    response: str | None = None
    is_equivocal: bool = False
    albi_grade_before: str | None = None
    albi_grade_now: str | None = None
    is_after_intervention: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`months` is None while something unknown (`missing`) can change it; `earliest_months` is the safe one meanwhile.

    `weeks` (from, to) comes instead where the settings ask for an early review after every intervention.
    """

    months: int | None
    earliest_months: int
    possible_months: tuple[int, ...]
    weeks: tuple[int, int] | None
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


class Outlook(NamedTuple):
    """What decides, all of it known. `missing` names the field of the review that stands for each."""

    is_initial: bool
    has_progressed: bool
    is_viable: bool
    is_not_evaluable: bool
    liver_is_worse: bool


FIELDS: Mapping[str, tuple[str, ...]] = {
    "is_initial": ("interventions_done",),
    "has_progressed": ("progressed",),
    "is_viable": ("viable_tumour",),
    "is_not_evaluable": ("response",),
    "liver_is_worse": ("albi_grade_before", "albi_grade_now"),
}

SAYS = {
    "range": "Every {from_months} to {to_months} months, as the patient needs.",
    "early": "{from_weeks} to {to_weeks} weeks after every intervention.",
    "progression": "Progression: {months}-month interval.",
    "initial_viable": "Viable tumour, and no more than {initial} interventions, whose interval can be short: "
    "{months}-month interval.",
    "initial_quiet": "Nothing viable, no progression, no more than {initial} interventions: {months}-month interval.",
    "prolonged": "More than {initial} interventions without progression: prolonged so that the liver recovers, "
    "{months}-month interval.",
    "liver": "ALBI grade {before} → {now}, worse: {months}-month interval instead of {instead_of}, so that the liver "
    "recovers.",
    "equivocal": "An equivocal lesion (LI-RADS) is looked at again: {months}-month interval at most.",
    "not_evaluable": "The scan could not show whether tumour is viable: dynamic enhanced CT or MRI, "
    "{months}-month interval at most.",
    "either_way": "What is not known makes no difference: {months}-month interval.",
    "unknown": "Not all that decides is known: {months}-month interval is the safe end.",
}
CLAUSES = {
    "range": "7.2",
    "early": "7.1",
    "initial_viable": "7.5",
    "prolonged": "7.6",
    "liver": "7.6",
    "not_evaluable": "7.7",
}
SETTINGS = {
    "early": "early_review_after_every_intervention",
    "progression": "interval_months_after_progression",
    "initial_viable": "interval_months_while_initial",
    "initial_quiet": "interval_months_without_viable",
    "prolonged": "interval_months_prolonged",
    "liver": "interval_months_longer_for_liver",
    "equivocal": "interval_months_when_equivocal",
    "not_evaluable": "interval_months_when_not_evaluable",
}


def propose(review: Review, settings: Settings = DEFAULT) -> Proposal:
    """The months to the next review, 1 to 3, with the reasons that moved them."""
    if review.is_after_intervention and settings.early_review_after_every_intervention:
        return _early()
    ways = {outlook: _weigh(outlook, review, settings) for outlook in _possible(review)}
    months = {outlook: way[-1].values["months"] for outlook, way in ways.items()}
    possible = tuple(sorted(set(months.values())))
    return Proposal(
        months=possible[0] if len(possible) == 1 else None,
        earliest_months=possible[0],
        possible_months=possible,
        weeks=None,
        reasons=(_range(), *_reasons(list(ways.values()), possible)),
        missing=tuple(field for name in _deciding(months) for field in _unknown_fields(name, review)),
    )


def _possible(review: Review) -> list[Outlook]:
    """Every combination of what is not known."""
    done, response = review.interventions_done, review.response
    answers: Mapping[str, bool | None] = {
        "is_initial": None if done is None else done <= follow_up.INITIAL_INTERVENTIONS,
        "has_progressed": True if response == "PD" else review.progressed,
        "is_viable": review.viable_tumour,
        "is_not_evaluable": None if response is None else response == "NE",
        "liver_is_worse": is_worse(review.albi_grade_before, review.albi_grade_now),
    }
    either = [(False, True) if answers[name] is None else (bool(answers[name]),) for name in Outlook._fields]
    return [Outlook(*values) for values in itertools.product(*either)]


def is_worse(before: str | None, now: str | None) -> bool | None:
    """Whether the ALBI grade rose; with grade 2 undivided on either side, by whole grades."""
    if before is None or now is None:
        return None
    if "2" in (before, now):
        return now[0] > before[0]
    return ALBI_IN_ORDER.index(now) > ALBI_IN_ORDER.index(before)


def _weigh(outlook: Outlook, review: Review, settings: Settings) -> list[Reason]:
    """The reasons one after another; the months of the last one stand."""
    reasons = [_first(outlook, settings)]
    months = reasons[0].values["months"]
    if outlook.liver_is_worse and not outlook.has_progressed:
        longer = _inside(months + settings.interval_months_longer_for_liver)
        if longer > months:
            grades = {"before": review.albi_grade_before or "?", "now": review.albi_grade_now or "?"}
            reasons.append(_reason("liver", months=longer, instead_of=months, **grades))
            months = longer
    caps = {
        "equivocal": (review.is_equivocal, settings.interval_months_when_equivocal),
        "not_evaluable": (outlook.is_not_evaluable, settings.interval_months_when_not_evaluable),
    }
    for key, (is_so, most) in caps.items():
        if is_so and _inside(most) < months:
            months = _inside(most)
            reasons.append(_reason(key, months=months))
    return reasons


def _first(outlook: Outlook, settings: Settings) -> Reason:
    """What progression, viable tumour and the number of interventions come to."""
    if outlook.has_progressed:
        key = "progression"
    elif not outlook.is_initial:
        key = "prolonged"
    else:
        key = "initial_viable" if outlook.is_viable else "initial_quiet"
    months = _inside(getattr(settings, SETTINGS[key]))
    return _reason(key, months=months, initial=follow_up.INITIAL_INTERVENTIONS)


def _inside(months: int) -> int:
    """Never outside of what 7.2 prints."""
    return min(max(months, SHORTEST), LONGEST)


def _reasons(ways: Sequence[Sequence[Reason]], possible: Sequence[int]) -> list[Reason]:
    """The reasons that hold whatever is not known; where they differ, that they do."""
    shared = [reason for reason in ways[0] if all(reason in way for way in ways[1:])]
    if len(possible) > 1:
        return [*shared, _reason("unknown", months=possible[0])]
    is_settled = shared and shared[-1].values["months"] == possible[0]
    return shared if is_settled else [*shared, _reason("either_way", months=possible[0])]


def _deciding(months: Mapping[Outlook, int]) -> Iterator[str]:
    """What two combinations that differ in it alone come to different months by."""
    for place, name in enumerate(Outlook._fields):
        lines: dict[tuple[bool, ...], set[int]] = {}
        for outlook, found in months.items():
            lines.setdefault((*outlook[:place], *outlook[place + 1 :]), set()).add(found)
        if any(len(found) > 1 for found in lines.values()):
            yield name


def _unknown_fields(name: str, review: Review) -> list[str]:
    return [field for field in FIELDS[name] if getattr(review, field) is None]


def _early() -> Proposal:
    days = (follow_up.FIRST_REVIEW_FROM_DAYS, follow_up.FIRST_REVIEW_TO_DAYS)
    weeks = (days[0] // 7, days[1] // 7)
    reason = _reason("early", from_weeks=weeks[0], to_weeks=weeks[1])
    return Proposal(
        months=None,
        earliest_months=SHORTEST,
        possible_months=(),
        weeks=weeks,
        reasons=(reason,),
        missing=(),
    )


def _range() -> Reason:
    return _reason("range", from_months=SHORTEST, to_months=LONGEST)


def _reason(key: str, **values: object) -> Reason:
    return Reason(
        key=key,
        says=SAYS[key],
        values=values,
        clause=CLAUSES.get(key, ""),
        setting=SETTINGS.get(key, ""),
    )
