"""One patient whom a team does anything with, in any order, through the real actions: for the test of what is left.

Each step is something that a person can press. Where it does not apply it is not there to be pressed; where an action
refuses, it does so with one of REFUSALS. Anything else is an error.
"""

from collections.abc import Callable
from datetime import timedelta

from accounts.roles import Role
from assessments.actions import drafts
from assessments.models import Assessment
from followup import current_step
from followup.actions import course, decisions, heal, held, imaging, pauses, readings, reviews
from followup.models import Decision, ImagingReview, Reading
from patients.actions import register, tasks
from procedures.actions import plan, signing
from procedures.models import Procedure
from tests.factories.accounts import TeamFactory, member
from tests.factories.patients import NOW, PatientFactory
from tests.followup import courses, reading_world

REFUSALS = (
    held.UnableToWork, reviews.UnableToOpen, decisions.UnableToWithdraw, readings.UnableToSave,
    readings.UnableToRetract, pauses.UnableToPause,
)  # fmt: skip
PARTIAL, PROGRESSED = ((40, 20),), ((60, 60),)


class Walk:
    """The patient, two clinicians, and the moment at which the walk has arrived."""

    def __init__(self) -> None:
        self.team = TeamFactory()
        self.by, self.other = (member(self.team, Role.CLINICIAN) for _number in range(2))
        self.patient = PatientFactory(team=self.team)
        self.at = NOW
        reading_world.lesion(self.patient, 1, 50, 50, on=NOW.date() - timedelta(days=10))

    def take(self, name: str) -> None:
        """Do one thing an hour later, if it can be done at all."""
        self.at += timedelta(hours=1)
        self.patient.refresh_from_db()
        try:
            STEPS[name](self)
        except REFUSALS:
            self.patient.refresh_from_db()
        self.patient.refresh_from_db()

    def step(self) -> current_step.Step | None:
        return current_step.current_step(self.patient, on=self.at.date())

    @property
    def review(self) -> ImagingReview | None:
        return self.patient.reviews.filter(closed_at=None).first()

    @property
    def in_care(self) -> bool:
        return not self.patient.ended_because

    @property
    def was_treated(self) -> bool:
        return self.patient.procedures.filter(started_at__isnull=False).exists()

    def last(self, rows):
        return rows.order_by("-pk").first()


def _draft(walk: Walk) -> None:
    if walk.in_care:
        drafts.start_draft(patient=walk.patient, by=walk.by, on=walk.at.date(), at=walk.at)


def _give_up(walk: Walk) -> None:
    if draft := walk.patient.assessments.filter(status=Assessment.Status.DRAFT).first():
        drafts.discard_draft(assessment=draft, because="Wrong patient", by=walk.by, at=walk.at)


def _sign(decision: str) -> Callable[[Walk], None]:
    def sign(walk: Walk) -> None:
        if walk.in_care:
            courses.sign(walk.patient, walk.by, decision, at=walk.at)

    return sign


def _plan(walk: Walk) -> None:
    """On the last assessment that says so, or else as an emergency."""
    if walk.in_care:
        proceed = walk.patient.assessments.filter(status="signed", decision="proceed")
        courses.planned(walk.patient, walk.by, walk.last(proceed), at=walk.at)


def _planned(walk: Walk) -> Procedure | None:
    return walk.last(walk.patient.procedures.filter(started_at=None, cancelled_at=None))


def _cancel(walk: Walk) -> None:
    if procedure := _planned(walk):
        plan.cancel_procedure(procedure=procedure, because="Fever", by=walk.by, at=walk.at)


def _begin(walk: Walk) -> None:
    if (procedure := _planned(walk)) and walk.in_care:
        courses.start.start_procedure(procedure=procedure, by=walk.by, at=walk.at)


def _sign_record(walk: Walk) -> None:
    """By the row: what a record needs before it can be signed is other tests' business."""
    walk.patient.procedures.filter(started_at__isnull=False, signed_at=None).update(
        signed_at=walk.at, signed_by=walk.by, saved_at=walk.at
    )


def _amend_record(walk: Walk) -> None:
    if procedure := walk.last(walk.patient.procedures.filter(signed_at__isnull=False)):
        signing.open_amendment(procedure=procedure, by=walk.by, at=walk.at)


def _correct_start(walk: Walk) -> None:
    if procedure := walk.last(walk.patient.procedures.filter(started_at__isnull=False)):
        earlier = procedure.started_at - timedelta(days=3)
        Procedure.objects.filter(pk=procedure.pk).update(started_at=earlier, saved_at=walk.at)


def _close_tasks(walk: Walk) -> None:
    for task in walk.patient.tasks.filter(closed_at=None):
        tasks.close_task(task=task, by=walk.by, at=walk.at, outcome="done")


def _add_task(walk: Walk) -> None:
    if walk.in_care:
        due = {"due_from": walk.at.date(), "due_to": walk.at.date()}
        tasks.add_task(patient=walk.patient, kind="other", title="Ask", by=walk.by, at=walk.at, **due)


