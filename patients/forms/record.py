"""Forms of the record: the disease, standing risks, allergies and earlier treatments."""

from decimal import Decimal

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.forms import dated, parts
from patients.forms.register import helper
from patients.models import Diagnosis, PriorTreatment, StandingRisks, YesNo

# Beyond any single course: a slip of the decimal point, refused.
LARGEST_DOSE_MG = Decimal(20000)


class DiagnosisForm(dated.DatedForm):
    """The disease and the liver that it sits in."""

    basis = dated.one_of(gettext_lazy("Diagnosis by"), Diagnosis.Basis)
    diagnosed_on = dated.PastDateField(label=gettext_lazy("Diagnosed on"), required=False)
    hepatitis_b = dated.one_of(gettext_lazy("Hepatitis B"), YesNo)
    hepatitis_c = dated.one_of(gettext_lazy("Hepatitis C"), YesNo)
    alcohol = dated.one_of(gettext_lazy("Alcohol"), YesNo)
    steatotic = dated.one_of(gettext_lazy("Steatotic liver disease"), YesNo)
    other_aetiology = dated.text(gettext_lazy("Other aetiology"))
    cirrhosis = dated.one_of(gettext_lazy("Cirrhosis"), Diagnosis.Degree)
    diabetes = dated.one_of(gettext_lazy("Diabetes"), YesNo)
    pathology = dated.text(gettext_lazy("Pathology"), most=dated.LONGEST_TEXT, rows=4)
    grade = dated.one_of(gettext_lazy("Grade"), Diagnosis.Grade)

    DISEASE = ("basis", "diagnosed_on", "pathology", "grade")
    LIVER = ("hepatitis_b", "hepatitis_c", "alcohol", "steatotic", "other_aetiology", "cirrhosis", "diabetes")

    def __init__(self, *args, diagnosis: Diagnosis, **keywords) -> None:
        initial = {name: getattr(diagnosis, name) for name in (*self.DISEASE, *self.LIVER)}
        super().__init__(*args, initial=initial, **keywords)
        self.helper = helper(
            Fieldset(_("Disease"), *self.DISEASE, css_id="disease"),
            Fieldset(_("Liver"), *self.LIVER, css_id="liver"),
        )


class RisksForm(dated.DatedForm):
    """Lasting risks that each procedure has to respect."""

    antithrombotics = dated.one_of(gettext_lazy("Takes antithrombotics"), YesNo)
    antithrombotics_which = dated.text(gettext_lazy("Which antithrombotics"))
    bilioenteric_anastomosis = dated.one_of(
        gettext_lazy("Bilioenteric anastomosis or biliary stent"),
        YesNo,
        help_text=gettext_lazy("Raises the risk of a liver abscess after embolisation."),
    )
    thyroid_disease = dated.one_of(
        gettext_lazy("Thyroid disease"),
        YesNo,
        help_text=gettext_lazy("Iodinated contrast may upset the thyroid."),
    )
    pregnancy_possible = dated.one_of(gettext_lazy("Pregnancy possible"), YesNo)
    other = dated.text(gettext_lazy("Other risks"), most=dated.LONGEST_TEXT, rows=3)

    COLUMNS = (
        "antithrombotics",
        "antithrombotics_which",
        "bilioenteric_anastomosis",
        "thyroid_disease",
        "pregnancy_possible",
        "other",
    )

    def __init__(self, *args, risks: StandingRisks, **keywords) -> None:
        super().__init__(*args, initial={name: getattr(risks, name) for name in self.COLUMNS}, **keywords)
        self.helper = helper(Fieldset(_("Standing risks"), *self.COLUMNS, css_id="risks"))

    def clean(self) -> dict:
        known = super().clean()
        if known.get("antithrombotics_which") and known.get("antithrombotics") == YesNo.NO:
            self.add_error("antithrombotics", _("A medicine is named below, so this cannot be “No”."))
        return known


