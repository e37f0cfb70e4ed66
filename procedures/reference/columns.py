"""A field of a reference row as text in a file, back from a file into a form, and in words on a page."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from patients import cells
from procedures.models import ReferenceRow
from procedures.reference import reductions

BETWEEN = "; "
YES, NO = "yes", "no"
# In words that a spreadsheet may have made of a yes or a no.
READ_AS_YES, READ_AS_NO = frozenset({YES, "y", "true", "1", "x"}), frozenset({NO, "n", "false", "0", ""})

LISTS: Mapping[str, Callable[[Any], str]] = {
    "bilirubin_reductions": lambda value: reductions.bilirubin_text(value, between=BETWEEN),
    "renal_reductions": lambda value: reductions.kidney_text(value, between=BETWEEN),
    "segments": lambda value: BETWEEN.join(value),
}


def label_of(model: type[models.Model], name: str) -> str:
    """Return what a page calls the column."""
    return capfirst(str(_field(model, name).verbose_name))


def _field(model: type[models.Model], name: str) -> models.Field:
    return cast(models.Field, model._meta.get_field(name))


def text_of(row: ReferenceRow, name: str) -> str:
    """Return the cell of a file."""
    value = getattr(row, name)
    if value is None:
        return ""
    if name in LISTS:
        return LISTS[name](value)
    if isinstance(value, ReferenceRow):
        return value.code
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def words_of(row: ReferenceRow, name: str) -> str:
    """Return the same for a reader: choices, days, yes and no in words."""
    field, value = _field(type(row), name), getattr(row, name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, ReferenceRow):
        return value.name
    return date_format(value, "j M Y") if isinstance(value, date) else text_of(row, name)


def answer_of(model: type[models.Model], name: str, cell: str) -> str | list[str]:
    """Return what the form of the row is sent for a cell; what nobody can read goes as it is, and is refused there."""
    text = without_apostrophe(cell.strip())
    field = _field(model, name)
    if name == "segments":
        return [segment.strip().lower() for segment in text.split(";") if segment.strip()]
    if is_yes_or_no(model, name):
        return _yes_or_no(text)
    if isinstance(field, models.ForeignKey):
        return text.lower()
    if field.choices:
        named = {str(label).lower(): str(value) for value, label in field.flatchoices}
        return named.get(text.lower(), text)
    return text


def is_yes_or_no(model: type[models.Model], name: str) -> bool:
    return isinstance(_field(model, name), models.BooleanField)


def _yes_or_no(text: str) -> str:
    if text.lower() in READ_AS_YES:
        return "true"
    return "false" if text.lower() in READ_AS_NO else text


def without_apostrophe(text: str) -> str:
    """Undo what `cells.neutral` put before what a spreadsheet would have calculated."""
    is_neutral = text.startswith("'") and text[1:].startswith(cells.FORMULA_STARTS)
    return text[1:] if is_neutral else text
