"""Sign an assessment, once; after that amend it with a reason. What was said stays said."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from assessments import answers, guidance, sections, words
from assessments.actions import drafts
from assessments.models import Assessment, SignedVersion
from patients.actions import tasks
from patients.models import Task

FIRST_VERSION = 1


class UnableToSign(Exception):
    """The assessment cannot be signed as it is; the words say why, unless the form says it at its field."""


class UnableToAmend(Exception):
    """Somebody amended it meanwhile, or it was never signed; carries the row as it is now."""

    def __init__(self, assessment: Assessment) -> None:
        super().__init__(assessment.status)
        self.assessment = assessment


@transaction.atomic
def sign_assessment(*, assessment: Assessment, by: User, on: date, at: datetime) -> SignedVersion:
    """Sign the draft as it is saved; raise UnableToSave when it is no draft any more, so that it is signed once.

    Raises UnableToSign when two values wait for a choice, an answer cannot be read, or the course has ended.
    """
    row = drafts.locked_draft(assessment)
    if row.patient.ended_because:
        raise UnableToSign(_("This course has ended. Open it again before you sign."))
    if row.conflicts or answers.unreadable(row):
        raise UnableToSign
    row.facts = sections.asked(row.facts)
    row.made_on = on
    answer = guidance.copy_to_columns(row)
    row.status = Assessment.Status.SIGNED
    row.revision += 1
    row.saved_by = row.signed_by = by
    row.saved_at = row.signed_at = at
    row.save()
    _make_meeting_task(row, by=by, on=on, at=at)
    _record(row, "assessments.sign_assessment", by=by, at=at)
    return _add_version(row, answer, number=FIRST_VERSION, by=by, at=at)


@transaction.atomic
def amend_assessment(
    *,
    assessment: Assessment,
    given: answers.Answers,
    revision: int,
    reason: str,
    by: User,
    on: date,
    at: datetime,
) -> SignedVersion:
    """Change a signed assessment: the working row gets the new answers, and the next version says who, when and why."""
    row = Assessment.objects.select_for_update().select_related("patient__team").get(pk=assessment.pk)
    if not row.is_signed or row.revision != revision:
        raise UnableToAmend(row)
    referral = _referral_of(row)
    answers.write(row, answers.changed_from(answers.answers_of(row), given), by=by, on=on)
    row.facts = sections.asked(row.facts)
    answer = guidance.copy_to_columns(row)
    row.status = Assessment.Status.AMENDED
    row.revision += 1
    row.saved_by, row.saved_at = by, at
    row.save()
    if _referral_of(row) != referral:
        _close_meeting_tasks(row, referral, by=by, at=at)
        _make_meeting_task(row, by=by, on=on, at=at)
    _record(row, "assessments.amend_assessment", by=by, at=at)
    return _add_version(row, answer, number=row.versions.count() + 1, by=by, at=at, reason=reason)


def _add_version(
    row: Assessment, answer: guidance.Answer, *, number: int, by: User, at: datetime, reason: str = ""
) -> SignedVersion:
    return SignedVersion.objects.create(
        assessment=row,
        number=number,
        record=record_of(row, answer),
        signed_at=at,
        signed_by=by,
        reason=reason,
    )


def record_of(row: Assessment, answer: guidance.Answer) -> dict:
    """Return the whole record as it is signed: facts with their source, what the engine said of them, the decision."""
    return {
        "made_on": row.made_on.isoformat() if row.made_on else None,
        "facts": row.facts,
        "answer": answer.says,
        "scores": guidance.all_scores(row.facts),
        "edition": row.edition_settings.edition,
        "settings_version": row.edition_settings.version,
        "settings": row.edition_settings.values,
        "engine_version": guidance.ENGINE_VERSION,
        "decision": row.decision,
        "reason_against_finding": row.reason_against_finding,
        "why_not_surgery": row.why_not_surgery,
        "individual_plan": row.individual_plan,
        "meeting_owner": str(row.meeting_owner) if row.meeting_owner else "",
        "meeting_on": row.meeting_on.isoformat() if row.meeting_on else None,
    }


def _make_meeting_task(row: Assessment, *, by: User, on: date, at: datetime) -> Task | None:
    """A referral is a next step with an owner and a date; a course that has ended has no next step."""
    if row.decision != Assessment.Choice.REFER or row.patient.ended_because:
        return None
    meeting_on = row.meeting_on or on
    return tasks.add_task(
        patient=row.patient,
        kind=Task.Kind.MULTIDISCIPLINARY_MEETING,
        title=words.meeting_title(),
        due_from=min(on, meeting_on),
        due_to=meeting_on,
        owner=row.meeting_owner,
        by=by,
        at=at,
    )


def _referral_of(row: Assessment) -> tuple[int | None, date | None] | None:
    """Return to whom and to which day the patient is referred; None without a referral."""
    return (row.meeting_owner_id, row.meeting_on) if row.decision == Assessment.Choice.REFER else None


def _close_meeting_tasks(
    row: Assessment, referral: tuple[int | None, date | None] | None, *, by: User, at: datetime
) -> None:
    """Close what the referral before the amendment asked for; nobody waits for a meeting that was called off."""
    if referral is None:
        return
    meetings = row.patient.tasks.filter(kind=Task.Kind.MULTIDISCIPLINARY_MEETING, closed_at=None)
    _owner, meeting_on = referral
    for task in meetings.filter(due_to=meeting_on) if meeting_on else meetings:
        tasks.close_task(
            task=task, by=by, at=at, outcome=Task.Outcome.NOT_NEEDED, note=_("The assessment was amended.")
        )


def _record(row: Assessment, what: str, *, by: User, at: datetime) -> None:
    audit.record_change(by=by, team=row.patient.team, patient_id=row.patient_id, what=what, at=at)
