"""A person's calendar feed (RFC 5545): how many of what fall on which day, with a link; no patient is named.

Whoever holds the address reads it, and it lies in calendars that are not ours: so it holds numbers only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from followup import calendar_entries, queue, stages

# A calendar shows the days behind as well: what was not done by then still waits.
DAYS_BACK, DAYS_AHEAD = 31, 366
ASK_AGAIN_AFTER = timedelta(hours=1)
PRODUCT = "-//TACE pathway//Calendar feed//EN"


@dataclass(frozen=True)
class Event:
    """So many of one kind on one day."""

    on: date
    kind: str
    summary: str
    path: str


def written(scope: queue.Scope, *, at: datetime) -> bytes:
    """Return the feed of a member as an iCalendar object."""
    calendar = icalendar.Calendar()
    # As text in so many words: the library escapes only what it knows to be text.
    name = icalendar.vText(_("TACE pathway: %(team)s") % {"team": scope.team.name})
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", ASK_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(ASK_AGAIN_AFTER))
    for event in events_of(scope):
        calendar.add_component(_component(event, scope, at=at))
    return calendar.to_ical()


def events_of(scope: queue.Scope) -> list[Event]:
    """Return what is in a member's feed: their own, and what is theirs while they stand in for somebody."""
    return sorted([*_of_the_days(scope), *_of_today(scope)], key=lambda event: (event.on, event.kind))


def _of_the_days(scope: queue.Scope) -> Iterator[Event]:
    first, last = scope.on - timedelta(days=DAYS_BACK), scope.on + timedelta(days=DAYS_AHEAD)
    for day, numbers in calendar_entries.counts(scope, queue.ME, first=first, last=last).items():
        for kind, number in numbers.items():
            yield Event(day, kind, _summary(kind, number), _day_path(day))


def _of_today(scope: queue.Scope) -> Iterator[Event]:
    """What waits too long has no day of its own: it stands on today, and moves on with it."""
    question = queue.question_of(scope, queue.Asked(owner=queue.ME))
    counted = queue.counts(question)
    for stage in stages.RED:
        if counted[stage].number:
            path = reverse("followup:queue") + queue.Asked(stage=stage, owner=queue.ME).query()
            words = f"{stages.WORDS[stage]}: {counted[stage].number}"
            yield Event(scope.on, stage, words, path)


def _summary(kind: str, number: int) -> str:
    said = {
        calendar_entries.CLOSES: ngettext("Imaging due: %(n)d", "Imaging due: %(n)d", number),
        calendar_entries.OPENS: ngettext(
            "Imaging window opens: %(n)d", "Imaging windows open: %(n)d", number
        ),
        calendar_entries.BOOKED: ngettext("Imaging booked: %(n)d", "Imaging booked: %(n)d", number),
        calendar_entries.PROCEDURE: ngettext("Procedure: %(n)d", "Procedures: %(n)d", number),
        calendar_entries.CALL: ngettext("Call: %(n)d", "Calls: %(n)d", number),
        calendar_entries.TASK: ngettext("Task: %(n)d", "Tasks: %(n)d", number),
    }
    return said[kind] % {"n": number}


def _day_path(day: date) -> str:
    return f"{reverse('followup:calendar')}?month={day:%Y-%m}&owner={queue.ME}&day={day.isoformat()}"


def _component(event: Event, scope: queue.Scope, *, at: datetime) -> icalendar.Event:
    link = settings.SITE_URL.rstrip("/") + event.path
    said = {"team": scope.team.name, "link": link}
    component = icalendar.Event()
    component.add("uid", _uid(event, scope))
    component.add("dtstamp", at)
    component.add("dtstart", event.on)
    # A whole day ends before the next begins: the end is not included (RFC 5545, 3.6.1).
    component.add("dtend", event.on + timedelta(days=1))
    component.add("summary", event.summary, parameters={"LANGUAGE": get_language() or "en"})
    component.add("description", _("%(team)s. See whom it concerns: %(link)s") % said)
    component.add("url", link)
    component.add("transp", "TRANSPARENT")
    component.add("class", "PRIVATE")
    return component


def _uid(event: Event, scope: queue.Scope) -> str:
    """The same day and kind keep their identity: a calendar changes the number, and adds no second event."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    whose = f"{scope.team.pk}-{scope.membership.user_id}"
    day = "" if event.kind in stages.RED else f"-{event.on:%Y%m%d}"
    return f"{event.kind}{day}-{whose}@{host}"
