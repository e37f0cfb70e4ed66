"""One review opened: who it is, why its window is this one, what was done, who was called, what was said of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from accounts.roles import Capability
from followup import event_words, guidance, owners, row_words, stages, window_bar
from followup.actions import pauses
from followup.models import ImagingReview, Reminder

# Of the first imaging after an intervention; every later one is under 7.2.
FIRST = "7.1"


@dataclass(frozen=True)
class Why:
    """Why the window is this one: sentences, the clause they rest on, and whether a part is not in the source."""

    sentences: list[str]
    clause: str
    not_in_source: str = ""


def context_of(review: ImagingReview, membership: Membership, *, on: date) -> dict[str, Any]:
    """Return what the opened row of the queue shows."""
    patient = review.patient
    return {
        "review": review,
        "patient": patient,
        "stage": stages.stage_of(review, on=on),
        "stage_words": row_words.by_days(review, on=on),
        "is_red": stages.stage_of(review, on=on) in stages.RED,
        "bar": window_bar.bar_of(review, on=on),
        "why": why_this_window(review, on=on),
        "owner": owners.answering(patient.team, review.owner, on=on),
        "pause": pauses.standing_pause(review, on=on),
        "allergies": patient.allergies.filter(retracted_at=None),
        "events": event_words.events_of(review),
        "contacts": review.contacts.select_related("by").order_by("-at", "-pk"),
        "reminders": reminders_in_words(review),
        "may_treat": membership.may(Capability.TREAT_PATIENTS),
        "may_work": membership.may(Capability.WORK_QUEUE),
        "today": on,
    }


def why_this_window(review: ImagingReview, *, on: date) -> Why:
    """Say from what the window counts, by which clause, and who moved it."""
    sentences = [_counted(review)]
    sentences.append(_("Imaging is due %(window)s.") % {"window": _window(review)})
    not_in_source = ""
    if review.is_rescheduled:
        sentences.append(_("Somebody moved this window by hand: see below."))
    elif review.interval_months:
        tolerance = {"days": guidance.engine_settings(on=on).review_tolerance_days}
        not_in_source = (
            ngettext("%(days)d day either side", "%(days)d days either side", tolerance["days"]) % tolerance
        )
    return Why(sentences, review.clause, not_in_source)


def _counted(review: ImagingReview) -> str:
    day = {"day": date_format(review.counts_from, "j M Y")}
    if review.clause == FIRST:
        return _("Intervention on %(day)s; the first imaging is due 4 to 6 weeks after it.") % day
    if review.interval_months:
        months = ngettext(
            "The imaging or intervention of %(day)s was the last; the next is due after %(n)d month.",
            "The imaging or intervention of %(day)s was the last; the next is due after %(n)d months.",
            review.interval_months,
        )
        return months % {**day, "n": review.interval_months}
    return (
        _("The imaging or intervention of %(day)s was the last; later imaging is due every 1 to 3 months.")
        % day
    )


def _window(review: ImagingReview) -> str:
    return window_bar.days_in_words(review.due_from, review.due_to)


def reminders_in_words(review: ImagingReview) -> list[str]:
    """Say which reminders were written for the review, to whom and when, the first first."""
    rows = Reminder.objects.filter(review=review).select_related("user").order_by("rung_on", "pk")
    return [
        _("%(rung)s, %(day)s, %(person)s")
        % {
            "rung": row.get_rung_display(),
            "day": date_format(row.rung_on, "j M"),
            "person": row.user or _("the patient"),
        }
        for row in rows
    ]
