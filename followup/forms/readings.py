"""The form of a reading: a row for each lesion, the whole scan, AFP, and why it is corrected or adjudicated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup import reading_answers, reading_record, reading_scans
from followup.models import LesionReading, Reading
from followup.models.reviews import ImagingModality
from followup.reading_work import Row, Work
from guidelines import lirads_response
from patients import analytes, measure_fields, segment_map, written_numbers
from patients.forms import dated
from patients.models import YesNo
from procedures import answers as told
from procedures.forms import boxes

UNITS: Mapping[str, int] = {"mm": 1, "cm": 10}
OF_IMAGES = ("dynamic_enhanced", "modality")
OF_SCAN = (
    "viable_tumour", "necrosis", "lipiodol_deposition", "enlargement", "new_lesions",
    "non_target", "thrombus", "spread",
)  # fmt: skip
LONGEST_MM = 500  # the range of `largest_lesion_mm` in guidelines.facts
NOT_KNOWN = ("", gettext_lazy("Not known"))
YES_OR_NO = [(YesNo.YES, YesNo.YES.label), (YesNo.NO, YesNo.NO.label)]


def choice(label: Any, choices: Iterable[tuple[str, Any]], unknown: Any = None) -> forms.ChoiceField:
    """A choice as radios, what is not known last and apart."""
    listed = [*choices, ("", unknown) if unknown else NOT_KNOWN]
    return forms.ChoiceField(label=label, choices=listed, required=False, widget=forms.RadioSelect)


class PickField(forms.ChoiceField):
    """A choice that drops down; `shown_when`: the answer to which it belongs, as reading.js reads it."""

    shown_when = ""


def pick(label: Any, choices: Iterable[tuple[str, Any]], first: str = "—") -> PickField:
    """A choice that drops down: for the rows of the table."""
    return PickField(label=label, choices=[("", first), *choices], required=False)


class LengthField(forms.CharField):
    """A diameter as it is written, in the unit of the page unless it names one; cleaned to millimetres."""

    def __init__(self, unit: str, **keywords: Any) -> None:
        super().__init__(required=False, max_length=20, **keywords)
        self.unit = unit

    def clean(self, value: Any) -> Any:
        text = (boxes.plain(super().clean(value)) or "").strip()
        if not text:
            return None
        millimetres = self._millimetres(text)
        if not 0 <= millimetres <= LONGEST_MM:
            raise forms.ValidationError(_("A diameter is 0 to %d mm.") % LONGEST_MM, code="range")
        if millimetres != millimetres.quantize(Decimal("0.1")):
            raise forms.ValidationError(_("Write it to a tenth of a millimetre."), code="too_exact")
        return written_numbers.as_json(millimetres)

    def _millimetres(self, text: str) -> Decimal:
        refused = forms.ValidationError(_("Write one number, such as 44 or 4.4 cm."), code="not_a_number")
        try:
            entry = written_numbers.read_entry(text)
        except written_numbers.NotANumber:
            raise refused from None
        factor = UNITS.get(entry.unit_text.strip().lower() or self.unit)
        if factor is None or not entry.is_exact:
            raise refused
        return entry.ends[0] * factor

    def text_of(self, millimetres: Any) -> str:
        """What stands in the box, in the unit of the page."""
        return written_numbers.as_text(Decimal(str(millimetres)) / UNITS[self.unit])


class TargetField(forms.BooleanField):
    """A box to tick whose answer is yes or no: it is proposed, so that "not ticked" is an answer."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(required=False, **keywords)

    def clean(self, value: Any) -> str:
        return "yes" if super().clean(value) else "no"


class DayField(dated.PastDateField):
    """A day that has come, cleaned to its ISO text as the answers keep it."""

    def clean(self, value: Any) -> str | None:
        day = super().clean(value)
        return day.isoformat() if day else None


class AfpField(measure_fields.MeasureField):
    """AFP with its unit, and the sign of a value beyond what the laboratory measures."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(analytes.ALL["afp_ng_per_ml"], **keywords)

    def clean(self, value: Any) -> dict[str, Any] | None:
        text, unit_text = value or ["", None]
        if not (text or "").strip():
            return None
        entry, unit = self.read([text.strip()], unit_text)
        if len(entry.ends) != 1:
            raise forms.ValidationError(_("AFP: write one number."), code="range")
        return {
            "value": written_numbers.as_json(entry.ends[0]),
            "unit": unit.symbol,
            "comparator": entry.comparator,
        }


@dataclass
class LesionBoxes:
    """The boxes of one lesion, by their name without the lesion's key."""

    row: Row
    boxes: dict[str, forms.BoundField] = field(default_factory=dict)

    @property
    def lirads(self) -> list[forms.BoundField]:
        return [box for name, box in self.boxes.items() if name.startswith(reading_answers.LIRADS)]

    @property
    def is_told(self) -> bool:
        """Whether something stands in the boxes that are folded away."""
        folded = ("oil", "treated", "split_from", "note", "segments")
        return any(self.boxes[name].value() for name in folded if name in self.boxes) or any(
            box.value() for box in self.lirads
        )

    @property
    def has_error(self) -> bool:
        return any(box.errors for box in self.boxes.values())


