"""What stands in the way of withdrawing a decision: somebody has worked on what it set going."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.models import Assessment
from followup.models import Decision, ImagingReview
from patients.models import Task


def obstacles_of(decision: Decision) -> list[str]:
    """Return what is in the way, in words; nothing where the decision can be withdrawn."""
    if decision.withdrawn_at is not None:
        return [_("It was withdrawn already.")]
    return [*_of_review(decision), *_of_task(decision.task), *_of_assessment(decision)]


def was_made_by(decision: Decision, assessment: Assessment) -> bool:
    """Say whether the decision opened the assessment; a draft that was there before was only used."""
    return assessment.created_at == decision.decided_at


def _of_review(decision: Decision) -> Iterator[str]:
    following = decision.next_review
    if following is not None and _is_worked_on(following):
        said = {"from": _day(following.due_from), "to": _day(following.due_to)}
        yield _("The next review (%(from)s to %(to)s) was worked on since.") % said
    others = ImagingReview.objects.filter(patient_id=decision.review.patient_id, closed_at=None)
    if others.exclude(pk=decision.next_review_id or 0).exists():
        yield _("Another review of this patient has been opened since.")


def _is_worked_on(review: ImagingReview) -> bool:
    """Booked, moved, given to somebody, closed: each change counts its revision up; calls and snoozes do not."""
    if review.revision > 0 or not review.is_open:
        return True
    return review.contacts.exists() or review.pauses.exists() or review.readings.exists()


def _of_task(task: Task | None) -> Iterator[str]:
    if task is not None and task.closed_at is not None and task.outcome != Task.Outcome.NOT_NEEDED:
        yield _("The task “%(task)s” was closed: %(outcome)s.") % {
            "task": task.title,
            "outcome": task.get_outcome_display(),
        }


def _of_assessment(decision: Decision) -> Iterator[str]:
    assessment = decision.assessment
    if assessment is None or assessment.status == Assessment.Status.DISCARDED:
        return
    if assessment.is_signed:
        yield _("The assessment that it opened is signed.")
    elif was_made_by(decision, assessment) and assessment.revision > 0:
        yield _("The assessment that it opened was worked on since. Discard that draft first.")


def _day(day) -> str:
    return date_format(day, "j M Y")
