"""Who is proposed for a meeting, each with the question that the record raises."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Team
from assessments import words as assessment_words
from assessments.models import Assessment
from followup import current_step, decision_words, guidance, stages, standing
from followup.models import Decision, ImagingReview
from pathway.models import Discussion, Meeting
from patients.models import Patient, Task

LONGEST_QUESTION = 400
# Each reading is weighed for it: a team with more than these undecided has another worry than the meeting.
MOST_WEIGHED = 40
MET = "met"
Why = Discussion.Why


@dataclass(frozen=True)
class Proposal:
    """One patient; `asked_for` is the day for which a meeting is asked, `is_later` where this one is too early."""

    patient: Patient
    why: str
    question: str
    asked_for: date | None = None
    is_later: bool = False

    @property
    def why_in_words(self) -> str:
        return str(Why(self.why).label)


def proposals_of(meeting: Meeting, *, on: date) -> list[Proposal]:
    """Return who is proposed and not on the list yet, each for the first reason; nobody once it was held."""
    if meeting.held_on < on:
        return []
    listed = set(meeting.discussions.filter(taken_off_at=None).values_list("patient_id", flat=True))
    found: dict[int, Proposal] = {}
    for one in _all(meeting.team, meeting.held_on, on):
        if one.patient.pk not in listed:
            found.setdefault(one.patient.pk, one)
    return sorted(found.values(), key=lambda one: (one.is_later, one.asked_for or date.max))


def _all(team: Team, held_on: date, on: date) -> Iterator[Proposal]:
    yield from _referred(team, held_on)
    yield from _not_decided(team, on)
    yield from _tasks(team, held_on)


def last_signed_that_refers() -> Q:
    """Return the condition on assessments: the last signed one of its patient, and it refers to the meeting."""
    later = Assessment.objects.filter(
        Q(signed_at__gt=OuterRef("signed_at")) | Q(signed_at=OuterRef("signed_at"), pk__gt=OuterRef("pk")),
        patient=OuterRef("patient"),
        status__in=current_step.SIGNED,
    ).order_by()
    return Q(~Exists(later), decision=Assessment.Choice.REFER, status__in=current_step.SIGNED)


def _referred(team: Team, held_on: date) -> Iterator[Proposal]:
    rows = Assessment.objects.filter(
        last_signed_that_refers(), patient__team=team, patient__ended_because=""
    ).select_related("patient").defer("facts", "typed", "conflicts")  # fmt: skip
    for row in rows.order_by("meeting_on", "pk"):
        asked_for = row.meeting_on
        is_later = asked_for is not None and asked_for > held_on
        yield Proposal(row.patient, Why.REFERRED, _of_referral(row), asked_for, is_later)


def _of_referral(row: Assessment) -> str:
    said = {"verdict": assessment_words.VERDICTS.get(row.verdict, row.verdict), "plan": row.individual_plan}
    question = _("Arterial treatment, yes or no? The guideline: %(verdict)s.") % said
    return _cut(f"{question} {row.individual_plan}".strip())


def _not_decided(team: Team, on: date) -> Iterator[Proposal]:
    """Read and not decided, where the guideline suggests another treatment or a definition of failure is met."""
    waiting = stages.reviews_in_care(team).filter(read_at__isnull=False).select_related("patient__team")
    for review in waiting.order_by("read_at", "pk")[:MOST_WEIGHED]:
        question = question_of_review(review, on=on)
        if question:
            yield Proposal(review.patient, Why.NOT_DECIDED, question)


def question_of_review(review: ImagingReview, *, on: date) -> str:
    """Return what a read review raises for the meeting; nothing where the guideline goes on as before."""
    reading = standing.standing_reading(review)
    if reading is None:
        return ""
    step = guidance.next_step_of(reading, on=on)
    failed = [
        one.definition.name for one in guidance.refractoriness_of(reading, step=step) if one.verdict == MET
    ]
    if step.decision != Decision.Choice.SWITCH and not failed:
        return ""
    said = {
        "response": reading.mrecist or _("not evaluable"),
        "step": decision_words.RECOMMENDED[step.decision],
    }
    question = _("What next? Response %(response)s; the guideline suggests: %(step)s.") % said
    if failed:
        question += " " + _("Failure of embolisation is met by: %(names)s.") % {"names": ", ".join(failed)}
    return _cut(question)


def _tasks(team: Team, held_on: date) -> Iterator[Proposal]:
    kind = Task.Kind.MULTIDISCIPLINARY_MEETING
    rows = Task.objects.filter(patient__team=team, patient__ended_because="", closed_at=None, kind=kind)
    tasks = list(rows.select_related("patient").order_by("due_to", "pk"))
    switched = _of_switches(task.pk for task in tasks)
    for task in tasks:
        why = Why.SWITCH if task.pk in switched else Why.TASK
        yield Proposal(task.patient, why, _cut(task.title), task.due_to, task.due_from > held_on)


def _of_switches(keys: Iterable[int]) -> set[int]:
    made = Decision.objects.filter(task__in=list(keys), choice=Decision.Choice.SWITCH, withdrawn_at=None)
    return set(made.values_list("task_id", flat=True))


def _cut(question: str) -> str:
    """A question that is too long is cut where the list still holds it."""
    return question if len(question) <= LONGEST_QUESTION else question[: LONGEST_QUESTION - 1] + "…"
