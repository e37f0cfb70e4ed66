"""Registers a patient, changes who the patient is, ends the course and opens it again."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from difflib import SequenceMatcher

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import audit
from accounts.models import Team, User
from patients import search
from patients.actions import lesions, rows, tasks
from patients.models import Diagnosis, Patient, SearchWord, StandingRisks, Task

# Two names that share this part of their letters are worth a question, never a refusal.
ALIKE = 0.75


class MrnTaken(Exception):
    """Another patient of the team has the record number."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(patient.mrn)
        self.patient = patient


class UnableToEnd(Exception):
    """The course has ended already."""


class UnableToReopen(Exception):
    """The course has not ended."""


def register_patient(
    *,
    team: Team,
    by: User | None,
    at: datetime,
    who: Mapping,
    diagnosis: Mapping | None = None,
    lesion: Mapping | None = None,
    form_key: uuid.UUID | None = None,
) -> Patient:
    """Make a patient with what is known of the disease; the same `form_key` again gives the same patient.

    `who` and `diagnosis` hold columns of their models, `lesion` the arguments of `lesions.add_lesion`.
    Raises MrnTaken.
    """
    made = _made_by_form(team=team, form_key=form_key)
    if made:
        return made
    patient = Patient(team=team, registered_at=at, registered_by=by, form_key=form_key, **who)
    try:
        return _register(patient, by=by, at=at, diagnosis=diagnosis or {}, lesion=lesion)
    except IntegrityError:
        # The same form, or the same record number, arrived at the same moment and was first.
        made = _made_by_form(team=team, form_key=form_key)
        if made:
            return made
        taken = with_mrn(team=team, mrn=patient.mrn)
        if taken:
            raise MrnTaken(taken) from None
        raise


def _made_by_form(*, team: Team, form_key: uuid.UUID | None) -> Patient | None:
    return Patient.objects.filter(team=team, form_key=form_key).first() if form_key else None


@transaction.atomic
def _register(
    patient: Patient, *, by: User | None, at: datetime, diagnosis: Mapping, lesion: Mapping | None
) -> Patient:
    patient.search_name = search.sort_name(patient.family_name, patient.given_name)
    rows.keep_row(patient, by=by, at=at)
    rows.keep_row(Diagnosis(patient=patient, **diagnosis), by=by, at=at)
    rows.keep_row(StandingRisks(patient=patient), by=by, at=at)
    index_words(patient)
    if lesion:
        lesions.add_lesion(patient=patient, by=by, at=at, **lesion)
    audit.record_change(
        by=by, team=patient.team, patient_id=patient.pk, what="patients.register_patient", at=at
    )
    return patient


def index_words(patient: Patient) -> None:
    """Make the words by which the patient is found anew.

    A record that was merged away has none; the one that took it over is found by its number too.
    """
    patient.search_words.all().delete()
    if patient.merged_into_id:
        return
    words = search.words_of(patient).union(*map(search.number_words, merged_away(patient)))
    SearchWord.objects.bulk_create(
        SearchWord(patient=patient, team_id=patient.team_id, word=word) for word in sorted(words)
    )


def merged_away(patient: Patient) -> list[Patient]:
    """Return the records that this one took over, and those that they had taken over before."""
    found: list[Patient] = []
    latest = [patient]
    while latest:
        latest = list(Patient.objects.filter(merged_into__in=latest))
        found += latest
    return found


def taken_over_by(patient: Patient) -> Patient:
    """Return the record that holds now what this one held: itself, unless it was merged away."""
    while patient.merged_into is not None:
        patient = patient.merged_into
    return patient


@transaction.atomic
def edit_patient(*, patient: Patient, by: User, at: datetime, who: Mapping) -> Patient:
    """Change who the patient is and how to reach them. Raises MrnTaken."""
    # Two people giving one record number to two patients wait for each other here.
    Team.objects.select_for_update().get(pk=patient.team_id)
    taken = with_mrn(team=patient.team, mrn=who.get("mrn", patient.mrn), but=patient)
    if taken:
        raise MrnTaken(taken)
    rows.lock_row(patient)
    for column, value in who.items():
        setattr(patient, column, value)
    patient.search_name = search.sort_name(patient.family_name, patient.given_name)
    rows.keep_row(patient, by=by, at=at)
    index_words(patient)
    audit.record_change(by=by, team=patient.team, patient_id=patient.pk, what="patients.edit_patient", at=at)
    return patient


def with_mrn(*, team: Team, mrn: str, but: Patient | None = None) -> Patient | None:
    """Return the patient who has this record number, or had it before a merge, however it is spaced.

    `but` is not looked at, but the records that it took over keep their numbers too.
    """
    merged = merged_away(but) if but else []
    theirs = next((one for one in merged if search.squeezed(one.mrn) == search.squeezed(mrn)), None)
    if theirs is not None:
        return theirs
    number = f"#{search.squeezed(mrn)}".encode()[: search.LONGEST_WORD]
    same = Patient.objects.filter(
        Q(search_words__word=number, search_words__team=team) | Q(team=team, mrn=mrn)
    )
    found = map(taken_over_by, same.distinct())
    return next((patient for patient in found if patient != but), None)


def likely_duplicates(
    *, team: Team, family_name: str, given_name: str, birth_date: date | None, birth_year: int | None
) -> list[Patient]:
    """Return patients born on the same day (or in the same year) whose name is much alike."""
    if not (birth_date or birth_year):
        return []
    wanted = f"@{birth_date:%Y%m%d}" if birth_date else f"@{birth_year}"
    year = f"@{birth_date.year}" if birth_date else wanted
    born_then = Patient.objects.filter(
        Q(search_words__word__gte=wanted.encode(), search_words__word__lt=wanted.encode() + b"\xff")
        | Q(search_words__word=year.encode()),
        search_words__team=team,
    )
    name = search.sort_name(family_name, given_name)
    return [patient for patient in born_then.distinct() if alike(name, patient.search_name)]


def alike(name: str, other: str) -> bool:
    """Compare in either order of the words, so that Wei Li is Li Wei."""
    in_order, sorted_words = (name, other), (" ".join(sorted(name.split())), " ".join(sorted(other.split())))
    return any(SequenceMatcher(None, *pair).ratio() >= ALIKE for pair in (in_order, sorted_words))


@transaction.atomic
def end_course(
    *, patient: Patient, by: User, at: datetime, because: str, on: date, reason: str = ""
) -> Patient:
    """End the patient's course, and close what was still to be done."""
    rows.lock_row(patient)
    if patient.ended_because:
        raise UnableToEnd(patient)
    patient.ended_on, patient.ended_because = on, because
    rows.keep_row(patient, by=by, at=at, reason=reason)
    for task in patient.tasks.filter(closed_at=None):
        tasks.close_task(
            task=task,
            by=by,
            at=at,
            outcome=Task.Outcome.NOT_NEEDED,
            note=f"{patient.get_ended_because_display()}, {on:%Y-%m-%d}",
        )
    audit.record_change(by=by, team=patient.team, patient_id=patient.pk, what="patients.end_course", at=at)
    return patient


@transaction.atomic
def reopen_course(*, patient: Patient, by: User, at: datetime, reason: str) -> Patient:
    """Open an ended course again, with the reason; tasks closed by the end stay closed."""
    rows.lock_row(patient)
    if not patient.ended_because:
        raise UnableToReopen(patient)
    patient.ended_on, patient.ended_because = None, ""
    rows.keep_row(patient, by=by, at=at, reason=reason)
    audit.record_change(by=by, team=patient.team, patient_id=patient.pk, what="patients.reopen_course", at=at)
    return patient
