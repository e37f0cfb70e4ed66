"""What a page of the queue holds: the tabs with their counts, the filters, the list, the bar of each row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from accounts.roles import Capability
from followup import queue, queue_rows, stages, window_bar
from followup.models import SavedView

ICONS = {
    queue.NOBODY: "person-x-fill",
    stages.OVERDUE: "exclamation-circle-fill",
    stages.IMAGED: "eye-slash-fill",
    stages.READ: "signpost-fill",
    queue.UNSIGNED: "pencil",
}
# These stand apart, smaller: they cut across the stages.
BESIDE = (queue.MINE, queue.BOOKED, queue.SNOOZED)
# As many as one page of the list holds, and a few pages more.
MOST_TICKED = 200
KEYS = [
    ("j k", gettext_lazy("Next row, row before")),
    ("o", gettext_lazy("Open the row (Enter as well)")),
    ("d", gettext_lazy("Imaging done")),
    ("b", gettext_lazy("Book")),
    ("c", gettext_lazy("Log a call")),
    ("s", gettext_lazy("Snooze the row, or what is ticked")),
    ("a", gettext_lazy("Assign the row, or what is ticked")),
    ("e", gettext_lazy("Imaged elsewhere")),
    ("x", gettext_lazy("Tick the row")),
    ("/", gettext_lazy("Filter by name or record number")),
]


@dataclass(frozen=True)
class Tab:
    """One list with its count and its address."""

    name: str
    label: Any
    count: int
    is_more: bool
    query: str
    is_current: bool
    is_red: bool
    icon: str


def question_of(membership: Membership, query: Mapping[str, Any], *, on: Any) -> queue.Question:
    """Return what an address asks of a member's queue on a day."""
    return queue.question_of(queue.scope_of(membership, on=on), queue.Asked.of(query))


def live(question: queue.Question, query: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changes by itself: the tabs and one page of the list."""
    asked = question.asked
    tabs = _tabs(question)
    cursor = queue_rows.Cursor.of(query)
    current = next(tab for tab in tabs if tab.is_current)
    # What was counted and is nobody need not be looked for.
    page = queue_rows.page_of(question, cursor) if current.count or current.is_more else queue_rows.Page([])
    return {
        "asked": asked,
        "today": question.on,
        "tabs": [tab for tab in tabs if tab.name not in BESIDE],
        "tabs_beside": [tab for tab in tabs if tab.name in BESIDE],
        "current_tab": current,
        "snoozed_tab": next(tab for tab in tabs if tab.name == queue.SNOOZED),
        "late_count": sum(tab.count for tab in tabs if tab.name in stages.RED),
        "page": page,
        "place": cursor.pair if cursor else None,
        "today_pct": window_bar.today_pct(),
        "weeks_back": window_bar.WEEKS_BACK,
        "weeks_ahead": window_bar.WEEKS_AHEAD,
        "is_cut": bool(question.found and question.found.is_cut),
        "may_work": question.scope.membership.may(Capability.WORK_QUEUE),
        "may_treat": question.scope.membership.may(Capability.TREAT_PATIENTS),
        "ticked": ticked(query),
        **_addresses(asked, page, cursor),
    }


def _addresses(asked: queue.Asked, page: queue_rows.Page, cursor: queue_rows.Cursor | None) -> dict[str, str]:
    """The queries of this very list, of the pages before and after, of its beginning, and of it without filters."""
    pairs = asked.pairs
    return {
        "query": queue.written([*pairs, cursor.pair] if cursor else pairs),
        "before_query": queue.written([*pairs, ("before", page.before)]),
        "after_query": queue.written([*pairs, ("after", page.after)]),
        "start_query": queue.written(pairs),
        "bare_query": queue.Asked(stage=asked.stage).query(),
    }


def address_query(query: Mapping[str, Any]) -> str:
    """Return the query of the list beside which a row is open."""
    cursor = queue_rows.Cursor.of(query)
    pairs = queue.Asked.of(query).pairs
    return queue.written([*pairs, cursor.pair] if cursor else pairs)


def ticked(query: Mapping[str, Any]) -> dict[int, int]:
    """Return the reviews that are ticked with the revisions that were seen; sent as 12.4, some at once."""
    found = {}
    for one in query.getlist("row")[:MOST_TICKED] if hasattr(query, "getlist") else []:
        key, _dot, revision = one.partition(".")
        if all(part.isascii() and part.isdecimal() and len(part) < 10 for part in (key, revision)):
            found[int(key)] = int(revision)
    return found


def _tabs(question: queue.Question) -> list[Tab]:
    counts, asked = queue.counts(question), question.asked
    return [
        Tab(
            name=name,
            label=label,
            count=counts[name].number,
            is_more=counts[name].is_more,
            query=asked.query(stage=name),
            is_current=asked.stage == name,
            is_red=name in queue.RED and counts[name].number > 0,
            icon=ICONS.get(name, ""),
        )
        for name, label in queue.TABS.items()
    ]


def frame(question: queue.Question) -> dict[str, Any]:
    """Return what stands round the list and does not change by itself: the filters, the saved views, the keys."""
    scope, asked = question.scope, question.asked
    return {
        "filters": _filters(scope, asked),
        "views": SavedView.objects.filter(team=scope.team, owner=scope.membership.user_id),
        "export_query": asked.query(),
        "may_export": scope.membership.may(Capability.EXPORT_PATIENTS),
        "page_keys": KEYS,
    }


def _filters(scope: queue.Scope, asked: queue.Asked) -> list[dict[str, Any]]:
    """The choices of the toolbar: name, label, options (value, words) and the one chosen."""
    places = [(queue.YES, _("Elsewhere")), (queue.NO, _("Here"))]
    booked = [(queue.YES, _("Booked")), (queue.NO, _("Not booked"))]
    return [
        _choice("owner", _("Owner"), _("Any owner"), owner_choices(scope), asked.owner),
        _choice("imaging", _("Imaging"), _("Any imaging"), list(queue.IMAGING.items()), asked.imaging),
        _choice("booked", _("Booked"), _("Booked or not"), booked, asked.booked),
        _choice("elsewhere", _("Place of the imaging"), _("Any place"), places, asked.elsewhere),
    ]


def _choice(name: str, label: str, any_of: str, options: list, chosen: str) -> dict[str, Any]:
    return {"name": name, "label": label, "options": [("", any_of), *options], "chosen": chosen}


def owner_choices(scope: queue.Scope) -> list[tuple[str, str]]:
    """Return whose rows can be asked for: mine, nobody's, each member's (value and words)."""
    owners = [
        (str(key), str(answer.stands_in_for or answer.person)) for key, answer in scope.answering.items()
    ]
    by_name = sorted(owners, key=lambda one: one[1].casefold())
    return [(queue.ME, _("Mine, and whom I stand in for")), (queue.NO_OWNER, _("Nobody")), *by_name]
