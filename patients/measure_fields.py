"""A measured value with its unit of entry, as a form field: one box, two boxes for a range, or a list of diameters."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from guidelines import units
from patients import measured as measures
from patients import written_numbers
from patients.measured import Measured
from patients.written_numbers import NotANumber, WrittenEntry

LONGEST_LIST = 400


class MeasureWidget(forms.MultiWidget):
    """One box (two where a range is usual) and the unit: several as a switch, one fixed, none hidden."""

    def __init__(self, accepted: tuple[units.Unit, ...], *, estimate: bool, unit: str | None = None) -> None:
        self.default_unit = accepted[0].symbol if unit is None else unit
        self.has_two_boxes = estimate
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {"": forms.TextInput(attrs={"maxlength": 60})}
        if estimate:
            boxes["to"] = forms.TextInput(attrs={"maxlength": 60})
        boxes["unit"] = _unit_widget(accepted)
        super().__init__(boxes)

    def decompress(self, value: Any) -> list[Any]:
        """The boxes for a value of the contract's shape."""
        unit = value.get("unit", self.default_unit) if isinstance(value, dict) else self.default_unit
        low, high = _ends(value)
        if self.has_two_boxes:
            return [low, high, unit]
        return [_in_one_box(low, high), unit]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        boxes = super().value_from_datadict(data, files, name)
        return [*boxes[:-1], boxes[-1] if boxes[-1] is not None else self._unit_when_absent()]

    def _unit_when_absent(self) -> str | None:
        """A page always sends the unit; without a choice of units there is nothing to ask."""
        choices = getattr(self.widgets[-1], "choices", ())
        return self.default_unit if len(choices) < 2 else None


def _unit_widget(accepted: tuple[units.Unit, ...]) -> forms.Widget:
    if accepted[0].symbol == "":
        return forms.HiddenInput()
    return forms.RadioSelect(
        choices=[(unit.symbol, measures.unit_label(unit) or unit.symbol) for unit in accepted]
    )


def _ends(value: Any) -> tuple[str, str]:
    """The texts of both ends. An exact value has only the first; "at least" says so, or it would be read as exact."""
    if not isinstance(value, dict):
        return ("" if value is None else _text(value)), ""
    if "value" in value:
        return _text(value["value"]), ""
    low, high = _text(value.get("min")), _text(value.get("max"))
    return (f"≥{low}" if low and not high else low), high


def _text(number: Any) -> str:
    return "" if number is None else written_numbers.as_text(number)


def _in_one_box(low: str, high: str) -> str:
    if low and high:
        return f"{low}–{high}"
    return f"≤{high}" if high else low


class MeasureField(forms.MultiValueField):
    """A number with its unit of entry; `estimate` gives a second box, `unit` is chosen at first."""

    # What can be written, told under what cannot be read.
    example = gettext_lazy("Write a number such as 1.2, or a range such as 25–50.")

    def __init__(
        self, measured: Measured, *, estimate: bool = False, unit: str | None = None,
        plausible: tuple[float, float] | None = None, **keywords: Any,
    ) -> None:  # fmt: skip
        self.measured = measured
        self.has_two_boxes = estimate
        self.plausible = plausible
        keywords.setdefault("label", gettext_lazy(measured.label))
        keywords.setdefault("help_text", gettext_lazy(measured.help) if measured.help else "")
        keywords.setdefault("required", False)
        widget = MeasureWidget(measured.units, estimate=estimate, unit=unit)
        # No field for each box: `clean` reads them together.
        super().__init__((), require_all_fields=False, widget=widget, **keywords)
        if estimate:
            self.fact_template = "fields/measure_range.html"

    def clean(self, value: Any) -> Any:
        *boxes, unit_text = value or ["", None]
        texts = [(box or "").strip() for box in boxes]
        if not any(texts):
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        entry, unit = self.read(texts, unit_text)
        return _contract_shape(entry, unit)

    def read(self, texts: list[str], unit_text: str | None) -> tuple[WrittenEntry, units.Unit]:
        """What the boxes say, inside the declared range. Raises ValidationError in the words of the person."""
        entry = self._read(texts)
        unit = self._unit(entry.unit_text, unit_text)
        for end in entry.ends:
            self._check(end, unit)
        return entry, unit

    def compress(self, data_list: list[Any]) -> Any:
        return self.clean(data_list)

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = self.widget.decompress(initial)
        return [box or "" for box in before] != [box or "" for box in data or []]

    def _read(self, texts: list[str]) -> WrittenEntry:
        first = self._number(texts[0]) if texts[0] else WrittenEntry(None, None)
        if len(texts) == 1 or not texts[1]:
            return first
        second = self._number(texts[1])
        if not second.is_exact or (texts[0] and not first.is_exact):
            raise self._not_clear(" – ".join(texts))
        if max(first.ends, default=second.ends[0]) > second.ends[0]:
            raise forms.ValidationError(
                gettext("%(label)s: from %(low)s is more than to %(high)s.")
                % {"label": self.label, "low": texts[0], "high": texts[1]},
                code="order",
            )
        return WrittenEntry(first.low, second.high, "", first.unit_text or second.unit_text)

    def _number(self, text: str) -> WrittenEntry:
        try:
            return written_numbers.read_entry(text)
        except written_numbers.TooLarge:
            raise self._too_many(text, gettext("%(label)s: “%(given)s” is too large to be right.")) from None
        except written_numbers.TooExact:
            raise self._too_many(
                text, gettext("%(label)s: “%(given)s” has too many digits behind the point.")
            ) from None
        except NotANumber as problem:
            raise self._not_clear(text, problem.readings) from None

    def _not_clear(self, text: str, readings: tuple[Decimal, ...] = ()) -> forms.ValidationError:
        said = {"label": self.label, "given": shortened(text)}
        if len(readings) > 1:
            said |= {"one": str(readings[0]), "other": str(readings[1])}
            message = gettext(
                "%(label)s: %(given)s can mean %(one)s or %(other)s. Write it without the comma."
            )
        else:
            said["example"] = str(self.example)
            message = gettext("%(label)s: “%(given)s” is not a number. %(example)s")
        return forms.ValidationError(message % said, code="not_a_number")

    def _too_many(self, text: str, message: str) -> forms.ValidationError:
        return forms.ValidationError(
            message % {"label": self.label, "given": shortened(text)}, code="too_many_digits"
        )

    def _unit(self, written: str, chosen: str | None) -> units.Unit:
        """The unit written behind the number, or the one chosen beside it."""
        spelling = written if written else chosen
        unit = units.find(self.measured.units, spelling) if isinstance(spelling, str) else None
        if unit is not None:
            return unit
        said = {
            "label": self.label,
            "units": _or_list([measures.unit_label(known) for known in self.measured.units]),
        }
        if spelling:
            said["given"] = shortened(str(spelling))
            message = gettext("%(label)s: the unit “%(given)s” is not known here. Use %(units)s.")
        else:
            message = gettext("%(label)s: choose the unit, %(units)s.")
        raise forms.ValidationError(message % said, code="unit")

    def _check(self, entered: Decimal, unit: units.Unit) -> None:
        problem = measures.problem_with(self.measured, entered, unit, plausible=self.plausible)
        if problem:
            raise forms.ValidationError(problem, code="range")


