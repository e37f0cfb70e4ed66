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

ALL, NOBODY, UNSIGNED, SNOOZED, BOOKED = "all", "nobody", "unsigned", "snoozed", "booked"
TABS = {
    ALL: _("All open"),
    NOBODY: _("Nobody owns it"),
    stages.OVERDUE: stages.WORDS[stages.OVERDUE],
    stages.IMAGED: stages.WORDS[stages.IMAGED],
    stages.READ: stages.WORDS[stages.READ],
    UNSIGNED: _("Performed, not signed"),
    stages.IN_WINDOW: stages.WORDS[stages.IN_WINDOW],
    stages.UPCOMING: stages.WORDS[stages.UPCOMING],
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
PAGE_SIZE = 40


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

    def query(self, **changed: str) -> str:
        """Return it as an address's query, with the question mark; empty where nothing is asked."""
        asked = replace(self, **changed)
        stage = "" if asked.stage == ALL else asked.stage
        named = {"stage": stage, "owner": asked.owner, "imaging": asked.imaging, "booked": asked.booked}
        named |= {"elsewhere": asked.elsewhere, "q": asked.text}
        kept = {name: value for name, value in named.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    @property
    def is_narrowed(self) -> bool:
        """Say whether more than the stage is asked for."""
        return bool(self.owner or self.imaging or self.booked or self.elsewhere or self.text)


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
    answering = owners.all_answering(membership.team, on=on)
    others = Membership.objects.filter(team=membership.team).exclude(user__in=answering)
    return Scope(membership.team, membership, on, answering, frozenset(others.values_list("user", flat=True)))


def listed(scope: Scope, asked: Asked) -> QuerySet[ImagingReview]:
    """Return what the address asks for, the longest waiting first; `waits_since` is the day by which it is sorted.

    Only columns of the index `followup_queue` are asked for: whoever needs more asks for it by the keys of one page.
    """
    rows = _in_tab(scope, _narrowed(scope, asked), asked.stage)
    if asked.stage == SNOOZED:
        rows = rows.filter(_is_snoozed(on=scope.on))
    elif not asked.text:
        rows = rows.filter(~_is_snoozed(on=scope.on))
    return rows.order_by("waits_since", "pk")


def _narrowed(scope: Scope, asked: Asked) -> QuerySet[ImagingReview]:
    """All that is asked for, but for the stage."""
    # `in_care` is the database's copy of "the course has not ended": the index holds nobody else (migration 0003).
    rows = ImagingReview.objects.filter(team=scope.team, closed_at=None, in_care=True)
    rows = rows.annotate(waits_since=stages.WAITS_SINCE)
    if asked.owner:
        rows = rows.filter(_owned(scope, asked.owner))
    if asked.imaging:
        rows = rows.filter(_by(asked.imaging))
    if asked.booked:
        rows = rows.filter(booked_for__isnull=asked.booked == NO)
    if asked.elsewhere:
        rows = rows.filter(is_elsewhere=asked.elsewhere == YES)
    if asked.text:
        rows = rows.filter(patient__in=search.find_ids(team=scope.team, text=asked.text).patient_ids)
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


def _in_tab(scope: Scope, rows: QuerySet[ImagingReview], tab: str) -> QuerySet[ImagingReview]:
    if tab == stages.OVERDUE:
        rows = rows.filter(waits_since__lt=scope.on)
    elif tab in (stages.IN_WINDOW, stages.UPCOMING):
        rows = rows.filter(waits_since__gte=scope.on)
    return rows.filter(_holds(scope, tab)) if tab not in (ALL, SNOOZED) else rows


def _holds(scope: Scope, tab: str) -> Q | Exists:
    """The condition of one tab, as stages.in_stage has it for the stages."""
    on, waiting = scope.on, Q(done_on=None)
    return {
        stages.OVERDUE: waiting & Q(due_to__lt=on),
        stages.IN_WINDOW: waiting & Q(due_to__gte=on, due_from__lte=on),
        stages.UPCOMING: waiting & Q(due_to__gte=on, due_from__gt=on),
        stages.IMAGED: Q(done_on__isnull=False, read_at=None),
        stages.READ: Q(read_at__isnull=False),
        NOBODY: _owned(scope, NO_OWNER),
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


def counts(scope: Scope, asked: Asked) -> dict[str, Counted]:
    """Return how many each tab holds within what else is asked for, in one pass over the longest waiting.

    A queue longer than MOST_COUNTED is counted no further. What is late stands at its head: it is counted whole even
    then, unless so many are late.
    """
    rows = _narrowed(scope, asked).annotate(is_snoozed=_is_snoozed(on=scope.on), is_unsigned=is_unsigned())
    head = rows.order_by("waits_since", "pk")[: MOST_COUNTED + 1]
    awake = Q() if asked.text else Q(is_snoozed=False)
    found = head.aggregate(
        total=Count("pk"),
        last=Max("waits_since"),
        **{
            f"n_{ALL}": Count("pk", filter=awake or Q(pk__isnull=False)),
            f"n_{SNOOZED}": Count("pk", filter=Q(is_snoozed=True)),
        },
        **{
            f"n_{tab}": Count("pk", filter=awake & _counted(scope, tab))
            for tab in TABS
            if tab not in (ALL, SNOOZED)
        },
    )
    is_cut = found["total"] > MOST_COUNTED
    is_all_late_counted = is_cut and found["last"] > scope.on
    return {
        tab: Counted(found[f"n_{tab}"], is_cut and not (is_all_late_counted and tab in stages.RED))
        for tab in TABS
    }


def _counted(scope: Scope, tab: str) -> Q:
    return Q(is_unsigned=True) if tab == UNSIGNED else _holds(scope, tab)
