"""The days after a procedure: log how the patient is, keep the calls as tasks, call a clinician to a red flag."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership, User
from accounts.roles import Capability
from guidelines import embolisation_syndrome
from patients.actions import rows, tasks
from patients.models import Patient, Task
from procedures import course, symptoms
from procedures.models import Procedure, SymptomEntry


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How the patient is: None and a missing answer are not asked, never no."""

    asked_at: datetime
    channel: str
    temperature_c: Decimal | None = None
    pain: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@transaction.atomic
def log_symptoms(
    *, procedure: Procedure, asked: Asked, by: User, at: datetime, form_key: uuid.UUID | None = None
) -> SymptomEntry:
    """Keep one round or call, close the calls that it answers, and call a clinician where it is red.

    The same form sent twice makes one entry. Raises course.NotStarted.
    """
    course.day_of(procedure)
    Patient.objects.select_for_update().get(pk=procedure.patient_id)
    same = procedure.symptom_entries.filter(form_key=form_key).first() if form_key else None
    if same:
        return same
    entry = SymptomEntry(
        procedure=procedure, asked_at=asked.asked_at, channel=asked.channel,
        temperature_c=asked.temperature_c, pain=asked.pain, answers=dict(asked.answers), note=asked.note,
        form_key=form_key, entered_at=at, entered_by=by,
    )  # fmt: skip
    rows.keep_row(entry, by=by, at=at)
    _record(procedure, "procedures.log_symptoms", by=by, at=at)
    asked_on = course.local_date(procedure, asked.asked_at)
    _close_calls(procedure, asked_on=asked_on, by=by, at=at)
    call_clinician(procedure=procedure, by=by, at=at)
    return entry


@transaction.atomic
def retract_symptoms(*, entry: SymptomEntry, because: str, by: User, at: datetime) -> SymptomEntry:
    """Mark an entry as wrong; it stays to be seen. Raises rows.UnableToRetract."""
    rows.retract_row(entry, by=by, at=at, because=because)
    _record(entry.procedure, "procedures.retract_symptoms", by=by, at=at)
    return entry


def calls_of(procedure: Procedure) -> list[Task]:
    """Return the calls of this procedure, open and closed, in the order of their days."""
    titles = [_call_title(procedure, day) for day in symptoms.CALLS]
    calls = Task.objects.filter(patient_id=procedure.patient_id, kind=Task.Kind.CALL, title__in=titles)
    return list(calls.select_related("owner").order_by("due_from", "pk"))


@transaction.atomic
def open_watch_calls(*, procedure: Procedure, by: User | None, at: datetime) -> list[Task]:
    """Make the calls of the days after as tasks, those whose days are not over; each is made once only.

    Raises course.NotStarted.
    """
    started_on = course.day_of(procedure)
    patient = Patient.objects.select_for_update().select_related("team").get(pk=procedure.patient_id)
    if patient.ended_because:
        return []
    today = course.local_date(procedure, at)
    there = {task.title for task in calls_of(procedure)}
    owner = _clinician_of(procedure, or_else=(by, procedure.saved_by, procedure.created_by))
    return [
        tasks.add_task(
            patient=patient, by=by, at=at, kind=Task.Kind.CALL, title=_call_title(procedure, first), owner=owner,
            due_from=started_on + timedelta(days=first), due_to=started_on + timedelta(days=last),
        )
        for first, last in symptoms.CALLS.items()
        if _call_title(procedure, first) not in there and started_on + timedelta(days=last) >= today
    ]  # fmt: skip


def _call_title(procedure: Procedure, day: int) -> str:
    return _("Call, day %(day)d after the procedure of %(when)s") % {"day": day, "when": _when(procedure)}


def _flag_title(procedure: Procedure) -> str:
    return _("Red flag in the days after the procedure of %(when)s") % {"when": _when(procedure)}


def _when(procedure: Procedure) -> str:
    return date_format(course.day_of(procedure), "j M Y")


def _close_calls(procedure: Procedure, *, asked_on: date, by: User, at: datetime) -> None:
    for call in calls_of(procedure):
        if call.closed_at is None and call.due_from <= asked_on:
            tasks.close_task(task=call, by=by, at=at, outcome=Task.Outcome.DONE, note=_("Logged."))


@transaction.atomic
def call_clinician(*, procedure: Procedure, by: User | None, at: datetime) -> Task | None:
    """Where the course is red, make a task for a clinician: one while it is open, another for what is new since."""
    today = course.local_date(procedure, at)
    followed = course.course_of(procedure, on=today)
    if followed.judgement.verdict != embolisation_syndrome.RED:
        return None
    patient = Patient.objects.select_for_update().select_related("team").get(pk=procedure.patient_id)
    title = _flag_title(procedure)
    flags = Task.objects.filter(patient=patient, kind=Task.Kind.OTHER, title=title)
    last = flags.order_by(F("closed_at").desc(nulls_first=True), "-pk").first()
    is_told = last and (last.closed_at is None or last.closed_at >= followed.changed_at)
    if is_told or patient.ended_because:
        return last
    return tasks.add_task(
        patient=patient, by=by, at=at, kind=Task.Kind.OTHER, title=title, due_from=today, due_to=today,
        owner=_clinician_of(procedure),
    )  # fmt: skip


def keep_watch(*, at: datetime) -> int:
    """For every procedure whose days after are looked at, make calls and red flags that are missing.

    A laboratory value turns a course red as well as an answer does. Return how many procedures were looked at.
    """
    first = at - timedelta(days=symptoms.WATCHED_FOR_DAYS + 1)
    watched = Procedure.objects.filter(started_at__gte=first, patient__ended_because="")
    count = 0
    for procedure in watched.select_related("patient__team").order_by("pk"):
        open_watch_calls(procedure=procedure, by=None, at=at)
        call_clinician(procedure=procedure, by=None, at=at)
        count += 1
    return count


def _clinician_of(procedure: Procedure, *, or_else: Iterable[User | None] = ()) -> User | None:
    """The first operator who still treats in the team, or else the first of these who does.

    Nobody otherwise, so that the whole team sees it.
    """
    members = Membership.objects.filter(team=procedure.patient.team, is_active=True, user__is_active=True)
    treating = {
        member.user_id: member.user
        for member in members.select_related("user").order_by("pk")
        if member.may(Capability.TREAT_PATIENTS)
    }
    operating = set(procedure.operators.values_list("pk", flat=True))
    operators = (user for key, user in treating.items() if key in operating)
    others = (treating.get(user.pk) for user in or_else if user)
    return next(operators, None) or next(filter(None, others), None)


def _record(procedure: Procedure, what: str, *, by: User, at: datetime) -> None:
    audit.record_change(by=by, team=procedure.patient.team, patient_id=procedure.patient_id, what=what, at=at)
