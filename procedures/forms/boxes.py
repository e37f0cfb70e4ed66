"""Fields of a record whose cleaned value is plain JSON, and the form that tells what was understood."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from patients import measure_fields
from procedures import answers as told

LONGEST_NARRATIVE = 8000
# Before this no such record can have been begun; a slip of the year.
EARLIEST = date(1990, 1, 1)


class MomentField(forms.DateTimeField):
    """A minute of the team's clock, as 2026-03-02T09:30."""

    def __init__(self, **keywords: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=told.MINUTES)
        super().__init__(widget=widget, input_formats=[told.MINUTES, "%Y-%m-%dT%H:%M:%S"], **keywords)
        self.latest = date.max

    def clean(self, value: Any) -> str | None:
        if value in self.empty_values:
            self.validate(None)
            return None
        for written in self.input_formats:
            try:
                # The team's clock: answers.py gives it its zone.
                moment = datetime.strptime(str(value), written)  # noqa: DTZ007
            except ValueError:
                continue
            self._check(moment.date())
            return moment.strftime(told.MINUTES)
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")

    def _check(self, day: date) -> None:
        if day > self.latest:
            raise forms.ValidationError(_("This day is in the future."), code="future")
        if day < EARLIEST:
            raise forms.ValidationError(_("This day is too long ago."), code="too_long_ago")

    def prepare_value(self, value: Any) -> Any:
        return value


class ExactField(measure_fields.MeasureField):
    """One number with its unit: what was given is known, or it is not."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if isinstance(found, dict) and "value" not in found:
            said = {"label": self.label}
            raise forms.ValidationError(_("%(label)s: write one number.") % said, code="range")
        return found


class Select(forms.Select):
    """Django's select, to the same words: its template for each option costs more than all that stands around it."""

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        widget = context["widget"]
        drawn = "".join(_options(group, options) for group, options, _index in widget["optgroups"])
        return mark_safe(  # noqa: S308  # nosec B308, B703: every part is escaped
            f'<select name="{escape(widget["name"])}"{flatatt(widget["attrs"])}>{drawn}</select>'
        )


def _options(group: Any, options: list[dict[str, Any]]) -> str:
    drawn = "".join(
        f'<option value="{escape(one["value"])}"{flatatt(one["attrs"])}>{conditional_escape(one["label"])}</option>'
        for one in options
    )
    return f'<optgroup label="{escape(group)}">{drawn}</optgroup>' if group else drawn


class SeveralField(forms.MultipleChoiceField):
    """Several boxes to tick; cleaned to a sorted list."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        return sorted(super().clean(value))


class AnswersForm(forms.Form):
    """A form that is always bound, and never refused: it tells which answers it understood."""

    def full_clean_once(self) -> None:
        """Understand what was sent; a second time costs nothing."""
        self.errors  # noqa: B018 - reading them cleans the form

    def raw_of(self, name: str) -> Any:
        field = self.fields[name]
        return plain(field.widget.value_from_datadict(self.data, {}, self.add_prefix(name)))

    @property
    def given(self) -> told.Answers:
        """Return every answer, by its name on the page."""
        self.full_clean_once()
        found: told.Answers = {}
        for name in self.fields:
            if name in self.errors:
                found[self.add_prefix(name)] = {"raw": self.raw_of(name)}
            else:
                value = self.cleaned_data.get(name)
                found[self.add_prefix(name)] = {"value": None if value in ("", [], {}) else value}
        return found


def plain(typed: Any) -> Any:
    """What was typed as JSON keeps it: one kind of line end, and no NUL, which PostgreSQL refuses."""
    if isinstance(typed, list):
        return [plain(part) for part in typed]
    return typed.replace("\x00", "").replace("\r\n", "\n") if isinstance(typed, str) else typed


class PlainText(forms.CharField):
    """A text with one kind of line end."""

    def clean(self, value: Any) -> str:
        return super().clean(plain(value))


def data_of(
    given: Mapping[str, told.Answer], form_fields: Mapping[str, forms.Field], prefix: str = ""
) -> QueryDict:
    """Return answers as a browser would send them, so that what is stored is shown through the same form."""
    data = QueryDict(mutable=True)
    for name, field in form_fields.items():
        full = f"{prefix}-{name}" if prefix else name
        answer = given.get(full, told.NONE)
        raw = answer["raw"] if "raw" in answer else _boxes(field, answer.get("value"))
        if isinstance(field.widget, forms.MultiWidget):
            for suffix, box in zip(field.widget.widgets_names, raw or [], strict=False):
                data[full + suffix] = "" if box is None else str(box)
        elif isinstance(raw, list):
            data.setlist(full, raw)
        elif raw is not None:
            data[full] = str(raw)
    return data


def _boxes(field: forms.Field, value: Any) -> Any:
    if isinstance(field.widget, forms.MultiWidget):
        return field.widget.decompress(value)
    return value


def thousandth(dose_mg: float) -> Decimal:
    return Decimal(str(dose_mg)) / 1000
