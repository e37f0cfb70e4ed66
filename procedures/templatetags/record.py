"""What the pages of a record draw many times over."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from procedures import record_words

register = template.Library()


@register.filter
def said(row: Any, name: str) -> str:
    """The label of what a row chose. Cheaper than Django's own, which makes a dictionary of every choice each time."""
    chosen = getattr(row, name)
    return next(
        (str(label) for value, label in row._meta.get_field(name).choices or () if value == chosen), ""
    )


@register.filter
def amount(value: Any, unit: str) -> str:
    """A number with its unit, every digit of it: 33.33 mg."""
    return record_words.amount(value, unit)


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """Draw the options of a select, those of a group together.

    Here and not in a template: a record shows the whole arterial tree in each of its lists.
    """
    drawn = [
        format_html('<optgroup label="{}">{}</optgroup>', value, options(label, chosen))
        if isinstance(label, list | tuple)
        else _option(value, label, str(value) == str(chosen or ""))
        for value, label in choices
    ]
    return mark_safe("".join(drawn))  # noqa: S308  # nosec B308, B703: every part is escaped above


def _option(value: Any, label: Any, is_chosen: bool) -> SafeString:
    selected = mark_safe(" selected") if is_chosen else ""  # nosec B308, B703: our own word
    return format_html('<option value="{}"{}>{}</option>', value, selected, label)
