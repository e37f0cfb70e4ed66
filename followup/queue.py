"""The coordinator's queue: which reviews it shows for what the address asks, how many, and in which order.

Everything is worked out from the rows when it is asked. A snooze that has not run out takes a review off the lists of
the stages, never off the count of the snoozed, and never out of a search: who is looked for is found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Team
from followup import owners, stages
from followup.models import ImagingReview, Pause
from followup.models.reviews import ImagingModality
from patients import search
from procedures.models import Procedure

ALL, NOBODY, UNSIGNED = "all", "nobody", "unsigned"
MINE, BOOKED, SNOOZED = "mine", "booked", "snoozed"
TABS = {
    ALL: _("All open"),
    NOBODY: _("Nobody owns it"),
    stages.OVERDUE: stages.WORDS[stages.OVERDUE],
    stages.IMAGED: stages.WORDS[stages.IMAGED],
    stages.READ: stages.WORDS[stages.READ],
    UNSIGNED: _("Performed, not signed"),
    stages.IN_WINDOW: stages.WORDS[stages.IN_WINDOW],
    stages.UPCOMING: stages.WORDS[stages.UPCOMING],
    MINE: _("Mine"),
    BOOKED: _("Booked"),
    SNOOZED: _("Snoozed"),
}
STAGES = (stages.OVERDUE, stages.IMAGED, stages.READ, stages.IN_WINDOW, stages.UPCOMING)
RED = (NOBODY, *stages.RED, UNSIGNED)
ME, NO_OWNER = "me", "nobody"
NOT_KNOWN = "not_known"
IMAGING = {**dict(ImagingModality.choices), NOT_KNOWN: _("Not known yet")}
YES, NO = "yes", "no"
# A longer queue is counted no further, so that a page costs the same however many wait.
MOST_COUNTED = 5000


@dataclass(frozen=True)
class Asked:
    """What the address asks for. What it does not understand is not asked."""

    stage: str = ALL
    owner: str = ""
    imaging: str = ""
    booked: str = ""
    elsewhere: str = ""
    text: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> "Asked":
        """Read the address's query; an owner is a user's key, `me` or `nobody`."""
        owner = query.get("owner", "")
        is_owner = owner in (ME, NO_OWNER) or (owner.isascii() and owner.isdecimal() and len(owner) < 19)
        return cls(
            stage=_one_of(query.get("stage", ""), TABS) or ALL,
            owner=owner if is_owner else "",
            imaging=_one_of(query.get("imaging", ""), IMAGING),
            booked=_one_of(query.get("booked", ""), (YES, NO)),
            elsewhere=_one_of(query.get("elsewhere", ""), (YES, NO)),
            text=query.get("q", "").replace("\x00", "").strip()[:100],
        )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return what is asked as names and values of an address; nothing for what is not."""
        named = [
            ("stage", "" if self.stage == ALL else self.stage),
            ("owner", self.owner),
            ("imaging", self.imaging),
            ("booked", self.booked),
            ("elsewhere", self.elsewhere),
            ("q", self.text),
        ]
        return [(name, value) for name, value in named if value]

    def query(self, **changed: str) -> str:
        """Return it as an address's query, with the question mark; empty where nothing is asked."""
        return written(replace(self, **changed).pairs)

    @property
    def is_narrowed(self) -> bool:
        """Say whether more than the stage is asked for."""
        return bool(self.owner or self.imaging or self.booked or self.elsewhere or self.text)


def written(pairs: list[tuple[str, str]]) -> str:
    """Return an address's query, with the question mark; empty for nothing."""
    return f"?{urlencode(pairs)}" if pairs else ""


def _one_of(value: str, known: Any) -> str:
    return value if value in known else ""


@dataclass(frozen=True)
class Scope:
    """Whose queue, for whom and on which day, and who answers for what its members own."""

    team: Team
    membership: Membership
    on: date
    # By the owner's key; who is missing has nobody.
    answering: Mapping[int, owners.Answering]
    # Members for whom nobody answers that day. An owner has always been a member, and members are never deleted.
    absent: frozenset[int]

    @property
    def mine(self) -> set[int]:
        """The owners whose reviews are mine today: I myself, and those for whom I stand in."""
        me = self.membership.user_id
        return {me} | {owner for owner, answer in self.answering.items() if answer.person.pk == me}


def scope_of(membership: Membership, *, on: date) -> Scope:
    """Return the queue of a member's team on a day."""
    everybody = owners.of_every_member(membership.team, on=on)
    answering = {key: answer for key, answer in everybody.items() if answer}
    return Scope(membership.team, membership, on, answering, frozenset(everybody.keys() - answering.keys()))


@dataclass(frozen=True)
class Question:
    """What is asked of which queue; the patients of a search are looked up once."""

    scope: Scope
    asked: Asked
    found: search.Found | None = None

    @property
    def on(self) -> date:
        return self.scope.on


def question_of(scope: Scope, asked: Asked) -> Question:
    """Look up whom a search means."""
    found = search.find_ids(team=scope.team, text=asked.text) if asked.text else None
    return Question(scope, asked, found)


