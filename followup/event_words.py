"""What was done to a review, event by event, in words: for the row of the queue and the patient's page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from accounts.models import User
from followup import reasons, window_bar
from followup.actions import reviews
from followup.models import ImagingReview, ReviewEvent
from followup.models.reviews import ImagingModality
from patients.models import YesNo

Kind = ReviewEvent.Kind


@dataclass(frozen=True)
class EventRow:
    """An event as a list shows it; `may_be_undone` for the last one, while nothing of it was changed."""

    event: ReviewEvent
    words: str
    reason: str
    may_be_undone: bool = False


def events_of(review: ImagingReview) -> list[EventRow]:
    """Return what was done to a review, the latest first."""
    events = list(review.events.select_related("by").order_by("-at", "-pk"))
    people = _people(events)
    return [
        EventRow(
            event, words_of(event, people), reasons.words_for(event), _is_undoable(review, event, number)
        )
        for number, event in enumerate(events)
    ]


def _is_undoable(review: ImagingReview, event: ReviewEvent, number: int) -> bool:
    return number == 0 and review.is_open and event.kind in reviews.UNDOABLE and bool(event.after)


def changed_since(review: ImagingReview, revision: int) -> list[str]:
    """Say what was done since the review had an older revision, the latest last: who, when, what."""
    newer = review.events.exclude(kind=Kind.OPENED).select_related("by").order_by("-at", "-pk")
    events = list(newer[: max(min(review.revision - revision, 10), 1)])
    people = _people(events)
    zone = ZoneInfo(review.patient.team.time_zone)
    return [_told(event, people, zone) for event in reversed(events)]


def _told(event: ReviewEvent, people: Mapping[int, str], zone: ZoneInfo) -> str:
    said = {
        "person": event.by or _("The nightly check"),
        "time": date_format(event.at.astimezone(zone), "j M, H:i"),
        "what": words_of(event, people),
    }
    return _("%(person)s, %(time)s: %(what)s") % said


def _people(events: Iterable[ReviewEvent]) -> dict[int, str]:
    """The names of the owners that these events speak of, in one query, or none where they speak of nobody."""
    keys = {held.get("owner") for event in events for held in (event.before, event.after)} - {None}
    if not keys:
        return {}
    return {person.pk: str(person) for person in User.objects.filter(pk__in=keys)}


def words_of(event: ReviewEvent, people: Mapping[int, str]) -> str:
    """Return one event in words, without its reason and its note."""
    word = _WORDS.get(str(event.kind))
    return word(event, people) if word else str(event.get_kind_display())


def _opened(event: ReviewEvent, people: Mapping[int, str]) -> str:
    window = _window(event.after)
    return _("Opened: %(window)s") % {"window": window} if window else str(event.get_kind_display())


def _rescheduled(event: ReviewEvent, people: Mapping[int, str]) -> str:
    said = {"old": _window(event.before), "new": _window(event.after)}
    return _("Window %(old)s → %(new)s") % said


def _assigned(event: ReviewEvent, people: Mapping[int, str]) -> str:
    old, new = (_owner(held, people) for held in (event.before, event.after))
    return _("Owner: %(old)s → %(new)s") % {"old": old, "new": new}


def _owner(held: Mapping[str, Any], people: Mapping[int, str]) -> str:
    return people.get(held.get("owner") or 0, _("nobody"))


def _booked(event: ReviewEvent, people: Mapping[int, str]) -> str:
    return _("Booked: %(what)s") % {"what": booking_in_words(event.after)}


def _unbooked(event: ReviewEvent, people: Mapping[int, str]) -> str:
    return _("Booking cancelled: %(what)s") % {"what": booking_in_words(event.before)}


def _missed(event: ReviewEvent, people: Mapping[int, str]) -> str:
    return _("Did not attend: %(what)s") % {"what": booking_in_words(event.before)}


def booking_in_words(held: Mapping[str, Any]) -> str:
    """Say a booking as an event holds it: CT, 27 Nov 2026, 10:30, dynamic phases, Radiology North."""
    return _imaging(held, "booked_", "booked_for")


def _done(event: ReviewEvent, people: Mapping[int, str]) -> str:
    said = {"what": _imaging(event.after, "done_", "done_on")}
    if event.after.get("is_elsewhere"):
        return _("Imaged elsewhere: %(what)s") % said
    return _("Imaging done: %(what)s") % said


def _not_done(event: ReviewEvent, people: Mapping[int, str]) -> str:
    return _("Imaging taken back: %(what)s") % {"what": _imaging(event.before, "done_", "done_on")}


def _imaging(held: Mapping[str, Any], prefix: str, day: str) -> str:
    modality = dict(ImagingModality.choices).get(held.get(f"{prefix}modality") or "")
    dynamic: dict[str, str] = {YesNo.YES: _("dynamic phases"), YesNo.NO: _("no dynamic phases")}
    at = held.get(f"{prefix}at_time")
    parts = [
        modality,
        _day(held.get(day)),
        time_format(time.fromisoformat(at), "H:i") if at else "",
        dynamic.get(held.get(f"{prefix}dynamic") or ""),
        held.get(f"{prefix}place"),
    ]
    return ", ".join(str(part) for part in parts if part)


def _paused(event: ReviewEvent, people: Mapping[int, str]) -> str:
    return _("Snoozed until %(day)s") % {"day": _day(event.after.get("until"))}


def _undone(event: ReviewEvent, people: Mapping[int, str]) -> str:
    kind = dict(Kind.choices).get(event.reason)
    return _("Undone: %(what)s") % {"what": kind} if kind else str(event.get_kind_display())


def _day(written: str | None) -> str:
    return date_format(date.fromisoformat(written), "j M Y") if written else ""


def _window(held: Mapping[str, Any]) -> str:
    first, last = held.get("due_from"), held.get("due_to")
    if not first or not last:
        return ""
    return window_bar.days_in_words(date.fromisoformat(first), date.fromisoformat(last))


_WORDS: dict[str, Callable[[ReviewEvent, Mapping[int, str]], str]] = {
    Kind.OPENED: _opened,
    Kind.RESCHEDULED: _rescheduled,
    Kind.ASSIGNED: _assigned,
    Kind.BOOKED: _booked,
    Kind.BOOKING_CANCELLED: _unbooked,
    Kind.DID_NOT_ATTEND: _missed,
    Kind.DONE: _done,
    Kind.DONE_TAKEN_BACK: _not_done,
    Kind.PAUSED: _paused,
    Kind.UNDONE: _undone,
}
