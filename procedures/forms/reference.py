"""Forms of the reference rows. A file that is imported goes through the same ones, line by line."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidelines import reference
from patients import segment_map
from patients.forms import parts, register
from procedures.forms import reference_change
from procedures.models import Agent, Artery, EmbolicMaterial
from procedures.reference import kinds, reductions

AMOUNTS_OF_AGENTS = (
    *("usual_low", "usual_high", "most_per_procedure_mg", "most_per_procedure_mg_per_m2"),
    *("warn_lifetime_mg_per_m2", "most_lifetime_mg_per_m2", "impossible_above_mg"),
)


LONG_SOURCE = {"source": forms.Textarea(attrs={"rows": 3})}


class AmountField(parts.DecimalField):
    """A number of mg, mL …, more than nothing; with a decimal comma where somebody writes one."""

    def __init__(self, **keywords) -> None:
        keywords["min_value"] = Decimal("0.01")
        super().__init__(**keywords)

    def prepare_value(self, value):
        return format(value.normalize(), "f") if isinstance(value, Decimal) else value


class LinesField(forms.CharField):
    """A list that is written one to a line."""

    def __init__(self, *, read: Callable, write: Callable, **keywords) -> None:
        keywords.setdefault("widget", forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}))
        super().__init__(required=False, max_length=1000, **keywords)
        self.read, self.write = read, write

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else self.write(value)

    def clean(self, value) -> list:
        return self.read(super().clean(value))


class RowForm(forms.ModelForm):
    """One reference row. `asks_reason`: a person changes it on a page, and says why."""

    marks_optional = True

    def __init__(self, *args, asks_reason: bool = False, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.is_new = self.instance.pk is None
        if self.is_new:
            self.fields["code"] = _code_field()
        if asks_reason:
            self.fields["reason"] = reference_change.reason_field(gettext_lazy("Why"))
            self.fields["seen"] = reference_change.seen_field(self.instance)
        self.helper = register.helper(*self._sections())

    def _sections(self) -> Iterable[Fieldset]:
        raise NotImplementedError

    def _why(self) -> Iterable[Fieldset]:
        if "reason" in self.fields:
            yield Fieldset(_("Change"), "reason", "seen", css_id="change")

    def _named(self, *names: str) -> list[str]:
        return [*(["code"] if self.is_new else []), *names]

    def _demand_order(self, low: str, high: str, words: str) -> None:
        least, most = self.cleaned_data.get(low), self.cleaned_data.get(high)
        if least is not None and most is not None and least > most:
            self.add_error(high, words)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].lower()
        if type(self.instance)._default_manager.filter(code=code).exists():
            raise forms.ValidationError(_("There is a row with this code already."))
        self.instance.code = code
        return code

    def clean_seen(self) -> str:
        return reference_change.checked_version(self.instance, self.cleaned_data["seen"])


def _code_field() -> forms.SlugField:
    return forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy(
            "Small letters, digits and hyphens: how files and records call it. It stays for good."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def _bilirubin() -> LinesField:
    return LinesField(
        label=gettext_lazy("Reductions by bilirubin"),
        read=reductions.bilirubin_from,
        write=reductions.bilirubin_text,
        help_text=gettext_lazy("One range to a line, with the part of the dose to give: 1.2–3 mg/dL: 50 %"),
    )


def _kidney() -> LinesField:
    return LinesField(
        label=gettext_lazy("Reductions by creatinine clearance"),
        read=reductions.kidney_from,
        write=reductions.kidney_text,
        help_text=gettext_lazy(
            "One clearance to a line, with reduce, usually avoid or avoid: <60 mL/min: reduce"
        ),
    )


class AgentForm(RowForm):
    bilirubin_reductions = _bilirubin()
    renal_reductions = _kidney()

    USUAL = ("usual_low", "usual_high", "usual_basis")
    CEILINGS = (
        *("most_per_procedure_mg", "most_per_procedure_mg_per_m2"),
        *("warn_lifetime_mg_per_m2", "most_lifetime_mg_per_m2"),
    )

    class Meta:
        model = Agent
        fields = kinds.KINDS[kinds.AGENTS].columns
        widgets = {"usual_basis": forms.RadioSelect, **LONG_SOURCE}
        field_classes = dict.fromkeys(AMOUNTS_OF_AGENTS, AmountField)
        help_texts = {
            "impossible_above_mg": gettext_lazy(
                "A dose above this is refused as a slip of the unit: ten times the most that anybody gives."
            ),
            "source": gettext_lazy(
                "For each number. What no text gives: not in source; local pharmacy sign-off needed."
            ),
        }

    def _sections(self) -> Iterable[Fieldset]:
        yield Fieldset(_("Agent"), *self._named("name", "abbreviation"), css_id="agent")
        yield Fieldset(_("Usual dose"), *self.USUAL, css_id="usual")
        yield Fieldset(
            _("Ceilings"), *self.CEILINGS, "is_anthracycline", "impossible_above_mg", css_id="ceilings"
        )
        yield Fieldset(_("Reductions"), "bilirubin_reductions", "renal_reductions", css_id="reductions")
        yield Fieldset(_("Source"), "source", css_id="source")
        yield from self._why()

    def clean(self) -> dict:
        answers = super().clean() or self.cleaned_data
        self._demand_order("usual_low", "usual_high", _("The usual range ends before it begins."))
        self._demand_order(
            *("warn_lifetime_mg_per_m2", "most_lifetime_mg_per_m2"),
            _("The lifetime ceiling lies below the number from which it warns."),
        )
        self._demand_order(
            *("most_per_procedure_mg", "impossible_above_mg"),
            _("A dose within the ceiling would be refused as impossible."),
        )
        return answers


class EmbolicMaterialForm(RowForm):
    class Meta:
        model = EmbolicMaterial
        fields = kinds.KINDS[kinds.MATERIALS].columns
        field_classes = dict.fromkeys(("warn_volume_ml", "most_volume_ml", "most_drug_mg"), AmountField)
        widgets = LONG_SOURCE
        help_texts = {"source": AgentForm.Meta.help_texts["source"]}

    def _sections(self) -> Iterable[Fieldset]:
        yield Fieldset(_("Material"), *self._named("name", "kind"), css_id="material")
        yield Fieldset(_("Size"), "size_low_um", "size_high_um", css_id="size")
        yield Fieldset(_("Ceilings"), "warn_volume_ml", "most_volume_ml", "most_drug_mg", css_id="ceilings")
        yield Fieldset(_("Required in a record"), "requires_lot", "requires_udi", css_id="required")
        yield Fieldset(_("Source"), "source", css_id="source")
        yield from self._why()

    def clean(self) -> dict:
        answers = super().clean() or self.cleaned_data
        self._demand_order("size_low_um", "size_high_um", _("The sizes end before they begin."))
        if answers.get("size_high_um") is not None and answers.get("size_low_um") is None:
            self.add_error("size_low_um", _("Say the smallest size too."))
        self._demand_order(
            "warn_volume_ml", "most_volume_ml", _("The ceiling lies below the number from which it warns.")
        )
        return answers


class ArteryForm(RowForm):
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Arises from"),
        queryset=Artery.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("Nothing in this list"),
        error_messages={"invalid_choice": gettext_lazy("There is no artery with this code.")},
    )
    segments = forms.MultipleChoiceField(
        label=gettext_lazy("Segments that it usually supplies"),
        required=False,
        choices=[(segment, f"S{segment}") for segment in segment_map.SEGMENTS],
        widget=forms.CheckboxSelectMultiple,
    )
    michels_type = forms.ChoiceField(
        label=gettext_lazy("Michels type"),
        required=False,
        choices=[("", "—"), *((name, name) for name in reference.MICHELS_TYPES)],
    )

    class Meta:
        model = Artery
        fields = kinds.KINDS[kinds.ARTERIES].columns
        widgets = LONG_SOURCE

    def __init__(self, *args, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.fields["segments"].is_inline = True
        # By its code, as the choices are; the key of the row would match none of them.
        self.initial["parent"] = self.instance.parent

    def _sections(self) -> Iterable[Fieldset]:
        yield Fieldset(_("Artery"), *self._named("name", "kind", "parent", "order"), css_id="artery")
        yield Fieldset(_("What it supplies"), "side", "segments", "michels_type", css_id="supplies")
        yield Fieldset(_("Source"), "source", css_id="source")
        yield from self._why()

    def clean_parent(self) -> Artery | None:
        parent = self.cleaned_data["parent"]
        if parent is not None and self.instance.pk in _line_of(parent):
            raise forms.ValidationError(_("This artery would arise from itself."))
        return parent


def _line_of(artery: Artery) -> set[int]:
    """Return the keys of an artery and of all that it arises from."""
    parents = dict(Artery.objects.values_list("pk", "parent_id"))
    line: set[int] = set()
    key: int | None = artery.pk
    while key is not None and key not in line:
        line.add(key)
        key = parents.get(key)
    return line


FORMS: dict[str, type[RowForm]] = {
    kinds.AGENTS: AgentForm,
    kinds.MATERIALS: EmbolicMaterialForm,
    kinds.ARTERIES: ArteryForm,
}
