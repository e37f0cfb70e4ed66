"""Keep what the meeting decided, typed once: in the assessment, in the decision on a review, or as a dated next step.

Each closes the referral, so that nobody is "referred and not back". The list only keeps where the decision lies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from assessments import answers
from assessments.actions import signing
from assessments.models import Assessment
from followup.actions import decisions
from followup.models import ImagingReview, Reading
from pathway.models import Discussion
from patients.actions import tasks
from patients.models import Patient, Task


class UnableToDecide(Exception):
    """The discussion as it is now; what follows says why nothing was kept."""

    def __init__(self, discussion: Discussion) -> None:
        super().__init__(discussion.pk)
        self.discussion = discussion


class DecidedAlready(UnableToDecide):
    """Somebody typed the decision before."""


class TakenOff(UnableToDecide):
    """The patient is not on the list any more."""


class CourseEnded(UnableToDecide):
    """The patient's course has ended."""


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """What is to be done, by whom, by when; `comes_back` where the meeting discusses the patient again then."""

    title: str
    owner: User
    due_on: date
    comes_back: bool = False


@transaction.atomic
def decide_referral(
    *, discussion: Discussion, assessment: Assessment, revision: int, decision: str, note: str, against: bool,
    by: User, on: date, at: datetime,
) -> Discussion:  # fmt: skip
    """Amend the referred assessment with what the meeting decided; `against`: the note says why against the finding.

    Raises UnableToDecide, and UnableToAmend where somebody amended the assessment meanwhile.
    """
    row = _hold(discussion)
    _close_meeting_tasks(row, by=by, at=at, on=on)
    given: dict[str, answers.Answer] = answers.answers_of(assessment) | {
        "decision": {"value": decision},
        "reason_against_finding": {"value": note if against else ""},
    }
    version = signing.amend_assessment(
        assessment=assessment, given=given, revision=revision, reason=_said(row, note), by=by, on=on, at=at
    )
    return _keep(row, by=by, at=at, version=version)


@transaction.atomic
def decide_review(
    *, discussion: Discussion, review: ImagingReview, reading: Reading, asked: Mapping[str, Any], by: User, on: date,
    at: datetime,
) -> Discussion:  # fmt: skip
    """Decide on the review that was read. Raises UnableToDecide, and what `followup.actions.decisions` raises."""
    row = _hold(discussion)
    _close_meeting_tasks(row, by=by, at=at, on=on)
    made = decisions.decide(review=review, reading=reading, by=by, at=at, **asked)
    return _keep(row, by=by, at=at, decision=made)


@transaction.atomic
def decide_next_step(
    *, discussion: Discussion, step: NextStep, by: User, on: date, at: datetime
) -> Discussion:
    """Make what the meeting asked for a dated next step with an owner. Raises UnableToDecide, tasks.UnableToAssign."""
    row = _hold(discussion)
    _close_meeting_tasks(row, by=by, at=at, on=on)
    task = tasks.add_task(
        patient=row.patient,
        kind=Task.Kind.MULTIDISCIPLINARY_MEETING if step.comes_back else Task.Kind.OTHER,
        title=step.title,
        due_from=min(on, step.due_on),
        due_to=step.due_on,
        owner=step.owner,
        by=by,
        at=at,
    )
    return _keep(row, by=by, at=at, task=task)


def _hold(discussion: Discussion) -> Discussion:
    """Hold the row, then the patient; whoever comes second is told what happened."""
    rows = Discussion.objects.select_for_update(of=("self",)).select_related("meeting__team", "patient")
    row = rows.get(pk=discussion.pk)
    row.patient = (
        Patient.objects.select_for_update(of=("self",)).select_related("team").get(pk=row.patient_id)
    )
    if row.taken_off_at:
        raise TakenOff(row)
    if row.is_decided:
        raise DecidedAlready(row)
    if row.patient.ended_because:
        raise CourseEnded(row)
    return row


def _keep(row: Discussion, *, by: User, at: datetime, **what: Any) -> Discussion:
    row.version, row.decision, row.task = (what.get(name) for name in ("version", "decision", "task"))
    row.decided_at, row.decided_by = at, by
    row.save(update_fields=["version", "decision", "task", "decided_at", "decided_by"])
    audit.record_change(
        by=by, team=row.meeting.team, patient_id=row.patient_id, what="pathway.decide_at_meeting", at=at
    )
    return row


def _close_meeting_tasks(row: Discussion, *, by: User, on: date, at: datetime) -> None:
    """The meeting that somebody was asked for has been; one that is to come later stays."""
    kind = Task.Kind.MULTIDISCIPLINARY_MEETING
    for task in row.patient.tasks.filter(kind=kind, closed_at=None, due_from__lte=on):
        tasks.close_task(task=task, by=by, at=at, outcome=Task.Outcome.DONE, note=_said(row, ""))


def _said(row: Discussion, note: str) -> str:
    said = {"day": date_format(row.meeting.held_on, "j M Y"), "note": note}
    if note:
        return _("Multidisciplinary meeting of %(day)s: %(note)s") % said
    return _("Multidisciplinary meeting of %(day)s.") % said
