"""The history of a patient in words: who changed what, when, from what to what, and why."""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from guidelines import units
from patients import analytes, measured
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

# What a reader does not need to be told: keys, copies, and who and when (which each entry says anyway).
UNTOLD = {
    "id", "patient", "lesion", "team", "search_name", "form_key", "registered_at", "registered_by",
    "entered_at", "entered_by", "created_at", "created_by", "closed_at", "closed_by",
    "retracted_at", "retracted_by", "canonical_value",
}  # fmt: skip


# The unit of a column by the ending of its name.
UNITS = {"_mm": "mm", "_c": "°C"}
_NONE: tuple[Any, ...] = (None, "", [], {})


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
    # What was done where no row was merely added, changed or taken back: Procedure started.
    says: str = ""
    # Nobody kept who did it.
    is_by_unknown: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of row with kept versions: how it finds its patient, what it is called, and how it is read."""

    model: type[models.Model]
    patient_lookup: str
    name: Any
    # The rows whose names a version bears, read with it.
    named_by: tuple[str, ...] = ()
    name_of: Callable[[Any], str] | None = None
    # What a column says where its value alone does not; None leaves it to the column.
    words_of: Callable[[str, Any], str | None] | None = None
    untold: Container[str] = frozenset()


KINDS = (
    Kind(Patient, "id", gettext_lazy("Patient")),
    Kind(Diagnosis, "patient_id", gettext_lazy("Disease")),
    Kind(StandingRisks, "patient_id", gettext_lazy("Standing risks")),
    Kind(Allergy, "patient_id", gettext_lazy("Allergy")),
    Kind(PriorTreatment, "patient_id", gettext_lazy("Earlier treatment")),
    Kind(Lesion, "patient_id", gettext_lazy("Lesion")),
    Kind(LesionMeasurement, "lesion__patient_id", gettext_lazy("Size of a lesion"), named_by=("lesion",)),
    Kind(LabResult, "patient_id", gettext_lazy("Laboratory value")),
    Kind(Task, "patient_id", gettext_lazy("Task")),
)
# What rooms above add to the history of a patient: see their apps.py. This room knows none of them.
_SOURCES: list[Callable[[Patient], Iterable[Event]]] = []


def add_source(events: Callable[[Patient], Iterable[Event]]) -> None:
    """Let a room above tell what it knows of a patient."""
    if events not in _SOURCES:
        _SOURCES.append(events)


def events_of(patient: Patient) -> list[Event]:
    """Return everything that happened to the patient's record, newest first."""
    events = [event for kind in KINDS for event in events_of_rows(kind, patient)]
    events += _panels(patient)
    for source in _SOURCES:
        events += source(patient)
    return sorted(events, key=lambda event: event.at, reverse=True)


def _panels(patient: Patient) -> list[Event]:
    """Laboratory values that came together are one event: fifteen values, not fifteen lines."""
    own = LabResult.objects.filter(patient=patient)
    added = LabResult.history.filter(id__in=own.values("pk"), history_type="+").select_related("history_user")
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
    value = f"{version.comparator}{format(version.value.normalize(), 'f')} {_unit(version)}".strip()
    return f"{value}, {date_format(version.taken_on, 'j M Y')}"


def _unit(version) -> str:
    """The unit as it is read, as it was entered where it is none of the analyte's."""
    known = analytes.ALL.get(version.analyte)
    found = units.find(known.units, version.unit) if known else None
    return measured.unit_label(found) if found else version.unit


def events_of_rows(kind: Kind, patient: Patient) -> Iterator[Event]:
    """Return what happened to the patient's rows of one kind; of laboratory values, all but that they came."""
    # By the rows that are the patient's now: a version keeps the record that the row hung on before a merge.
    own = kind.model._default_manager.filter(**{kind.patient_lookup: patient.pk})
    rows = (
        kind.model.history.filter(id__in=own.values("pk"))  # type: ignore[attr-defined]
        .select_related("history_user", *kind.named_by)
        .order_by("id", "history_date", "history_id")
    )
    for _row_id, versions in groupby(rows, key=lambda version: version.id):
        before = None
        for version in versions:
            if kind.model is LabResult and before is None:
                before = version
                continue
            event = _event(kind, before, version)
            if event.changes or event.is_retraction or event.reason or (event.is_new and event.what):
                yield event
            before = version


def _event(kind: Kind, before, version) -> Event:
    was_retracted = bool(before and getattr(before, "retracted_at", None))
    return Event(
        at=version.history_date,
        by=version.history_user,
        kind=str(kind.name),
        what=kind.name_of(version) if kind.name_of else _name_of(version),
        is_new=before is None,
        is_retraction=not was_retracted and bool(getattr(version, "retracted_at", None)),
        reason=version.history_change_reason or "",
        changes=tuple(changes_between(kind.model, before, version, but=kind.untold, words_of=kind.words_of)),
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
    model: type[models.Model],
    before,
    version,
    *,
    but: Container[str] = (),
    words_of: Callable[[str, Any], str | None] | None = None,
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
            old="" if old in _NONE else _words(field, old, words_of),
            new=_words(field, new, words_of),
        )


def _words(field: models.Field, value, words_of: Callable[[str, Any], str | None] | None) -> str:
    said = words_of(field.name, value) if words_of and value not in _NONE else None
    return _in_words(field, value) if said is None else said


def _same(old, new) -> bool:
    return old == new or (old in _NONE and new in _NONE)


def _is_said_already(field: models.Field, value, version) -> bool:
    """A new row says what somebody answered, once: not its own name, nor the year beside the day of birth."""
    if value in _NONE or (bool(field.choices) and value == "not_known"):
        return True
    if field.name == "birth_year":
        return version.birth_date is not None
    return field.name == "number" or value == _name_of(version)


def _in_words(field: models.Field, value) -> str:
    if value in _NONE:
        return _("nothing")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.ForeignKey):
        return str(field.related_model._default_manager.filter(pk=value).first() or value)
    if isinstance(value, datetime):
        return date_format(value.astimezone(timezone.get_current_timezone()), "j M Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j M Y")
    if isinstance(value, Decimal):
        unit = next((unit for ending, unit in UNITS.items() if field.name.endswith(ending)), "")
        return f"{format(value.normalize(), 'f')} {unit}".strip()
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
