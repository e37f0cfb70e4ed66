"""Begin, save and discard a draft: at most one a patient, and two people on it never overwrite each other."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts import audit
from accounts.models import User
from assessments import answers, entries, guidance, sections
from assessments.actions import edition
from assessments.models import Assessment
from patients import known_facts
from patients.models import Patient

# An autosave of the same person within this time adds no second row to the audit trail.
SAME_SITTING = timedelta(minutes=5)


class UnableToStart(Exception):
    """The patient's course has ended: it is opened again first."""


class UnableToSave(Exception):
    """The assessment is no draft any more; it carries the row as it is now."""

    def __init__(self, assessment: Assessment) -> None:
        super().__init__(assessment.status)
        self.assessment = assessment


@dataclass(frozen=True)
class Saved:
    """The draft as it is now, and the answers that two people changed differently."""

    assessment: Assessment
    conflicts: frozenset[str] = frozenset()


@transaction.atomic
def start_draft(*, patient: Patient, by: User, on: date, at: datetime) -> Assessment:
    """Return the patient's draft; a new one begins with what the record knows and what rarely changes."""
    patient = Patient.objects.select_for_update().select_related("team").get(pk=patient.pk)
    draft = patient.assessments.filter(status=Assessment.Status.DRAFT).first()
    if draft:
        return draft
    if patient.ended_because:
        raise UnableToStart
    draft = Assessment(
        patient=patient,
        made_on=on,
        facts=lasting_facts(patient) | recorded_facts(patient, on=on),
        edition_settings=edition.settings_in_force(on=on, at=at),
        created_at=at,
        created_by=by,
        saved_at=at,
        saved_by=by,
    )
    guidance.copy_to_columns(draft)
    draft.save()
    audit.record_change(
        by=by, team=patient.team, patient_id=patient.pk, what="assessments.start_draft", at=at
    )
    return draft


def recorded_facts(patient: Patient, *, on: date) -> dict[str, entries.Entry]:
    """Return what the record knows on that day."""
    return entries.normal_entries(known_facts.known_facts(patient, on=on))


def lasting_facts(patient: Patient) -> dict[str, entries.Entry]:
    """Return what rarely changes, from the last signed assessment, with the date that it had there."""
    signed = (Assessment.Status.SIGNED, Assessment.Status.AMENDED)
    last = patient.assessments.filter(status__in=signed).order_by("-signed_at").first()
    facts = last.facts if last else {}
    return {
        name: facts[name] | {"source": entries.CARRIED_OVER} for name in sections.LASTING if name in facts
    }


def locked_draft(assessment: Assessment) -> Assessment:
    """Return the row for writing; raise UnableToSave when it is no draft any more."""
    row = Assessment.objects.select_for_update().select_related("patient__team").get(pk=assessment.pk)
    if not row.is_draft:
        raise UnableToSave(row)
    return row


def checked_draft(assessment: Assessment) -> Assessment:
    """Return the row as it is now; raise UnableToSave when it is no draft any more."""
    with transaction.atomic():
        return locked_draft(assessment)


@transaction.atomic
def save_draft(
    *,
    assessment: Assessment,
    given: answers.Answers,
    base: answers.Answers,
    by: User,
    on: date,
    at: datetime,
) -> Saved:
    """Save what this person changed since `base`, the answers that the page had shown.

    What another changed meanwhile stays; where both changed the same answer, the earlier one stays in its place and
    this one is kept beside it, for either of them to choose.
    """
    row = locked_draft(assessment)
    stored = answers.answers_of(row)
    mine = answers.changed_from(base, given)
    theirs = answers.changed_from(base, stored)
    conflicts = {name for name in mine.keys() & theirs.keys() if mine[name] != theirs[name]}
    to_write = {
        name: answer for name, answer in mine.items() if name not in conflicts and answer != stored.get(name)
    }
    if to_write or conflicts:
        answers.write(row, to_write, by=by, on=on)
        for name in conflicts:
            row.conflicts[name] = {"answer": mine[name], "by": str(by), "at": at.isoformat()}
        _keep(row, by=by, at=at)
    return Saved(row, frozenset(conflicts))


@transaction.atomic
def settle_conflict(
    *, assessment: Assessment, name: str, use_second: bool, by: User, on: date, at: datetime
) -> Assessment:
    """Choose between the two values of one answer; a conflict that is settled already stays as it was settled."""
    row = locked_draft(assessment)
    conflict = row.conflicts.pop(name, None)
    if conflict is None:
        return row
    if use_second:
        answers.write(row, {name: conflict["answer"]}, by=by, on=on)
    _keep(row, by=by, at=at)
    return row


@transaction.atomic
def answer_none_of_these(
    *, assessment: Assessment, section_key: str, by: User, on: date, at: datetime
) -> Assessment:
    """Write an explicit no, with the date and the person, for each question of the section that is still open."""
    row = locked_draft(assessment)
    unread = row.typed.keys()
    noes = sections.open_noes(sections.BY_KEY[section_key], row.facts)
    for name, no in noes.items():
        if name not in unread:
            row.facts[name] = entries.entry_of(no, on=on, source=entries.NONE_OF_THESE, by=str(by))
    _keep(row, by=by, at=at)
    return row


@transaction.atomic
def take_newer_values(*, assessment: Assessment, by: User, on: date, at: datetime) -> Assessment:
    """Replace what the draft took from the record by what the record says now; what was typed stays."""
    row = locked_draft(assessment)
    row.facts |= newer_in_record(row, on=on)
    _keep(row, by=by, at=at)
    return row


def newer_in_record(assessment: Assessment, *, on: date) -> dict[str, entries.Entry]:
    """Return what the record knows newer or differently than the draft; a value typed later than it is left alone."""
    newer = {}
    for name, entry in recorded_facts(assessment.patient, on=on).items():
        held = assessment.facts.get(name)
        if held and entries.contract_value(held) == entries.contract_value(entry):
            continue
        if held and (entries.date_of(entry) or date.min) < (entries.date_of(held) or date.min):
            continue
        if name in assessment.typed or (held and held["source"] == entries.TYPED and not entry.get("on")):
            continue
        newer[name] = entry
    return newer


@transaction.atomic
def discard_draft(*, assessment: Assessment, because: str, by: User, at: datetime) -> Assessment:
    """End a draft without a decision; the row stays, with the reason."""
    row = locked_draft(assessment)
    row.status = Assessment.Status.DISCARDED
    row.discarded_because = because
    row.saved_by, row.saved_at = by, at
    row.save()
    audit.record_change(
        by=by, team=row.patient.team, patient_id=row.patient_id, what="assessments.discard_draft", at=at
    )
    return row


def _keep(row: Assessment, *, by: User, at: datetime) -> None:
    """Save the draft under the next revision, with the verdict of its facts for the lists."""
    is_same_sitting = row.revision and row.saved_by_id == by.pk and at - row.saved_at < SAME_SITTING
    guidance.copy_to_columns(row)
    row.revision += 1
    row.saved_by, row.saved_at = by, at
    row.save()
    if not is_same_sitting:
        audit.record_change(
            by=by, team=row.patient.team, patient_id=row.patient_id, what="assessments.save_draft", at=at
        )
