"""Whether what a reminder speaks of is still so: asked when messages are gathered, and once more before one leaves."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from followup.models import FollowUpSettings, Pause, Reminder

STILL, ENDED, PAUSED, CHANGED, NO_CONSENT = "", "ended", "paused", "changed", "consent"
SWITCHED_OFF, LEFT, NO_ADDRESS = "switched_off", "left", "no_address"
# Why a reminder was not sent, as the page of messages says it.
WORDS = {
    ENDED: _("The patient’s course has ended"),
    PAUSED: _("Snoozed since"),
    CHANGED: _("Done, or moved, since"),
    NO_CONSENT: _("The patient did not agree to messages"),
    SWITCHED_OFF: _("The team does not send these"),
    LEFT: _("The person is no longer in the team"),
    NO_ADDRESS: _("There is no address"),
}
Rung = Reminder.Rung


def with_gone_because(reminders: QuerySet[Reminder], *, numbers: FollowUpSettings, on: date) -> QuerySet[Any]:
    """Annotate `gone_because`: empty while the reminder still says what is so."""
    return reminders.annotate(
        gone_because=Case(
            When(~_in_care(), then=Value(ENDED)),
            When(~_as_it_was(numbers, on=on), then=Value(CHANGED)),
            When(_paused(on), then=Value(PAUSED)),
            When(Q(patient__isnull=False) & ~_agreed(), then=Value(NO_CONSENT)),
            default=Value(STILL),
            output_field=CharField(),
        )
    )


def _in_care() -> Q:
    return (
        Q(review__patient__ended_because="")
        | Q(procedure__patient__ended_because="")
        | Q(task__patient__ended_because="")
    )


def _agreed() -> Q:
    return Q(patient__consents_to_messages="yes") & ~Q(patient__message_channel="")


def _as_it_was(numbers: FollowUpSettings, *, on: date) -> Q:
    """Return the condition that the thing stands where the rung says; a window that was moved does not."""
    to_image = Q(review__closed_at=None, review__done_on=None)
    late = Q(rung__in=[Rung.LATE, Rung.ESCALATED, Rung.WEEKLY], review__due_to__lt=on)
    soon = Q(
        rung=Rung.SOON, review__due_from__gt=on, review__due_from__lte=on + timedelta(days=numbers.soon_days)
    )
    due = Q(rung=Rung.DUE, review__due_from__lte=on, review__due_to__gte=on)
    unread = Q(rung=Rung.UNREAD, review__closed_at=None, review__done_on__isnull=False, review__read_at=None)
    undecided = Q(rung=Rung.UNDECIDED, review__closed_at=None, review__read_at__isnull=False)
    unsigned = Q(
        rung=Rung.UNSIGNED,
        procedure__started_at__isnull=False,
        procedure__signed_at=None,
        procedure__cancelled_at=None,
    )
    unstarted = Q(
        rung=Rung.UNSTARTED,
        procedure__started_at=None,
        procedure__cancelled_at=None,
        procedure__planned_on__lt=on,
    )
    task = Q(rung=Rung.TASK, task__closed_at=None, task__due_from__lte=on, task__due_to__gte=on)
    task_late = Q(rung=Rung.TASK_LATE, task__closed_at=None, task__due_to__lt=on)
    return (to_image & (late | soon | due)) | unread | undecided | unsigned | unstarted | task | task_late


def _paused(on: date) -> Q:
    """Return the condition that somebody answers for it still; a pause from before the imaging is over with it."""
    active = Pause.objects.filter(lifted_at=None, until__gt=on)
    since = Coalesce(
        OuterRef("review__read_at"), OuterRef("review__done_recorded_at"), OuterRef("review__opened_at")
    )
    of_review: Any = active.filter(review=OuterRef("review"), paused_at__gte=since)
    of_procedure: Any = active.filter(procedure=OuterRef("procedure"))
    of_task: Any = active.filter(task=OuterRef("task"))
    return (
        Q(Exists(of_review), review__isnull=False)
        | Q(Exists(of_procedure), procedure__isnull=False)
        | Q(Exists(of_task), task__isnull=False)
    )
