"""The bar of a window: eight weeks back, four ahead, the same for every row, so that rows can be compared.

Positions are percent of the width: attributes of an SVG pass the strict policy where a style does not.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followup import stages
from followup.models import ImagingReview

WEEKS_BACK, WEEKS_AHEAD = 8, 4
DAYS = 7 * (WEEKS_BACK + WEEKS_AHEAD)
# Narrower than this nobody would see it.
LEAST_PCT = 1.2


@dataclass(frozen=True)
class Span:
    """A stretch of the axis, in percent; as text, because a comma of some languages would be no number in SVG."""

    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    """What is drawn of one review, and the same in words."""

    window: Span
    late: Span | None
    mark: str
    is_done: bool
    today: str
    words: str


def today_pct() -> str:
    """Return where today stands, on every bar."""
    return _text(100 * 7 * WEEKS_BACK / DAYS)


def bar_of(review: ImagingReview, *, on: date) -> Bar:
    """Return the bar of a review on a day."""
    marked = review.done_on or review.booked_for
    is_late = stages.stage_of(review, on=on) == stages.OVERDUE
    return Bar(
        window=_span(review.due_from, review.due_to + timedelta(days=1), on=on),
        late=_span(review.due_to + timedelta(days=1), on, on=on) if is_late else None,
        mark=_text(_pct(marked, on=on)) if marked else "",
        is_done=review.done_on is not None,
        today=today_pct(),
        words=_words(review, on=on),
    )


def _pct(day: date, *, on: date) -> float:
    days = (day - on).days + 7 * WEEKS_BACK
    return min(max(100 * days / DAYS, 0), 100)


def _span(first: date, end: date, *, on: date) -> Span:
    x, until = _pct(first, on=on), _pct(end, on=on)
    width = max(until - x, LEAST_PCT)
    return Span(_text(min(x, 100 - width)), _text(width))


def _text(pct: float) -> str:
    return f"{pct:.1f}%"


def _words(review: ImagingReview, *, on: date) -> str:
    window = _("Window %(window)s.") % {"window": days_in_words(review.due_from, review.due_to)}
    return f"{window} {_place_of_today(review, on=on)}"


def days_in_words(first: date, last: date) -> str:
    """Say two days as one would: 3 to 17 Nov, 28 Sep to 12 Oct, 20 Dec 2025 to 3 Jan 2026."""
    if first == last:
        return date_format(first, "j M")
    until = date_format(last, "j M" if first.year == last.year else "j M Y")
    if (first.year, first.month) == (last.year, last.month):
        since = date_format(first, "j")
    else:
        since = date_format(first, "j M" if first.year == last.year else "j M Y")
    return _("%(first)s to %(last)s") % {"first": since, "last": until}


def _place_of_today(review: ImagingReview, *, on: date) -> str:
    if review.done_on:
        return _("Imaged on %(day)s.") % {"day": date_format(review.done_on, "j M")}
    stage = stages.stage_of(review, on=on)
    if stage == stages.OVERDUE:
        late = (on - review.due_to).days
        return ngettext("Today is %(n)d day past it.", "Today is %(n)d days past it.", late) % {"n": late}
    if stage == stages.IN_WINDOW:
        said = {"day": (on - review.due_from).days + 1, "days": (review.due_to - review.due_from).days + 1}
        return _("Today is day %(day)d of %(days)d.") % said
    until = (review.due_from - on).days
    return ngettext("It opens in %(n)d day.", "It opens in %(n)d days.", until) % {"n": until}
