"""Decide on a review that was read and set going what follows, at once; take it back while nobody acted on it.

Nothing here books or plans a procedure (7.3): a repeat opens an assessment, and a person goes on from there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import guidance as assessment_guidance
from assessments.actions import drafts, edition, taken_over
from assessments.models import Assessment, EditionSettings
from followup import decision_undo, decision_words, guidance, standing
from followup.actions import held, reviews
from followup.models import Decision, ImagingReview, Reading
from patients.actions import tasks
from patients.models import Task

Choice, Because = Decision.Choice, ImagingReview.ClosedBecause
WAIT_FOR_LIVER = "wait_for_liver_recovery"
# Not in source: by when somebody is to be asked where the person who decides names no day.
REFER_WITHIN_DAYS = 14


class NotRead(held.UnableToWork):
    """No reading stands: nobody read it, or the readers disagree."""


class ReadAnew(held.UnableToWork):
    """Another reading stands now than the one that was decided on."""


class NeedsReason(held.UnableToWork):
    """It goes against what the guideline says, and no reason was given."""


class DecidedAlready(Exception):
    """Somebody decided on this review before; carries that decision."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.pk)
        self.decision = decision


class UnableToWithdraw(Exception):
    """What stands in the way, in words."""

    def __init__(self, obstacles: list[str]) -> None:
        super().__init__(*obstacles)
        self.obstacles = obstacles


@dataclass(frozen=True, kw_only=True)
class Interval:
    """When to image next: the months, one of ImagingReview.IntervalReason, and words."""

    months: int | None = None
    reason: str = ImagingReview.IntervalReason.AS_PROPOSED
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Referral:
    """Who is to ask for another treatment, by when, and whether the meeting is asked."""

    owner: User | None
    due_on: date
    kind: str = Task.Kind.MULTIDISCIPLINARY_MEETING


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What a person chose."""

    choice: str
    options: list[str]
    interval: Interval
    against_because: str
    note: str
    referral: Referral | None


@dataclass(frozen=True, kw_only=True)
class _Deciding:
    """Who decides what, on which review, when."""

    review: ImagingReview
    reading: Reading
    asked: _Asked
    edition_settings: EditionSettings
    by: User
    at: datetime
    on: date


@transaction.atomic
def decide(
    *,
    review: ImagingReview,
    reading: Reading,
    choice: str,
    options: Iterable[str] = (),
    interval_months: int | None = None,
    interval_reason: str = ImagingReview.IntervalReason.AS_PROPOSED,
    interval_note: str = "",
    against_because: str = "",
    note: str = "",
    referral: Referral | None = None,
    by: User,
    at: datetime,
) -> Decision:
    """Close the review with a decision on the reading that stands, and set going what follows from it.

    Raises DecidedAlready, NotRead, ReadAnew, NeedsReason, and ReviewClosed and CourseEnded of `held`.
    """
    row = _lock_undecided(review)
    interval = Interval(months=interval_months, reason=interval_reason, note=interval_note)
    asked = _Asked(
        choice=choice, options=list(options), interval=interval, against_because=against_because, note=note,
        referral=referral,
    )  # fmt: skip
    return _decide(row, _check_stands(row, reading), asked, by=by, at=at)


def _decide(row: ImagingReview, stands: Reading, asked: _Asked, *, by: User, at: datetime) -> Decision:
    on = held.today_of(row, at)
    settings = edition.settings_in_force(on=on, at=at)
    step = guidance.next_step_of(stands, on=on, edition_settings=settings)
    goes_against = asked.choice != step.decision
    if goes_against and not asked.against_because:
        raise NeedsReason(row)
    reviews.close(review=row, because=Because.DECIDED, by=by, at=at)
    deciding = _Deciding(
        review=row, reading=stands, asked=asked, edition_settings=settings, by=by, at=at, on=on
    )
    return Decision.objects.create(
        review=row, reading=stands, choice=asked.choice, options=asked.options, recommended=step.decision,
        clauses=step.says["clauses"], facts=step.facts_as_kept, findings=step.says["findings"],
        edition_settings=settings, engine_version=assessment_guidance.ENGINE_VERSION,
        against_because=asked.against_because if goes_against else "", note=asked.note,
        interval_months=asked.interval.months, decided_at=at, decided_by=by, **_set_going(deciding),
    )  # fmt: skip


def _lock_undecided(review: ImagingReview) -> ImagingReview:
    """Hold the review; whoever comes second is told what was decided."""
    row = held.lock(review)
    made = Decision.objects.filter(review=row, withdrawn_at=None).select_related("decided_by").first()
    if made:
        raise DecidedAlready(made)
    return held.lock_open(row)


def _check_stands(row: ImagingReview, reading: Reading) -> Reading:
    stands = standing.standing_reading(row)
    if stands is None or row.read_at is None:
        raise NotRead(row)
    if stands.pk != reading.pk or stands.revision != reading.revision:
        raise ReadAnew(row)
    stands.review = row
    return stands


def _set_going(deciding: _Deciding) -> dict[str, Any]:
    """Make what follows; each decision leaves the patient with a next step of its own."""
    if deciding.asked.choice == Choice.REPEAT and WAIT_FOR_LIVER not in deciding.asked.options:
        return {"assessment": _open_assessment(deciding)}
    made: dict[str, Any] = {"next_review": _open_next(deciding)}
    if deciding.asked.choice == Choice.REPEAT:
        made["task"] = _recheck_liver(deciding)
    if deciding.asked.choice == Choice.SWITCH:
        made["task"] = _refer(deciding)
    return made


def _open_next(deciding: _Deciding) -> ImagingReview:
    interval = deciding.asked.interval
    return reviews.open_next_review(
        review=deciding.review, interval_months=interval.months, reason=interval.reason, note=interval.note,
        by=deciding.by, at=deciding.at,
    )  # fmt: skip


def _open_assessment(deciding: _Deciding) -> Assessment:
    """Open the patient's draft, or use the one that is there, with what the record and the reading know newer."""
    by, on, at = deciding.by, deciding.on, deciding.at
    draft = drafts.start_draft(patient=deciding.review.patient, by=by, on=on, at=at)
    return taken_over.take_over(
        assessment=draft, known=decision_words.facts_for_assessment(deciding.reading), by=by, on=on, at=at
    )


