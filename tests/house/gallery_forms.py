"""Forms of the gallery: every kind of field in every state, with the content that a ward would give it."""

from datetime import date

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms


class MeasureField(forms.MultiValueField):
    """A value and its unit, as the product's own fields give them to `fields/measure.html`."""

    def __init__(self, *, units, ends=1, **more):
        widgets = [forms.TextInput() for _ in range(ends)] + [forms.RadioSelect(choices=units)]
        parts = [forms.DecimalField(required=False) for _ in range(ends)] + [forms.ChoiceField(choices=units)]
        super().__init__(
            fields=parts, widget=Together(widgets), required=False, require_all_fields=False, **more
        )

    def compress(self, values):
        return values


class Together(forms.MultiWidget):
    def decompress(self, value):
        return value or [None] * len(self.widgets)


class AssessmentForm(forms.Form):
    bilirubin = MeasureField(label="Bilirubin", units=[("umol", "µmol/L"), ("mg", "mg/dL")])
    inr = MeasureField(label="INR", units=[("ratio", "ratio")])
    sodium = MeasureField(label="Sodium", units=[("mmol", "mmol/L")])
    platelets = MeasureField(label="Platelets", units=[("e9", "×10⁹/L")], help_text="Of the last 4 weeks.")
    share = MeasureField(label="Tumour share of liver", units=[("pc", "%")], ends=2)
    ascites = forms.ChoiceField(
        label="Ascites",
        widget=forms.RadioSelect,
        required=False,
        choices=[
            ("none", "None"),
            ("slight", "Slight"),
            ("moderate_to_severe", "Moderate to severe"),
            ("", "Not known"),
        ],
    )
    infection = forms.ChoiceField(
        label="Active infection",
        widget=forms.RadioSelect,
        required=False,
        choices=[
            ("none", "None"),
            ("treatable", "Treatable at the same time"),
            ("not_treatable", "Not treatable"),
            ("", "Not known"),
        ],
    )
    hypersplenism = forms.ChoiceField(
        label="Hypersplenism",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
    )
    plan = forms.CharField(label="Individual plan", widget=forms.Textarea(attrs={"rows": 2}), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._annotate()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.sections = {
            "liver": {"number": 1, "aside": "Filled from the laboratory. Change what is wrong."},
            "condition": {"number": 2, "state": "1 of 3 answered", "none_name": "none_of_condition"},
        }
        section = "layout/section.html"
        self.helper.layout = Layout(
            Fieldset(
                "Liver function and blood",
                *["bilirubin", "inr", "sodium", "platelets", "share", "ascites"],
                css_id="liver",
                template=section,
            ),
            Fieldset("Condition", "infection", "hypersplenism", "plan", css_id="condition", template=section),
        )

    def _annotate(self):
        recent = {"on": date(2026, 11, 19), "age_days": 4}
        self.fields["bilirubin"].provenance = {**recent, "equivalent": "1.1 mg/dL"}
        self.fields["inr"].provenance = {
            "on": date(2026, 10, 12),
            "age_days": 42,
            "is_stale": True,
            "stale_note": "Older than the 28 days that the team allows. It still counts; repeat it first.",
        }
        self.fields["sodium"].provenance = {"source": "Typed today"}
        self.fields["platelets"].provenance = recent
        self.fields["platelets"].clauses = ["4.8b"]
        self.fields["share"].fact_template = "fields/measure_range.html"
        self.fields["share"].clauses = ["3.1.1", "4.7"]
        self.fields["infection"].clauses = ["4.4"]

    def clean_sodium(self):
        value = self.cleaned_data["sodium"]
        if value and value[0] and not 100 <= value[0] <= 180:
            raise forms.ValidationError(
                f"Sodium must be between 100 and 180 mmol/L. You gave {value[0]}. Did you mean 137?"
            )
        return value


class RegistrationForm(forms.Form):
    marks_optional = True

    mrn = forms.CharField(label="Record number (MRN)", max_length=20)
    born = forms.DateField(
        label="Date of birth",
        widget=forms.DateInput(attrs={"type": "date"}),
        required=False,
        help_text="The year alone is enough when the day is not known.",
    )
    sex = forms.ChoiceField(
        label="Sex",
        widget=forms.RadioSelect,
        choices=[("female", "Female"), ("male", "Male"), ("not_known", "Not known")],
    )
    height = forms.DecimalField(label="Height", required=False)
    language = forms.ChoiceField(label="Language", choices=[("en", "English"), ("zh", "中文")])
    segments = forms.MultipleChoiceField(
        label="Segments",
        widget=forms.CheckboxSelectMultiple,
        choices=[(s, f"S{s}") for s in ["1", "2", "3", "4a", "4b", "5", "6", "7", "8"]],
    )
    report = forms.FileField(label="Report", required=False)
    consents = forms.BooleanField(label="Agrees to be written to about appointments", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["height"].unit = "cm"
        self.helper = FormHelper()
        self.helper.form_tag = False