def listed(question: Question) -> QuerySet[Any]:
    """Return what the address asks for, the longest waiting first; `waits_since` is the day by which it is sorted.

    Only columns of the index `followup_queue` are asked for: whoever needs more asks for it by the keys of one page.
    """
    asked, on = question.asked, question.on
    rows = _in_tab(question.scope, _narrowed(question), asked.stage)
    if asked.stage == SNOOZED:
        rows = rows.filter(_is_snoozed(on=on))
    elif not asked.text:
        rows = rows.filter(~_is_snoozed(on=on))
    return rows.order_by("waits_since", "pk")


def _narrowed(question: Question) -> QuerySet[Any]:
    """All that is asked for, but for the stage."""
    scope, asked = question.scope, question.asked
    # `in_care` is the database's copy of "the course has not ended": the index holds nobody else (migration 0003).
    open_reviews = ImagingReview.objects.filter(team=scope.team, closed_at=None, in_care=True)
    rows: QuerySet[Any] = open_reviews.annotate(waits_since=stages.WAITS_SINCE)
    if asked.owner:
        rows = rows.filter(_owned(scope, asked.owner))
    if asked.imaging:
        rows = rows.filter(_by(asked.imaging))
    if asked.booked:
        rows = rows.filter(booked_for__isnull=asked.booked == NO)
    if asked.elsewhere:
        rows = rows.filter(is_elsewhere=asked.elsewhere == YES)
    if question.found is not None:
        rows = rows.filter(patient__in=question.found.patient_ids)
    return rows


def _owned(scope: Scope, owner: str) -> Q:
    if owner == ME:
        return Q(owner__in=scope.mine)
    if owner == NO_OWNER:
        return Q(owner=None) | Q(owner__in=scope.absent)
    return Q(owner=int(owner))


def _by(imaging: str) -> Q:
    """By which imaging: as it was done, or else as it is booked."""
    if imaging == NOT_KNOWN:
        return Q(done_modality="", booked_modality="")
    return Q(done_modality=imaging) | Q(done_modality="", booked_modality=imaging)


def _in_tab(scope: Scope, rows: QuerySet[Any], tab: str) -> QuerySet[Any]:
    if tab == stages.OVERDUE:
        rows = rows.filter(waits_since__lt=scope.on)
    elif tab in (stages.IN_WINDOW, stages.UPCOMING):
        rows = rows.filter(waits_since__gte=scope.on)
    return rows.filter(_holds(scope, tab)) if tab not in (ALL, SNOOZED) else rows


def _holds(scope: Scope, tab: str) -> Any:
    """The condition of one tab, as stages.in_stage has it for the stages."""
    on, waiting = scope.on, Q(done_on=None)
    return {
        stages.OVERDUE: waiting & Q(due_to__lt=on),
        stages.IN_WINDOW: waiting & Q(due_to__gte=on, due_from__lte=on),
        stages.UPCOMING: waiting & Q(due_to__gte=on, due_from__gt=on),
        stages.IMAGED: Q(done_on__isnull=False, read_at=None),
        stages.READ: Q(read_at__isnull=False),
        NOBODY: _owned(scope, NO_OWNER),
        MINE: _owned(scope, ME),
        UNSIGNED: is_unsigned(),
        BOOKED: waiting & Q(booked_for__isnull=False),
    }[tab]


def is_unsigned() -> Exists:
    """Say of a review whether a record of its patient was begun and is not signed."""
    begun = Procedure.objects.filter(patient=OuterRef("patient"), started_at__isnull=False, signed_at=None)
    return Exists(begun)


def _is_snoozed(*, on: date) -> Exists:
    return Exists(standing_pauses(on=on).filter(review=OuterRef("pk")))


def standing_pauses(*, on: date) -> QuerySet[Pause]:
    """Return the snoozes that hold on a day: until the day before `until`."""
    return Pause.objects.filter(lifted_at=None, until__gt=on)


@dataclass(frozen=True)
class Counted:
    """How many a tab holds; `is_more` where it was not counted to the end."""

    number: int
    is_more: bool = False


def counts(question: Question) -> dict[str, Counted]:
    """Return how many each tab holds within what else is asked for, in one pass over the longest waiting.

    A queue longer than MOST_COUNTED is counted no further. What is late stands at its head: it is counted whole even
    then, unless so many are late.
    """
    on = question.on
    rows = _narrowed(question).annotate(is_snoozed=_is_snoozed(on=on), is_unsigned=is_unsigned())
    head = rows.order_by("waits_since", "pk")[: MOST_COUNTED + 1]
    by_tab = {tab: Count("pk", filter=_counted(question, tab)) for tab in TABS}
    found = head.aggregate(total=Count("pk"), last=Max("waits_since"), **by_tab)
    is_cut = found["total"] > MOST_COUNTED
    is_late_whole = is_cut and found["last"] > on
    return {
        tab: Counted(min(found[tab], MOST_COUNTED), is_cut and not (is_late_whole and tab in stages.RED))
        for tab in TABS
    }


def _counted(question: Question, tab: str) -> Any:
    """The condition of a tab within what `counts` annotated; what is snoozed counts elsewhere, unless looked for."""
    if tab == SNOOZED:
        return Q(is_snoozed=True)
    shown = Q(is_snoozed=False) if question.found is None else Q(pk__isnull=False)
    if tab == ALL:
        return shown
    return shown & (Q(is_unsigned=True) if tab == UNSIGNED else _holds(question.scope, tab))
