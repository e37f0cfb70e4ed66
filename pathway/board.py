"""The loop board: one line a patient whose imaging is followed up, from the last procedure to the next step.

Which lines, in which order and how many at once is the queue's: a page costs the same however many wait.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from followup import queue, queue_rows, stages
from followup.models import Decision, ImagingReview
from procedures.models import Procedure

MOST_PRINTED = 500
WINDOW, IMAGED, READ, DECIDED = "window", "imaged", "read", "decided"
# The step of the loop at which a review of each stage stands.
STANDS_AT = {
    stages.UPCOMING: WINDOW, stages.IN_WINDOW: WINDOW, stages.OVERDUE: WINDOW,
    stages.IMAGED: READ, stages.READ: DECIDED,
}  # fmt: skip
# What may be chosen above the board; the queue has more.
STAGES = {name: words for name, words in queue.TABS.items() if name != queue.BOOKED}
OWNERS = {queue.ME: gettext_lazy("Mine"), queue.NO_OWNER: gettext_lazy("Nobody")}


@dataclass(frozen=True)
class Line:
    """One patient; `at` is the step of the loop at which the review stands, `decided` what was decided last."""

    row: queue_rows.Row
    number: int
    procedure: Procedure | None
    begun_on: date | None
    days: str
    decided: str
    at: str

    @property
    def is_unowned(self) -> bool:
        return self.row.owner is None


def lines_of(question: queue.Question, rows: Iterable[queue_rows.Row]) -> list[Line]:
    """Return the lines of some rows of the queue, in two queries."""
    rows = list(rows)
    begun = _begun({row.review.patient_id for row in rows})
    decided = _decided([row.review.pk for row in rows])
    zone = ZoneInfo(question.scope.team.time_zone)
    return [
        _line(row, begun[row.review.patient_id], decided.get(row.review.pk, ""), zone, question.on)
        for row in rows
    ]


def _begun(patient_ids: set[int]) -> Mapping[int, list[Procedure]]:
    """The procedures of some patients that were begun, the first one first."""
    found: dict[int, list[Procedure]] = defaultdict(list)
    rows = Procedure.objects.filter(patient__in=patient_ids, started_at__isnull=False)
    for row in rows.only("patient_id", "modality", "planned_modality", "started_at").order_by(
        "started_at", "pk"
    ):
        found[row.patient_id].append(row)
    return found


def _decided(review_ids: list[int]) -> dict[int, str]:
    """The decision from which each review came."""
    rows = Decision.objects.filter(next_review__in=review_ids, withdrawn_at=None)
    return {row.next_review_id or 0: row.get_choice_display() for row in rows.only("choice", "next_review")}


def _line(row: queue_rows.Row, begun: list[Procedure], decided: str, zone: ZoneInfo, on: date) -> Line:
    last = begun[-1] if begun else None
    begun_on = last.started_at.astimezone(zone).date() if last and last.started_at else None
    return Line(
        row, len(begun), last, begun_on, window_days(row.review, on=on), decided, STANDS_AT[row.stage]
    )


def window_days(review: ImagingReview, *, on: date) -> str:
    """Say on which day of its window a review is; nothing once it is imaged."""
    if review.done_on:
        return ""
    if on < review.due_from:
        days = (review.due_from - on).days
        return ngettext("opens in %(n)d day", "opens in %(n)d days", days) % {"n": days}
    if on > review.due_to:
        days = (on - review.due_to).days
        return ngettext("closed %(n)d day ago", "closed %(n)d days ago", days) % {"n": days}
    day, length = (on - review.due_from).days + 1, (review.due_to - review.due_from).days + 1
    return _("day %(day)d of %(length)d") % {"day": day, "length": length}


def context_of(question: queue.Question, query: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page shows: one page of the board, or for paper all of it up to a limit."""
    asked, is_paper = question.asked, query.get("paper") == "1"
    cursor = queue_rows.Cursor.of(query)
    if is_paper:
        page = queue_rows.Page(queue_rows.all_of(question, most=MOST_PRINTED))
    else:
        page = queue_rows.page_of(question, cursor)
    return {
        "lines": lines_of(question, page.rows),
        "asked": asked,
        "today": question.on,
        "stages": [{"key": key, "words": words} for key, words in STAGES.items()],
        "owners": [{"key": key, "words": words} for key, words in OWNERS.items()],
        "is_paper": is_paper,
        "is_cut": is_paper and len(page.rows) == MOST_PRINTED,
        "query": queue.written(asked.pairs),
        "paper_query": queue.written([*asked.pairs, ("paper", "1")]),
        "before_query": queue.written([*asked.pairs, ("before", page.before)]) if page.before else "",
        "after_query": queue.written([*asked.pairs, ("after", page.after)]) if page.after else "",
    }