def _contract_shape(entry: WrittenEntry, unit: units.Unit) -> dict[str, Any]:
    shape: dict[str, Any] = {}
    if entry.is_exact:
        shape["value"] = written_numbers.as_json(entry.ends[0])
    elif entry.low is not None:
        shape["min"] = written_numbers.as_json(entry.low)
    if not entry.is_exact and entry.high is not None:
        shape["max"] = written_numbers.as_json(entry.high)
    if unit.symbol:
        shape["unit"] = unit.symbol
    return shape


def shortened(text: str) -> str:
    """What was typed, short enough to be said again."""
    return text if len(text) <= 30 else text[:29] + "…"


def _or_list(words: list[str]) -> str:
    *most, last = words
    return gettext("%(first)s or %(last)s") % {"first": ", ".join(most), "last": last} if most else last


class DiametersField(MeasureField):
    """The diameters of all lesions in one box: 44, 27 12."""

    def __init__(self, measured: Measured, **keywords: Any) -> None:
        super().__init__(measured, **keywords)
        self.widget.widgets[0].attrs["maxlength"] = LONGEST_LIST

    def clean(self, value: Any) -> list[Any] | None:
        text, unit_text = value or ["", None]
        words = _diameter_words(text or "")
        if not words:
            return super().clean(["", unit_text])
        unit = self._unit("", unit_text)
        diameters = []
        for word in words:
            entry = self._number(word)
            if not entry.is_exact or entry.unit_text or entry.ends[0] <= 0:
                raise self._not_clear(word)
            self._check(entry.ends[0], unit)
            diameters.append(written_numbers.as_json(entry.ends[0]))
        if unit is self.measured.units[0]:
            return diameters
        return [{"value": diameter, "unit": unit.symbol} for diameter in diameters]

    def prepare_value(self, value: Any) -> Any:
        """The list for the box, in the unit in which it was given."""
        if not isinstance(value, list) or _is_boxes(value):
            return value
        numbers = [one["value"] if isinstance(one, dict) else one for one in value]
        units_given = [one.get("unit") for one in value if isinstance(one, dict)]
        unit = units_given[0] if units_given else self.measured.units[0].symbol
        return [" ".join(_text(number) for number in numbers), unit]


def _is_boxes(value: list[Any]) -> bool:
    return len(value) == 2 and (value[1] is None or isinstance(value[1], str))


def _diameter_words(text: str) -> list[str]:
    """Split at blanks, semicolons and a comma that a blank follows: 4,4 stays a decimal."""
    cleaned = written_numbers.plain(text).replace(";", " ").replace("+", " ").replace(", ", " ")
    return [word for part in cleaned.split() for word in (part.split(",") if part.count(",") > 1 else [part])]
