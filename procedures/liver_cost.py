"""What a procedure cost the liver: ALBI and Child-Pugh before it, at day 7 and at the first values after four weeks.

The windows are a habit of the house, not in source. A score with a part that nobody knows is a range, or not known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

import guidelines
from assessments import entries
from assessments.models import Assessment
from patients.actions import labs
from patients.models import LabResult
from procedures import symptoms
from procedures.course import Course
from procedures.models import Procedure

NAMES = ("bilirubin_umol_per_l", "albumin_g_per_l", "inr", "pt_prolongation_s")
SIGNS = tuple(symptoms.LIVER_SIGNS)
SIGNED = (Assessment.Status.SIGNED, Assessment.Status.AMENDED)
DAY_7 = (5, 10)
REVIEW = (28, 90)


@dataclass(frozen=True)
class Moment:
    """The scores at one moment; None is not known. Differences are against the values before the procedure."""

    label: Promise
    on: date | None
    day: int | None
    albi: dict[str, Any] | None
    child_pugh: dict[str, Any] | None
    before: "Moment | None" = None
    # Signs of Child-Pugh that nobody looked for at this moment.
    open_signs: tuple[str, ...] = ()

    @property
    def albi_difference(self) -> str:
        """How much ALBI rose (the liver is worse) or fell."""
        if self.before is None or not (self.albi and self.before.albi):
            return ""
        return f"{self.albi['value'] - self.before.albi['value']:+.2f}"

    @property
    def child_pugh_difference(self) -> str:
        """Only where both sums are certain: two ranges have no one difference."""
        if self.before is None or not (self.child_pugh and self.before.child_pugh):
            return ""
        now, then = self.child_pugh["points"], self.before.child_pugh["points"]
        return "" if now is None or then is None else f"{now - then:+d}"

    @property
    def open_signs_words(self) -> str:
        """What leaves the sum a range: ascites, encephalopathy."""
        return ", ".join(gettext(symptoms.LIVER_SIGNS[name].label).lower() for name in self.open_signs)

    @property
    def child_pugh_words(self) -> str:
        """A 6; or A 5 to 6, where a part is not known."""
        score = self.child_pugh
        if score is None:
            return ""
        classes = "–".join(score["classes"])
        if score["points"] is not None:
            return f"{classes} {score['points']}"
        said = {"classes": classes, "least": score["min_points"], "most": score["max_points"]}
        return gettext("%(classes)s, %(least)d to %(most)d points") % said


def cost_of(followed: Course) -> list[Moment]:
    """Return the three moments in their order; one that has not come yet is there without values."""
    begun, last = followed.started_on, _last_day(followed)
    first = begun - timedelta(days=symptoms.BASELINE_WITHIN_DAYS)
    before = _moment(followed, _("Before"), first, begun, _signs_before(followed))
    days = _between(begun, DAY_7, last)
    day_7 = _moment(followed, _("Day 7"), *days, _signs(followed, *days), before)
    reviewed_on = _first_review(followed.procedure, *_between(begun, REVIEW, last))
    review = Moment(_("First review"), None, None, None, None)
    if reviewed_on:
        days = begun + timedelta(days=REVIEW[0]), reviewed_on
        review = _moment(followed, _("First review"), *days, _signs(followed, *days), before)
    return [before, day_7, review]


def _between(begun: date, days: tuple[int, int], last: date) -> tuple[date, date]:
    return begun + timedelta(days=days[0]), min(begun + timedelta(days=days[1]), last)


def _last_day(followed: Course) -> date:
    """What comes after the next procedure is not the cost of this one."""
    return min(followed.on, followed.next_on or followed.on)


def _first_review(procedure: Procedure, first: date, last: date) -> date | None:
    """The first day after four weeks on which bilirubin was measured."""
    results = LabResult.objects.filter(
        patient_id=procedure.patient_id,
        analyte="bilirubin_umol_per_l",
        retracted_at=None,
        taken_on__range=(first, last),
    )
    return results.order_by("taken_on").values_list("taken_on", flat=True).first()


def _signs_before(followed: Course) -> dict[str, Any]:
    """Ascites and encephalopathy of the assessment that the procedure rests on."""
    assessment = followed.procedure.assessment
    return _signs_of(assessment) if assessment else {}


def _signs_of(assessment: Assessment) -> dict[str, Any]:
    facts = assessment.facts
    return {name: entries.contract_value(facts[name]) for name in SIGNS if facts.get(name)}


def _signs(followed: Course, first: date, last: date) -> dict[str, Any]:
    """What was found between two days, the newest of each: at a round or call, or in a later signed assessment."""
    found: dict[str, Any] = {}
    for on, signs in sorted([*_logged(followed), *_assessed(followed)], key=lambda one: one[0]):
        if first <= on <= last:
            found |= signs
    return found


def _logged(followed: Course) -> Iterator[tuple[date, dict[str, Any]]]:
    for entry in followed.entries:
        signs = {name: entry.answers[name] for name in SIGNS if entry.answers.get(name)}
        yield followed.started_on + timedelta(days=followed.day_of_entry(entry)), signs


def _assessed(followed: Course) -> Iterator[tuple[date, dict[str, Any]]]:
    """The days on which the signs were looked at, as the assessments say them."""
    later = Assessment.objects.filter(
        patient_id=followed.procedure.patient_id, status__in=SIGNED, made_on__gt=followed.started_on
    )
    for assessment in later.order_by("made_on", "pk"):
        for name, value in _signs_of(assessment).items():
            # What was carried over keeps its own day; of what has none nobody knows when it was so.
            on = entries.date_of(assessment.facts[name])
            if on:
                yield on, {name: value}


def _moment(
    followed: Course,
    label: Promise,
    first: date,
    last: date,
    signs: dict[str, Any],
    before: Moment | None = None,
) -> Moment:
    """The newest values between two days; the moment is the day of its bilirubin."""
    if last < first:
        return Moment(label, None, None, None, None, before)
    known = labs.latest_facts(followed.procedure.patient, on=last)
    facts = {
        name: entries.contract_value(fact)
        for name, fact in known.items()
        if name in NAMES and date.fromisoformat(fact["on"]) >= first
    }
    bilirubin = known.get("bilirubin_umol_per_l")
    on = date.fromisoformat(bilirubin["on"]) if bilirubin and "bilirubin_umol_per_l" in facts else None
    scores = _scores({**facts, **signs}) if facts else {}
    day = (on - followed.started_on).days if on else None
    unknown = tuple(name for name in SIGNS if name not in signs)
    return Moment(label, on, day, scores.get("albi"), scores.get("child_pugh"), before, unknown)


def _scores(facts: dict[str, Any]) -> dict[str, Any]:
    """The scores; none where the facts contradict one another."""
    try:
        return guidelines.scores(facts)["scores"]
    except guidelines.FactError:
        return {}
