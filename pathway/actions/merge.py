"""Two records of one person become one: everything goes over in one transaction, and the other leads to it.

What is signed is never touched: signed versions hang on assessments, procedures and readings, which move whole.
`unmerge` takes a merge back.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import OperationalError, models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from assessments.actions import drafts
from followup.actions import held
from followup.models import ImagingReview, Reminder, ReviewEvent
from pathway.merge import covered, preview, questions
from pathway.merge.change_log import ChangeLog
from pathway.merge.preview import Preview
from pathway.merge.rows import DistinctPair, MergeRecord
from patients.actions import register, rows, tasks
from patients.models import Lesion, Patient, Task

LONGEST_NOTE = 300
LOCK_NOT_AVAILABLE = "55P03"


class UnableToMerge(Exception):
    """Something stands in the way; `blocks` says what, in words."""

    def __init__(self, blocks: list[str]) -> None:
        super().__init__(len(blocks))
        self.blocks = blocks


class InUse(Exception):
    """Somebody is writing to one of the records at this moment."""


@transaction.atomic
def merge_records(
    *, kept: Patient, duplicate: Patient, chosen: Mapping[str, str], reason: str, by: User, at: datetime
) -> MergeRecord:
    """Move all of `duplicate` to `kept`; `chosen` says for each of `Preview.to_choose` whose answer stands.

    Raises UnableToMerge, InUse.
    """
    kept, duplicate = hold_both(kept, duplicate)
    seen = preview.preview_of(kept, duplicate)
    _check(seen, chosen)
    log, why = ChangeLog(), _merged_words(duplicate)
    newest = _newest()
    _settle_reviews(seen, log, by=by, at=at)
    _settle_drafts(seen, chosen, log, by=by, at=at)
    _answer(seen, chosen, log, by=by, at=at, reason=why)
    moved = _move(seen, log, by=by, at=at, reason=why)
    _close_tasks(seen, log, by=by, at=at)
    _lead_on(seen, log, by=by, at=at)
    for patient in (kept, duplicate):
        register.index_words(patient)
        audit.record_change(by=by, team=kept.team, patient_id=patient.pk, what="pathway.merge_records", at=at)
    return MergeRecord.objects.create(
        team=kept.team, kept=kept, duplicate=duplicate, merged_at=at, merged_by=by, reason=reason,
        moved=moved, changed=log.entries, newest=newest,
    )  # fmt: skip


@transaction.atomic
def say_distinct(*, patient: Patient, other: Patient, by: User, at: datetime) -> DistinctPair:
    """Keep that these are two people: the list of likely duplicates leaves them out. Said twice it is said once."""
    first, second = sorted([patient, other], key=lambda one: one.pk)
    said = {"said_at": at, "said_by": by}
    pair, is_new = DistinctPair.objects.get_or_create(first=first, second=second, defaults=said)
    for one in (first, second) if is_new else ():
        audit.record_change(by=by, team=one.team, patient_id=one.pk, what="pathway.say_distinct", at=at)
    return pair


@contextmanager
def _at_once() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE:
            raise InUse from None
        raise


def hold_both(kept: Patient, duplicate: Patient) -> tuple[Patient, Patient]:
    """Hold both records and every row that hangs on them, or none at once. Raises InUse.

    Others hold a row and then its patient, or a patient and then its rows: whoever waited here could wait for ever.
    """
    both = [kept.pk, duplicate.pk]
    with _at_once():
        held_now = Patient.objects.select_for_update(of=("self",), nowait=True).select_related("team")
        by_key = {one.pk: one for one in held_now.filter(pk__in=both).order_by("pk")}
        for label in (*covered.MOVES, *covered.ONCE):
            held_rows = covered.model_of(label)._default_manager.select_for_update(nowait=True)
            list(held_rows.filter(patient__in=both).order_by("pk").values_list("pk", flat=True))
    return by_key[kept.pk], by_key[duplicate.pk]


def _check(seen: Preview, chosen: Mapping[str, str]) -> None:
    blocks = list(seen.blocks)
    if seen.kept.pk == seen.other.pk or seen.kept.team_id != seen.other.team_id:
        blocks.append(_("Two records of one team are needed."))
    if set(seen.to_choose) - {key for key, choice in chosen.items() if choice}:
        blocks.append(_("One of the records was changed meanwhile: look at both again."))
    if blocks:
        raise UnableToMerge(blocks)


def _merged_words(duplicate: Patient) -> str:
    return _("Merged with record %(mrn)s") % {"mrn": duplicate.mrn}


def _newest() -> dict[str, int]:
    """The highest key of each kind of row: what is above it was made after the merge."""
    every = (*covered.MOVES, *covered.ONCE)
    tables = {label: covered.model_of(label)._default_manager for label in every}
    return {label: table.aggregate(newest=Max("pk"))["newest"] or 0 for label, table in tables.items()}


def _settle_reviews(seen: Preview, log: ChangeLog, *, by: User, at: datetime) -> None:
    """Close the review that the other replaces, while each is still with its own record."""
    if seen.reviews is None:
        return
    goes_on, is_closed = seen.reviews.goes_on, seen.reviews.is_closed
    because = ImagingReview.ClosedBecause.REPLACED
    note = _merged_words(seen.other)
    changes = {"closed_at": at, "closed_by": by, "closed_because": because, "closing_note": note}
    with log.watched(is_closed, changes):
        held.keep(
            is_closed, ReviewEvent.Kind.CLOSED, changes=changes, by=by, at=at, reason=because, note=note
        )
    if goes_on.owner is None and is_closed.owner is not None:
        owner = {"owner": is_closed.owner}
        with log.watched(goes_on, owner):
            held.keep(goes_on, ReviewEvent.Kind.ASSIGNED, changes=owner, by=by, at=at)


def _settle_drafts(
    seen: Preview, chosen: Mapping[str, str], log: ChangeLog, *, by: User, at: datetime
) -> None:
    whose = {questions.KEPT: seen.other, questions.OTHER: seen.kept}.get(chosen.get(preview.DRAFT, ""))
    draft = preview.draft_of(whose) if whose and preview.DRAFT in seen.to_choose else None
    if draft is not None:
        with log.watched(draft, ("status", "discarded_because", "saved_by", "saved_at")):
            drafts.discard_draft(assessment=draft, because=_merged_words(seen.other), by=by, at=at)


def _answer(
    seen: Preview, chosen: Mapping[str, str], log: ChangeLog, *, by: User, at: datetime, reason: str
) -> None:
    """Write what stands after the merge into the kept record, the disease and the risks."""
    columns: dict[type[models.Model], dict[str, Any]] = {Patient: {}}
    for one in seen.comparisons:
        stands = one.answer(chosen.get(one.question.key, questions.KEPT))
        if stands != one.kept:
            answers = dict(zip(one.question.columns, stands, strict=True))
            columns.setdefault(one.question.row, {}).update(answers)
    course = dict(
        zip(
            ("ended_on", "ended_because"),
            preview.course_after(seen, chosen.get(preview.COURSE, "")),
            strict=True,
        )
    )
    columns[Patient] |= {name: value for name, value in course.items() if value != getattr(seen.kept, name)}
    for model, answers in columns.items():
        row = questions.row_of(seen.kept, model)
        if row is not None and model is not Patient:
            log.change(rows.lock_row(row), by=by, at=at, reason=reason, columns=answers)
    log.change(seen.kept, by=by, at=at, reason=reason, columns=_with_name(seen.kept, columns[Patient]))


def _with_name(patient: Patient, columns: dict[str, Any]) -> dict[str, Any]:
    """A name comes with what lists are ordered by."""
    if not {"family_name", "given_name"} & set(columns):
        return columns
    names = [columns.get(name, getattr(patient, name)) for name in ("family_name", "given_name")]
    return columns | {"search_name": register.search.sort_name(*names)}


def _move(seen: Preview, log: ChangeLog, *, by: User, at: datetime, reason: str) -> dict[str, list[int]]:
    _renumber_lesions(seen, log, by=by, at=at, reason=reason)
    _readdress_reminders(seen, log, by=by, at=at)
    moved = dict(seen.moving)
    for label in covered.ONCE:
        model = covered.model_of(label)
        is_there = questions.row_of(seen.kept, model) is not None
        theirs = questions.row_of(seen.other, model)
        moved[label] = [theirs.pk] if theirs is not None and not is_there else []
    for label, keys in moved.items():
        point_to(label, keys, seen.kept)
    return {label: keys for label, keys in moved.items() if keys}


def point_to(label: str, keys: list[int], patient: Patient) -> None:
    """Hang these rows on a record. They are not changed otherwise, and the merge keeps which they were."""
    manager = covered.model_of(label)._default_manager
    for first in range(0, len(keys), 500):
        manager.filter(pk__in=keys[first : first + 500]).update(patient=patient)


def _renumber_lesions(seen: Preview, log: ChangeLog, *, by: User, at: datetime, reason: str) -> None:
    """Lesions are never merged: two of them may be one tumour, and only somebody with the images can say so."""
    highest = seen.kept.lesions.aggregate(highest=Max("number"))["highest"]
    if highest is None:
        return
    for lesion in Lesion.objects.filter(patient=seen.other).order_by("number"):
        was = _("L%(number)d of record %(mrn)s.") % {"number": lesion.number, "mrn": seen.other.mrn}
        note = f"{was} {lesion.note}".strip()
        columns = {"patient": seen.kept, "number": highest + lesion.number}
        columns |= {"note": note} if len(note) <= LONGEST_NOTE else {}
        log.change(lesion, by=by, at=at, reason=reason, columns=columns)


def _readdress_reminders(seen: Preview, log: ChangeLog, *, by: User, at: datetime) -> None:
    """A rung that was told to the patient is told once, under whichever record."""
    ending = f"/patient:{seen.other.pk}"
    for reminder in Reminder.objects.filter(patient=seen.other, key__endswith=ending):
        key = f"{reminder.key.removesuffix(ending)}/patient:{seen.kept.pk}"
        # After a merge that was taken back the kept record may have been told already.
        if Reminder.objects.filter(key=key).exists():
            continue
        log.change(reminder, by=by, at=at, reason="", columns={"key": key})


def _close_tasks(seen: Preview, log: ChangeLog, *, by: User, at: datetime) -> None:
    """What was open of one record is no longer needed where the course of both has ended."""
    if not seen.kept.ended_because:
        return
    note = _merged_words(seen.other)
    for task in Task.objects.filter(patient=seen.kept, closed_at=None).select_related("patient__team"):
        with log.watched(task, ("closed_at", "closed_by", "outcome", "outcome_note")):
            tasks.close_task(task=task, by=by, at=at, outcome=Task.Outcome.NOT_NEEDED, note=note)


def _lead_on(seen: Preview, log: ChangeLog, *, by: User, at: datetime) -> None:
    """The other record leads to the kept one from now on. Last of all: nothing can be hung on it any more."""
    today = at.astimezone(ZoneInfo(seen.kept.team.time_zone)).date()
    columns = {"merged_into": seen.kept, "ended_on": today, "ended_because": Patient.EndedBecause.MERGED}
    reason = _("Merged into record %(mrn)s") % {"mrn": seen.kept.mrn}
    log.change(seen.other, by=by, at=at, reason=reason, columns=columns)
