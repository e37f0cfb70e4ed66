"""Forms of the decision: what is decided, what follows, why against the guideline; why a decision is taken back."""

from datetime import timedelta
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from followup import decision_card, decision_words
from followup.actions import decisions
from followup.models import Decision, ImagingReview, Reading
from patients.forms import dated, tasks
from patients.forms.register import helper
from patients.models import Task

Choice, Why = Decision.Choice, ImagingReview.IntervalReason
REPEAT_NOW, REPEAT_LATER = "repeat", "repeat_later"
MONTHS = [("1", gettext_lazy("1 month")), ("2", gettext_lazy("2 months")), ("3", gettext_lazy("3 months"))]
WAYS_TO_REPEAT = [(name, decision_words.OPTIONS[name]) for name in (REPEAT_NOW, decisions.WAIT_FOR_LIVER)]
# Not in source: as far as a referral can lie ahead.
FURTHEST_REFERRAL_DAYS = 90


def _radios(label: Any, choices: list, **keywords: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **keywords)


class DecideForm(dated.DatedForm):
    """The decision on one review. What the choice does not ask for is left out, whatever was answered there."""

    # What a choice asks for is required, and only then on the screen.
    marks_optional = False

    reading = forms.IntegerField(widget=forms.HiddenInput)
    reading_revision = forms.IntegerField(widget=forms.HiddenInput)
    choice = _radios(
        gettext_lazy("Decision"),
        Choice.choices,
        error_messages={"required": gettext_lazy("Choose what is decided.")},
    )
    repeat_how = _radios(gettext_lazy("How to go on"), WAYS_TO_REPEAT, required=False)
    repeat_later = forms.BooleanField(label=decision_words.OPTIONS[REPEAT_LATER], required=False)
    switch_to = forms.MultipleChoiceField(
        label=gettext_lazy("To what"),
        choices=[(name, decision_words.OPTIONS[name]) for name in decision_words.SWITCHES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    refer_kind = _radios(
        gettext_lazy("Asked where"),
        [
            (Task.Kind.MULTIDISCIPLINARY_MEETING, gettext_lazy("Multidisciplinary meeting")),
            (Task.Kind.OTHER, gettext_lazy("Elsewhere")),
        ],
        required=False,
    )
    refer_on = forms.DateField(
        label=gettext_lazy("By"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    months = _radios(gettext_lazy("Next imaging in"), MONTHS, required=False)
    interval_reason = _radios(
        gettext_lazy("Why another interval"),
        [choice for choice in Why.choices if choice[0] != Why.AS_PROPOSED],
        required=False,
    )
    interval_note = dated.text(gettext_lazy("In words"), most=300)
    against_because = _radios(
        gettext_lazy("Why against the recommendation"), Decision.Against.choices, required=False
    )
    note = dated.text(gettext_lazy("Reason in words, or a note"), most=2000, rows=2)

    def __init__(self, *args: Any, card: decision_card.Card, team: Team, by: User, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.card = card
        self.fields["choice"].choices = [self._choice(*choice) for choice in Choice.choices]
        self.fields["refer_owner"] = tasks.OwnerField(team=team)
        self.fields["refer_owner"].label = _("Who asks")
        suggested = card.decision if card.decision in Choice.values else None
        waits = card.step.fact("liver_function_recovered").value is False
        self.initial = {
            "reading": card.reading.pk,
            "reading_revision": card.reading.revision,
            "choice": suggested,
            "repeat_how": decisions.WAIT_FOR_LIVER if waits else REPEAT_NOW,
            "refer_kind": Task.Kind.MULTIDISCIPLINARY_MEETING,
            "refer_on": self.on + timedelta(days=decisions.REFER_WITHIN_DAYS),
            "refer_owner": by.pk,
            "months": str(card.months),
        }

    def _choice(self, value: str, label: Any) -> tuple[str, Any]:
        """Mark the one that the guideline suggests."""
        return (
            value,
            _("%(choice)s (suggested)") % {"choice": label} if value == self.card.decision else label,
        )

    @property
    def opens_next(self) -> bool:
        """Say whether imaging goes on from this decision; an assessment for another intervention comes first."""
        known = self.cleaned_data
        return known.get("choice") != Choice.REPEAT or known.get("repeat_how") == decisions.WAIT_FOR_LIVER

    def clean(self) -> dict[str, Any]:
        known = super().clean()
        self._check_reading(known)
        if known.get("choice"):
            self._check_against(known)
            self._check_interval(known)
            self._check_switch(known)
        return known

    def _check_reading(self, known: dict[str, Any]) -> None:
        """What was read since is shown first; the answers stay, and sending them once more is then a choice."""
        stands = {"reading": self.card.reading.pk, "reading_revision": self.card.reading.revision}
        if {name: known.get(name) for name in stands} == stands:
            return
        typed: Any = self.data
        self.data = again = typed.copy()
        for name, value in stands.items():
            again[name] = str(value)
            self.errors.pop(name, None)
        self.add_error(
            None, _("Another reading stands since you opened this page. Look at it, then decide again.")
        )

    def _check_against(self, known: dict[str, Any]) -> None:
        if known["choice"] == self.card.decision:
            return
        if not known.get("against_because"):
            self.add_error("against_because", _("Choose why it goes against the recommendation."))
        elif known["against_because"] == Decision.Against.OTHER and not known.get("note"):
            self.add_error("note", _("Write the other reason in words."))

    def _check_interval(self, known: dict[str, Any]) -> None:
        if not self.opens_next:
            return
        if not known.get("months"):
            self.add_error("months", _("Choose when to image next."))
        elif self._is_another(known):
            self._check_reason_of_interval(known)

    def _check_reason_of_interval(self, known: dict[str, Any]) -> None:
        if not known.get("interval_reason"):
            self.add_error("interval_reason", _("Choose why it is another interval than the proposed one."))
        elif known["interval_reason"] == Why.OTHER and not known.get("interval_note"):
            self.add_error("interval_note", _("Write the other reason in words."))

    def _is_another(self, known: dict[str, Any]) -> bool:
        return known["months"] != str(self.card.months)

    def _check_switch(self, known: dict[str, Any]) -> None:
        if known["choice"] != Choice.SWITCH:
            return
        if not set(known.get("switch_to", [])) - {"combine"}:
            self.add_error("switch_to", _("Choose surgery, ablation or systemic therapy."))
        if not known.get("refer_owner"):
            self.add_error("refer_owner", _("Choose who asks: a referral without an owner is lost."))
        if "refer_on" not in self.errors:
            self._check_day(known.get("refer_on"))

    def _check_day(self, day: Any) -> None:
        if day is None:
            self.add_error("refer_on", _("Give the day by which it is asked."))
        elif day < self.on:
            self.add_error("refer_on", _("This day has passed."))
        elif day > self.on + timedelta(days=FURTHEST_REFERRAL_DAYS):
            said = {"days": FURTHEST_REFERRAL_DAYS}
            self.add_error("refer_on", _("This is more than %(days)d days away.") % said)

    def asked(self) -> dict[str, Any]:
        """Return the arguments of `decide`."""
        known = self.cleaned_data
        asked = {
            "choice": known["choice"],
            "options": self._options(known),
            "against_because": known["against_because"],
            "note": known["note"],
            "referral": self._referral(known),
        }
        return asked | self._interval(known) if self.opens_next else asked

    def _options(self, known: dict[str, Any]) -> list[str]:
        if known["choice"] == Choice.REPEAT:
            return [known["repeat_how"] or REPEAT_NOW]
        if known["choice"] == Choice.PROLONG and known["repeat_later"]:
            return [REPEAT_LATER]
        return known["switch_to"] if known["choice"] == Choice.SWITCH else []

    def _interval(self, known: dict[str, Any]) -> dict[str, Any]:
        is_another = self._is_another(known)
        return {
            "interval_months": int(known["months"]),
            "interval_reason": known["interval_reason"] if is_another else Why.AS_PROPOSED,
            "interval_note": known["interval_note"] if is_another else "",
        }

    def _referral(self, known: dict[str, Any]) -> decisions.Referral | None:
        if known["choice"] != Choice.SWITCH:
            return None
        kind = known["refer_kind"] or Task.Kind.MULTIDISCIPLINARY_MEETING
        return decisions.Referral(owner=known["refer_owner"], due_on=known["refer_on"], kind=kind)


class WithdrawForm(dated.ReasonForm):
    """Why a decision is taken back."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.helper = helper(Fieldset(_("Why"), "reason", css_id="why"))


class ConfirmForm(forms.Form):
    """That everything is as it was: one answer for the whole page."""

    last = forms.IntegerField(widget=forms.HiddenInput)
    confirm = forms.BooleanField(
        label=gettext_lazy("All as before, seen on a dynamic enhanced scan"),
        widget=forms.CheckboxInput(attrs={"autofocus": True}),
        error_messages={
            "required": gettext_lazy("Confirm that everything is as it was, or read the images.")
        },
    )

    def __init__(self, *args: Any, last: Reading | None, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.last_id = last.pk if last else None
        self.initial = {"last": self.last_id}

    def clean_last(self) -> int:
        last = self.cleaned_data["last"]
        if last != self.last_id:
            typed: Any = self.data
            self.data = again = typed.copy()
            again["last"] = str(self.last_id or "")
            raise forms.ValidationError(_("Another reading is the last one now: look at its values again."))
        return last
