"""The two steps of a pasted report: the text, and what was understood of it, line by line, for confirmation."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients import lab_field, measured, written_numbers
from patients.actions.labs import LabEntry, canonical
from patients.forms import dated, lab_rivals
from patients.forms import labs as lab_forms
from patients.lab_report import report as reports
from patients.lab_report.report import Reading
from patients.models import Patient

MOST_ROWS = 200
OTHER_DAY = "other"

REASONS: Mapping[str, object] = {
    "no_name": gettext_lazy("No laboratory value that is kept here."),
    "several_names": gettext_lazy("Two analytes in one name, such as a ratio."),
    "no_number": gettext_lazy("No number."),
    "several_numbers": gettext_lazy("More than one number, and nothing says which is the result."),
    "unexplained": gettext_lazy("There is more on the line than a result."),
    "power_of_ten": gettext_lazy("The power of ten cannot be read for certain."),
    "number_in_word": gettext_lazy("The number is part of a word."),
    "not_a_number": gettext_lazy("The number cannot be read."),
    "other_specimen": gettext_lazy("Not blood."),
}


class PasteForm(forms.Form):
    """The text of a report as it was copied."""

    report = forms.CharField(
        label=gettext_lazy("Text of the report"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "report"}),
        error_messages={"required": gettext_lazy("Paste the text of the report here.")},
    )

    def __init__(self, data=None, **keywords) -> None:
        super().__init__(_without_null(data), **keywords)

    def clean_report(self) -> str:
        text = self.cleaned_data["report"]
        if not text.strip():
            raise forms.ValidationError(_("Paste the text of the report here."), code="required")
        if len(text) > reports.LONGEST_REPORT:
            raise forms.ValidationError(
                _("The text has %(given)s characters; %(most)s are the most. Paste only the laboratory part.")
                % {"given": f"{len(text):,}", "most": f"{reports.LONGEST_REPORT:,}"},
                code="too_long",
            )
        return text


def _without_null(data: QueryDict | None) -> dict | QueryDict | None:
    """A NUL from a binary clipboard is nothing that anyone typed."""
    if data is None or "\x00" not in data.get("report", ""):
        return data
    cleaned = data.copy()
    cleaned["report"] = data["report"].replace("\x00", "")
    return cleaned


class DayForm(forms.Form):
    """From which day the values are where the report leaves it open: one question for each set of possible days."""

    def __init__(self, *args, open_days: list[tuple[date, ...]], on: date, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.open_days = open_days
        for number, days in enumerate(open_days):
            choices = [(day.isoformat(), date_format(day, "j F Y")) for day in days]
            if choices:
                choices.append((OTHER_DAY, gettext_lazy("Another day")))
                self.fields[f"day_{number}"] = forms.ChoiceField(
                    label=gettext_lazy("Day of the sample"),
                    choices=choices,
                    widget=forms.RadioSelect,
                    required=False,
                )
            other = dated.PastDateField(label=_other_label(bool(choices)), required=False)
            other.limit(latest=on)
            self.fields[f"other_{number}"] = other

    def chosen(self) -> dict[tuple[date, ...], date | None]:
        """Return the day chosen for each set; None where none is."""
        return {days: self._chosen(number) for number, days in enumerate(self.open_days)}

    def _chosen(self, number: int) -> date | None:
        if not self.is_valid():
            return None
        picked = self.cleaned_data.get(f"day_{number}", OTHER_DAY)
        if picked and picked != OTHER_DAY:
            return date.fromisoformat(picked)
        return self.cleaned_data.get(f"other_{number}")

    def ask_for(self, days: tuple[date, ...]) -> None:
        """Mark the question that nobody answered."""
        number = self.open_days.index(days)
        name = f"day_{number}" if f"day_{number}" in self.fields else f"other_{number}"
        if name not in self.errors:
            self.add_error(name, _("Say on which day the sample was taken."))


def _other_label(is_another: bool):
    return gettext_lazy("If another day, which") if is_another else gettext_lazy("Day of the sample")


class RowForm(dated.DatedForm):
    """One result as understood, to keep, to mend or to leave out."""

    marks_optional = False

    keep = forms.BooleanField(required=False)
    taken_on = dated.PastDateField(label=gettext_lazy("Taken on"), required=False)

    def __init__(self, *args, reading: Reading, is_there: bool, **keywords) -> None:
        super().__init__(*args, initial=_initial(reading, is_there), **keywords)
        self.reading, self.is_there = reading, is_there
        # Other values of the same analyte and day: only one of them can be that day's value.
        self.rivals: list[Reading] = []
        self.fields["value"] = lab_field.LabValueField(
            reading.analyte, unit=reading.unit.symbol if reading.unit else "", required=True
        )
        self.fields["value"].error_messages["required"] = _("Give the value, or leave the line out.")
        self.fields["keep"].label = _("Save %(analyte)s") % {"analyte": _(reading.analyte.label)}
        if reading.analyte.name == lab_forms.PROTHROMBIN_TIME:
            self.fields["control"] = lab_forms.ControlField()

    def clean(self) -> dict:
        known = super().clean()
        if not known.get("keep"):
            # A line that is left out needs no mending.
            self.errors.clear()
            return known
        problem = lab_forms.check_control(known.get("value"), known.get("control"))
        if problem and "value" not in self.errors:
            self.add_error("control", problem)
        return known

    @property
    def notes(self) -> list[str]:
        """What the person should know of the line before it is kept."""
        reading, notes = self.reading, []
        if self.is_there:
            notes.append(_("Recorded already."))
        if self.rivals:
            notes.append(lab_rivals.in_words(self.rivals))
        if len(reading.values) > 1:
            notes.append(
                _("“%(written)s” can mean %(one)s or %(other)s. Write which.")
                % {"written": reading.value_as_written, "one": reading.values[0], "other": reading.values[1]}
            )
        notes += self._unit_notes()
        if reading.remark:
            notes.append(_("Also on the line: “%(remark)s”.") % {"remark": reading.remark})
        return notes

    def _unit_notes(self) -> list[str]:
        if self.reading.unit is not None:
            return []
        if self.reading.unit_as_written:
            return [_("The unit “%(unit)s” is not known here.") % {"unit": self.reading.unit_as_written}]
        return [_("The report gives no unit. Choose it.")]

    def entry(self, taken_on: date) -> LabEntry:
        """Return what the action records. Limits are given in the unit of the report, so they go with it only."""
        value, reading = self.cleaned_data["value"], self.reading
        has_limits = value.unit is reading.unit or reading.unit is None
        limits = (reading.reference_low, reading.reference_high) if has_limits else (None, None)
        return lab_forms.entry_of(
            reading.analyte, value, taken_on=taken_on, control=self.cleaned_data.get("control"), limits=limits
        )


def _initial(reading: Reading, is_there: bool) -> dict:
    number = written_numbers.as_text(reading.values[0]) if len(reading.values) == 1 else ""
    unit = reading.unit.symbol if reading.unit else ""
    is_foreign = reading.unit is None and bool(reading.unit_as_written)
    return {
        "keep": not is_there and not is_foreign,
        "value": [f"{reading.comparator}{number}" if number else "", unit, ""],
        "taken_on": reading.dates[0] if reading.date_is_certain else None,
        "control": written_numbers.as_text(reading.control) if reading.control is not None else "",
    }


class Confirmation:
    """All lines of a report together: the questions of the days, the rows, and what was not understood."""

    def __init__(self, data, *, text: str, patient: Patient, on: date) -> None:
        read = reports.read(text)
        self.not_understood = [(other, REASONS[other.why]) for other in read.not_understood]
        self.too_many = max(0, len(read.readings) - MOST_ROWS)
        readings = [_possible(reading, on, patient.birth_date) for reading in read.readings[:MOST_ROWS]]
        there = _recorded(patient, readings)
        open_days = list(dict.fromkeys(one.dates for one in readings if not one.date_is_certain))
        self.days = DayForm(data, prefix="days", open_days=open_days, on=on)
        self.rows = [
            RowForm(
                data, prefix=f"row-{number}", reading=reading, is_there=_key(reading) in there, on=on,
                birth_date=patient.birth_date,
            )
            for number, reading in enumerate(readings)
        ]  # fmt: skip
        lab_rivals.mark(self.rows)
        self.entries: list[LabEntry] = []
        self.error = ""

    @property
    def understood(self) -> int:
        return len(self.rows)

    @property
    def lines_with_numbers(self) -> list:
        return [one for one in self.not_understood if one[0].has_number]

    @property
    def lines_of_words(self) -> list:
        return [one for one in self.not_understood if not one[0].has_number]

    @property
    def problem_count(self) -> int:
        return len(self.days.errors) + sum(len(row.errors) for row in self.rows)

    def is_valid(self) -> bool:
        """Whether every kept row is right and has its day; fills `entries`."""
        chosen = self.days.chosen()
        valid_rows = [row for row in self.rows if row.is_valid()]
        rows_are_valid = len(valid_rows) == len(self.rows)
        kept = [row for row in valid_rows if row.cleaned_data["keep"]]
        dated: list[tuple[RowForm, LabEntry]] = []
        for row in kept:
            day = row.cleaned_data["taken_on"] or chosen.get(row.reading.dates)
            if day:
                dated.append((row, row.entry(day)))
            elif row.reading.date_is_certain:
                row.add_error("taken_on", _("Say on which day the sample was taken."))
            else:
                self.days.ask_for(row.reading.dates)
        if rows_are_valid and not kept:
            self.error = _("No line is ticked. Tick the values to save.")
        self.entries = [entry for _row, entry in dated]
        return not lab_rivals.refuse(dated) and rows_are_valid and len(dated) == len(kept) > 0

    def summary(self) -> str:
        """Say how much was understood."""
        return ngettext("%(n)d value understood", "%(n)d values understood", self.understood) % {
            "n": self.understood
        }


def _possible(reading: Reading, on: date, birth_date: date | None) -> Reading:
    """The reading without days that cannot be: after today, or before the patient was born."""
    days = tuple(day for day in reading.dates if day <= on and (birth_date is None or day >= birth_date))
    if len(days) == len(reading.dates) or reading.date_is_certain:
        return reading
    return replace(reading, dates=days, date_is_certain=len(days) == 1 and len(reading.dates) > 1)


def _key(reading: Reading) -> tuple | None:
    if len(reading.values) != 1 or reading.unit is None or not reading.date_is_certain:
        return None
    if not measured.is_possible(reading.analyte, reading.values[0], reading.unit):
        return None
    amount = canonical(reading.analyte.name, reading.values[0], reading.unit.symbol)
    return reading.analyte.name, reading.dates[0], reading.comparator, amount


def _recorded(patient: Patient, readings: list[Reading]) -> set[tuple]:
    """The keys of what the patient's record holds of these days."""
    days = {reading.dates[0] for reading in readings if reading.date_is_certain}
    found = patient.lab_results.filter(retracted_at=None, taken_on__in=days)
    return set(found.values_list("analyte", "taken_on", "comparator", "canonical_value"))
