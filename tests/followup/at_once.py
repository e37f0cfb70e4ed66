"""Two people do the same at the same moment, over and over, on the database that DATABASE_URL names.

`test_at_once` runs it in a process of its own and reads what came of it.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from django.db import connection

from accounts.roles import Role
from followup import failsafe_list
from followup.actions import course, decisions, failsafe, feeds, heal, held, imaging, reviews, start
from followup.models import CalendarFeed, FailsafeSheet, ImagingReview
from patients.models import Patient
from tests.factories.accounts import MembershipFactory, TeamFactory, member
from tests.factories.patients import NOW, TODAY, PatientFactory
from tests.factories.procedures import ProcedureFactory
from tests.followup import courses, deciding

ROUNDS = 5


def at_once(*actions: Callable[[], object]) -> list[str]:
    """Run the actions in a thread each, let go together; return what each came to: "done" or its refusal's name."""
    barrier, outcomes = threading.Barrier(len(actions)), [""] * len(actions)

    def run(number: int, action: Callable[[], object]) -> None:
        barrier.wait(10)
        try:
            action()
            outcomes[number] = "done"
        except Exception as error:
            outcomes[number] = type(error).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


class Race:
    """One team with two clinicians, and a patient for each round."""

    def __init__(self) -> None:
        self.team = TeamFactory()
        self.people = [member(self.team, Role.CLINICIAN) for _number in range(2)]

    def patient(self) -> Patient:
        return PatientFactory(team=self.team)

    def review(self) -> ImagingReview:
        return courses.treated(self.patient(), self.people[0]).reviews.get()

    def by_both(self, act: Callable) -> list[str]:
        return at_once(*(lambda by=by: act(by) for by in self.people))


def begin_the_same(race: Race) -> dict:
    patient = race.patient()
    procedure = courses.planned(patient, race.people[0])
    came = race.by_both(lambda by: start.start_procedure(procedure=procedure, by=by, at=NOW))
    return {
        "came": came,
        "reviews": patient.reviews.count(),
        "open": patient.reviews.filter(closed_at=None).count(),
    }


def begin_two(race: Race) -> dict:
    patient = race.patient()
    both = [courses.planned(patient, by) for by in race.people]
    came = at_once(
        *(lambda each=each: start.start_procedure(procedure=each, by=race.people[0], at=NOW) for each in both)
    )
    return {
        "came": came,
        "reviews": patient.reviews.count(),
        "open": patient.reviews.filter(closed_at=None).count(),
    }


def book(race: Race) -> dict:
    review = race.review()
    days = {by.pk: TODAY + timedelta(days=30 + number) for number, by in enumerate(race.people)}

    def act(by):
        booking = imaging.Booking(booked_for=days[by.pk])
        imaging.book(review=review, booking=booking, by=by, at=NOW, revision=review.revision)

    return {"came": race.by_both(act), "booked": review.events.filter(kind="booked").count()}


def record_the_same_imaging(race: Race) -> dict:
    review = race.review()
    imaged = imaging.Imaged(done_on=TODAY)
    came = race.by_both(lambda by: imaging.record_done(review=review, imaged=imaged, by=by, at=NOW))
    return {"came": came, "done": review.events.filter(kind="done").count()}


def heal_everybody(race: Race) -> dict:
    for _number in range(5):
        procedure = {"started_at": NOW, "signed_at": NOW, "signed_by": race.people[0], "modality": "TACE"}
        ProcedureFactory(patient=race.patient(), **procedure)
    came = race.by_both(lambda by: heal.open_missing_reviews(at=NOW, team=race.team))
    return {"came": came, "reviews": ImagingReview.objects.filter(team=race.team).count()}


def begin_and_end(race: Race) -> dict:
    """Whichever is first: a patient whose course has ended is never begun, and what was begun has its review."""
    patient = race.patient()
    procedure = courses.planned(patient, race.people[0])
    at_once(
        lambda: start.start_procedure(procedure=procedure, by=race.people[0], at=NOW),
        lambda: course.end_course(patient=patient, because="died", on=TODAY, by=race.people[1], at=NOW),
    )
    procedure.refresh_from_db()
    patient.refresh_from_db()
    return {"ended": patient.ended_because, "agrees": bool(procedure.started_at) == patient.reviews.exists()}