class ReadingForm(boxes.AnswersForm):
    """Everything that a reader says of one scan."""

    unit = forms.ChoiceField(
        label=gettext_lazy("Unit of length"),
        choices=[(unit, unit) for unit in UNITS],
        required=False,
        widget=forms.RadioSelect,
    )
    modality = choice(gettext_lazy("Imaging"), ImagingModality.choices)
    dynamic_enhanced = choice(gettext_lazy("Dynamic enhanced scan"), YES_OR_NO)
    lipiodol_deposition = choice(gettext_lazy("Oil deposition"), Reading.Deposition.choices)
    necrosis = choice(gettext_lazy("Necrosis"), Reading.Necrosis.choices)
    viable_tumour = choice(gettext_lazy("Viable tumour"), YES_OR_NO)
    enlargement = choice(gettext_lazy("Enlargement"), YES_OR_NO)
    new_lesions = choice(gettext_lazy("New lesions"), YES_OR_NO)
    non_target = choice(
        gettext_lazy("Lesions that are not targets"),
        Reading.NonTarget.choices,
        gettext_lazy("From the table"),
    )
    thrombus = choice(gettext_lazy("Tumour thrombus"), Reading.Thrombus.choices)
    spread = choice(gettext_lazy("Spread outside the liver"), Reading.Spread.choices)
    impression = boxes.PlainText(
        label=gettext_lazy("Impression"),
        max_length=boxes.LONGEST_NARRATIVE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    afp = AfpField(label=gettext_lazy("AFP, a newer one"))
    afp_on = DayField(label=gettext_lazy("Taken on"), required=False)
    why = boxes.PlainText(
        label=gettext_lazy("Reason"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 300}),
    )

    def __init__(self, data: Any, *, work: Work, on: date) -> None:
        super().__init__(data)
        self.work = work
        chosen = data.get("unit")
        self.length_unit = chosen if chosen in UNITS else "mm"
        taken_on = self.fields["afp_on"]
        if isinstance(taken_on, DayField):
            taken_on.limit(latest=on, birth_date=work.reading.review.patient.birth_date)
        for row in work.rows:
            for name, made in self._fields_of(row).items():
                self.fields[reading_answers.of_lesion(row.key, name)] = made

    def _fields_of(self, row: Row) -> dict[str, forms.Field]:
        others = [(other.key, other.label) for other in self.work.rows if other.lesion and other is not row]
        found: dict[str, forms.Field] = {
            "longest": LengthField(self.length_unit, label=_("Longest")),
            "viable": LengthField(self.length_unit, label=_("Viable")),
            "state": pick(_("State"), LesionReading.State.choices),
            "merged_into": pick(_("Grown together with"), others),
            "split_from": pick(_("Split from"), others),
            "treated": pick(_("Treated"), YES_OR_NO, _("By the procedures")),
            "oil": pick(_("Oil"), Reading.Deposition.choices),
            "note": boxes.PlainText(label=_("Note"), max_length=300, required=False),
        }
        for question in lirads_response.EDITIONS[reading_record.LIRADS_EDITION].questions:
            answers = [(value, _(label)) for value, label in question.answers.items()]
            asked = pick(_(question.label), answers)
            found[reading_answers.LIRADS + question.key] = asked
            if question.asked_when:
                decides = reading_answers.of_lesion(row.key, f"{reading_answers.LIRADS}enhancement")
                asked.shown_when = " ".join([decides, *question.asked_when])
        if self.work.fixed_targets is None and row.baseline:
            found["target"] = TargetField(label=_("Target"))
        if row.is_added:
            segments = [(segment, f"S{segment}") for segment in segment_map.SEGMENTS]
            ticks = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
            found["segments"] = boxes.SeveralField(
                label=_("Segments"), choices=segments, required=False, widget=ticks
            )
        return found

    def clean(self) -> dict[str, Any]:
        known = super().clean()
        for row in self.work.rows:
            longest, viable = (
                known.get(reading_answers.of_lesion(row.key, name)) for name in ("longest", "viable")
            )
            if longest is not None and viable is not None and viable > longest:
                self.add_error(
                    reading_answers.of_lesion(row.key, "viable"),
                    _("The viable part cannot be longer than the lesion."),
                )
        return known

    @property
    def of_images(self) -> list[forms.BoundField]:
        """How the scan was made: what decides whether viable tumour can be judged."""
        return [self[name] for name in OF_IMAGES]

    @property
    def of_scan(self) -> list[forms.BoundField]:
        """The questions about the whole scan, in the order of the page."""
        return [self[name] for name in OF_SCAN]

    @property
    def lesions(self) -> list[LesionBoxes]:
        """The rows of the table with their boxes."""
        found = {row.key: LesionBoxes(row) for row in self.work.rows}
        for name in self.fields:
            key, dash, rest = name.partition("-")
            if dash and key in found:
                found[key].boxes[rest] = self[name]
        return list(found.values())


def shown(answers: reading_answers.Answers, *, work: Work, on: date) -> ReadingForm:
    """Return the form with what is held, what could not be read as it was typed, and the proposed targets ticked."""
    form = ReadingForm({"unit": told.value_of(answers, "unit")}, work=work, on=on)
    form.data = _data_of(answers, form, reading_scans.targets_of(work, answers))
    return form


def _data_of(answers: reading_answers.Answers, form: ReadingForm, targets: set[str]) -> QueryDict:
    data = boxes.data_of(answers, form.fields)
    for name, made in form.fields.items():
        answer = answers.get(name, told.NONE)
        if isinstance(made, LengthField) and answer.get("value") is not None:
            data[name] = made.text_of(answer["value"])
        elif isinstance(made, TargetField):
            data[name] = "on" if name.partition("-")[0] in targets else ""
        elif isinstance(made, AfpField) and answer.get("value"):
            data[name] = answer["value"]["comparator"] + written_numbers.as_text(answer["value"]["value"])
    data["unit"] = form.length_unit
    return data
