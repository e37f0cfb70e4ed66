"""One of few answers as a form field, "Not known" apart: a choice, yes or no, or a number of few steps."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

NOT_KNOWN = "not_known"
LONGEST_ECHO = 30


class PossibleChoices(forms.RadioSelect):
    """Radios; and boxes for "one of these" that count while no single answer is chosen."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        chosen = data.get(name)
        listed = data.getlist if hasattr(data, "getlist") else lambda key: data.get(key) or []
        possible = list(listed(f"{name}_possible"))
        if chosen in (None, "", NOT_KNOWN) and possible:
            return possible if len(possible) > 1 else possible[0]
        return chosen

    def format_value(self, value: Any) -> Any:
        """No radio is chosen while it may be one of several."""
        return [] if isinstance(value, list) else super().format_value(value)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_possible" not in data


class BoundChoice(forms.BoundField):
    """Tells the template which boxes of "one of these" are ticked."""

    field: "KnownChoiceField"

    @property
    def possible_boxes(self) -> list[dict[str, Any]]:
        value = self.value()
        ticked = value if isinstance(value, list) else []
        choices = [(choice, label) for choice, label in self.field.declared_choices if choice != NOT_KNOWN]
        return [
            {
                "name": f"{self.html_name}_possible",
                "id": f"{self.auto_id}_possible_{number}",
                "value": choice,
                "label": label,
                "checked": choice in ticked,
            }
            for number, (choice, label) in enumerate(choices)
        ]

    @property
    def is_one_of_several(self) -> bool:
        return isinstance(self.value(), list)


class KnownChoiceField(forms.ChoiceField):
    """One of few answers as radios, "Not known" apart. `several`: it may be said that it is one of some."""

    bound_field_class = BoundChoice

    def __init__(self, fact: Any, *, several: bool = False, **keywords: Any) -> None:
        self.offers_several = several
        keywords.setdefault("label", gettext_lazy(fact.label))
        keywords.setdefault("help_text", gettext_lazy(fact.help) if fact.help else "")
        keywords.setdefault("required", False)
        self.declared_choices = [*self._known(fact), (NOT_KNOWN, gettext_lazy("Not known"))]
        super().__init__(choices=self.declared_choices, widget=PossibleChoices, **keywords)

    def _known(self, fact: Any) -> list[tuple[str, Any]]:
        return [(value, gettext_lazy(label)) for value, label in (fact.choices or {}).items()]

    def prepare_value(self, value: Any) -> Any:
        return [str(one) for one in value] if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list) and self.offers_several:
            return [super(KnownChoiceField, self).to_python(one) for one in value]
        return super().to_python(value)

    def validate(self, value: Any) -> None:
        self._require(value)
        for one in value if isinstance(value, list) else [value]:
            if one not in ("", None) and not self.valid_value(one):
                said = {
                    "label": self.label,
                    "given": str(one)[:LONGEST_ECHO],
                    "known": ", ".join(str(label) for _value, label in self.declared_choices),
                }
                message = gettext("%(label)s: “%(given)s” is not one of the answers: %(known)s.")
                raise forms.ValidationError(message % said, code="invalid_choice")

    def _require(self, value: Any) -> None:
        if self.required and value in ("", None):
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if isinstance(cleaned, list):
            return [self._meaning(one) for one in cleaned if one != NOT_KNOWN]
        return None if cleaned in ("", NOT_KNOWN) else self._meaning(cleaned)

    def _meaning(self, chosen: str) -> Any:
        return chosen


class KnownYesNoField(KnownChoiceField):
    """Yes, no or not known; cleaned to True, False or None."""

    def _known(self, fact: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    def _meaning(self, chosen: str) -> bool:
        return chosen == "yes"


class KnownNumberField(KnownChoiceField):
    """A number of few steps (ECOG) as radios; cleaned to int, a list of ints or None."""

    def _known(self, fact: Any) -> list[tuple[str, Any]]:
        return [(str(number), str(number)) for number in range(int(fact.low), int(fact.high) + 1)]

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            value = _numbers_of(value, self.choices)
        if isinstance(value, list):
            return [str(one) for one in value]
        return value if value is None else str(value)

    def clean(self, value: Any) -> Any:
        """Several possible steps are a range, the contract's shape for a number."""
        cleaned = super().clean(value)
        if isinstance(cleaned, list):
            return {"min": min(cleaned), "max": max(cleaned)}
        return cleaned

    def _meaning(self, chosen: str) -> int:
        return int(chosen)


def _numbers_of(value: dict[str, Any], choices: Any) -> Any:
    if "value" in value:
        return value["value"]
    numbers = [int(number) for number, _label in choices if number != NOT_KNOWN]
    low, high = value.get("min", numbers[0]), value.get("max", numbers[-1])
    return [number for number in numbers if low <= number <= high]
