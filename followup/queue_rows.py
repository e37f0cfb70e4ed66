"""One page of the queue: its rows with what each says, and where the pages before and after begin."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Count, DateField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from followup import queue, row_words, stages, window_bar
from followup.models import Contact, ImagingReview, Reading

PAGE_SIZE = 40
# As many keys as one statement of SQLite takes well.
AT_ONCE = 500


@dataclass(frozen=True)
class Row:
    """One patient of the queue as a list shows it."""

    review: ImagingReview
    stage: str
    days_late: int
    why: str
    state: str
    bar: window_bar.Bar
    owner: User | None
    stands_in_for: User | None
    away_until: date | None
    # The owner is somebody for whom nobody answers: who left, or is away without a deputy.
    lost_owner: User | None
    contact: str
    next: row_words.Next
    is_unsigned: bool
    snoozed_until: date | None

    @property
    def window(self) -> str:
        return window_bar.days_in_words(self.review.due_from, self.review.due_to)

    @property
    def is_red(self) -> bool:
        """Say whether it waits for somebody who ought to have done it."""
        return self.stage in stages.RED or self.owner is None or self.is_unsigned


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the cursors of the address for the pages before and after."""

    rows: list[Row]
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after a row, or before one when the list is read backwards."""

    day: date
    key: int
    is_backwards: bool = False

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> "Cursor | None":
        """Read `?after=2026-03-02.17` or `?before=…`; what is none of these is the first page."""
        is_backwards = not query.get("after") and bool(query.get("before"))
        written = query.get("before" if is_backwards else "after", "")
        day, _dot, key = written.partition(".")
        try:
            found = date.fromisoformat(day)
        except ValueError:
            return None
        is_key = key.isascii() and key.isdecimal() and len(key) < 19
        return cls(found, int(key), is_backwards) if is_key else None

    @property
    def pair(self) -> tuple[str, str]:
        """Return it as the name and the value of an address."""
        return "before" if self.is_backwards else "after", _written((self.day, self.key))


def page_of(question: queue.Question, cursor: Cursor | None = None, *, size: int = PAGE_SIZE) -> Page:
    """Return one page of what the address asks for. Costs the same on every page of a list of any length."""
    keys = _from(queue.listed(question), cursor).values("pk")[: size + 1]
    found = sorted(_with_all(keys, on=question.on), key=_place)
    is_more = len(found) > size
    is_backwards = cursor is not None and cursor.is_backwards
    found = found[-size:] if is_backwards else found[:size]
    has_before, has_after = (is_more, True) if is_backwards else (cursor is not None, is_more)
    return Page(
        rows=_rows(question.scope, found),
        before=_written(_place(found[0])) if found and has_before else "",
        after=_written(_place(found[-1])) if found and has_after else "",
    )


def _place(review: ImagingReview) -> tuple[date, int]:
    """Where a review stands in the order of the queue: by the day since which it waits."""
    return review.done_on or review.due_to, review.pk


def all_of(question: queue.Question, *, most: int) -> list[Row]:
    """Return the whole list, up to so many rows: for a file, or for paper."""
    keys = list(queue.listed(question).values_list("pk", flat=True)[:most])
    batches = (keys[first : first + AT_ONCE] for first in range(0, len(keys), AT_ONCE))
    return [row for batch in batches for row in rows_of(question.scope, batch)]


def _from(rows: QuerySet[Any], cursor: Cursor | None) -> QuerySet[Any]:
    if cursor is None:
        return rows
    day, key = cursor.day, cursor.key
    # The first of the two conditions is the one that an index can be entered by.
    if cursor.is_backwards:
        before = Q(waits_since__lt=day) | Q(waits_since=day, pk__lt=key)
        return rows.filter(before, waits_since__lte=day).reverse()
    after = Q(waits_since__gt=day) | Q(waits_since=day, pk__gt=key)
    return rows.filter(after, waits_since__gte=day)


def _written(place: tuple[date, int]) -> str:
    day, key = place
    return f"{day.isoformat()}.{key}"


def rows_of(scope: queue.Scope, keys: Iterable[int]) -> list[Row]:
    """Return rows by the keys of their reviews, in that order, in two queries."""
    keys = list(keys)
    reviews = {review.pk: review for review in _with_all(keys, on=scope.on)}
    return _rows(scope, [reviews[key] for key in keys if key in reviews])


def _rows(scope: queue.Scope, reviews: list[ImagingReview]) -> list[Row]:
    contacts: dict[int, list[Contact]] = defaultdict(list)
    made = Contact.objects.filter(review__in=[review.pk for review in reviews])
    for contact in made.order_by("-at", "-pk"):
        contacts[contact.review_id or 0].append(contact)
    return [row_of(scope, review, contacts[review.pk]) for review in reviews]


def _with_all(keys: list[int] | QuerySet[Any, Any], *, on: date) -> QuerySet[ImagingReview]:
    """The reviews with what their rows say, each part by a look-up in an index."""
    paused = queue.standing_pauses(on=on).filter(review=OuterRef("pk")).order_by().values("review")
    signed = Reading.objects.filter(review=OuterRef("pk"), signed_at__isnull=False, retracted_at=None)
    counted = signed.order_by().values("review").annotate(n=Count("pk")).values("n")
    stands = signed.order_by("-is_adjudication", "signed_at", "pk").values("mrecist")
    return (
        ImagingReview.objects.filter(pk__in=keys)
        .order_by()
        .select_related("patient", "owner", "after_procedure", "after_review")
        .annotate(
            is_unsigned=queue.is_unsigned(),
            snoozed_until=Subquery(
                paused.annotate(last=Max("until")).values("last"), output_field=DateField()
            ),
            signed_readings=Coalesce(Subquery(counted), 0),
            response=Subquery(stands[:1], output_field=CharField()),
        )
    )


def row_of(scope: queue.Scope, review: Any, contacts: list[Contact]) -> Row:
    """Return the row of a review that `_with_all` loaded."""
    answer = scope.answering.get(review.owner_id or 0)
    stage = stages.stage_of(review, on=scope.on)
    told = row_words.Told(review, stage, contacts, answer, scope.on, ZoneInfo(scope.team.time_zone))
    return Row(
        review=review,
        stage=stage,
        days_late=stages.days_late(review, on=scope.on),
        why=row_words.why(told),
        state=row_words.state(told),
        bar=window_bar.bar_of(review, on=scope.on),
        owner=answer.person if answer else None,
        stands_in_for=answer.stands_in_for if answer else None,
        away_until=answer.away_until if answer else None,
        lost_owner=None if answer else review.owner,
        contact=row_words.contact(told),
        next=row_words.next_of(told),
        is_unsigned=review.is_unsigned,
        snoozed_until=review.snoozed_until,
    )
