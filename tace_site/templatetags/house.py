"""Small display tags for every page: icons, clause chips, verdict marks, ages in words."""

import logging
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import get_script_prefix, reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)
register = template.Library()

# A silhouette of its own for each verdict: colour never stands alone.
VERDICT_ICONS = {
    "eligible": "check-circle-fill",
    "eligible_with_conditions": "exclamation-diamond-fill",
    "not_eligible": "x-octagon-fill",
    "not_indicated": "slash-circle",
    "surgery_preferred": "scissors",
    "needs_mdt": "people-fill",
    "insufficient_data": "question-circle",
}
# Messages borrow the verdicts' colours and icons, so that the same colour means the same thing.
MESSAGE_VERDICTS = {
    "debug": "insufficient_data",
    "info": "insufficient_data",
    "success": "eligible",
    "warning": "eligible_with_conditions",
    "error": "not_eligible",
}
# The words for "nobody knows": such a choice stands apart from the answers and is drawn dashed.
UNKNOWN_VALUES = {"", "unknown", "not_known", "not_recorded"}
DRAWING = re.compile(r"<svg[^>]*>(?P<paths>.*)</svg>", re.DOTALL)


class UnknownIconError(LookupError):
    """A page names a drawing that is not in static/vendor/icons."""


@cache
def drawing_of(name: str) -> str:
    """Return the paths inside the icon's file; raise UnknownIconError when there is none."""
    found = finders.find(f"vendor/icons/{name}.svg")
    if not found:
        raise UnknownIconError(name)
    drawing = DRAWING.search(Path(found).read_text(encoding="utf-8"))
    if not drawing:
        raise UnknownIconError(name)
    return " ".join(drawing["paths"].split())


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """Draw an icon of Bootstrap's set inline: decoration only, the words beside it carry the meaning."""
    try:
        return _drawn(name, css_class)
    except UnknownIconError:
        # A missing drawing must fail the tests, and must not take a page down on a ward.
        if settings.IS_TEST:
            raise
        log.error("icon %s is not in static/vendor/icons", name)
        return SafeString("")


# A page draws some a hundred times.
@cache
def _drawn(name: str, css_class: str) -> SafeString:
    return format_html(
        '<svg class="icon {}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        css_class,
        mark_safe(drawing_of(name)),  # noqa: S308  # nosec B308, B703: our own file
    )


@register.simple_tag
def verdict_icon(verdict: str, css_class: str = "") -> SafeString:
    """Draw the silhouette of an engine verdict (`eligible`, `needs_mdt` ...)."""
    return icon(VERDICT_ICONS.get(verdict, "question-circle"), css_class)


@register.simple_tag
def clause(clause_id: str) -> SafeString:
    """Draw the chip of a clause, linked to its page."""
    return _clause_chip(clause_id, get_language(), get_script_prefix())


# A page draws some eighty, each of few.
@lru_cache(maxsize=2000)
def _clause_chip(clause_id: str, language: str | None, root: str) -> SafeString:
    """`language` and `root` only tell chips apart: their word and their address hang on them."""
    return format_html(
        '<a class="clause" href="{}"><span class="visually-hidden">{} </span>{}</a>',
        reverse("assessments:clause", args=[clause_id]),
        _("Clause"),
        clause_id,
    )


@register.filter
def message_verdict(level_tag: str) -> str:
    """Turn a message's level ("success") into the verdict whose colours it wears."""
    return MESSAGE_VERDICTS.get(level_tag, "insufficient_data")


@register.filter
def days_old(days: int | None) -> str:
    """Say an age in days in words: today, 1 day old, 42 days old; empty when the age is unknown."""
    if days is None or days == "":
        return ""
    if int(days) == 0:
        return _("today")
    return ngettext("%(days)d day old", "%(days)d days old", int(days)) % {"days": int(days)}


@register.filter
def own(field, name: str) -> Any:
    """Return what a form set on the field of a bound field, if it did: provenance, clauses, unit, remark …

    `field.field.unit` in a template asks for the list of all attributes where there is none, which costs as much as
    drawing the field.
    """
    return getattr(field.field, name, None)


@register.filter
def has_aside(field) -> bool:
    """Say whether something is known of where the value of a field comes from, or a clause reads it."""
    return any(own(field, name) for name in ("provenance", "remark", "clauses"))


@register.filter
def has_remarks(field) -> bool:
    """Say whether a field has help, the note of a stale value, or an error."""
    return bool(field.help_text or field.errors or (own(field, "provenance") or {}).get("stale_note"))


@register.filter
def is_marked_optional(field) -> bool:
    """Say whether a field that may stay empty says so."""
    return bool(getattr(field.form, "marks_optional", False)) and not field.field.required


@register.filter
def part(field, number: int) -> dict[str, Any]:
    """Return one of the widgets of a field of several, as its template sees it."""
    return field.subwidgets[0].data["subwidgets"][number]


# What the templates of fields/ write themselves.
WRITTEN = ("id", "class", "aria-describedby", "aria-invalid", "checked")


@register.filter
def other_attributes(attributes: dict[str, Any]) -> SafeString:
    """Write the attributes of a control that its template does not write itself."""
    written = [
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
        for name, value in attributes.items()
        if name not in WRITTEN and value is not False
    ]
    return mark_safe("".join(written))  # noqa: S308  # nosec B308, B703: every part is escaped above


@register.simple_tag
def radios(field, hides_unknown: bool = False) -> SafeString:
    """Draw the answers of a choice of few; `hides_unknown` leaves the sign alone of the one that means not known.

    Here and not in a template: a page of the record draws a hundred of them.
    """
    drawn = "".join(_radio(radio.data, radio.id_for_label, hides_unknown=hides_unknown) for radio in field)
    return mark_safe(drawn)  # noqa: S308  # nosec B308, B703: every part is escaped below


def _radio(data: dict[str, Any], control_id: str, *, hides_unknown: bool) -> str:
    is_unknown = is_unknown_choice(data["value"])
    words, key = str(conditional_escape(data["label"])), escape(control_id)
    if is_unknown and hides_unknown:
        words = f'<span class="visually-hidden">{words}</span>'
    return (
        f'<input class="btn-check" type="radio" name="{escape(data["name"])}" value="{escape(data["value"])}"'
        f' id="{key}" autocomplete="off"{" checked" if data["selected"] else ""}{other_attributes(data["attrs"])}>'
        f'<label class="btn{" not-known" if is_unknown else ""}" for="{key}">'
        f"{icon('question-lg' if is_unknown else 'check-lg')}{words}</label>"
    )


@register.filter
def describedby(field, more: str = "") -> str:
    """Name the ids that explain a field: its help, its remarks (`more`) and its error, in reading order."""
    if not field.auto_id:
        return ""
    ids = [f"{field.auto_id}_helptext"] if field.help_text else []
    ids += [f"{field.auto_id}_{suffix}" for suffix in more.split()]
    ids += [f"{field.auto_id}_error"] if field.errors else []
    return " ".join(ids)


@register.filter
def is_unknown_choice(value) -> bool:
    """Say whether a choice's value means that the answer is not known."""
    return str(value) in UNKNOWN_VALUES


@register.filter
def first_control_id(field) -> str:
    """Return the id that a link to the field must lead to: of the first control when there are several."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def with_label(error: str, field) -> str:
    """Begin an error with its field's label, unless it names the field already."""
    label = str(field.label)
    return str(error) if label.lower() in str(error).lower() else f"{label}: {error}"


@register.filter
def at(mapping: dict | None, key: str):
    """Look up `key` in a mapping; empty when there is neither."""
    return (mapping or {}).get(key, "")
