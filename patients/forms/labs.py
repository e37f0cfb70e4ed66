"""Forms of laboratory values: a panel of one day, and the correction of one value."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients import analytes, lab_field, written_numbers
from patients.actions.labs import LabEntry
from patients.analytes import Analyte
from patients.forms import dated
from patients.forms.register import helper
from patients.models import LabResult

PROTHROMBIN_TIME = "prothrombin_time_s"
OVER_CONTROL = analytes.ALL["pt_prolongation_s"]


class ControlField(forms.CharField):
    """The control of a prothrombin time, in seconds; a decimal comma is understood."""

    unit = "s"

    def __init__(self, **keywords) -> None:
        keywords.setdefault("label", gettext_lazy("Control of that day"))
        keywords.setdefault(
            "help_text",
            gettext_lazy("Prothrombin time of the normal control. With it the time over control counts."),
        )
        super().__init__(
            required=False,
            max_length=20,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            **keywords,
        )

    def clean(self, value) -> Decimal | None:
        written = super().clean(value)
        if not written:
            return None
        try:
            entry = written_numbers.read_entry(written)
        except written_numbers.NotANumber:
            entry = None
        prothrombin = analytes.ALL[PROTHROMBIN_TIME]
        if not entry or not entry.is_exact or not prothrombin.low <= entry.low <= prothrombin.high:
            raise forms.ValidationError(_("Write the control in seconds, such as 12.1."), code="control")
        return entry.low


def check_control(value: lab_field.LabValue | None, control: Decimal | None) -> str:
    """Why the control cannot belong to this prothrombin time; empty when it can."""
    if control is None:
        return ""
    if value is None or value.comparator:
        return _("Give the prothrombin time too, as one number of seconds.")
    if not OVER_CONTROL.low <= value.value - control <= OVER_CONTROL.high:
        return _("This makes a time over control that cannot be: %(seconds)s s.") % {
            "seconds": written_numbers.as_text(value.value - control)
        }
    return ""


def entry_of(
    analyte: Analyte, value: lab_field.LabValue, *, taken_on: date, control: Decimal | None = None,
    limits: tuple[Decimal | None, Decimal | None] = (None, None),
) -> LabEntry:  # fmt: skip
    """Return what the action records."""
    low, high = limits
    return LabEntry(
        analyte=analyte.name,
        value=value.value,
        unit=value.unit.symbol,
        taken_on=taken_on,
        comparator=value.comparator,
        reference_low=low,
        reference_high=high,
        control=control,
    )


class PanelForm(dated.DatedForm):
    """The usual analytes of one day; what is left empty is not recorded. `only` names the analytes to ask for."""

    marks_optional = False

    taken_on = dated.PastDateField(
        label=gettext_lazy("Sample taken on"),
        error_messages={"required": gettext_lazy("Say on which day the sample was taken.")},
    )

    def __init__(self, *args, units: Mapping[str, str] | None = None, only: str = "", **keywords) -> None:
        super().__init__(*args, **keywords)
        self.asked = [analytes.ALL[only]] if only in analytes.ALL else list(analytes.ALL.values())
        for analyte in self.asked:
            field = lab_field.LabValueField(analyte, unit=(units or {}).get(analyte.name))
            self.fields[analyte.name] = field
            if analyte.name == PROTHROMBIN_TIME:
                self.fields["control"] = ControlField()

    @property
    def sections(self) -> list[tuple[str, object, list[forms.BoundField]]]:
        """The fields by group, in the order of the screen."""
        found = []
        for group, title in analytes.GROUPS.items():
            names = [analyte.name for analyte in self.asked if analyte.group == group]
            if PROTHROMBIN_TIME in names:
                names.insert(names.index(PROTHROMBIN_TIME) + 1, "control")
            if names:
                found.append((group, title, [self[name] for name in names]))
        return found

    def clean(self) -> dict:
        known = super().clean()
        problem = check_control(known.get(PROTHROMBIN_TIME), known.get("control"))
        if problem and PROTHROMBIN_TIME not in self.errors:
            self.add_error("control", problem)
        if not self.errors and not any(known.get(analyte.name) for analyte in self.asked):
            raise forms.ValidationError(_("Give at least one value."), code="empty")
        return known

    def entries(self) -> list[LabEntry]:
        """Return the values given."""
        known = self.cleaned_data
        return [
            entry_of(
                analyte,
                known[analyte.name],
                taken_on=known["taken_on"],
                control=known["control"] if analyte.name == PROTHROMBIN_TIME else None,
            )
            for analyte in self.asked
            if known[analyte.name]
        ]


class CorrectionForm(dated.DatedForm):
    """The right value in place of a wrong one, with the reason."""

    marks_optional = False

    taken_on = dated.PastDateField(label=gettext_lazy("Sample taken on"))
    reason = forms.CharField(
        label=gettext_lazy("Why the old value is wrong"),
        max_length=300,
        help_text=gettext_lazy("Stays with the old value, which is shown struck through."),
    )

    def __init__(self, *args, result: LabResult, **keywords) -> None:
        analyte = analytes.ALL[result.analyte]
        wrong = [
            f"{result.comparator}{written_numbers.as_text(result.value)}",
            analyte.unit_named(result.unit).symbol,
            "",
        ]
        initial = {"value": wrong, "taken_on": result.taken_on, "control": _text(result.control_value)}
        super().__init__(*args, initial=initial, **keywords)
        self.result, self.analyte = result, analyte
        self.fields["value"] = lab_field.LabValueField(analyte, required=True)
        names = ["value", "taken_on", "reason"]
        if analyte.name == PROTHROMBIN_TIME:
            self.fields["control"] = ControlField()
            names.insert(1, "control")
        self.order_fields(names)
        self.helper = helper(Fieldset(_("The right value"), *names, css_id="value-section"))

    def clean(self) -> dict:
        known = super().clean()
        problem = check_control(known.get("value"), known.get("control"))
        if problem and "value" not in self.errors:
            self.add_error("control", problem)
        if not self.errors and self.entry() == self._wrong_entry():
            raise forms.ValidationError(_("This is what is recorded already. Change it, or take it back."))
        return known

    def entry(self) -> LabEntry:
        """Return the right value; the limits of the laboratory stay."""
        known = self.cleaned_data
        return entry_of(
            self.analyte,
            known["value"],
            taken_on=known["taken_on"],
            control=known.get("control"),
            limits=(self.result.reference_low, self.result.reference_high),
        )

    def _wrong_entry(self) -> LabEntry:
        wrong = self.result
        return LabEntry(
            wrong.analyte, wrong.value, self.analyte.unit_named(wrong.unit).symbol, wrong.taken_on, wrong.comparator,
            wrong.reference_low, wrong.reference_high, wrong.control_value,
        )  # fmt: skip


def _text(number: Decimal | None) -> str:
    return "" if number is None else written_numbers.as_text(number)
