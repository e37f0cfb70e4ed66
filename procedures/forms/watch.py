"""The call script as a form: one screen for a ward round or a telephone call."""

from datetime import datetime, timedelta
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidelines.fact import Fact
from patients.forms import dated, parts
from patients.forms.register import helper
from procedures import symptoms
from procedures.actions import watch as actions
from procedures.models import SymptomEntry

ANSWERS = [("no", gettext_lazy("No")), ("yes", gettext_lazy("Yes")), ("", gettext_lazy("Not asked"))]
PAIN = [*((str(number), str(number)) for number in range(11)), ("", gettext_lazy("Not asked"))]
# The clocks of a ward and of the server are not the same to the minute.
AHEAD = timedelta(minutes=5)


def _radios(label: Any, choices: list, **keywords: Any) -> forms.ChoiceField:
    keywords.setdefault("required", False)
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **keywords)


def _sign(fact: Fact) -> forms.ChoiceField:
    """A sign of the liver; what nobody looked at stays unknown, whatever is ticked for the questions."""
    choices = [(value, gettext_lazy(label)) for value, label in (fact.choices or {}).items()]
    choices.append(("", gettext_lazy("Not examined")))
    help_text = gettext_lazy(fact.help) if fact.help else ""
    return _radios(gettext_lazy(fact.label), choices, initial="", help_text=help_text)


class TemperatureField(parts.DecimalField):
    """A body temperature, to a tenth."""

    unit = "°C"


class SymptomForm(dated.OnceForm):
    """How the patient is now. A question that is left open was not asked."""

    marks_optional = False

    asked_at = forms.DateTimeField(
        label=gettext_lazy("Asked at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": gettext_lazy("Say when you asked.")},
    )
    channel = _radios(
        gettext_lazy("By"),
        SymptomEntry.Channel.choices,
        required=True,
        error_messages={"required": gettext_lazy("Ward round, call or visit?")},
    )
    temperature_c = TemperatureField(
        label=gettext_lazy("Temperature"),
        required=False,
        max_digits=3,
        decimal_places=1,
        min_value=30,
        max_value=45,
    )
    pain = _radios(gettext_lazy("Pain, 0 to 10"), PAIN)
    rest_is_no = forms.BooleanField(
        label=gettext_lazy("I asked the other questions too: no to each that is open"), required=False
    )
    note = dated.text(gettext_lazy("Note"), most=300)

    def __init__(self, *args: Any, now: datetime, started_at: datetime, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.now, self.started_at = now, started_at
        for question in symptoms.QUESTIONS:
            self.fields[question.key] = _radios(gettext_lazy(question.asks), ANSWERS, initial="")
            if question.clause:
                self.fields[question.key].clauses = [question.clause]
        for name, fact in symptoms.LIVER_SIGNS.items():
            self.fields[name] = _sign(fact)
        names = [question.key for question in symptoms.QUESTIONS]
        self.helper = helper(
            Fieldset(_("Measured"), "temperature_c", "pain", css_id="measured"),
            Fieldset(_("Questions, in this order"), *names, "rest_is_no", css_id="questions"),
            Fieldset(_("The liver, where you examined it"), *symptoms.LIVER_SIGNS, css_id="liver"),
            Fieldset(_("When and how"), "asked_at", "channel", "note", "form_key", css_id="when"),
        )

    def clean_asked_at(self) -> datetime:
        asked_at = self.cleaned_data["asked_at"]
        if asked_at > self.now + AHEAD:
            raise forms.ValidationError(_("This is in the future."))
        if asked_at < self.started_at.replace(second=0, microsecond=0):
            raise forms.ValidationError(_("This is before the procedure began."))
        return asked_at

    def clean_pain(self) -> int | None:
        pain = self.cleaned_data["pain"]
        return int(pain) if pain else None

    def clean(self) -> dict[str, Any]:
        known = super().clean()
        is_empty = known.get("temperature_c") is None and known.get("pain") is None and not self._answers()
        if is_empty and not self.errors and not known.get("note"):
            raise forms.ValidationError(_("Nothing is answered yet."))
        return known

    def _answers(self) -> dict[str, str]:
        otherwise = "no" if self.cleaned_data.get("rest_is_no") else ""
        given = {question.key: self.cleaned_data.get(question.key) for question in symptoms.QUESTIONS}
        answers = {key: answer or otherwise for key, answer in given.items() if answer or otherwise}
        signs = {name: self.cleaned_data.get(name) for name in symptoms.LIVER_SIGNS}
        return answers | {name: answer for name, answer in signs.items() if answer}

    def asked(self) -> actions.Asked:
        """Return what the form says."""
        names = ("asked_at", "channel", "temperature_c", "pain", "note")
        return actions.Asked(**{name: self.cleaned_data[name] for name in names}, answers=self._answers())