def _on_review(act: Callable[[Walk, ImagingReview], object]) -> Callable[[Walk], None]:
    def step(walk: Walk) -> None:
        if review := walk.review:
            act(walk, review)

    return step


def _book(walk: Walk, review: ImagingReview) -> None:
    booking = imaging.Booking(booked_for=walk.at.date())
    imaging.book(review=review, booking=booking, by=walk.by, at=walk.at)


def _image(walk: Walk, review: ImagingReview) -> None:
    imaged = imaging.Imaged(done_on=walk.at.date())
    imaging.record_done(review=review, imaged=imaged, by=walk.by, at=walk.at)


def _snooze(walk: Walk, review: ImagingReview) -> None:
    until = walk.at.date() + timedelta(days=7)
    pauses.pause(review=review, until=until, reason="contacted", by=walk.by, at=walk.at)


def _read(sizes, who: str) -> Callable[[Walk], None]:
    def step(walk: Walk, review: ImagingReview) -> None:
        reader = getattr(walk, who)
        mine = review.readings.filter(reader=reader, retracted_at=None)
        if review.done_on and not mine.exists():
            reading_world.sign(review, reader, reading_world.sizes(review, *sizes), at=walk.at)

    return _on_review(step)


def _adjudicate(walk: Walk, review: ImagingReview) -> None:
    reading = readings.start_adjudication(review=review, by=walk.by, at=walk.at)
    given = reading_world.sizes(review, *PROGRESSED)
    readings.save_reading(reading=reading, given=given, base={}, by=walk.by, at=walk.at)
    readings.sign_reading(reading=reading, by=walk.by, at=walk.at, because="The margin is viable")


def _retract_reading(walk: Walk) -> None:
    signed = Reading.objects.filter(review__patient=walk.patient, signed_at__isnull=False, retracted_at=None)
    if reading := walk.last(signed):
        readings.retract_reading(reading=reading, because="Wrong images", by=walk.by, at=walk.at)


def _decide(choice: str) -> Callable[[Walk], None]:
    def step(walk: Walk, review: ImagingReview) -> None:
        reading = review.readings.filter(signed_at__isnull=False, retracted_at=None).first()
        if reading and walk.in_care:
            decisions.decide(
                review=review,
                reading=reading,
                choice=choice,
                against_because="condition",
                by=walk.by,
                at=walk.at,
            )

    return _on_review(step)


def _withdraw(walk: Walk) -> None:
    standing = Decision.objects.filter(review__patient=walk.patient, withdrawn_at=None)
    if decision := walk.last(standing):
        decisions.withdraw_decision(decision=decision, because="Wrong", by=walk.by, at=walk.at)


def _end(because: str) -> Callable[[Walk], None]:
    def end(walk: Walk) -> None:
        if walk.in_care:
            course.end_course(
                patient=walk.patient, because=because, on=walk.at.date(), by=walk.by, at=walk.at
            )

    return end


def _open_course_again(walk: Walk) -> None:
    if not walk.in_care:
        register.reopen_course(patient=walk.patient, by=walk.by, at=walk.at, reason="Mistake")


def _wait(walk: Walk) -> None:
    walk.at += timedelta(days=15)


STEPS: dict[str, Callable[[Walk], object]] = {
    "draft": _draft,
    "give up": _give_up,
    "sign: proceed": _sign("proceed"),
    "sign: do not": _sign("do_not_proceed"),
    "sign: refer": _sign("refer"),
    "plan": _plan,
    "cancel": _cancel,
    "begin": _begin,
    "sign record": _sign_record,
    "amend record": _amend_record,
    "correct start": _correct_start,
    "close tasks": _close_tasks,
    "add task": _add_task,
    "book": _on_review(_book),
    "cancel booking": _on_review(
        lambda walk, review: imaging.cancel_booking(review=review, reason="other", by=walk.by, at=walk.at)
    ),
    "miss": _on_review(
        lambda walk, review: imaging.record_missed(review=review, reason="forgot", by=walk.by, at=walk.at)
    ),
    "image": _on_review(_image),
    "take imaging back": _on_review(
        lambda walk, review: imaging.take_back_done(review=review, reason="other", by=walk.by, at=walk.at)
    ),
    "snooze": _on_review(_snooze),
    "nobody": _on_review(
        lambda walk, review: reviews.assign(review=review, owner=None, by=walk.by, at=walk.at)
    ),
    "read": _read(PARTIAL, "by"),
    "read otherwise": _read(PROGRESSED, "other"),
    "adjudicate": _on_review(_adjudicate),
    "retract reading": _retract_reading,
    **{f"decide: {choice}": _decide(choice) for choice in Decision.Choice.values},
    "withdraw": _withdraw,
    "end: died": _end("died"),
    "end: lost": _end("lost"),
    "open course again": _open_course_again,
    "wait": _wait,
    "heal": lambda walk: heal.open_missing_reviews(at=walk.at, team=walk.team),
}