def move_and_close(race: Race) -> dict:
    """A review is closed while another moves it: both orders are fine, an error of the database is not."""
    review = race.review()
    window = {"due_from": TODAY + timedelta(days=30), "due_to": TODAY + timedelta(days=31), "reason": "other"}
    came = at_once(
        lambda: reviews.reschedule(review=review, by=race.people[0], at=NOW, **window),
        lambda: reviews.close(review=review, because="replaced", by=race.people[1], at=NOW),
    )
    closed_first = sorted([held.ReviewClosed.__name__, "done"])
    return {"is_fine": came in (closed_first, ["done", "done"])}


def decide_the_same(race: Race) -> dict:
    """One decision and one next review; the other is told."""
    reading = deciding.ready_to_decide(race.team, race.people[0])
    came = race.by_both(
        lambda by: decisions.decide(review=reading.review, reading=reading, choice="hold", by=by, at=NOW)
    )
    review = reading.review
    return {"came": came, "made": review.decisions.count(), "next": review.followed_by.count()}


def decide_and_treat(race: Race) -> dict:
    """Whichever is first: the review is closed once, and the patient has one open review, after the treatment."""
    reading = deciding.ready_to_decide(race.team, race.people[0])
    patient, by = reading.review.patient, race.people[1]
    procedure = courses.planned(patient, by)
    came = at_once(
        lambda: decisions.decide(review=reading.review, reading=reading, choice="hold", by=by, at=NOW),
        lambda: start.start_procedure(procedure=procedure, by=by, at=NOW),
    )
    still_open = patient.reviews.get(closed_at=None)
    closed_first = sorted([held.ReviewClosed.__name__, "done"])
    return {
        "is_fine": came in (closed_first, ["done", "done"]),
        "after": still_open.after_procedure == procedure,
    }


def withdraw_the_same(race: Race) -> dict:
    reading = deciding.ready_to_decide(race.team, race.people[0])
    made = decisions.decide(review=reading.review, reading=reading, choice="hold", by=race.people[0], at=NOW)
    came = race.by_both(lambda by: decisions.withdraw_decision(decision=made, because="Wrong", by=by, at=NOW))
    return {"came": came, "open": made.review.patient.reviews.filter(closed_at=None).count()}


def sign_the_same_sheet(race: Race) -> dict:
    """One sheet a month; the other lead is told who signed."""
    team = TeamFactory()
    leads = [MembershipFactory(team=team, is_lead=True) for _number in range(2)]
    seen = failsafe_list.digest_of([])
    came = at_once(
        *(lambda one=one: failsafe.sign_sheet(membership=one, seen=seen, note="", at=NOW) for one in leads)
    )
    return {"came": came, "sheets": FailsafeSheet.objects.filter(team=team).count()}


def make_the_same_feed(race: Race) -> dict:
    """The same form twice: one feed is in use, and its token is the one that was shown."""
    membership = MembershipFactory()
    make = [lambda: feeds.make_feed(membership=membership, replaces=None, at=NOW) for _number in range(2)]
    came = at_once(*make)
    return {"came": came, "feeds": CalendarFeed.objects.filter(owner=membership.user).count()}


RACES = (
    sign_the_same_sheet, make_the_same_feed,
    decide_the_same, decide_and_treat, withdraw_the_same,
    begin_the_same, begin_two, book, record_the_same_imaging, heal_everybody, begin_and_end, move_and_close,
)  # fmt: skip


def run_all() -> str:
    """Return for each race the results that came, and how often, as JSON."""
    outcomes = {
        race.__name__: dict(Counter(json.dumps(race(Race()), sort_keys=True) for _round in range(ROUNDS)))
        for race in RACES
    }
    return json.dumps(outcomes)
