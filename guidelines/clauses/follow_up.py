"""Section 7: follow-up and when to treat again."""

from collections.abc import Mapping

from guidelines.case import ReviewCase
from guidelines.clause import Section
from guidelines.settings import Settings

# "The interval between the initial 2-3 interventions can be short."
INITIAL_INTERVENTIONS = 3
# 7.1, "at 4-6 weeks after the first": days. 7.2, "1-3 months apart": calendar months.
FIRST_REVIEW_FROM_DAYS, FIRST_REVIEW_TO_DAYS = 28, 42
LATER_REVIEW_FROM_MONTHS, LATER_REVIEW_TO_MONTHS = 1, 3

schedule = Section("7")
section = Section("7")


def _always(facts: ReviewCase, holds: Mapping[str, bool], settings: Settings) -> bool:
    return True


def has_progressed(facts: ReviewCase) -> bool:
    """Progression, enlargement or a new lesion."""
    return facts.progression or facts.enlargement or facts.new_lesions


schedule.clause(
    "7.1",
    "principle",
    locator="section 7, first sentence",
    says="CT or MRI 4 to 6 weeks ({from_days} to {to_days} days) after the first intervention.",
    values={"from_days": FIRST_REVIEW_FROM_DAYS, "to_days": FIRST_REVIEW_TO_DAYS},
    note="Staged treatment, several interventions before any review that counts: from the latest. Not in source.",
)(_always)
schedule.clause(
    "7.2",
    "principle",
    locator="section 7, first sentence",
    says="Then every {from_months} to {to_months} months, as the patient needs.",
    values={"from_months": LATER_REVIEW_FROM_MONTHS, "to_months": LATER_REVIEW_TO_MONTHS},
    settings=("review_tolerance_days",),
)(_always)
section.clause(
    "7.3",
    "principle",
    locator="section 7, second sentence",
    says="How often to treat depends on what follow-up shows.",
)(_always)


@section.clause(
    "7.4",
    "principle",
    locator="section 7, third sentence",
    says="Dense lipiodol, necrosis, no enlargement and no new lesion: no further intervention for the time being.",
    needs=(
        "lipiodol_deposition",
        "necrosis",
        "viable_tumour",
        "enlargement",
        "new_lesions",
        "progression",
    ),
)
def may_rest(facts: ReviewCase, holds: Mapping[str, bool], settings: Settings) -> bool:
    is_complete = facts.lipiodol_deposition == "dense" and facts.necrosis == "complete"
    return is_complete and not facts.viable_tumour and not has_progressed(facts)


@section.clause(
    "7.5",
    "principle",
    locator="section 7, fourth sentence",
    says="The interval between the first {initial} interventions can be short.",
    needs=("interventions_done",),
    values={"initial": INITIAL_INTERVENTIONS},
)
def interval_can_be_short(facts: ReviewCase, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.interventions_done <= INITIAL_INTERVENTIONS


@section.clause(
    "7.6",
    "principle",
    locator="section 7, fifth sentence",
    says="After {initial} interventions, without progression, the interval is prolonged so that the liver recovers.",
    needs=("interventions_done", "enlargement", "new_lesions", "progression"),
    values={"initial": INITIAL_INTERVENTIONS},
)
def interval_is_prolonged(facts: ReviewCase, holds: Mapping[str, bool], settings: Settings) -> bool:
    return facts.interventions_done > INITIAL_INTERVENTIONS and not has_progressed(facts)


section.clause(
    "7.7",
    "principle",
    locator="section 7, sixth sentence",
    says="Dynamic enhanced CT or MRI shows whether tumour is viable, to decide on another intervention.",
)(_always)


@section.clause(
    "7.8",
    "principle",
    locator="section 7, last sentence",
    says="Progression {continued_progressions} times in a row after {several_interventions} interventions or more: "
    "change to, or combine with, surgery, ablation or systemic therapy.",
    needs=("interventions_done", "enlargement", "new_lesions", "progression", "earlier_progressions"),
    settings=("several_interventions", "continued_progressions"),
)
def should_switch(facts: ReviewCase, holds: Mapping[str, bool], settings: Settings) -> bool:
    is_several = facts.interventions_done >= settings.several_interventions
    in_a_row = facts.earlier_progressions + 1 >= settings.continued_progressions
    return is_several and in_a_row and has_progressed(facts)
