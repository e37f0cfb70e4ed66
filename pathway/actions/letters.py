"""Begin, keep, issue and give up a letter; say how it was sent; keep the head of a team's paper."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Team, User
from pathway.letters import content, obstacles, patient_words, writing
from pathway.letters.rows import Kind, Letter, LetterDraft, Letterhead, LetterSending
from pathway.papers import typesetting
from patients.actions import rows
from patients.models import Patient

WRITTEN = ("language", "recipient", "added")


class LetterClosed(Exception):
    """The letter went out meanwhile, or was given up."""


class ChangedMeanwhile(Exception):
    """Somebody else kept this letter since it was opened; carries it as it is now."""

    def __init__(self, draft: LetterDraft) -> None:
        super().__init__(draft.pk)
        self.draft = draft


class UnableToIssue(Exception):
    """The letter cannot go out as it is; the message says why and what to do."""


class ReadsOtherwise(UnableToIssue):
    """It reads otherwise than what the person has seen."""


@transaction.atomic
def start_letter(*, patient: Patient, kind: str, by: User, at: datetime) -> LetterDraft:
    """Return the open draft of this kind, begun now where there is none."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    draft = LetterDraft.objects.filter(patient=patient, kind=kind, closed_at=None).first()
    if draft is not None:
        return draft
    draft = LetterDraft.objects.create(
        patient=patient,
        kind=kind,
        language=writing.language_for(patient, kind),
        recipient=patient.referrer if kind == Kind.REFERRER else patient_words.spoken_name(patient),
        started_at=at,
        started_by=by,
        saved_at=at,
        saved_by=by,
    )
    _record(patient, "pathway.start_letter", by=by, at=at)
    return draft


@transaction.atomic
def save_letter(
    *, draft: LetterDraft, written: Mapping[str, str], revision: int, by: User, at: datetime
) -> LetterDraft:
    """Keep what a person wrote. Raises LetterClosed, or ChangedMeanwhile where another was faster."""
    row = _open(draft)
    if row.revision != revision:
        raise ChangedMeanwhile(row)
    if all(getattr(row, name) == written[name] for name in WRITTEN):
        return row
    for name in WRITTEN:
        setattr(row, name, written[name])
    row.revision += 1
    row.saved_at, row.saved_by = at, by
    row.save()
    _record(row.patient, "pathway.save_letter", by=by, at=at)
    return row


@transaction.atomic
def issue_letter(*, draft: LetterDraft, seen: str, by: User, on: date, at: datetime) -> Letter:
    """Keep the letter as it goes out, with its paper, once; `seen` is the digest of what the person has read.

    Raises LetterClosed, UnableToIssue.
    """
    row = _open(draft)
    complaint = obstacles.why_not(row)
    if complaint:
        raise UnableToIssue(complaint)
    letter = writing.content_of(row, by=by, on=on)
    if content.digest_of(letter) != seen:
        raise ReadsOtherwise(
            _("The letter reads otherwise than when you opened it. Look at it once more, then issue it.")
        )
    pdf = _pdf(letter, at=at)
    _close(row, by=by, at=at)
    _record(row.patient, "pathway.issue_letter", by=by, at=at)
    return Letter.objects.create(
        patient=row.patient,
        draft=row,
        kind=row.kind,
        language=letter["language"],
        content=letter,
        text=content.text_of(letter),
        pdf=pdf,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        issued_at=at,
        issued_by=by,
    )


@transaction.atomic
def give_up_letter(*, draft: LetterDraft, by: User, at: datetime) -> LetterDraft:
    """Close a letter that does not go out; it stays on record as given up. Raises LetterClosed."""
    row = _close(_open(draft), by=by, at=at)
    _record(row.patient, "pathway.give_up_letter", by=by, at=at)
    return row


@transaction.atomic
def record_sending(
    *, letter: Letter, way: str, sent_on: date, form_key: UUID | None, by: User, at: datetime
) -> LetterSending:
    """Note how a letter left the house; the same form sent twice notes it once."""
    Letter.objects.select_for_update().get(pk=letter.pk)
    known = LetterSending.objects.filter(form_key=form_key).first() if form_key else None
    if known is not None and known.letter_id == letter.pk:
        return known
    if known is not None:
        # The key of another letter's form tells nothing of this one.
        form_key = None
    _record(letter.patient, "pathway.send_letter", by=by, at=at)
    return LetterSending.objects.create(
        letter=letter, way=way, sent_on=sent_on, form_key=form_key, recorded_at=at, recorded_by=by
    )


@transaction.atomic
def save_letterhead(*, team: Team, known: Mapping[str, str], by: User, at: datetime) -> Letterhead:
    """Keep what stands on every letter of a team, with its history."""
    Team.objects.select_for_update().get(pk=team.pk)
    row = Letterhead.objects.filter(team=team).first() or Letterhead(team=team)
    for name, value in known.items():
        setattr(row, name, value)
    row.saved_at, row.saved_by = at, by
    rows.keep_row(row, by=by, at=at)
    audit.record_team_change(by=by, team=team, what="pathway.save_letterhead", at=at)
    return row


def _open(draft: LetterDraft) -> LetterDraft:
    row = LetterDraft.objects.select_for_update().get(pk=draft.pk)
    row.patient = draft.patient
    if row.closed_at is not None:
        raise LetterClosed(row.pk)
    return row


def _close(row: LetterDraft, *, by: User, at: datetime) -> LetterDraft:
    row.closed_at, row.closed_by = at, by
    row.save(update_fields=["closed_at", "closed_by"])
    return row


def _pdf(letter: content.Content, *, at: datetime) -> bytes:
    try:
        return writing.pdf_of(letter, at=at)
    except typesetting.FontMissing as missing:
        raise UnableToIssue(str(missing)) from missing


def _record(patient: Patient, what: str, *, by: User, at: datetime) -> None:
    audit.record_change(by=by, team=patient.team, patient_id=patient.pk, what=what, at=at)
