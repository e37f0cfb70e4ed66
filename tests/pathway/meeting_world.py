"""Patients as they come to a meeting: referred by an assessment, read and not decided, with a task."""

from datetime import date, timedelta

from assessments.actions import signing
from patients.models import Task
from tests.factories import assessments as assessment_factories
from tests.factories.meetings import DiscussionFactory, MeetingFactory
from tests.factories.patients import NOW, TODAY, PatientFactory, TaskFactory
from tests.followup import deciding


def referred(team, by, *, meeting_on: date = TODAY, verdict_facts=None, **columns):
    """Return the signed assessment of a new patient that refers to a meeting."""
    patient = PatientFactory(team=team, **columns)
    draft = assessment_factories.draft(patient, by, **(verdict_facts or {}))
    draft.decision, draft.meeting_owner, draft.meeting_on = "refer", by, meeting_on
    draft.why_not_surgery = "Age and heart failure"
    draft.save()
    signing.sign_assessment(assessment=draft, by=by, on=TODAY - timedelta(days=3), at=NOW - timedelta(days=3))
    draft.refresh_from_db()
    return draft


def read_not_decided(team, by, **answers):
    """Return the reading that stands of a review on which nobody has decided."""
    return deciding.ready_to_decide(team, by, **answers)


def task_for_meeting(team, *, due_from: date = TODAY, due_to: date = TODAY, **columns):
    kind = Task.Kind.MULTIDISCIPLINARY_MEETING
    patient = PatientFactory(team=team, **columns)
    return TaskFactory(patient=patient, kind=kind, title="Ablation of L2?", due_from=due_from, due_to=due_to)


def listed(patient, by, *, meeting=None, why="by_hand", **columns):
    """Return a patient's place on the list of a meeting of TODAY."""
    found = meeting or MeetingFactory(team=patient.team, created_by=by)
    return DiscussionFactory(meeting=found, patient=patient, added_by=by, why=why, added_at=NOW, **columns)


def course(team, by, *answers_of_reviews):
    """Return the last reading of interventions and reviews 60 days apart, the last review not decided."""
    patient, reading = deciding.treated_patient(team), None
    for behind, answers in reversed(list(enumerate(reversed(answers_of_reviews)))):
        imaged_on = TODAY - timedelta(days=60 * behind)
        procedure = deciding.treat(patient, imaged_on - timedelta(days=28), by=by)
        reading = deciding.read_review(procedure, by, imaged_on=imaged_on, is_open=behind == 0, **answers)
    return reading
