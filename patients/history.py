"""The history of a patient in words: who changed what, when, from what to what, and why."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from patients import analytes
from patients.models import (
    Allergy,
    Diagnosis,
    LabResult,
    Lesion,
    LesionMeasurement,
    Patient,
    PriorTreatment,
    StandingRisks,
    Task,
)

# Each kind of row: how its history finds the patient, and what it is called.
KINDS = (
    (Patient, "id", gettext_lazy("Patient")),
    (Diagnosis, "patient_id", gettext_lazy("Disease")),
    (StandingRisks, "patient_id", gettext_lazy("Standing risks")),
    (Allergy, "patient_id", gettext_lazy("Allergy")),
    (PriorTreatment, "patient_id", gettext_lazy("Earlier treatment")),
    (Lesion, "patient_id", gettext_lazy("Lesion")),
    (LesionMeasurement, "lesion__patient_id", gettext_lazy("Size of a lesion")),
    (LabResult, "patient_id", gettext_lazy("Laboratory value")),
    (Task, "patient_id", gettext_lazy("Task")),
)
# The row whose name a version bears, read with it.
_NAMED_BY: dict[type[models.Model], tuple[str, ...]] = {LesionMeasurement: ("lesion",)}
# What a reader does not need to be told: keys, copies, and who and when (which each entry says anyway).
UNTOLD = {
    "id", "patient", "lesion", "team", "search_name", "form_key", "registered_at", "registered_by",
    "entered_at", "entered_by", "created_at", "created_by", "closed_at", "closed_by",
    "retracted_at", "retracted_by", "canonical_value",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One answer that changed; `old` is empty for a new row."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Event:
    """What one person did to one row at one moment."""

    at: datetime
    by: User | None
    kind: str
    what: str
    is_new: bool
    is_retraction: bool
    reason: str
    changes: tuple[Change, ...]


def events_of(patient: Patient) -> list[Event]:
    """Return everything that happened to the patient's record, newest first."""
    events = [event for model, lookup, kind in KINDS for event in _events(model, lookup, str(kind), patient)]
    events += _panels(patient)
    return sorted(events, key=lambda event: event.at, reverse=True)


def _panels(patient: Patient) -> list[Event]:
    """Laboratory values that came together are one event: fifteen values, not fifteen lines."""
    added = LabResult.history.filter(patient_id=patient.pk, history_type="+").select_related("history_user")
    panels = groupby(
        added.order_by("history_date", "history_user_id", "history_id"),
        key=lambda version: (version.history_date, version.history_user),
    )
    return [_panel(at, by, list(versions)) for (at, by), versions in panels]


def _panel(at: datetime, by: User | None, versions: list) -> Event:
    changes = tuple(Change(_analyte(version), "", _value_in_words(version)) for version in versions)
    kind = _("Laboratory value") if len(versions) == 1 else _("Laboratory values")
    return Event(
        at=at, by=by, kind=kind, what="", is_new=True, is_retraction=False, reason="", changes=changes
    )


def _analyte(version) -> str:
    known = analytes.ALL.get(version.analyte)
    return str(known.label) if known else version.analyte


def _value_in_words(version) -> str:
    value = f"{version.comparator}{format(version.value.normalize(), 'f')} {version.unit}"
    return f"{value}, {date_format(version.taken_on, 'j M Y')}"


def _events(model: type[models.Model], lookup: str, kind: str, patient: Patient) -> Iterator[Event]:
    rows = (
        model.history.filter(**{lookup: patient.pk})  # type: ignore[attr-defined]
        .select_related("history_user", *_NAMED_BY.get(model, ()))
        .order_by("id", "history_date", "history_id")
    )
    for _row_id, versions in groupby(rows, key=lambda version: version.id):
        before = None
        for version in versions:
            if model is LabResult and before is None:
                before = version
                continue
            event = _event(model, kind, before, version)
            if event.changes or event.is_retraction or event.reason or (event.is_new and event.what):
                yield event
            before = version


def _event(model: type[models.Model], kind: str, before, version) -> Event:
    was_retracted = bool(before and getattr(before, "retracted_at", None))
    return Event(
        at=version.history_date,
        by=version.history_user,
        kind=kind,
        what=_name_of(version),
        is_new=before is None,
        is_retraction=not was_retracted and bool(getattr(version, "retracted_at", None)),
        reason=version.history_change_reason or "",
        changes=tuple(changes_between(model, before, version)),
    )


def _name_of(version) -> str:
    """Say which row it is: L2, doxorubicin …; nothing for what a patient has once."""
    if isinstance(version.instance, Patient | Diagnosis | StandingRisks):
        return ""
    if isinstance(version.instance, LabResult):
        return f"{_analyte(version)} {_value_in_words(version)}"
    if isinstance(version.instance, LesionMeasurement):
        return str(version.lesion)
    return str(version.instance)


def changes_between(
    model: type[models.Model], before, version, *, but: Container[str] = ()
) -> Iterator[Change]:
    """Say what `version` answers differently than `before`, the columns of `but` aside; all of it for a new row."""
    for field in model._meta.concrete_fields:
        if field.name in UNTOLD or field.name in but or field.name == "retracted_because":
            continue
        old = getattr(before, field.attname) if before else None
        new = getattr(version, field.attname)
        if _same(old, new) or (before is None and _is_said_already(field, new, version)):
            continue
        yield Change(
            label=str(field.verbose_name),
            old="" if old in (None, "", []) else _in_words(field, old),
            new=_in_words(field, new),
        )


def _same(old, new) -> bool:
    return old == new or (old in (None, "", []) and new in (None, "", []))


def _is_said_already(field: models.Field, value, version) -> bool:
    """A new row says what somebody answered, once: not its own name, nor the year beside the day of birth."""
    if value in (None, "", []) or (bool(field.choices) and value == "not_known"):
        return True
    if field.name == "birth_year":
        return version.birth_date is not None
    return field.name == "number" or value == _name_of(version)


def _in_words(field: models.Field, value) -> str:
    if value in (None, "", []):
        return _("nothing")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.ForeignKey):
        return str(field.related_model._default_manager.filter(pk=value).first() or value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return date_format(value, "j M Y")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list):
        return ", ".join(_item_in_words(item) for item in value)
    return str(value)


def _item_in_words(item) -> str:
    """A segment ("8"), or a dose."""
    if not isinstance(item, dict):
        return f"S{item}"
    unit = _("mg per m²") if item.get("per") == "per_m2" else _("mg")
    dose = f" {item['dose']} {unit}" if item.get("dose") else ""
    return f"{item.get('agent', '')}{dose}"
