"""What can be done to a review of the queue: each act with its form, its words and the action that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, User
from accounts.roles import Capability
from followup import event_words, guidance
from followup.actions import contacts, course, held, imaging, pauses, reviews
from followup.forms import imaging as imaging_forms
from followup.forms import queue as queue_forms
from followup.models import ImagingReview
from patients.actions import register

WORK, ENTER = Capability.WORK_QUEUE, Capability.REGISTER_PATIENTS


@dataclass(frozen=True)
class Asking:
    """Who acts on which review, when, and what was sent; `data` is None while the form is only shown."""

    review: ImagingReview
    membership: Membership
    by: User
    now: datetime
    today: date
    data: Any = None


@dataclass(frozen=True)
class Act:
    """One act. `run` does it and returns what is said of it; it may raise what `held` and the actions raise."""

    title: Any
    submit: Any
    form: Callable[[Asking], forms.Form]
    run: Callable[[Asking, Any, dict[str, Any]], str]
    may: Capability = WORK
    shortcut: str = ""
    icon: str = ""
    is_grave: bool = False


def _when(asking: Asking) -> dict[str, Any]:
    return {"review": asking.review, "on": asking.today}


def _book_form(asking: Asking) -> forms.Form:
    start = imaging_forms.booking_to_begin_with(asking.review)
    return imaging_forms.BookForm(asking.data, initial=start, **_when(asking))


def _book(asking: Asking, form: Any, how: dict[str, Any]) -> str:
    booking = form.booking()
    row = imaging.book(review=asking.review, booking=booking, **how)
    booked = {"what": event_words.booking_in_words(held.written(row, held.BOOKING))}
    if booking.booked_for > row.due_to:
        return _("Booked: %(what)s. This is after the window.") % booked
    if booking.booked_for < row.due_from:
        return _("Booked: %(what)s. This is before the window opens.") % booked
    return _("Booked: %(what)s.") % booked


def _unbook_form(asking: Asking) -> forms.Form:
    return imaging_forms.CancelBookingForm(asking.data, **_when(asking))


def _unbook(asking: Asking, form: Any, how: dict[str, Any]) -> str:
    imaging.cancel_booking(review=asking.review, **_why(form), **how)
    return _("The booking is cancelled.")


def _missed_form(asking: Asking) -> forms.Form:
    return imaging_forms.MissedForm(asking.data, **_when(asking))


def _missed(asking: Asking, form: Any, how: dict[str, Any]) -> str:
    imaging.record_missed(review=asking.review, **_why(form), **how)
    return _("Recorded: did not attend. The imaging is to book again.")


def _done_form(asking: Asking) -> forms.Form:
    start = imaging_forms.done_to_begin_with(asking.review, on=asking.today)
    return imaging_forms.DoneForm(asking.data, initial=start, **_when(asking))


def _elsewhere_form(asking: Asking) -> forms.Form:
    start = imaging_forms.elsewhere_to_begin_with(asking.today)
    return imaging_forms.ElsewhereForm(asking.data, initial=start, **_when(asking))


def _done(asking: Asking, form: Any, how: dict[str, Any]) -> str:
    imaged = form.imaged()
    row = imaging.record_done(review=asking.review, imaged=imaged, **how)
    told = _("Recorded: imaged on %(day)s. It waits for a reading now.") % {
        "day": date_format(imaged.done_on, "j M Y")
    }
    if imaged.done_on >= row.due_from:
        return told
    # A scan for a complication in the days after is not the review: taken for it, the patient would not be imaged.
    early = _("This is before the window: if it was another scan, undo it, so that the review stays due.")
    return f"{told} {early}"


def _take_back_form(asking: Asking) -> forms.Form:
    return imaging_forms.TakeBackForm(asking.data, **_when(asking))


def _take_back(asking: Asking, form: Any, how: dict[str, Any]) -> str:
    imaging.take_back_done(review=asking.review, **_why(form), **how)
    return _("Taken back: the imaging is to do again.")


def _contact_form(asking: Asking) -> forms.Form:
    return queue_forms.ContactForm(asking.data, now=asking.now, **_when(asking))


def _contact(asking: Asking, form: Any, how: dict[str, Any]) -> str:
    review = asking.review
    kept = contacts.log_contact(
        patient=review.patient, review=review, by=how["by"], at=how["at"], **form.contact()
    )
    if kept.next_try_on:
        return _("Logged. Try again on %(day)s.") % {"day": date_format(kept.next_try_on, "D j M")}
    return _("Logged: %(outcome)s.") % {"outcome": kept.get_outcome_display()}


def _snooze_form(asking: Asking) -> forms.Form:
    latest = pauses.latest_pause(asking.review, on=asking.today)
    start = queue_forms.snooze_to_begin_with(on=asking.today, latest=latest)
    return queue_forms.SnoozeForm(asking.data, initial=start, latest=latest, **_when(asking))


def _snooze(asking: Asking, form: Any, how: dict[str, Any]) -> str:
    until = form.cleaned_data["until"]
    pauses.pause(review=asking.review, until=until, **_why(form), **how)
    return _("Snoozed until %(day)s.") % {"day": date_format(until, "D j M Y")}


def _assign_form(asking: Asking) -> forms.Form:
    start = {"owner": asking.review.owner_id or asking.by.pk}
    team = asking.review.patient.team
    return queue_forms.AssignForm(asking.data, initial=start, team=team, **_when(asking))


def _assign(asking: Asking, form: Any, how: dict[str, Any]) -> str:
    owner = form.cleaned_data["owner"]
    reviews.assign(review=asking.review, owner=owner, **how)
    if owner is None:
        return _("Nobody owns it now.")
    return _("%(owner)s owns it now.") % {"owner": owner}


def _reschedule_form(asking: Asking) -> forms.Form:
    start = {"due_from": asking.review.due_from, "due_to": asking.review.due_to}
    allowed = guidance.allowed_window(asking.review, on=asking.today)
    return queue_forms.RescheduleForm(asking.data, initial=start, allowed=allowed, **_when(asking))


def _reschedule(asking: Asking, form: Any, how: dict[str, Any]) -> str:
    window: dict[str, Any] = {name: form.cleaned_data[name] for name in ("due_from", "due_to")}
    reviews.reschedule(review=asking.review, **window, **_why(form), **how)
    return _("The window is moved.")


def _end_form(asking: Asking) -> forms.Form:
    may_treat = asking.membership.may(Capability.TREAT_PATIENTS)
    start = {"ended_on": asking.today}
    return queue_forms.EndForm(asking.data, initial=start, may_treat=may_treat, **_when(asking))


def _end(asking: Asking, form: Any, how: dict[str, Any]) -> str:
    known = form.cleaned_data
    course.end_course(
        patient=asking.review.patient,
        because=known["because"],
        on=known["ended_on"],
        reason=known["note"],
        by=how["by"],
        at=how["at"],
    )
    return _("The course has ended. Nothing is due and no reminder goes out any more.")


def _why(form: Any) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("reason", "note")}


ACTS: dict[str, Act] = {
    "done": Act(
        gettext_lazy("Imaging done"), gettext_lazy("Record it"), _done_form, _done, ENTER, "d", "check-lg"
    ),
    "book": Act(
        gettext_lazy("Book"), gettext_lazy("Book it"), _book_form, _book, WORK, "b", "calendar-check"
    ),
    "contact": Act(
        gettext_lazy("Call"), gettext_lazy("Log it"), _contact_form, _contact, WORK, "c", "telephone"
    ),
    "snooze": Act(
        gettext_lazy("Snooze"), gettext_lazy("Snooze it"), _snooze_form, _snooze, WORK, "s", "clock"
    ),
    "assign": Act(
        gettext_lazy("Assign"), gettext_lazy("Assign it"), _assign_form, _assign, WORK, "a", "person-plus"
    ),
    "elsewhere": Act(
        gettext_lazy("Imaged elsewhere"),
        gettext_lazy("Record it"),
        _elsewhere_form,
        _done,
        ENTER,
        "e",
        "hospital",
    ),
    "missed": Act(
        gettext_lazy("Did not attend"), gettext_lazy("Record it"), _missed_form, _missed, WORK, "m"
    ),
    "unbook": Act(
        gettext_lazy("Cancel the booking"), gettext_lazy("Cancel the booking"), _unbook_form, _unbook
    ),
    "reschedule": Act(
        gettext_lazy("Move the window"), gettext_lazy("Move it"), _reschedule_form, _reschedule, WORK, "r"
    ),
    "take-back": Act(
        gettext_lazy("Take the imaging back"),
        gettext_lazy("Take it back"),
        _take_back_form,
        _take_back,
        ENTER,
    ),
    "end": Act(
        gettext_lazy("End the course"), gettext_lazy("End the course"), _end_form, _end, WORK, is_grave=True
    ),
}


def offered(review: ImagingReview, membership: Membership, *, on: date) -> dict[str, Act]:
    """Return what this person can do to the review as it stands, by its key in the address."""
    if not review.is_open or review.patient.ended_because:
        return {}
    to_image = review.done_on is None
    booked_for = review.booked_for
    is_booked = booked_for is not None
    fits = {
        "done": to_image,
        "book": to_image,
        "elsewhere": to_image,
        "missed": to_image and booked_for is not None and booked_for <= on,
        "unbook": to_image and is_booked,
        "reschedule": to_image,
        "take-back": not to_image and review.read_at is None,
    }
    return {key: act for key, act in ACTS.items() if fits.get(key, True) and membership.may(act.may)}


def refusal(error: Exception) -> str:
    """Say why an action refused."""
    words = next((text for kind, text in _REFUSALS if isinstance(error, kind)), None)
    return str(words or _("This cannot be done to the review as it stands now. Nothing was changed."))


_REFUSALS: list[tuple[type[Exception], Any]] = [
    (held.ReviewClosed, gettext_lazy("The review is closed. Nothing was changed.")),
    (held.CourseEnded, gettext_lazy("The patient’s course has ended. Nothing was changed.")),
    (
        held.AlreadyImaged,
        gettext_lazy("The imaging is recorded already. Take it back first where it is wrong."),
    ),
    (imaging.NotBooked, gettext_lazy("Nothing is booked any more.")),
    (imaging.NotImaged, gettext_lazy("No imaging is recorded any more.")),
    (
        imaging.IsRead,
        gettext_lazy("Somebody is reading these images or has read them. Take the reading back first."),
    ),
    (imaging.BeforeItCounts, gettext_lazy("This day is before the day from which the review counts.")),
    (imaging.InTheFuture, gettext_lazy("This day has not come yet.")),
    (pauses.UnableToPause, gettext_lazy("The team does not allow a snooze until this day.")),
    (reviews.UnableToAssign, gettext_lazy("This person does not work in the team’s queue any more.")),
    (reviews.UnableToReschedule, gettext_lazy("The window is not in order.")),
    (reviews.UnableToUndo, gettext_lazy("It was changed since, so it cannot be undone.")),
    (contacts.UnableToLog, gettext_lazy("This moment has not come yet.")),
    (course.NeedsClinician, gettext_lazy("Lost and declined are for a clinician to say.")),
    (register.UnableToEnd, gettext_lazy("The course has ended already.")),
]
REFUSED = (
    held.UnableToWork,
    contacts.UnableToLog,
    course.NeedsClinician,
    register.UnableToEnd,
)
