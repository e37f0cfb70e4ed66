"""The form of a new version of the edition's settings, made from what the engine declares; its approval; its end."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import edition_changes, guidance, words
from assessments.models import EditionSettings
from patients.forms.register import helper

# In the order in which a person reads them; what is named nowhere here fails a test.
SECTIONS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "local": (
        gettext_lazy("Local deviations from printed numbers"),
        (
            "local_platelets_under_10e9_per_l",
            "local_leukocytes_under_10e9_per_l",
            "local_fraction_cut_pct",
        ),
    ),
    "indication": (
        gettext_lazy("Who may be treated"),
        (
            "serious_renal_egfr_below_ml_per_min_1_73m2",
            "basically_normal_liver_classes",
            "small_lesion_up_to_mm",
            "massive_lesion_from_mm",
            "raised_afp_over_ng_per_ml",
            "superselective_reduced",
            "outside_main_gate",
            "control_bleeding_first",
        ),
    ),
    "technique": (gettext_lazy("Technique"), ("superselective_levels", "oil_up_to_ml_per_cm")),
    "failure": (
        gettext_lazy("When treatment no longer works"),
        ("several_interventions", "continued_progressions"),
    ),
    "follow_up": (
        gettext_lazy("Follow-up"),
        (
            "review_tolerance_days",
            "early_review_after_every_intervention",
            "interval_months_after_progression",
            "interval_months_while_initial",
            "interval_months_without_viable",
            "interval_months_prolonged",
            "interval_months_when_equivocal",
            "interval_months_when_not_evaluable",
            "interval_months_longer_for_liver",
        ),
    ),
    "page": (gettext_lazy("Of the page: no answer depends on these"), tuple(edition_changes.OF_THE_PAGE)),
}
PAGE_BOUNDS = {"lab_age_limit_days": (1, 365), "recheck_from_days": (1, 90), "recheck_to_days": (1, 180)}


class EditionForm(forms.Form):
    """All that a version sets, and why. It begins with the values of a version, and tells those of another beside."""

    def __init__(
        self,
        *args: Any,
        begins_with: EditionSettings,
        compared_with: EditionSettings,
        reason: str = "",
        **keywords: Any,
    ) -> None:
        initial = {**edition_changes.content_of(begins_with), "reason": reason}
        super().__init__(*args, initial=initial, **keywords)
        before = edition_changes.content_of(compared_with)
        for _title, names in SECTIONS.values():
            for name in names:
                self.fields[name] = _field(name, before[name], compared_with.version)
        self.fields["reason"] = forms.CharField(
            label=_("Why these settings"),
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_(
                "What was decided, by whom, on which evidence. Everybody reads it beside the version."
            ),
        )
        self.helper = helper(
            *(Fieldset(str(title), *names, css_id=key) for key, (title, names) in SECTIONS.items()),
            Fieldset(_("Reason"), "reason", css_id="why"),
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        from_days, to_days = given.get("recheck_from_days"), given.get("recheck_to_days")
        if from_days is not None and to_days is not None and to_days < from_days:
            self.add_error("recheck_to_days", _("Not before the first day of the recheck."))
        return given

    def content(self) -> dict[str, Any]:
        """Return what was given, as a version holds it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


def _field(name: str, before: Any, version: int) -> forms.Field:
    label = edition_changes.label_of(name)
    now = _("Version %(version)s: %(value)s.") % {
        "version": version,
        "value": words.setting_value(before),
    }
    if name in PAGE_BOUNDS:
        low, high = PAGE_BOUNDS[name]
        return forms.IntegerField(label=label, min_value=low, max_value=high, help_text=now)
    declared = guidance.settings_declared()[name]
    note = _(declared["note"])
    if declared.get("is_deviation"):
        note = " ".join((note, _("Leave it empty to keep the printed number.")))
    if "low" in declared:
        bounds = {"low": words.number(declared["low"]), "high": words.number(declared["high"])}
        now = " ".join((now, _("From %(low)s to %(high)s.") % bounds))
    asked = {"label": label, "help_text": f"{note} {now}"}
    if "choices" in declared:
        return _ChoicesField(declared["choices"], **asked)
    if isinstance(declared["default"], bool):
        return forms.BooleanField(required=False, **asked)
    return _NumberField(declared, **asked)


class _ChoicesField(forms.MultipleChoiceField):
    """One or more, kept in the order in which they are declared."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, choices: tuple[str, ...], **keywords: Any) -> None:
        super().__init__(choices=[(one, words.LEVELS.get(one, one)) for one in choices], **keywords)

    def clean(self, value: Any) -> list[str]:
        chosen = super().clean(value)
        return [one for one, _label in self.choices if one in chosen]


class _NumberField(forms.FloatField):
    """A number on the declared steps; empty where it may be left as printed."""

    def __init__(self, declared: Mapping[str, Any], **keywords: Any) -> None:
        self._step = declared.get("step", 1)
        super().__init__(
            min_value=declared["low"],
            max_value=declared["high"],
            required=not declared.get("is_deviation"),
            **keywords,
        )
        self.widget.attrs["step"] = self._step

    def clean(self, value: Any) -> float | int | None:
        # Half of Europe writes 2,5.
        given = super().clean(value.replace(",", ".") if isinstance(value, str) else value)
        if given is None:
            return None
        places = 0 if self._step == 1 else 1
        if round(given, places) != given:
            said = _("A whole number.") if places == 0 else _("One decimal at most.")
            raise forms.ValidationError(said)
        return int(given) if float(given).is_integer() else given


class ApprovalForm(forms.Form):
    """From when a draft counts. `dry_run` is the one that the person has looked at."""

    effective_from = forms.DateField(
        label=gettext_lazy("Takes effect on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy(
            "Assessments that begin on that day or later follow it. Older ones keep theirs."
        ),
    )
    dry_run = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, on: date, dry_run: int | None, **keywords: Any) -> None:
        super().__init__(*args, initial={"effective_from": on, "dry_run": dry_run}, **keywords)
        self.fields["effective_from"].widget.attrs["min"] = on.isoformat()
        self.helper = helper(Fieldset(_("Approval"), "effective_from", "dry_run", css_id="approval"))


class DiscardForm(forms.Form):
    """Why a draft is given up."""

    because = forms.CharField(
        label=gettext_lazy("Why it is discarded"),
        max_length=300,
        help_text=gettext_lazy("Stays beside the version, whose number is not used again."),
    )

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.helper = helper(Fieldset(_("Discard"), "because", css_id="discard"))
