"""Adverse events in words: terms, grades and classes, each scheme with its version."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidelines import adverse_events, embolisation_syndrome
from patients import analytes, measured
from procedures.course import Course
from procedures.models import AdverseEvent
from procedures.proposals import Proposal

SIR: dict[str, Promise] = {
    "mild": _("Mild"),
    "moderate": _("Moderate"),
    "severe": _("Severe"),
    "life_threatening": _("Life-threatening or disabling"),
    "death": _("Death"),
}
MISSING: dict[str, Promise] = {
    "upper_limit": _("the upper limit of the laboratory"),
    "lower_limit": _("the lower limit of the laboratory"),
    "baseline": _("a value from before the procedure"),
    "hours_over_40_c": _("for how long it was over 40 °C"),
    "value": _("the value"),
}
NUMBERS: dict[str, Promise] = {
    "value": _("value"),
    "upper_limit": _("upper limit"),
    "lower_limit": _("lower limit"),
    "baseline": _("before the procedure"),
    "hours_over_40_c": _("hours over 40 °C"),
}


def term_words(term: str) -> str:
    """Name a term; an unknown one stays as it reads."""
    known = adverse_events.TERMS.get(term)
    return gettext(known.label) if known else term


def grade_words(term: str, grade: int | None) -> str:
    """Say what a CTCAE grade of a term means; nothing where it is not printed."""
    known = adverse_events.TERMS.get(term)
    said = known.grades.get(grade, "") if known and grade is not None else ""
    return gettext(said) if said else ""


def cirse_words(grade: int | None) -> str:
    said = adverse_events.CIRSE.get(grade, "") if grade is not None else ""
    return gettext(said) if said else ""


def sir_words(sir_class: str) -> str:
    return str(SIR.get(sir_class, sir_class))


def numbers_in_words(graded_from: dict[str, Any]) -> str:
    """Say which numbers a grade was worked out from: value 240, upper limit 40 U/L."""
    said = [
        f"{label} {graded_from[name]:g}"
        for name, label in NUMBERS.items()
        if isinstance(graded_from.get(name), int | float)
    ]
    unit = _unit(str(graded_from.get("analyte", "")))
    return f"{', '.join(said)} {unit}".strip() if said else ""


def _unit(analyte: str) -> str:
    if analyte == "temperature_c":
        return "°C"
    known = analytes.ALL.get(analyte)
    return measured.unit_label(known.unit) if known else ""


def proposed_grade(proposal: Proposal) -> str:
    """Say the grade that the numbers come to, or the grades that they leave."""
    graded = proposal.graded
    if graded is None:
        return gettext("The clinician grades it.")
    if graded.grade is not None:
        return gettext("CTCAE grade %(grade)d by the numbers") % {"grade": graded.grade}
    said = {"grades": ", ".join(str(grade) for grade in graded.possible)}
    return gettext("CTCAE grade %(grades)s possible by the numbers") % said


def proposal_waits_for(proposal: Proposal) -> list[str]:
    missing = proposal.graded.missing if proposal.graded else ()
    return [str(MISSING[name]) for name in missing]


@dataclass(frozen=True)
class EventRow:
    """One event as the page shows it."""

    event: AdverseEvent
    followed: Course

    @property
    def label(self) -> str:
        return self.event.other_term or term_words(self.event.term)

    @property
    def clause(self) -> str:
        known = adverse_events.TERMS.get(self.event.term)
        return known.clause if known else ""

    @property
    def day(self) -> int:
        return (self.event.onset_on - self.followed.started_on).days

    @property
    def is_late(self) -> bool:
        """Open after the days in which the expected course settles (6.4)."""
        is_open = self.event.resolved_on is None and self.event.retracted_at is None
        return is_open and self.followed.today > embolisation_syndrome.USUAL_TO_DAYS

    @property
    def grade_says(self) -> str:
        return grade_words(self.event.term, self.event.ctcae_grade)

    @property
    def cirse_says(self) -> str:
        return cirse_words(self.event.cirse_grade)

    @property
    def sir_says(self) -> str:
        return sir_words(self.event.sir_class)

    @property
    def numbers(self) -> str:
        return numbers_in_words(self.event.graded_from)

    @property
    def differs(self) -> str:
        """Where the clinician's grade is not the one that the numbers come to."""
        computed = self.event.graded_from.get("grade")
        if computed is None or self.event.ctcae_grade in (None, computed):
            return ""
        return gettext("the numbers come to grade %(grade)s") % {"grade": computed}


@dataclass(frozen=True)
class ProposalRow:
    """One proposal as the page shows it."""

    proposal: Proposal

    @property
    def label(self) -> str:
        return term_words(self.proposal.term)

    @property
    def grade(self) -> str:
        return proposed_grade(self.proposal)

    @property
    def says(self) -> str:
        return (
            gettext(self.proposal.graded.says) if self.proposal.graded and self.proposal.graded.says else ""
        )

    @property
    def numbers(self) -> str:
        return numbers_in_words(dict(self.proposal.graded.graded_from)) if self.proposal.graded else ""

    @property
    def waits_for(self) -> list[str]:
        return proposal_waits_for(self.proposal)