class AllergyForm(dated.DatedForm):
    """One substance that the patient reacts to."""

    substance = dated.text(
        gettext_lazy("Substance"),
        most=120,
        required=True,
        help_text=gettext_lazy("Iodinated contrast, a medicine, iodised oil, gelatin, latex …"),
    )
    reaction = dated.text(
        gettext_lazy("Reaction"), most=120, help_text=gettext_lazy("What happened: rash, anaphylaxis …")
    )
    since_year = forms.IntegerField(
        label=gettext_lazy("Year of the reaction"), required=False, min_value=1900
    )

    def __init__(self, *args, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.helper = helper(Fieldset(_("Allergy"), "substance", "reaction", "since_year", css_id="allergy"))

    def clean_since_year(self) -> int | None:
        year = self.cleaned_data["since_year"]
        if year and year > self.on.year:
            raise forms.ValidationError(_("This year is in the future."))
        return year


class TreatmentForm(dated.DatedForm):
    """A treatment before this team's own, or elsewhere; its doses count towards lifetime ceilings."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Treatment"), choices=[("", "—"), *PriorTreatment.Kind.choices]
    )
    treated = parts.PartlyKnownDateField(label=gettext_lazy("When"), required=False)
    place = dated.text(gettext_lazy("Where"), most=120)
    description = dated.text(gettext_lazy("What was done"), most=300)
    outcome = dated.one_of(
        gettext_lazy("Outcome"),
        PriorTreatment.Outcome,
        help_text=gettext_lazy(
            "Failed or came back after surgery is an indication of its own (clause 3.1.4)."
        ),
    )

    def __init__(self, *args, treatment: PriorTreatment | None = None, **keywords) -> None:
        super().__init__(
            *args, initial=_initial(treatment) if treatment else {"outcome": "not_known"}, **keywords
        )
        self.fields["treated"].latest = self.on
        self.fields["treated"].birth_date = keywords.get("birth_date")
        self.helper = helper(
            Fieldset(
                _("Earlier treatment"),
                *["kind", "treated", "place", "description", "outcome"],
                css_id="treatment",
            )
        )

    def columns(self, doses: list[dict]) -> dict:
        """Return the columns of PriorTreatment."""
        known = self.cleaned_data
        treated = known["treated"]
        return {
            "kind": known["kind"],
            "treated_year": treated.year,
            "treated_month": treated.month,
            "treated_day": treated.day,
            "place": known["place"],
            "description": known["description"],
            "outcome": known["outcome"],
            "doses": doses,
        }


def _initial(treatment: PriorTreatment) -> dict:
    columns = ("kind", "place", "description", "outcome", "treated")
    return {name: getattr(treatment, name) for name in columns}


class DoseForm(forms.Form):
    """One agent with its dose."""

    PER = (("total", gettext_lazy("mg in total")), ("per_m2", gettext_lazy("mg per m²")))

    agent = forms.CharField(
        label=gettext_lazy("Agent"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "agents", "autocomplete": "off", "class": "form-control"}),
    )
    dose = parts.DecimalField(
        label=gettext_lazy("Dose"),
        required=False,
        max_value=LARGEST_DOSE_MG,
        max_digits=8,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "form-control num"}),
    )
    per = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=PER,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def clean_dose(self) -> Decimal | None:
        dose = self.cleaned_data["dose"]
        if dose is not None and dose <= 0:
            raise forms.ValidationError(_("A dose is more than 0 mg."))
        return dose

    def clean(self) -> dict:
        known = super().clean()
        if known.get("dose") is not None and not known.get("agent"):
            self.add_error("agent", _("Name the agent."))
        return known


class _DoseFormSet(forms.BaseFormSet):
    def doses(self) -> list[dict]:
        """Return the rows that name an agent; a dose that nobody knows is None."""
        return [
            {
                "agent": row["agent"],
                "dose": None if row["dose"] is None else format(row["dose"].normalize(), "f"),
                "per": row["per"] or "total",
            }
            for row in self.cleaned_data
            if row.get("agent")
        ]


DoseFormSet = forms.formset_factory(DoseForm, formset=_DoseFormSet, extra=2, max_num=40, absolute_max=60)
