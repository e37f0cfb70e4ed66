"""What falls on the days of a team and still waits: windows, imaging booked, procedures planned, calls and tasks."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from followup import owners, queue, row_words, window_bar
from followup.models import Contact, ImagingReview
from patients.models import Patient, Task
from procedures.models import Procedure

CLOSES, OPENS, BOOKED = "closes", "opens", "booked"
PROCEDURE, CALL, TASK = "procedure", "call", "task"
WORDS = {
    CLOSES: _("Windows that close"),
    OPENS: _("Windows that open"),
    BOOKED: _("Imaging booked"),
    PROCEDURE: _("Procedures planned"),
    CALL: _("Calls"),
    TASK: _("Tasks"),
}
ICONS = {
    CLOSES: "hourglass-split",
    OPENS: "calendar-event",
    BOOKED: "calendar-check",
    PROCEDURE: "heart-pulse",
    CALL: "telephone",
    TASK: "list-check",
}
# Of one kind on one day; more than these nobody reads in a list beside a month.
MOST_SHOWN = 100


@dataclass(frozen=True)
class Source:
    """One kind of rows with a day: which still wait, and by which columns the day and the owner are found."""

    kind: str
    rows: Callable[[queue.Scope], QuerySet]
    day: str
    owner: str


@dataclass(frozen=True)
class Entry:
    """One thing of one patient on a day."""

    kind: str
    patient: Patient
    title: str
    # Who does it today; None is nobody.
    answer: owners.Answering | None
    review: ImagingReview | None = None
    procedure: Procedure | None = None


@dataclass(frozen=True)
class Listed:
    """All of one kind on one day; `count` is of all, also of those that are not shown."""

    kind: str
    words: str
    count: int
    entries: list[Entry]

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def left_out(self) -> int:
        return self.count - len(self.entries)


def kinds() -> list[dict[str, Any]]:
    """Return the kinds with their words and their signs, for a legend."""
    return [{"words": words, "icon": ICONS[kind]} for kind, words in WORDS.items()]


Counts = Mapping[date, Mapping[str, int]]


def counts(scope: queue.Scope, owner: str, *, first: date, last: date) -> Counts:
    """Return how many of each kind fall on each day from `first` to `last`; a day with nothing is not in it."""
    found: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for source in SOURCES:
        rows = _rows(source, scope, owner, first, last).order_by()
        for day, number in rows.values_list(source.day).annotate(Count("pk")):
            found[day][source.kind] += number
    return found


def listed(scope: queue.Scope, owner: str, *, day: date) -> list[Listed]:
    """Return what falls on a day, kind by kind; a kind with nothing is left out."""
    found: dict[str, list[Entry]] = defaultdict(list)
    number: dict[str, int] = defaultdict(int)
    for source in SOURCES:
        rows = _rows(source, scope, owner, day, day)
        number[source.kind] += rows.count()
        shown = rows.select_related(*_RELATED[rows.model])[:MOST_SHOWN]
        found[source.kind] += [_TOLD[rows.model](scope, source.kind, row) for row in shown]
    return [
        Listed(kind, str(words), number[kind], found[kind][:MOST_SHOWN])
        for kind, words in WORDS.items()
        if number[kind]
    ]


def _rows(source: Source, scope: queue.Scope, owner: str, first: date, last: date) -> QuerySet:
    rows = source.rows(scope).filter(**{f"{source.day}__range": (first, last)})
    return rows.filter(_owned(scope, owner, source.owner)).order_by("patient__search_name", "pk")


def _owned(scope: queue.Scope, owner: str, column: str) -> Q:
    """Whose they are: everybody's for an empty owner, else as the queue asks for it."""
    if owner == queue.ME:
        return Q(**{f"{column}__in": scope.mine})
    if owner == queue.NO_OWNER:
        return Q(**{column: None}) | Q(**{f"{column}__in": scope.absent})
    return Q(**{column: int(owner)}) if owner else Q()


def _to_image(scope: queue.Scope) -> QuerySet[ImagingReview]:
    # `in_care` and `closed_at` as the index of the queue has them.
    return ImagingReview.objects.filter(team=scope.team, closed_at=None, in_care=True, done_on=None)


def _planned(scope: queue.Scope) -> QuerySet[Procedure]:
    in_care: dict[str, Any] = {"patient__team": scope.team, "patient__ended_because": ""}
    return Procedure.objects.filter(started_at=None, cancelled_at=None, **in_care)


def _next_tries(scope: queue.Scope) -> QuerySet[Contact]:
    """The last attempt at each review that is to be imaged: only its next try counts."""
    later = Contact.objects.filter(review=OuterRef("review")).filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    )
    return Contact.objects.filter(
        ~Exists(later), review__team=scope.team, review__closed_at=None, review__in_care=True,
        review__done_on=None, next_try_on__isnull=False,
    )  # fmt: skip


def _open_tasks(scope: queue.Scope) -> QuerySet[Task]:
    return Task.objects.filter(patient__team=scope.team, patient__ended_because="", closed_at=None)


SOURCES = (
    Source(CLOSES, _to_image, "due_to", "owner"),
    Source(OPENS, _to_image, "due_from", "owner"),
    Source(BOOKED, _to_image, "booked_for", "owner"),
    # Who planned it answers for it, as for the current step of its patient.
    Source(PROCEDURE, _planned, "planned_on", "created_by"),
    Source(CALL, _next_tries, "next_try_on", "review__owner"),
    Source(CALL, lambda scope: _open_tasks(scope).filter(kind=Task.Kind.CALL), "due_to", "owner"),
    Source(TASK, lambda scope: _open_tasks(scope).exclude(kind=Task.Kind.CALL), "due_to", "owner"),
)
_RELATED: dict[type, tuple[str, ...]] = {
    ImagingReview: ("patient", "owner", "after_procedure"),
    Procedure: ("patient", "created_by"),
    Contact: ("patient", "review__owner"),
    Task: ("patient", "owner"),
}


def _answer(scope: queue.Scope, owner: User | None) -> owners.Answering | None:
    return scope.answering.get(owner.pk) if owner else None


def _review(scope: queue.Scope, kind: str, review: ImagingReview) -> Entry:
    title = _booking(review) if kind == BOOKED else _window(review, on=scope.on)
    return Entry(kind, review.patient, title, _answer(scope, review.owner), review=review)


def _window(review: ImagingReview, *, on: date) -> str:
    origin = row_words.origin_of(review, on=on)
    return f"{origin}: {window_bar.days_in_words(review.due_from, review.due_to)}"


def _booking(review: ImagingReview) -> str:
    at = review.booked_at_time
    parts = (
        f"{at:%H:%M}" if at else "", review.get_booked_modality_display(), review.booked_place,
    )  # fmt: skip
    return ", ".join(str(part) for part in parts if part)


def _procedure(scope: queue.Scope, kind: str, procedure: Procedure) -> Entry:
    title = ", ".join(filter(None, (procedure.planned_modality, procedure.place)))
    return Entry(kind, procedure.patient, title, _answer(scope, procedure.created_by), procedure=procedure)


def _contact(scope: queue.Scope, kind: str, contact: Contact) -> Entry:
    review = contact.review
    owner = review.owner if review else None
    return Entry(kind, contact.patient, str(contact), _answer(scope, owner), review=review)


def _task(scope: queue.Scope, kind: str, task: Task) -> Entry:
    return Entry(kind, task.patient, task.title, _answer(scope, task.owner))


_TOLD: dict[type, Callable[[queue.Scope, str, Any], Entry]] = {
    ImagingReview: _review,
    Procedure: _procedure,
    Contact: _contact,
    Task: _task,
}
