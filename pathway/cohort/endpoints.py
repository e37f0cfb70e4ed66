"""What a curve counts: each endpoint in words, with where the words come from, and how long one patient was watched."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from pathway.cohort.people import Person

# To a tenth of a minute: what two files round differently is one time.
PLACES = 4


@dataclass(frozen=True, slots=True)
class Span:
    """How long one patient was watched, and whether it happened at the end of it."""

    weeks: float
    happened: bool


@dataclass(frozen=True)
class Endpoint:
    key: str
    label: Any
    axis: Any
    definition: Any
    source: str
    # None: the patient cannot be counted for it.
    span: Callable[[Person], Span | None]
    left_out: Any


def _span(person: Person, happened_on: date | None, until: date | None) -> Span | None:
    """From the first procedure to the event, or else to the last day without it."""
    end = happened_on or until
    if person.first_on is None or end is None or end < person.first_on:
        return None
    return Span(round((end - person.first_on).days / 7, PLACES), happened_on is not None)


def _imported(person: Person, weeks: str, happened: str) -> Span | None:
    """What the cohort was published with; a time without its end, or an end without its time, counts for nothing."""
    row = person.imported or {}
    if row.get(weeks) is None or row.get(happened) not in {"yes", "no"}:
        return None
    return Span(round(float(row[weeks]), PLACES), row[happened] == "yes")


def survival(person: Person) -> Span | None:
    if person.imported:
        return _imported(person, "weeks_to_death", "died")
    return _span(person, person.died_on, person.seen_on)


def progression(person: Person) -> Span | None:
    """A death without progression ends the watching at the last imaging, as the definition has it."""
    if person.imported:
        return _imported(person, "weeks_to_progression", "progressed")
    judged = [read for read in person.readings if read.mrecist not in {"", "NE"}]
    progressed = next((read.on for read in judged if read.mrecist == "PD"), None)
    return _span(person, progressed, judged[-1].on if judged else None)


def untreatable_progression(person: Person) -> Span | None:
    """Nothing of a published cohort: it does not say what ended the treatment."""
    judged = [read for read in person.readings if read.mrecist not in {"", "NE"}]
    if person.imported or not judged:
        return None
    ended = [
        read.on
        for read in judged
        if read.mrecist == "PD" and (read.is_outside_liver_or_vein or read.was_switched)
    ]
    if person.child_pugh_c_on:
        ended.append(person.child_pugh_c_on)
    return _span(person, min(ended, default=None), judged[-1].on)


ENDPOINTS: Mapping[str, Endpoint] = {
    endpoint.key: endpoint
    for endpoint in (
        Endpoint(
            "survival",
            _("Overall survival"),
            _("alive"),
            _(
                "From the first procedure to death of any cause. Who is not known to have died is watched until the "
                "last day with a laboratory value, an image, a procedure or the end of the course."
            ),
            "Llovet JM et al., J Natl Cancer Inst 2008;100:698-711",
            survival,
            _("without a day, or a week, of being seen"),
        ),
        Endpoint(
            "progression",
            _("Time to progression"),
            _("without progression"),
            _(
                "From the first procedure to the first reading that stands with progressive disease by mRECIST. Others "
                "are watched until their last reading that could be judged; death is no event."
            ),
            "Llovet JM, Lencioni R, J Hepatol 2020;72:288-306",
            progression,
            _("without a reading that could be judged"),
        ),
        Endpoint(
            "untreatable",
            _("Time to untreatable progression"),
            _("still treatable"),
            _(
                "From the first procedure to the first of: progressive disease by mRECIST on a reading with tumour "
                "thrombus or spread outside the liver; progressive disease after which it was decided to switch or "
                "combine; an assessment signed with Child-Pugh class C. Others are watched until their last reading."
            ),
            "Kudo M et al. (TACTICS), Gut 2020;69:1492-1501, in the terms of this record",
            untreatable_progression,
            _("without a reading that could be judged, or of a published cohort that does not say it"),
        ),
    )
}
