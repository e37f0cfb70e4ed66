"""One action on many reviews of the queue, and its undo: what somebody changed meanwhile is left alone and named."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Team, User
from followup.actions import held, pauses, reviews
from followup.models import BulkChange, ImagingReview, ReviewEvent

# The key of a review with the revision that the person saw.
Chosen = tuple[int, int]


class UnableToUndoAll(Exception):
    """It was undone already."""


@dataclass
class Worked:
    """What came of it: the change that can be undone, and the reviews that were left as they are."""

    change: BulkChange | None = None
    left: list[ImagingReview] = field(default_factory=list)


@transaction.atomic
def assign_many(
    *, team: Team, chosen: Iterable[Chosen], owner: User | None, by: User, at: datetime
) -> Worked:
    """Give many reviews an owner. Those that cannot be changed, or were changed meanwhile, are left."""

    def work(review: ImagingReview, revision: int) -> ImagingReview:
        return reviews.assign(review=review, owner=owner, by=by, at=at, revision=revision)

    return _work(team, chosen, ReviewEvent.Kind.ASSIGNED, work, by=by, at=at)


@transaction.atomic
def snooze_many(
    *, team: Team, chosen: Iterable[Chosen], until: date, reason: str, note: str, by: User, at: datetime
) -> Worked:
    """Snooze many reviews until one day. Those that cannot be changed, or were changed meanwhile, are left."""

    def work(review: ImagingReview, revision: int) -> ImagingReview:
        pauses.pause(review=review, until=until, reason=reason, note=note, by=by, at=at, revision=revision)
        return ImagingReview.objects.get(pk=review.pk)

    return _work(team, chosen, ReviewEvent.Kind.PAUSED, work, by=by, at=at)


def _work(
    team: Team,
    chosen: Iterable[Chosen],
    kind: str,
    work: Callable[[ImagingReview, int], ImagingReview],
    *,
    by: User,
    at: datetime,
) -> Worked:
    revisions = dict(chosen)
    worked, rows = Worked(), []
    for review in _in_order(team, revisions):
        before = _before(review, kind, at=at)
        try:
            with transaction.atomic():
                changed = work(review, revisions[review.pk])
        except held.UnableToWork:
            worked.left.append(review)
            continue
        # What stood so already was not changed: an undo has nothing to put back.
        if changed.revision != review.revision:
            rows.append({"review": review.pk, "revision": changed.revision, "before": before})
    if rows:
        worked.change = BulkChange.objects.create(team=team, kind=kind, at=at, by=by, rows=rows)
    return worked


def _before(review: ImagingReview, kind: str, *, at: datetime) -> dict[str, Any]:
    """What an undo puts back: the owner, or the snooze that a new one replaces."""
    if kind == ReviewEvent.Kind.ASSIGNED:
        return {"owner": review.owner_id}
    there = pauses.standing_pause(review, on=held.today_of(review, at))
    return {"until": there.until.isoformat(), "reason": there.reason, "note": there.note} if there else {}


def _in_order(team: Team, revisions: Iterable[int]) -> list[ImagingReview]:
    """The reviews, always in one order: two people who work on the same many wait for each other, and never both."""
    found = ImagingReview.objects.filter(team=team, pk__in=list(revisions)).select_related("patient__team")
    return list(found.order_by("patient_id"))


@transaction.atomic
def undo_bulk(*, change: BulkChange, by: User, at: datetime) -> Worked:
    """Put back what many reviews had before, but for those that somebody changed since. Raises UnableToUndoAll."""
    row = BulkChange.objects.select_for_update().get(pk=change.pk)
    if row.undone_at is not None:
        raise UnableToUndoAll(row.pk)
    worked = Worked(change=row)
    by_review = {one["review"]: one for one in row.rows}
    for review in _in_order(row.team, by_review):
        try:
            with transaction.atomic():
                _put_back(row.kind, review, by_review[review.pk], by=by, at=at)
        except held.UnableToWork:
            worked.left.append(review)
    row.undone_at, row.undone_by = at, by
    row.save(update_fields=["undone_at", "undone_by"])
    return worked


def _put_back(kind: str, review: ImagingReview, row: dict[str, Any], *, by: User, at: datetime) -> None:
    revision, before = row["revision"], row["before"]
    if kind == ReviewEvent.Kind.ASSIGNED:
        owner = User.objects.filter(pk=before["owner"]).first()
        reviews.assign(review=review, owner=owner, by=by, at=at, revision=revision)
        return
    held.check_revision(held.lock(review), revision)
    until = date.fromisoformat(before["until"]) if before else None
    if until and until > held.today_of(review, at):
        pauses.pause(review=review, until=until, reason=before["reason"], note=before["note"], by=by, at=at)
    else:
        pauses.lift_pause(review=review, by=by, at=at)
