"""Reviews in each stage, and what belongs to them, for tests."""

from datetime import date, datetime, timedelta

import factory

from accounts.models import Membership, Team, User
from assessments.actions import edition
from followup import settings_of
from followup.actions import feeds
from followup.models import (
    BulkChange,
    Contact,
    Decision,
    FollowUpSettings,
    ImagingReview,
    Message,
    Pause,
    Reading,
    Reminder,
    ReviewEvent,
    SavedView,
)
from patients.models import Patient
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.patients import NOW, TODAY, PatientFactory, TaskFactory
from tests.factories.procedures import ProcedureFactory


class ImagingReviewFactory(factory.django.DjangoModelFactory):
    """The first review after a procedure four weeks before TODAY: its window opens on that day.

    `ImagingReviewFactory(done=True)`, `(read=True)` and `(decided=True)` bring it into the later stages.
    """

    class Meta:
        model = ImagingReview

    class Params:
        done = factory.Trait(
            done_on=TODAY, done_recorded_at=NOW, done_recorded_by=factory.SelfAttribute("opened_by"),
            done_modality="ct", done_dynamic="yes",
        )  # fmt: skip
        read = factory.Trait(done=True, read_at=NOW)
        decided = factory.Trait(
            read=True, decided_at=NOW, closed_at=NOW, closed_because="decided",
            closed_by=factory.SelfAttribute("opened_by"),
        )  # fmt: skip

    patient = factory.SubFactory(PatientFactory)
    team = factory.SelfAttribute("patient.team")
    after_procedure = factory.SubFactory(
        ProcedureFactory,
        patient=factory.SelfAttribute("..patient"),
        started_at=factory.LazyAttribute(lambda made: began_at(made.factory_parent.counts_from)),
        modality="TACE",
    )
    counts_from = TODAY - timedelta(days=28)
    clause = "7.1"
    due_from = factory.LazyAttribute(lambda made: made.counts_from + timedelta(days=28))
    due_to = factory.LazyAttribute(lambda made: made.counts_from + timedelta(days=42))
    opened_at = NOW
    opened_by = factory.SubFactory(UserFactory)


def began_at(day: date) -> datetime:
    """Return a moment of that day, in the morning of UTC."""
    return NOW.replace(year=day.year, month=day.month, day=day.day)


class ReviewEventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReviewEvent

    review = factory.SubFactory(ImagingReviewFactory)
    kind = ReviewEvent.Kind.OPENED
    at = NOW


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contact

    review = factory.SubFactory(ImagingReviewFactory)
    patient = factory.SelfAttribute("review.patient")
    at = NOW
    channel = Contact.Channel.PHONE
    outcome = Contact.Outcome.NO_ANSWER
    by = factory.SubFactory(UserFactory)


class PauseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Pause

    review = factory.SubFactory(ImagingReviewFactory)
    until = TODAY + timedelta(days=7)
    reason = Pause.Reason.CONTACTED
    paused_at = NOW
    paused_by = factory.SubFactory(UserFactory)


class FollowUpSettingsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FollowUpSettings

    team = factory.SubFactory(TeamFactory)
    escalate_after_days = factory.LazyFunction(lambda: list(settings_of.ESCALATE_AFTER_DAYS))
    saved_at = NOW


class ReadingFactory(factory.django.DjangoModelFactory):
    """A signed reading that shows what 7.4 asks for; `quiet=False` leaves every answer open."""

    class Meta:
        model = Reading

    class Params:
        quiet = True
        answers = factory.LazyAttribute(lambda made: QUIET if made.quiet else {})

    review = factory.SubFactory(ImagingReviewFactory, read=True)
    reader = factory.SubFactory(UserFactory)
    imaged_on = factory.LazyAttribute(lambda made: made.review.done_on)
    modality = "ct"
    dynamic_enhanced = factory.LazyAttribute(lambda made: made.answers.get("dynamic_enhanced", "not_known"))
    lipiodol_deposition = factory.LazyAttribute(lambda made: made.answers.get("lipiodol_deposition", ""))
    necrosis = factory.LazyAttribute(lambda made: made.answers.get("necrosis", ""))
    viable_tumour = factory.LazyAttribute(lambda made: made.answers.get("viable_tumour", "not_known"))
    enlargement = factory.LazyAttribute(lambda made: made.answers.get("enlargement", "not_known"))
    new_lesions = factory.LazyAttribute(lambda made: made.answers.get("new_lesions", "not_known"))
    mrecist = factory.LazyAttribute(lambda made: made.answers.get("mrecist", ""))
    recist_1_1 = factory.LazyAttribute(lambda made: made.answers.get("recist_1_1", ""))
    started_at = NOW
    saved_at = NOW
    signed_at = NOW
    signed_by = factory.SelfAttribute("reader")


class DecisionFactory(factory.django.DjangoModelFactory):
    """The decision to hold, which closed its review; nothing follows from it."""

    class Meta:
        model = Decision

    reading = factory.SubFactory(ReadingFactory, review__decided=True)
    review = factory.SelfAttribute("reading.review")
    choice = "hold"
    recommended = "hold"
    clauses = ["7.4"]
    edition_settings = factory.LazyFunction(lambda: edition.settings_in_force(on=TODAY, at=NOW))
    engine_version = "test"
    decided_at = NOW
    decided_by = factory.SelfAttribute("reading.reader")


QUIET = {
    "dynamic_enhanced": "yes", "lipiodol_deposition": "dense", "necrosis": "complete", "viable_tumour": "no",
    "enlargement": "no", "new_lesions": "no", "mrecist": "CR", "recist_1_1": "SD",
}  # fmt: skip


def message_to(user: User, team: Team, **fields) -> Message:
    """Return a message in the application to a person, sent at NOW."""
    values = {
        "channel": "in_app", "slot": "2026-03-02T09", "language": "en", "subject": "1", "body": "· 1 task is due",
        "gathered_at": NOW, "send_after": NOW, "sent_at": NOW, **fields,
    }  # fmt: skip
    named = f"<{user.pk}.{team.pk}.{values['channel']}.{values['slot']}@example.org>"
    return Message.objects.create(user=user, team=team, message_id=named, **values)


def reminder_of(message: Message, patient: Patient) -> Reminder:
    """Return the reminder of a task of the patient, due on TODAY, that a message speaks of."""
    task = TaskFactory(patient=patient, owner=message.user)
    return Reminder.objects.create(
        team=message.team, task=task, rung="task", rung_on=TODAY, user=message.user, message=message,
        key=f"task:{task.pk}/task/{TODAY}/user:{message.user_id}", made_at=NOW,
    )  # fmt: skip


class SavedViewFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SavedView

    team = factory.SubFactory(TeamFactory)
    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"View {n}")
    query = "?stage=overdue"
    saved_at = NOW


def bulk_change(review: ImagingReview, by) -> BulkChange:
    """Return a change of many rows that assigned one review, as the queue keeps it for its undo."""
    rows = [{"review": review.pk, "revision": review.revision, "before": {"owner": None}}]
    return BulkChange.objects.create(team=review.team, kind="assigned", at=NOW, by=by, rows=rows)


def feed_token(person, team) -> str:
    """Return the token of a person's calendar feed."""
    membership = Membership.objects.get(user=person, team=team)
    older = feeds.feed_in_use(membership)
    _feed, token = feeds.make_feed(membership=membership, replaces=older.pk if older else None, at=NOW)
    return token
