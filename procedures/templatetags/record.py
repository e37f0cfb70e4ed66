"""What the pages of a record draw many times over."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from procedures import record_words

register = template.Library()


@register.filter
def said(row: Any, name: str) -> str:
    """The label of what a row chose. Cheaper than Django's own, which makes a dictionary of every choice each time."""
    chosen = getattr(row, name)
    return next(
        (str(label) for value, label in row._meta.get_field(name).choices or () if value == chosen), ""
    )


@register.simple_tag
def given_line(given: Any) -> SafeString:
    """Draw one thing that was given at a target: an agent with its dose and carrier, or a material with its lot."""
    drawn = _agent(given) if hasattr(given, "agent_id") else _material(given)
    return format_html('<span class="given-line">{}</span>', drawn)


def _agent(given: Any) -> SafeString:
    dose = (
        format_html('<span class="unknown-answer">{}</span>', _("dose not entered"))
        if given.dose_mg is None
        else record_words.amount(given.dose_mg, "mg")
    )
    return format_html('{} {}<span class="cell-2">{}</span>', given.agent.name, dose, said(given, "carrier"))


def _material(given: Any) -> SafeString:
    volume = "" if given.volume_ml is None else f" {record_words.amount(given.volume_ml, 'mL')}"
    size = _("%(size)s µm") % {"size": given.size_in_words} if given.size_in_words else ""
    lot = _("lot %(lot)s") % {"lot": given.lot} if given.lot else ""
    more = " ".join(part for part in (size, lot) if part)
    return format_html('{}{}<span class="cell-2">{}</span>', given.material.name, volume, more)


@register.filter
def amount(value: Any, unit: str) -> str:
    """A number with its unit, every digit of it: 33.33 mg."""
    return record_words.amount(value, unit)


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """Draw the options of a select, those of a group together.

    Here and not in a template: a record shows the whole arterial tree in each of its lists.
    """
    chosen_key = str(chosen or "")
    drawn = [
        f'<optgroup label="{escape(value)}">{options(label, chosen)}</optgroup>'
        if isinstance(label, list | tuple)
        else _option(str(value), label, chosen_key)
        for value, label in choices
    ]
    return mark_safe("".join(drawn))  # noqa: S308  # nosec B308, B703: every part is escaped above


@register.simple_tag
def select_box(field: BoundField, said: Any = "") -> SafeString:
    """Draw a select and the place of its error; `said` is its name, where it has no label."""
    name, chosen = field.html_name, options(field.field.choices, field.value())
    named = format_html(' aria-label="{}"', said) if said else ""
    return format_html(
        '<select class="form-select{}" name="{}" id="{}"{}{}>{}</select>\n{}',
        " is-invalid" if field.errors else "", name, field.auto_id, named, _wrong(field), chosen, _error_place(field),
    )  # fmt: skip


@register.simple_tag
def amount_box(field: BoundField) -> SafeString:
    """Draw a number with its fixed unit and the place of its error. `field`: a bound MeasureField of one unit."""
    box, unit = field.subwidgets[0].data["subwidgets"]
    value = "" if box["value"] is None else format_html(' value="{}"', box["value"])
    return format_html(
        '<label class="form-label" for="{0}">{1}</label>\n<div class="measure"><input class="form-control{2}"'
        ' type="text" inputmode="decimal" autocomplete="off" maxlength="60" id="{0}" name="{3}"{4}{5}>{6}</div>\n{7}',
        box["attrs"]["id"], field.label, " is-invalid" if field.errors else "", box["name"], value, _wrong(field),
        _fixed_unit(unit), _error_place(field),
    )  # fmt: skip


def _fixed_unit(unit: dict[str, Any]) -> SafeString:
    """Draw the unit of a field that has one: hidden for the form, and in words."""
    (_group, (option,), _index), *_more = unit["optgroups"]
    return format_html(
        '<input type="hidden" name="{}" value="{}"><span class="unit">{}</span>',
        unit["name"], option["value"], option["label"],
    )  # fmt: skip


def _wrong(field: BoundField) -> SafeString | str:
    if not field.errors:
        return ""
    return format_html(' aria-invalid="true" aria-describedby="error-{}"', field.html_name)


def _error_place(field: BoundField) -> SafeString:
    said, hidden = (field.errors[0], "") if field.errors else ("", " hidden")
    return format_html(
        '<p class="live-error" id="error-{0}" data-error-at="{0}"{1}>{2}</p>', field.html_name, hidden, said
    )


def _option(value: str, label: Any, chosen: str) -> str:
    selected = " selected" if value == chosen else ""
    return f'<option value="{escape(value)}"{selected}>{conditional_escape(label)}</option>'
