"""Columns of an exported table, made from the fields of the models: what is read of a row, and how it is written.

A field leaves only when its table names it and its model does not call it identifying. Only the named columns are read
from the database at all. There is no way out for text: a field is a number, a day, a yes or no, one of its choices, a
word of a list that is given here, or a code that stands for another row.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_noop

from pathway.registry.subjects import Subject
from procedures.models import ReferenceRow

Row = Mapping[str, Any]

UNITS = {
    "_mg_per_m2": "mg/m²", "_gy_cm2": "Gy·cm²", "_mgy": "mGy", "_mg": "mg", "_ml": "mL", "_mm": "mm", "_um": "µm",
    "_cm": "cm", "_kg": "kg", "_min": "min", "_months": "months", "_years": "years", "weeks_": "weeks", "_c": "°C",
}  # fmt: skip
_MOMENT = re.compile(r"_(on|at|date)$")
DAYS = "days"


class NotForRegistry(TypeError):
    """The field cannot leave: it identifies a person, or it is text."""


@dataclass(frozen=True)
class Column:
    """One column: `lookups` is all that is read of a row, `write` what the file gets."""

    name: str
    lookups: tuple[str, ...]
    write: Callable[[Row, Subject], object]
    label: str
    unit: str = ""
    codes: Mapping[str, str] | None = None
    # Where it comes from: "procedures.Procedure.modality", or how it is worked out.
    source: str = ""
    # The model and its fields that it is made of.
    model: type[models.Model] | None = None
    fields: frozenset[str] = frozenset()
    # A field to several rows: what is in it is fetched apart.
    many: str = ""


def identifying(model: type[models.Model]) -> Collection[str]:
    """Return the fields that the model itself calls identifying."""
    return model.identifying_fields  # type: ignore[attr-defined]


def of_field(
    model: type[models.Model],
    field_name: str,
    *,
    through: str = "",
    name: str = "",
    words: Mapping[str, Any] | None = None,
    stands_for: str = "",
    in_days: bool,
) -> Column:
    """Return the column of a field. `words`: the list that a text or a list of texts is taken from."""
    field: Any = model._meta.get_field(field_name)
    if field_name in identifying(model):
        raise NotForRegistry(f"{model._meta.label}.{field_name} identifies a person")
    name, lookup = name or field_name, through + field_name
    common: dict[str, Any] = {
        "label": _label(field),
        "source": f"{model._meta.label}.{field_name}",
        "model": model,
        "fields": frozenset({field_name}),
    }
    if isinstance(field, models.DateField):
        unit = DAYS if in_days else ""
        return Column(_day_name(name, in_days), (lookup,), _day(lookup), unit=unit, **common)
    if isinstance(field, models.BooleanField):
        return Column(name, (lookup,), _yes_or_no(lookup), codes=YES_OR_NO, **common)
    if words is not None or field.choices:
        known = {str(value): str(label) for value, label in (words or dict(field.choices)).items()}
        return Column(name, (lookup,), _word(lookup, known), codes=known, **common)
    if isinstance(field, models.ForeignKey):
        return _reference(field, name, lookup, stands_for, common)
    if isinstance(field, (models.IntegerField, models.DecimalField, models.FloatField)):
        return Column(name, (lookup,), _number(lookup), unit=unit_of(field_name), **common)
    raise NotForRegistry(f"{model._meta.label}.{field_name} is text")


YES_OR_NO = {"yes": gettext_noop("Yes"), "no": gettext_noop("No")}


def _reference(field: Any, name: str, lookup: str, stands_for: str, common: dict[str, Any]) -> Column:
    """A row of the reference data by its code; another row by what stands for it."""
    if issubclass(field.related_model, ReferenceRow):
        return Column(name, (f"{lookup}__code",), _text(f"{lookup}__code"), **common)
    if not stands_for:
        raise NotForRegistry(f"{common['source']} is another row: say what stands for it")
    key = f"{lookup}_id"
    return Column(name, (key,), lambda row, subject: subject.code_of(stands_for, row[key]), **common)


def _label(field: Any) -> str:
    word = str(field.verbose_name)
    return word[:1].upper() + word[1:]


def _day_name(name: str, in_days: bool) -> str:
    return _MOMENT.sub("", name) + ("_day" if in_days else "_on")


def unit_of(field_name: str) -> str:
    """Return the unit that the name of a field says."""
    ends = (unit for part, unit in UNITS.items() if field_name.endswith(part) or field_name.startswith(part))
    return next(ends, "")


def _day(lookup: str) -> Callable[[Row, Subject], object]:
    return lambda row, subject: subject.day(row[lookup])


def _yes_or_no(lookup: str) -> Callable[[Row, Subject], object]:
    return lambda row, _subject: "" if row[lookup] is None else "yes" if row[lookup] else "no"


def _text(lookup: str) -> Callable[[Row, Subject], object]:
    return lambda row, _subject: row[lookup] or ""


def _number(lookup: str) -> Callable[[Row, Subject], object]:
    return lambda row, _subject: number(row[lookup])


def _word(lookup: str, known: Mapping[str, str]) -> Callable[[Row, Subject], object]:
    """Whatever is no word of the list stays behind."""

    def write(row: Row, _subject: Subject) -> str:
        value = row[lookup]
        found = value if isinstance(value, list) else [value]
        return " ".join(str(one) for one in found if str(one) in known)

    return write


def number(value: object) -> object:
    """Write a number without the noughts that its column adds: 50.00 is 50."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value


def is_moment(column: Column) -> bool:
    """Say whether a column holds a day."""
    fields = [column.model._meta.get_field(name) for name in column.fields] if column.model else []
    return any(isinstance(field, models.DateField) for field in fields)
