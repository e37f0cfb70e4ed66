"""What the pages of a record draw many times over."""

from collections.abc import Iterable
from typing import Any

from django import template
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


def _option(value: str, label: Any, chosen: str) -> str:
    selected = " selected" if value == chosen else ""
    return f'<option value="{escape(value)}"{selected}>{conditional_escape(label)}</option>'
