"""Forms that register a patient, change who the patient is, and end or reopen the course."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms
from django.conf import settings
from django.utils import text
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients import search
from patients.forms import dated, parts
from patients.models import Diagnosis, Patient, Sex, YesNo

MAP = HTML("{% include 'patients/_map_for_picking.html' %}")
AETIOLOGIES = ("hepatitis_b", "hepatitis_c", "alcohol", "steatotic")


def mrn_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Record number (MRN)"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class WhoFields(dated.OnceForm):
    """Who the patient is: what the banner shows."""

    mrn = mrn_field()
    family_name = dated.text(gettext_lazy("Family name"), most=100)
    given_name = dated.text(gettext_lazy("Given name"), most=100)
    birth = parts.BirthField(label=gettext_lazy("Date of birth"))
    sex = dated.one_of(gettext_lazy("Sex"), Sex)

    def __init__(self, *args, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.fields["birth"].latest = self.on

    def clean_mrn(self) -> str:
        mrn = self.cleaned_data["mrn"]
        if not search.squeezed(mrn):
            raise forms.ValidationError(_("A record number has letters or digits."))
        return mrn

    def clean(self) -> dict:
        known = super().clean()
        if not known.get("family_name") and not known.get("given_name"):
            self.add_error("family_name", _("Give the family name or the given name."))
        return known

    def who(self) -> dict:
        """Return the columns of Patient."""
        known = self.cleaned_data
        return {
            "mrn": known["mrn"],
            "family_name": known["family_name"],
            "given_name": known["given_name"],
            "birth_date": known["birth"].date,
            "birth_year": known["birth"].year,
            "sex": known["sex"],
        }


class RegisterForm(WhoFields):
    """The least that the team must know: who it is, and what the disease is. One screen, 90 seconds."""

    basis = dated.one_of(gettext_lazy("Diagnosis by"), Diagnosis.Basis)
    diagnosed_on = dated.PastDateField(label=gettext_lazy("Diagnosed on"), required=False)
    aetiology = forms.MultipleChoiceField(
        label=gettext_lazy("Aetiology"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(name, text.capfirst(Diagnosis._meta.get_field(name).verbose_name)) for name in AETIOLOGIES]
        + [("no_other", gettext_lazy("None of the others"))],
        help_text=gettext_lazy("What is not ticked stays unknown, unless you tick “None of the others”."),
    )
    other_aetiology = dated.text(gettext_lazy("Other aetiology"))
    cirrhosis = dated.one_of(gettext_lazy("Cirrhosis"), Diagnosis.Degree)
    segments = parts.segments_field()
    longest_mm = parts.MillimetreField(label=gettext_lazy("Longest diameter"), required=False)
    measured_on = dated.PastDateField(label=gettext_lazy("Measured on"), required=False)
    measured_source = dated.text(
        gettext_lazy("Imaging"), most=60, help_text=gettext_lazy("CT, MRI, outside report …")
    )

    def __init__(self, *args, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.fields["aetiology"].is_inline = True
        self.fields["mrn"].widget.attrs["autofocus"] = True
        self.helper = helper(
            Fieldset(_("Who"), "mrn", "family_name", "given_name", "birth", "sex", css_id="who"),
            Fieldset(
                _("Disease"),
                *["basis", "diagnosed_on", "aetiology", "other_aetiology", "cirrhosis"],
                css_id="disease",
            ),
            Fieldset(
                _("First lesion"),
                *["segments", MAP, "longest_mm", "measured_on", "measured_source"],
                css_id="lesion",
            ),
        )
        self.helper.sections = {
            "who": {"number": 1},
            "disease": {"number": 2},
            "lesion": {"number": 3, "aside": _("Optional; more lesions can follow on the patient's page.")},
        }

    def clean(self) -> dict:
        known = super().clean()
        birth = known.get("birth")
        for name in ("diagnosed_on", "measured_on"):
            if (
                birth
                and known.get(name)
                and known[name] < (birth.date or known[name].replace(year=birth.year, month=1, day=1))
            ):
                self.add_error(name, _("This day is before the patient was born."))
        if known.get("longest_mm") is not None and not known.get("measured_on"):
            self.add_error("measured_on", _("Say on which day the lesion was measured."))
        return known

    def diagnosis(self) -> dict:
        """Return the columns of Diagnosis: ticked is yes; not ticked is no only when the person said so."""
        known = self.cleaned_data
        otherwise = YesNo.NO if "no_other" in known["aetiology"] else YesNo.NOT_KNOWN
        columns = {name: YesNo.YES if name in known["aetiology"] else otherwise for name in AETIOLOGIES}
        more = ("basis", "diagnosed_on", "other_aetiology", "cirrhosis")
        return columns | {name: known[name] for name in more}

    def lesion(self) -> dict | None:
        """Return the arguments of `add_lesion`, or None when nothing was said of a lesion."""
        known = self.cleaned_data
        if not known["segments"] and known["longest_mm"] is None:
            return None
        size = None
        if known["longest_mm"] is not None:
            size = {
                "longest_mm": known["longest_mm"],
                "measured_on": known["measured_on"],
                "source": known["measured_source"],
            }
        return {"seen": {"segments": known["segments"]}, "size": size}


class EditPatientForm(WhoFields):
    """Who the patient is, and how to reach them."""

    phone = dated.text(gettext_lazy("Phone"), most=40)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, choices=[("", "—"), *settings.PATIENT_LANGUAGES]
    )
    consents_to_messages = dated.one_of(gettext_lazy("Agrees to messages"), YesNo)
    message_channel = forms.ChoiceField(
        label=gettext_lazy("Messages by"), required=False, choices=[("", "—"), *Patient.Channel.choices]
    )
    referrer = dated.text(gettext_lazy("Referred by"))

    CONTACT = ("phone", "email", "language", "consents_to_messages", "message_channel", "referrer")

    def __init__(self, *args, patient: Patient, **keywords) -> None:
        initial = {
            name: getattr(patient, name)
            for name in ("mrn", "family_name", "given_name", "sex", *self.CONTACT)
        }
        initial["birth"] = parts.birth_as_written(patient.birth_date, patient.birth_year)
        super().__init__(*args, initial=initial, **keywords)
        self.helper = helper(
            Fieldset(_("Who"), "mrn", "family_name", "given_name", "birth", "sex", css_id="who"),
            Fieldset(_("How to reach the patient"), *self.CONTACT, css_id="contact"),
        )

    def clean(self) -> dict:
        known = super().clean()
        needs = {Patient.Channel.EMAIL: "email", Patient.Channel.TEXT_MESSAGE: "phone"}.get(
            known.get("message_channel")
        )
        if needs and not known.get(needs) and needs not in self.errors:
            self.add_error(needs, _("Needed for messages by this way."))
        return known

    def who(self) -> dict:
        return super().who() | {name: self.cleaned_data[name] for name in self.CONTACT}


class EndCourseForm(dated.DatedForm):
    """Why and when the course ended."""

    because = forms.ChoiceField(
        label=gettext_lazy("Ended because"),
        widget=forms.RadioSelect,
        choices=[
            (value, label)
            for value, label in Patient.EndedBecause.choices
            if value not in Patient.ENDED_OTHERWISE
        ],
        error_messages={"required": gettext_lazy("Choose the reason.")},
        help_text=gettext_lazy("That a patient declined or is lost is for a clinician to say."),
    )
    ended_on = dated.PastDateField(label=gettext_lazy("Ended on"))
    note = dated.text(gettext_lazy("Note"), most=300, help_text=gettext_lazy("Stays in the history."))

    def __init__(self, *args, is_clinician: bool, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.is_clinician = is_clinician
        self.helper = helper(Fieldset(_("End of the course"), "because", "ended_on", "note", css_id="end"))

    def clean_because(self) -> str:
        because = self.cleaned_data["because"]
        if because in Patient.ENDED_BY_CLINICIANS and not self.is_clinician:
            raise forms.ValidationError(_("A clinician says this: ask one to end the course."))
        return because


def helper(*layout) -> FormHelper:
    """Return the helper of a form in sections; the page writes the form tag and the buttons."""
    made = FormHelper()
    made.form_tag = False
    made.form_show_errors = False
    for section in layout:
        section.template = "layout/section.html"
    made.layout = Layout(*layout)
    return made
