"""The form of an adverse event: three schemes side by side, each grade with its text."""

from datetime import date
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from guidelines import adverse_events
from patients.forms import dated
from patients.forms.register import helper
from patients.models import YesNo
from procedures import event_words, proposals
from procedures.actions import adverse_events as actions
from procedures.models import AdverseEvent
from procedures.proposals import Proposal

NOT_GRADED = ("", gettext_lazy("Not graded yet"))
USUAL = gettext_lazy(
    "The expected post-embolisation syndrome is no complication unless stay or treatment exceed the usual course."
)
CAUSALITY = [*AdverseEvent.Causality.choices, ("", gettext_lazy("Not known"))]


class GradesField(forms.ChoiceField):
    """The grades of one scheme under each other, each with its text."""

    fact_template = "procedures/_grades.html"

    def __init__(self, label: Any, choices: list, source: str) -> None:
        super().__init__(
            label=label,
            choices=[*choices, NOT_GRADED],
            required=False,
            widget=forms.RadioSelect,
            help_text=source,
        )


def _sir(key: str, text: str) -> str:
    """A class with its text; some are their own text."""
    name = event_words.sir_words(key)
    return name if name == text else f"{name} · {text}"


class EventForm(dated.OnceForm):
    """What a clinician says of one event."""

    other_term = dated.text(gettext_lazy("Which event"), most=120)
    onset_on = dated.PastDateField(
        label=gettext_lazy("Began on"), error_messages={"required": gettext_lazy("Give the day.")}
    )
    expected = dated.one_of(gettext_lazy("Belongs to the expected course"), YesNo)
    causality = forms.ChoiceField(
        label=gettext_lazy("Caused by the procedure"),
        choices=CAUSALITY,
        required=False,
        widget=forms.RadioSelect,
    )
    treatment = dated.text(gettext_lazy("What was done"), most=300)
    resolved_on = dated.PastDateField(
        label=gettext_lazy("Resolved on"), required=False, help_text=gettext_lazy("Empty: still there.")
    )
    note = dated.text(gettext_lazy("Note"), most=300)

    SAID = ("other_term", "onset_on", "expected", "causality", "treatment", "resolved_on", "note")

    def __init__(
        self, *args: Any, term: str, procedure_on: date, proposal: Proposal | None = None, **keywords: Any
    ) -> None:
        super().__init__(*args, **keywords)
        self.term, self.procedure_on, self.proposal = term, procedure_on, proposal
        self._add_schemes(adverse_events.TERMS[term])
        is_other = term == "other"
        if is_other:
            self.fields["other_term"].required = True
            self.fields["other_term"].error_messages["required"] = _("Write which event it is.")
        else:
            del self.fields["other_term"]
        first = ("other_term", "onset_on") if is_other else ("onset_on",)
        self.helper = helper(
            Fieldset(_("What and when"), *first, "expected", "causality", css_id="what"),
            Fieldset(_("Grades, side by side"), "ctcae_grade", "cirse_grade", "sir_class", css_id="grades"),
            Fieldset(_("Course"), "treatment", "resolved_on", "note", "form_key", css_id="course"),
        )

    def _add_schemes(self, term: adverse_events.Term) -> None:
        ctcae = [(str(grade), f"{grade} · {gettext(text)}") for grade, text in term.grades.items()]
        cirse = [(str(grade), f"{grade} · {gettext(text)}") for grade, text in adverse_events.CIRSE.items()]
        sir = [(key, _sir(key, gettext(text))) for key, text in adverse_events.SIR.items()]
        self.fields["ctcae_grade"] = GradesField(_("CTCAE v5.0"), ctcae, adverse_events.CTCAE_SOURCE)
        self.fields["cirse_grade"] = GradesField(
            _("CIRSE 2017"), cirse, f"{USUAL} {adverse_events.CIRSE_SOURCE}"
        )
        self.fields["sir_class"] = GradesField(_("SIR 2017"), sir, adverse_events.SIR_SOURCE)

    def clean_onset_on(self) -> date:
        onset_on = self.cleaned_data["onset_on"]
        if onset_on < self.procedure_on:
            raise forms.ValidationError(_("This is before the procedure."))
        return onset_on

    def clean_ctcae_grade(self) -> int | None:
        return self._number("ctcae_grade")

    def clean_cirse_grade(self) -> int | None:
        return self._number("cirse_grade")

    def _number(self, name: str) -> int | None:
        grade = self.cleaned_data[name]
        return int(grade) if grade else None

    def clean(self) -> dict[str, Any]:
        known = super().clean()
        onset_on, resolved_on = known.get("onset_on"), known.get("resolved_on")
        if onset_on and resolved_on and resolved_on < onset_on:
            self.add_error("resolved_on", _("This is before it began."))
        return known

    def event(self) -> actions.Event:
        """Return what the form says, with the numbers that propose its grade."""
        names = [
            *(name for name in self.SAID if name in self.fields),
            "ctcae_grade",
            "cirse_grade",
            "sir_class",
        ]
        said = {name: self.cleaned_data[name] for name in names}
        return actions.Event(**said, graded_from=proposals.kept_with(self.proposal))


def initial_of(event: AdverseEvent | None, proposal: Proposal | None, on: date) -> dict[str, Any]:
    """Return what stands in the form at first: the event as it is, or what is proposed."""
    if event is None:
        onset_on = proposal.onset_on if proposal else on
        grade = proposal.grade if proposal else None
        return {"onset_on": onset_on, "ctcae_grade": str(grade or ""), **_OPEN}
    names = (*EventForm.SAID, "sir_class")
    grades = {name: str(getattr(event, name) or "") for name in ("ctcae_grade", "cirse_grade")}
    return {**{name: getattr(event, name) for name in names}, **grades}


_OPEN = {"cirse_grade": "", "sir_class": "", "expected": YesNo.NOT_KNOWN, "causality": ""}
