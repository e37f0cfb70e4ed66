"""Prepare a meeting: its day, who is on the list with which question and in which order, who attended.

The list is a plan. What is decided on it is kept by `pathway.actions.meeting_decisions`, in the rooms that exist.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from accounts import audit
from accounts.models import Team, User
from pathway.meeting.proposals import Proposal
from pathway.models import Discussion, Meeting
from patients.models import Patient


class UnableToPutOn(Exception):
    """The patient's course has ended, or another team treats the patient."""


class UnableToTakeOff(Exception):
    """What was decided on stays on the list."""


class UnableToReword(Exception):
    """What was decided answers the question as it stood; and nobody asks of whom was taken off."""


@transaction.atomic
def open_meeting(*, team: Team, held_on: date, by: User, at: datetime) -> Meeting:
    """Return the meeting of a day, made where there was none: a team has one a day."""
    meeting, is_new = Meeting.objects.get_or_create(
        team=team, held_on=held_on, defaults={"created_at": at, "created_by": by}
    )
    if is_new:
        audit.record_team_change(by=by, team=team, what="pathway.open_meeting", at=at)
    return meeting


@transaction.atomic
def put_on(
    *, meeting: Meeting, patient: Patient, question: str, why: str, by: User, at: datetime
) -> Discussion:
    """Put a patient last on the list; who is on it already stays as it is. Raises UnableToPutOn."""
    held = _hold(meeting)
    if patient.ended_because or patient.team_id != held.team_id:
        raise UnableToPutOn(patient)
    listed = held.discussions.filter(taken_off_at=None)
    there = listed.filter(patient=patient).first()
    if there:
        return there
    last = listed.order_by("-position").values_list("position", flat=True).first()
    made = Discussion.objects.create(
        meeting=held, patient=patient, question=question, why=why, position=(last or 0) + 1, added_at=at, added_by=by
    )  # fmt: skip
    _record(made, "pathway.put_on_meeting", by=by, at=at)
    return made


@transaction.atomic
def put_on_proposed(
    *, meeting: Meeting, proposals: Iterable[Proposal], by: User, at: datetime
) -> list[Discussion]:
    """Put on the list whom somebody chose from what is proposed, in the order of the proposals."""
    return [
        put_on(meeting=meeting, patient=one.patient, question=one.question, why=one.why, by=by, at=at)
        for one in proposals
    ]


@transaction.atomic
def take_off(*, discussion: Discussion, by: User, at: datetime) -> Discussion:
    """Take a patient off the list; the row stays, with who did it. Raises UnableToTakeOff."""
    _hold(discussion.meeting)
    row = Discussion.objects.select_for_update().get(pk=discussion.pk)
    if row.taken_off_at:
        return row
    if row.decided_at:
        raise UnableToTakeOff(row)
    row.taken_off_at, row.taken_off_by = at, by
    row.save(update_fields=["taken_off_at", "taken_off_by"])
    _record(row, "pathway.take_off_meeting", by=by, at=at)
    return row


@transaction.atomic
def move(*, discussion: Discussion, up: bool, by: User, at: datetime) -> Discussion:
    """Change places with the patient before, or after; at the end of the list nothing moves."""
    listed = list(_hold(discussion.meeting).discussions.filter(taken_off_at=None))
    keys = [one.pk for one in listed]
    if discussion.pk not in keys:
        return discussion
    here = keys.index(discussion.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(listed):
        listed[here], listed[there] = listed[there], listed[here]
        _number(listed)
        _record(discussion, "pathway.move_on_meeting", by=by, at=at)
    return discussion


def _number(listed: list[Discussion]) -> None:
    for position, one in enumerate(listed, start=1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])


@transaction.atomic
def reword(*, discussion: Discussion, question: str, by: User, at: datetime) -> Discussion:
    """Change the question. Raises UnableToReword."""
    row = Discussion.objects.select_for_update().get(pk=discussion.pk)
    if row.taken_off_at or row.is_decided:
        raise UnableToReword(row)
    row.question = question
    row.save(update_fields=["question"])
    _record(row, "pathway.reword_question", by=by, at=at)
    return row


@transaction.atomic
def say_who_attended(*, meeting: Meeting, attended: str, by: User, at: datetime) -> Meeting:
    """Write down who was there."""
    held = _hold(meeting)
    held.attended = attended
    held.save(update_fields=["attended"])
    audit.record_team_change(by=by, team=held.team, what="pathway.say_who_attended", at=at)
    return held


def _hold(meeting: Meeting) -> Meeting:
    """Hold the meeting: two people who change one list wait for each other."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("team").get(pk=meeting.pk)


def _record(row: Discussion, what: str, *, by: User, at: datetime) -> None:
    audit.record_change(by=by, team=row.meeting.team, patient_id=row.patient_id, what=what, at=at)
