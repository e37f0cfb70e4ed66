"""A change of the edition's settings: a draft, its dry run, the approval by a second person; or it is discarded.

Nothing here reads a patient: what a draft would change is worked out further up the pathway and kept by `keep_dry_run`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from assessments import edition_changes, guidance
from assessments.actions import edition
from assessments.models import EditionDryRun, EditionFlip, EditionSettings

# What is approved is never changed, and no later version takes effect before it: a year mistyped would bar the way.
LONGEST_AHEAD = timedelta(days=366)


class UnableToDraft(Exception):
    """The draft cannot be begun, changed or discarded; the words say why."""


class UnableToApprove(Exception):
    """The draft cannot be approved; the words say why, `field` where it can be mended."""

    def __init__(self, why: str, field: str | None = None) -> None:
        super().__init__(why)
        self.field = field


def newest_published() -> EditionSettings | None:
    """Return the version that the next one will follow, in force already or not yet."""
    return EditionSettings.objects.published().order_by("-version").first()


@transaction.atomic
def draft_edition(
    *, based_on: EditionSettings, content: Mapping[str, Any], reason: str, by: User, at: datetime
) -> EditionSettings:
    """Begin the next version. Raises UnableToDraft where another draft is open: there is one at a time."""
    if EditionSettings.objects.drafts().exists():
        raise UnableToDraft(_("Another draft is open. Approve or discard it first."))
    # A database that lost its first version gets it again before a second one follows it.
    kept = based_on if based_on.pk else edition.settings_in_force(on=at.date(), at=at)
    number = (EditionSettings.objects.aggregate(highest=Max("version"))["highest"] or 0) + 1
    row = EditionSettings(version=number, based_on=kept, drafted_by=by, drafted_at=at)
    _write(row, content, reason)
    try:
        # Two people at the same moment: the database lets one of them through.
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise UnableToDraft(_("Another draft is open. Approve or discard it first.")) from None
    audit.record_site_change(by=by, what="assessments.draft_edition", at=at)
    return row


@transaction.atomic
def change_draft(
    *, draft: EditionSettings, content: Mapping[str, Any], reason: str, by: User, at: datetime
) -> EditionSettings:
    """Change a draft; only whoever began it may, so that the second person has written no part of it."""
    row = _locked_draft(draft)
    if row.drafted_by_id != by.pk:
        raise UnableToDraft(_("Only the person who began a draft changes it."))
    _write(row, content, reason)
    row.drafted_at = at
    row.save()
    audit.record_site_change(by=by, what="assessments.change_draft_edition", at=at)
    return row


@transaction.atomic
def discard_draft(*, draft: EditionSettings, because: str, by: User, at: datetime) -> EditionSettings:
    """Give a draft up; its number is not used again."""
    row = _locked_draft(draft)
    row.discarded_at, row.discarded_by, row.discarded_because = at, by, because
    row.save()
    audit.record_site_change(by=by, what="assessments.discard_edition", at=at)
    return row


@transaction.atomic
def approve_draft(
    *, draft: EditionSettings, dry_run: int | None, effective_from: date, by: User, on: date, at: datetime
) -> EditionSettings:
    """Publish a draft from a day on. `dry_run` is the one that the person has seen, of the draft as it is."""
    try:
        row = _locked_draft(draft)
    except UnableToDraft as error:
        raise UnableToApprove(str(error)) from None
    _require_second_person(row, by)
    _require_dry_run(row, dry_run)
    _require_day(effective_from, on=on)
    row.approved_by, row.approved_at, row.effective_from = by, at, effective_from
    row.save()
    audit.record_site_change(by=by, what="assessments.approve_edition", at=at)
    return row


def latest_dry_run(draft: EditionSettings) -> EditionDryRun | None:
    """Return the newest dry run of a version, of the draft as it stands or as it stood."""
    return draft.dry_runs.select_related("compared_with", "run_by").order_by("-pk").first()


def is_current(dry_run: EditionDryRun, draft: EditionSettings) -> bool:
    """Say whether a dry run is of the draft as it is, by this engine, against what it will follow."""
    newest = newest_published()
    return (
        dry_run.draft_digest == edition_changes.digest_of(draft)
        and dry_run.engine_version == guidance.ENGINE_VERSION
        and newest is not None
        and dry_run.compared_with_id == newest.pk
    )


@transaction.atomic
def keep_dry_run(
    *, dry_run: EditionDryRun, flips: Iterable[EditionFlip], counts: Mapping[str, int]
) -> EditionDryRun:
    """Keep what a dry run found. It is of a digest: a draft that was changed meanwhile asks for another."""
    dry_run.counts = dict(counts)
    dry_run.save(force_insert=True)
    for flip in flips:
        flip.dry_run = dry_run
    EditionFlip.objects.bulk_create(flips, batch_size=500)
    return dry_run


def _locked_draft(draft: EditionSettings) -> EditionSettings:
    """Return the draft as it is now, held until the transaction ends. Raises UnableToDraft when it is none any more."""
    row = EditionSettings.objects.select_for_update().get(pk=draft.pk)
    if row.is_published:
        raise UnableToDraft(
            _("%(person)s approved this version already.") % {"person": row.approved_by or _("Somebody")}
        )
    if not row.is_draft:
        raise UnableToDraft(_("This draft was discarded."))
    return row


def _write(row: EditionSettings, content: Mapping[str, Any], reason: str) -> None:
    row.values = edition_changes.values_of(content)
    for name in edition_changes.OF_THE_PAGE:
        setattr(row, name, content[name])
    row.reason = reason


def _require_second_person(row: EditionSettings, by: User) -> None:
    if row.drafted_by_id == by.pk:
        raise UnableToApprove(_("A second person approves: you wrote this draft yourself."))


def _require_dry_run(row: EditionSettings, dry_run: int | None) -> None:
    newest = latest_dry_run(row)
    if newest is None or not is_current(newest, row):
        raise UnableToApprove(
            _("Run this draft over all assessments first: there is no dry run of it as it is.")
        )
    if newest.pk != dry_run:
        raise UnableToApprove(_("There is a newer dry run than the one you looked at. Look at it first."))
    if not edition_changes.changes_between(newest.compared_with, row):
        raise UnableToApprove(_("This draft changes nothing."))


def _require_day(effective_from: date, *, on: date) -> None:
    if effective_from < on:
        raise UnableToApprove(_("Choose today or a later day: the past keeps its version."), "effective_from")
    if effective_from > on + LONGEST_AHEAD:
        raise UnableToApprove(
            _("Choose a day within a year: until then no other version could take effect."), "effective_from"
        )
    newest = newest_published()
    if newest and newest.effective_from and effective_from < newest.effective_from:
        raise UnableToApprove(
            _("Version %(version)s takes effect on %(day)s: choose that day or a later one.")
            % {"version": newest.version, "day": date_format(newest.effective_from, "j M Y")},
            "effective_from",
        )
