"""The field of one laboratory value: number, unit, comparator; what is unusual is asked once more, never refused."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from guidelines.units import Unit
from patients import analytes, measured, written_numbers
from patients.analytes import Analyte
from patients.measure_fields import MeasureField, MeasureWidget
from patients.written_numbers import WrittenEntry

MOST_DECIMALS = 6  # as the column holds


@dataclass(frozen=True, slots=True)
class LabValue:
    """A value as entered: `<0.2 mg/dL` is comparator <, value 0.2, unit mg/dL."""

    comparator: str
    value: Decimal
    unit: Unit

    @property
    def text(self) -> str:
        number = written_numbers.as_text(self.value)
        return f"{self.comparator}{number} {measured.unit_label(self.unit)}".strip()


class LabWidget(MeasureWidget):
    """The box, the unit, and the tick "it is right" of an unusual value."""

    def __init__(self, accepted: tuple[Unit, ...], *, unit: str | None = None) -> None:
        super().__init__(accepted, estimate=False, unit=unit)
        self.widgets_names.append("_sure")
        self.widgets = [*self.widgets, forms.CheckboxInput()]

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, LabValue):
            return [f"{value.comparator}{written_numbers.as_text(value.value)}", value.unit.symbol, ""]
        return [*super().decompress(value), ""]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        text, unit = (data.get(name + suffix) for suffix in self.widgets_names[:2])
        return [text, unit if unit is not None else self._single_unit(), data.get(f"{name}_sure", "")]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def _single_unit(self) -> str | None:
        return self.default_unit if len(getattr(self.widgets[1], "choices", ())) == 1 else None


class BoundLabValue(forms.BoundField):
    """Tells the template of the question that an unusual value raises, and of its answer."""

    @property
    def sure_name(self) -> str:
        return f"{self.html_name}_sure"

    @property
    def unusual(self) -> str:
        """The value that must be confirmed, or has been; empty when there is nothing to ask."""
        asked = (
            error.params["value"] for error in self._problems if error.params and error.code == "unusual"
        )
        return next(asked, "") or (self.confirmed if self._is_confirmed else "")

    @property
    def confirmed(self) -> str:
        return (self.value() or [""])[-1] if self.form.is_bound else ""

    @property
    def _is_confirmed(self) -> bool:
        """Whether the tick belongs to the value that stands in the box now."""
        kept = getattr(self.form, "cleaned_data", {}).get(self.name)
        return isinstance(kept, LabValue) and kept.text == self.confirmed

    @property
    def early_problems(self) -> list[str]:
        """What would be wrong with the value that stands in a form nobody has sent yet."""
        return (
            [] if self.form.is_bound else [message for error in self._problems for message in error.messages]
        )

    @property
    def _problems(self) -> list[forms.ValidationError]:
        if self.form.is_bound:
            return self.form.errors.as_data().get(self.name, [])
        if not self.initial or self.initial[1] == "":
            return []
        try:
            self.field.clean(self.initial)
        except forms.ValidationError as error:
            return error.error_list
        return []


class LabValueField(MeasureField):
    """One value of `analyte`, cleaned to a LabValue or None. `unit` is the unit chosen at first ("" for none)."""

    bound_field_class = BoundLabValue
    example = gettext_lazy("Write a number such as 1.2, or <0.2 where the laboratory does.")

    def __init__(self, analyte: Analyte, *, unit: str | None = None, **keywords: Any) -> None:
        keywords.setdefault("label", gettext_lazy(analyte.label))
        super().__init__(analyte, plausible=analyte.usual, **keywords)
        self.analyte = analyte
        self.widget = LabWidget(analyte.units, unit=unit)
        self.fields = [*self.fields, forms.CharField(required=False)]
        self.fact_template = "patients/_lab_value.html"

    def clean(self, value: Any) -> LabValue | None:
        text, unit_text, sure = value or ["", None, ""]
        if not (text or "").strip():
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        entry, unit = self.read([text.strip()], unit_text)
        found = self._lab_value(entry, unit)
        if found.text != sure:
            self._ask_if_unusual(found)
        return found

    def _lab_value(self, entry: WrittenEntry, unit: Unit) -> LabValue:
        if not entry.comparator and not entry.is_exact:
            message = gettext("%(label)s: give one value, with < or > where the laboratory does.")
            raise forms.ValidationError(message % {"label": self.label}, code="range")
        value = entry.ends[0]
        if value != round(value, MOST_DECIMALS):
            message = gettext("%(label)s: at most %(n)d digits behind the point.")
            raise forms.ValidationError(message % {"label": self.label, "n": MOST_DECIMALS}, code="decimals")
        return LabValue(entry.comparator, value, unit)

    def _ask_if_unusual(self, found: LabValue) -> None:
        question = unusual_question(self.analyte, found)
        if question:
            raise forms.ValidationError(question, code="unusual", params={"value": found.text})


def unusual_question(analyte: Analyte, found: LabValue) -> str:
    """What to ask about an unusual value; empty where it is usual. A value behind < or > is judged by its number."""
    canonical = found.unit.to_canonical(float(found.value))
    if analytes.is_plausible(analyte, canonical) or (found.comparator and canonical < analyte.usual[0]):
        return ""
    low, high = (written_numbers.about_three_digits(found.unit.from_canonical(end)) for end in analyte.usual)
    said = {
        "label": gettext(analyte.label), "value": found.text, "low": low, "high": high,
        "unit": measured.unit_label(found.unit),
    }  # fmt: skip
    question = (
        gettext("%(label)s %(value)s is unusual; most lie between %(low)s and %(high)s %(unit)s.") % said
    )
    slip = measured.likely_slip(analyte, found.value, found.unit, analyte.usual)
    return question.replace(" .", ".").replace("%", "%%") + slip.replace("%", "%%")
