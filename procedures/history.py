"""What a patient's history tells of procedures and of the days after: who did what, when, and why."""

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients import history
from patients.models import Patient
from procedures import course, event_words, symptoms, versions, watch_words
from procedures.models import AdverseEvent, Amendment, Procedure, SymptomEntry


def events_of(patient: Patient) -> Iterator[history.Event]:
    """Return the plans, starts, signatures, amendments and cancellations, then the days after."""
    found = patient.procedures.select_related("patient__team", "created_by", "started_by", "cancelled_by")
    for procedure in found.prefetch_related(*versions.LOADED):
        # The newest first, as the page has them: what fell on one moment keeps this order.
        yield from reversed(list(_of_procedure(procedure)))
    for kind in KINDS:
        yield from history.events_of_rows(kind, patient)


def _of_procedure(procedure: Procedure) -> Iterator[history.Event]:
    yield from _of_plan(procedure)
    if procedure.started_at:
        yield _said(procedure, _("Procedure started"), procedure.started_at, procedure.started_by)
        yield from _of_versions(procedure)


def _of_plan(procedure: Procedure) -> Iterator[history.Event]:
    yield _said(procedure, _("Procedure planned"), procedure.created_at, procedure.created_by)
    if procedure.cancelled_at:
        yield _said(
            procedure, _("Procedure cancelled"), procedure.cancelled_at, procedure.cancelled_by,
            reason=procedure.cancelled_because,
        )  # fmt: skip


def _of_versions(procedure: Procedure) -> Iterator[history.Event]:
    for amendment in procedure.amendments.all():
        yield _opened(procedure, amendment)
    for told in reversed(versions.told_of(procedure)):
        if told.number is None:
            says = _("Amendment of a procedure given up; what stood in it was not signed")
        elif told.number == 1:
            says = _("Procedure signed")
        else:
            says = _("Procedure amended, version %(number)d signed") % {"number": told.number}
        changes = [history.Change(one.label, one.before, one.after) for one in told.differences]
        yield _said(procedure, says, told.at, told.by, reason=told.reason, changes=changes)


def _opened(procedure: Procedure, amendment: Amendment) -> history.Event:
    says = _("Procedure opened for an amendment")
    return _said(procedure, says, amendment.opened_at, amendment.opened_by)


def _said(
    procedure: Procedure, says: str, at: Any, by: Any, *, reason: str = "", changes: Any = ()
) -> history.Event:
    return history.Event(
        at=at,
        by=by,
        kind=_("Procedure"),
        what=name_of(procedure),
        is_new=False,
        is_retraction=False,
        reason=reason,
        changes=tuple(changes),
        says=says,
        is_by_unknown=by is None,
    )


def name_of(procedure: Procedure) -> str:
    """Say which procedure: TACE of 2 Mar 2026."""
    on = course.day_of(procedure) if procedure.started_at else procedure.planned_on
    said = {"modality": procedure.modality or procedure.planned_modality, "day": date_format(on, "j M Y")}
    return _("%(modality)s of %(day)s") % said


def _of_entry(version: Any) -> str:
    return _("after the %(procedure)s") % {"procedure": name_of(version.procedure)}


def _of_event(version: Any) -> str:
    named = version.other_term or event_words.term_words(version.term)
    return _("%(event)s after the %(procedure)s") % {"event": named, "procedure": name_of(version.procedure)}


def _entry_words(column: str, value: Any) -> str | None:
    """Say the answers of a call script in the order of asking."""
    if column != "answers":
        return None
    said = {True: _("yes"), False: _("no")}
    asked = [
        f"{_(question.asks)}: {said[answer]}"
        for question in symptoms.QUESTIONS
        if (answer := symptoms.answer_of(value, question.key)) is not None
    ]
    return "; ".join(asked + watch_words.liver_signs(value))


def _event_words(column: str, value: Any) -> str | None:
    if column == "sir_class":
        return event_words.sir_words(value)
    return event_words.numbers_in_words(value) if column == "graded_from" else None


KINDS = (
    history.Kind(
        SymptomEntry,
        "procedure__patient_id",
        gettext_lazy("Symptoms"),
        named_by=("procedure__patient__team",),
        name_of=_of_entry,
        words_of=_entry_words,
        untold={"procedure"},
    ),
    history.Kind(
        AdverseEvent,
        "procedure__patient_id",
        gettext_lazy("Adverse event"),
        named_by=("procedure__patient__team",),
        name_of=_of_event,
        words_of=_event_words,
        untold={
            "procedure", "term", "other_term", "ctcae_version", "cirse_version", "sir_version",
            "graded_at", "graded_by",
        },
    ),
)  # fmt: skip
