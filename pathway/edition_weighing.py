"""What a draft of the settings would answer otherwise: every assessment, and every reading where section 7 moves.

Both sides are asked now, of the same facts: under the version that the draft will follow, and under the draft. Nothing
is written here, and nothing of a patient's values leaves: numbers of records, answers and clauses.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from assessments import edition_changes, guidance
from assessments.models import Assessment, EditionFlip, EditionSettings
from followup import guidance as followup_guidance
from followup.models import Decision, Reading

INSUFFICIENT = "insufficient_data"
# What section 7 decides with; the intervals change only what is proposed from then on.
DECIDE_ON_READINGS = frozenset({"several_interventions", "continued_progressions"})
# 4.8 only gathers its two parts; the figure mirrors the body.
NOT_A_REASON = ("4.8",)

Step = Callable[[], None]


@dataclass
class Found:
    """What a dry run came to."""

    flips: list[EditionFlip] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, flip: EditionFlip | None) -> None:
        if flip is not None:
            self.flips.append(flip)
            self.counts[flip.kind] += 1


def assessments_to_weigh() -> Any:
    """Return every assessment but the discarded ones, signed or not."""
    return (
        Assessment.objects.exclude(status=Assessment.Status.DISCARDED)
        .select_related("patient")
        .defer("typed", "conflicts")
        .order_by("pk")
    )


def readings_to_weigh(before: EditionSettings, draft: EditionSettings) -> Any:
    """Return the signed readings, where the draft moves what section 7 decides with."""
    if not DECIDE_ON_READINGS & {change.name for change in edition_changes.changes_between(before, draft)}:
        return Reading.objects.none()
    signed = Reading.objects.filter(signed_at__isnull=False, retracted_at=None)
    return signed.select_related("review__patient__team", "signed_by", "reader").order_by("pk")


def weigh_all(before: EditionSettings, draft: EditionSettings, *, step: Step) -> Found:
    """Ask both versions of everything; `step` is called after each record."""
    found = Found()
    for row in assessments_to_weigh().iterator(chunk_size=200):
        found.counts["assessments"] += 1
        found.take(flip_of_assessment(row, before, draft))
        step()
    decided = _decided_on_readings()
    for reading in readings_to_weigh(before, draft).iterator(chunk_size=200):
        found.counts["readings"] += 1
        found.take(_flip_of_reading(reading, before, draft, decided.get(reading.pk)))
        step()
    return found


def flip_of_assessment(
    row: Assessment, before: EditionSettings, draft: EditionSettings
) -> EditionFlip | None:
    """Return how one assessment would be answered otherwise; None where it would not."""
    was = guidance.weigh(row.facts, before, would_change=False).says
    would = guidance.weigh(row.facts, draft, would_change=False).says
    kind = _kind(row, was, would)
    if kind is None:
        return None
    return EditionFlip(
        about=EditionFlip.About.ASSESSMENT,
        kind=kind,
        record_id=row.pk,
        patient_id=row.patient_id,
        team_id=row.patient.team_id,
        on=row.made_on,
        state=row.status,
        before=was["verdict"],
        after=would["verdict"],
        clauses=list(_other_clauses(was, would)),
        conditions=list(_other_conditions(was, would)),
        missing=would["missing"],
    )


def _kind(row: Assessment, was: dict[str, Any], would: dict[str, Any]) -> EditionFlip.Kind | None:
    kinds = EditionFlip.Kind
    if would["verdict"] == INSUFFICIENT and _not_asked_then(row, would["missing"]):
        return kinds.NOT_ASKED
    if _answer(was) != _answer(would):
        lost = would["verdict"] == INSUFFICIENT
        return kinds.NOT_RECORDED if lost else kinds.VERDICT
    is_same = all(was[key] == would[key] for key in ("conditions", "recoverable", "override"))
    return None if is_same else kinds.CONDITIONS


def _answer(says: dict[str, Any]) -> tuple[Any, ...]:
    return says["verdict"], says["modality"], says["urgent"]


def _not_asked_then(row: Assessment, missing: list[str]) -> bool:
    """Whether a fact that is missing came into the form only after this assessment was made."""
    made_on = row.made_on or row.created_at.date()
    return any(
        since and date.fromisoformat(since) > made_on
        for since in (guidance.fact_of(name).asked_since for name in missing)
    )


def _other_clauses(was: dict[str, Any], would: dict[str, Any]) -> Iterator[list[str]]:
    for one, other in zip(was["findings"], would["findings"], strict=True):
        clause = one["clause"]
        if one["verdict"] != other["verdict"] and not clause.startswith("F.") and clause not in NOT_A_REASON:
            yield [clause, one["verdict"], other["verdict"]]


def _other_conditions(was: dict[str, Any], would: dict[str, Any]) -> Iterator[list[str]]:
    for name in sorted({*was["conditions"], *would["conditions"]}):
        one, other = ("applies" if name in says["conditions"] else "does_not_apply" for says in (was, would))
        if one != other:
            yield [name, one, other]


def _kind_of_step(was: str, would: str) -> EditionFlip.Kind:
    if was == would:
        return EditionFlip.Kind.CONDITIONS
    return EditionFlip.Kind.NOT_RECORDED if would == INSUFFICIENT else EditionFlip.Kind.VERDICT


def _decided_on_readings() -> dict[int, Decision]:
    """Return the decision that stands on each reading."""
    return {row.reading_id: row for row in Decision.objects.filter(withdrawn_at=None).order_by("pk")}


def _flip_of_reading(
    reading: Reading, before: EditionSettings, draft: EditionSettings, decision: Decision | None
) -> EditionFlip | None:
    """Return what section 7 would suggest otherwise, and whether 7.8 as a definition of failure would be met."""
    moment = decision.decided_at if decision else reading.signed_at
    # What was known by then: at UTC a morning may be the day before where the team works.
    zone = ZoneInfo(reading.review.patient.team.time_zone)
    on = moment.astimezone(zone).date() if moment else reading.imaged_on
    steps = [
        followup_guidance.next_step_of(reading, on=on, edition_settings=version)
        for version in (before, draft)
    ]
    was, would = (step.decision for step in steps)
    met, would_be_met = (followup_guidance.refractoriness_of(reading, step=step)[0].verdict for step in steps)
    if was == would and met == would_be_met:
        return None
    return EditionFlip(
        about=EditionFlip.About.READING,
        kind=_kind_of_step(was, would),
        record_id=reading.pk,
        patient_id=reading.review.patient_id,
        team_id=reading.review.patient.team_id,
        on=reading.imaged_on,
        state=decision.choice if decision else "",
        before=was,
        after=would,
        clauses=list(_other_clauses(dict(steps[0].says), dict(steps[1].says))),
        conditions=[["refractoriness", met, would_be_met]] if met != would_be_met else [],
        missing=list(steps[1].says["missing"]),
    )