def _recheck_liver(deciding: _Deciding) -> Task:
    settings, on = deciding.edition_settings, deciding.on
    return tasks.add_task(
        patient=deciding.review.patient,
        kind=Task.Kind.RECHECK,
        fact="bilirubin_umol_per_l",
        title=_("Liver function again (bilirubin, albumin, INR, ascites), then decide on treating again"),
        due_from=on + timedelta(days=settings.recheck_from_days),
        due_to=on + timedelta(days=settings.recheck_to_days),
        owner=deciding.by,
        by=deciding.by,
        at=deciding.at,
    )


def _refer(deciding: _Deciding) -> Task:
    due_on = deciding.on + timedelta(days=REFER_WITHIN_DAYS)
    referral = deciding.asked.referral or Referral(owner=deciding.by, due_on=due_on)
    return tasks.add_task(
        patient=deciding.review.patient,
        kind=referral.kind,
        title=decision_words.referral_title(deciding.asked.options),
        due_from=min(deciding.on, referral.due_on),
        due_to=referral.due_on,
        owner=referral.owner,
        by=deciding.by,
        at=deciding.at,
    )


@transaction.atomic
def withdraw_decision(*, decision: Decision, because: str, by: User, at: datetime) -> Decision:
    """Take a decision back and undo what it set going, while nobody has worked on that; the review is open again.

    Raises UnableToWithdraw with what stands in the way, and CourseEnded of `held`.
    """
    row = held.lock(decision.review)
    kept = Decision.objects.select_for_update().get(pk=decision.pk)
    if row.patient.ended_because:
        raise held.CourseEnded(row)
    kept.review = row
    obstacles = decision_undo.obstacles_of(kept)
    if obstacles:
        raise UnableToWithdraw(obstacles)
    _take_back(kept, by=by, at=at)
    kept.withdrawn_at, kept.withdrawn_by, kept.withdrawn_because = at, by, because
    kept.save()
    reviews.reopen(review=row, reason="undecided", note=because, by=by, at=at)
    return kept


def _take_back(kept: Decision, *, by: User, at: datetime) -> None:
    """Close what the decision set going; a draft that was there before stays, and is the decision's no more."""
    note = _("The decision was withdrawn.")
    if kept.next_review and kept.next_review.is_open:
        reviews.close(review=kept.next_review, because=Because.REPLACED, note=note, by=by, at=at)
    if kept.task and kept.task.closed_at is None:
        tasks.close_task(task=kept.task, by=by, at=at, outcome=Task.Outcome.NOT_NEEDED, note=note)
    draft = kept.assessment
    if draft is None or not draft.is_draft:
        return
    if decision_undo.was_made_by(kept, draft):
        drafts.discard_draft(assessment=draft, because=note, by=by, at=at)
    else:
        kept.assessment = None
