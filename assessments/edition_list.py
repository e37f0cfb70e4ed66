"""The versions of the edition's settings on their pages: where each stands, what comes next for a draft."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments import edition_changes
from assessments.actions import editions
from assessments.models import EditionDryRun, EditionSettings

DRAFT, IN_FORCE, COMING, EARLIER, PASSED_OVER, DISCARDED = (
    "draft", "in_force", "coming", "earlier", "passed_over", "discarded",
)  # fmt: skip
STATES = {
    DRAFT: _("Draft"),
    IN_FORCE: _("In force"),
    COMING: _("Approved, not yet in force"),
    EARLIER: _("Earlier"),
    PASSED_OVER: _("Replaced before it took effect"),
    DISCARDED: _("Discarded"),
}
# state → (class of its mark, icon)
LOOKS = {
    DRAFT: ("state-soon", "pencil"),
    IN_FORCE: ("state-ok", "check-circle-fill"),
    COMING: ("state-soon", "calendar-event"),
    EARLIER: ("state-none", "clock-history"),
    PASSED_OVER: ("state-none", "clock-history"),
    DISCARDED: ("state-none", "x-lg"),
}


@dataclass(frozen=True)
class Line:
    """One version in the list."""

    version: EditionSettings
    state: str
    changes: list[edition_changes.Change]
    until: date | None = None

    @property
    def state_words(self) -> str:
        return str(STATES[self.state])

    @property
    def look(self) -> str:
        return LOOKS[self.state][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.state][1]


def lines(*, on: date) -> list[Line]:
    """Return every version, the newest first, each with what it changed of the published one before it."""
    rows = list(
        EditionSettings.objects.select_related(
            "drafted_by", "approved_by", "discarded_by", "based_on"
        ).order_by("version")
    )
    in_force = EditionSettings.objects.in_force(on)
    told: list[Line] = []
    before: EditionSettings | None = None
    for row in rows:
        changes = edition_changes.changes_between(before, row) if before else []
        told.append(Line(row, state_of(row, in_force, rows, on=on), changes, _until(row, rows)))
        before = row if row.is_published else before
    return told[::-1]


def state_of(
    row: EditionSettings, in_force: EditionSettings | None, rows: list[EditionSettings], *, on: date
) -> str:
    """Say where a version stands on a day."""
    if row.is_draft:
        return DRAFT
    if row.effective_from is None:
        return DISCARDED
    if row == in_force:
        return IN_FORCE
    if _is_passed_over(row, rows):
        return PASSED_OVER
    return COMING if row.effective_from > on else EARLIER


def _is_passed_over(row: EditionSettings, rows: list[EditionSettings]) -> bool:
    """A later version of the same day, approved before that day came: this one never counted.

    One that was replaced on its own day had counted by then: what began that morning keeps it.
    """
    return any(
        one.version > row.version
        and one.effective_from
        and one.effective_from == row.effective_from
        and one.approved_at
        and one.approved_at.astimezone(timezone.get_current_timezone()).date() < one.effective_from
        for one in rows
    )


def _until(row: EditionSettings, rows: list[EditionSettings]) -> date | None:
    later = [one.effective_from for one in rows if one.effective_from and one.version > row.version]
    return min(later) if row.is_published and later else None


@dataclass(frozen=True)
class Steps:
    """Where a draft stands on its way, for one person."""

    draft: EditionSettings
    dry_run: EditionDryRun | None
    is_current: bool
    is_own: bool
    changes: list[edition_changes.Change]

    @property
    def may_approve(self) -> bool:
        """A second person, after a dry run of the draft as it is."""
        return self.is_current and not self.is_own and bool(self.changes)


def steps_of(draft: EditionSettings, person: User) -> Steps:
    """Return what has been done of a draft and what is next."""
    run, newest = editions.latest_dry_run(draft), editions.newest_published()
    return Steps(
        draft=draft,
        dry_run=run,
        is_current=run is not None and editions.is_current(run, draft),
        is_own=draft.drafted_by_id == person.pk,
        changes=edition_changes.changes_between(newest, draft) if newest else [],
    )


def two_of(asked: Any, rows: list[EditionSettings]) -> tuple[EditionSettings, EditionSettings] | None:
    """Return the two versions that an address asks for; without it, the newest and the one before; None where one."""
    by_number = {str(row.version): row for row in rows}
    kept = [row for row in rows if row.discarded_at is None]
    if len(rows) < 2 or not kept:
        return None
    newest = by_number.get(asked.get("after", ""), kept[-1])
    earlier = [row for row in kept if row.version < newest.version]
    return by_number.get(asked.get("before", ""), earlier[-1] if earlier else rows[0]), newest
