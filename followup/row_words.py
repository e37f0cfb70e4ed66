"""What a row of the queue says in words: why it is here, how late, who was reached, what comes next."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from followup import owners, stages
from followup.models import Contact, ImagingReview
from followup.models.readings import Response

STATES = {
    stages.OVERDUE: gettext_lazy("overdue"),
    stages.IMAGED: gettext_lazy("not read"),
    stages.READ: gettext_lazy("not decided"),
    stages.IN_WINDOW: gettext_lazy("in window"),
    stages.UPCOMING: gettext_lazy("upcoming"),
    stages.CLOSED: gettext_lazy("closed"),
}
# After these the patient is to be tried again.
UNREACHED = (
    Contact.Outcome.CALL_BACK, Contact.Outcome.RELATIVE, Contact.Outcome.LEFT_MESSAGE, Contact.Outcome.NO_ANSWER,
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A review as `queue_rows` loads it, with what it annotates, and what belongs to it."""

    review: Any
    stage: str
    contacts: list[Contact]
    answer: owners.Answering | None
    on: date
    zone: ZoneInfo


@dataclass(frozen=True)
class Next:
    """The next action: the act of the queue or the clinician's page that does it, or only words.

    `otherwise` is what stands there for somebody who may not do it.
    """

    words: str
    act: str = ""
    url: str = ""
    otherwise: str = ""


def short(day: date, *, on: date) -> str:
    """Say a day: without its year where that is this one."""
    return date_format(day, "j M" if day.year == on.year else "j M Y")


def why(told: Told) -> str:
    """Say why it is here: after what, and how far it came."""
    origin = origin_of(told.review, on=told.on)
    parts = [origin, _progress(told)]
    if told.review.is_unsigned:
        parts.append(_("record not signed"))
    return ", ".join(parts)


def origin_of(review: ImagingReview, *, on: date) -> str:
    """Say from what the review counts."""
    procedure, day = review.after_procedure, short(review.counts_from, on=on)
    if procedure is None:
        return _("After the review of %(day)s") % {"day": day}
    modality = procedure.modality or procedure.planned_modality
    return _("After %(modality)s of %(day)s") % {"modality": modality, "day": day}


def _progress(told: Told) -> str:
    review = told.review
    if told.stage == stages.READ:
        return _read(told)
    if review.done_on:
        return _imaged(told)
    if review.booked_for:
        return _booked(told)
    if told.stage == stages.UPCOMING:
        days = (review.due_from - told.on).days
        return ngettext("opens in %(n)d day", "opens in %(n)d days", days) % {"n": days}
    if told.stage == stages.IN_WINDOW:
        days = (review.due_to - told.on).days
        if days == 0:
            return _("not booked, last day")
        return ngettext("not booked, %(n)d day left", "not booked, %(n)d days left", days) % {"n": days}
    return _("not booked")


def _read(told: Told) -> str:
    response = dict(Response.choices).get(told.review.response or "")
    return _("read: %(response)s") % {"response": str(response).lower()} if response else _("read")


def _imaged(told: Told) -> str:
    review = told.review
    said = {
        "imaging": review.get_done_modality_display() or _("imaging"),
        "day": short(review.done_on, on=told.on),
    }
    done = _("%(imaging)s elsewhere %(day)s") if review.is_elsewhere else _("%(imaging)s done %(day)s")
    if review.signed_readings > 1:
        return _("%(done)s, the readers disagree") % {"done": done % said}
    if review.signed_readings == 1:
        return _("%(done)s, waits for the second reader") % {"done": done % said}
    return _("%(done)s, waits for a reading") % {"done": done % said}


def _booked(told: Told) -> str:
    review = told.review
    said = {
        "imaging": review.get_booked_modality_display() or _("imaging"),
        "day": short(review.booked_for, on=told.on),
    }
    if review.booked_for < told.on:
        return _("%(imaging)s was booked for %(day)s") % said
    return _("%(imaging)s booked for %(day)s") % said


def by_days(review: ImagingReview, *, on: date) -> str:
    """Say where a review stands with its days: Overdue by 42 days; Imaged, not read for 14 days."""
    stage, days = stages.stage_of(review, on=on), stages.days_late(review, on=on)
    words = str(stages.WORDS[stage])
    if not days:
        return words
    said = {"stage": words, "n": days}
    if stage == stages.OVERDUE:
        return ngettext("%(stage)s by %(n)d day", "%(stage)s by %(n)d days", days) % said
    return (
        ngettext("%(stage)s: %(n)d day since the imaging", "%(stage)s: %(n)d days since the imaging", days)
        % said
    )


def state(told: Told) -> str:
    """Say the stage in a word or two, beside the days."""
    return str(STATES[told.stage])


def contact(told: Told) -> str:
    """Say what came of the attempts to reach the patient."""
    if not told.contacts:
        return _("No contact yet")
    last = told.contacts[0]
    tries = _tries_without_an_answer(told.contacts)
    if tries > 1:
        return ngettext("%(n)d try, no answer", "%(n)d tries, no answer", tries) % {"n": tries}
    return f"{last.get_outcome_display()}, {short(last.at.astimezone(told.zone).date(), on=told.on)}"


def _tries_without_an_answer(contacts: list[Contact]) -> int:
    """How often nobody answered since somebody last did."""
    count = 0
    for one in contacts:
        if one.outcome not in (Contact.Outcome.NO_ANSWER, Contact.Outcome.LEFT_MESSAGE):
            break
        count += 1
    return count


def next_of(told: Told) -> Next:
    """Return what comes next. Nobody's comes before all else; a snooze, a booking and a planned call say until when."""
    if told.review.snoozed_until:
        return Next(_("Snoozed until %(day)s") % {"day": short(told.review.snoozed_until, on=told.on)})
    if told.answer is None:
        return Next(_("Assign"), "assign")
    return judge(told.review, told.stage) or _next_to_image(told)


def judge(review: ImagingReview, stage: str) -> Next | None:
    """Return what a clinician does with images that are there; None while there are none."""
    of_review = [review.patient_id, review.pk]
    if stage == stages.IMAGED:
        url = reverse("followup:review_readings", args=of_review)
        return Next(_("Read"), url=url, otherwise=_("A clinician reads it"))
    if stage == stages.READ:
        url = reverse("followup:decide", args=of_review)
        return Next(_("Decide"), url=url, otherwise=_("A clinician decides"))
    return None


def _next_to_image(told: Told) -> Next:
    review, last = told.review, told.contacts[0] if told.contacts else None
    if review.booked_for and review.booked_for <= told.on:
        return Next(_("Record"), "done")
    if review.booked_for:
        return Next(_("Nothing today"))
    if last and last.outcome in UNREACHED:
        if last.next_try_on and last.next_try_on > told.on:
            return Next(_("Call again %(day)s") % {"day": short(last.next_try_on, on=told.on)})
        return Next(_("Call"), "contact")
    if told.stage == stages.UPCOMING:
        return Next(_("Nothing today"))
    if last is None and told.stage == stages.OVERDUE:
        return Next(_("Call"), "contact")
    return Next(_("Book"), "book")
