"""What the look-up asks: a lot, an agent or a material, between two days."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.models import Agent, EmbolicMaterial

DAY = {"attrs": {"type": "date"}, "format": "%Y-%m-%d"}


class LookupForm(forms.Form):
    """One of lot, agent and material at least; a retired row can still be asked for."""

    lot = forms.CharField(
        label=gettext_lazy("Lot"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("The whole number; large and small letters are the same."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    agent = forms.ModelChoiceField(
        Agent.objects.all(), label=gettext_lazy("Agent"), required=False, empty_label=gettext_lazy("Any")
    )
    material = forms.ModelChoiceField(
        EmbolicMaterial.objects.all(),
        label=gettext_lazy("Embolic material"),
        required=False,
        empty_label=gettext_lazy("Any"),
    )
    day_from = forms.DateField(label=gettext_lazy("From"), required=False, widget=forms.DateInput(**DAY))
    day_to = forms.DateField(label=gettext_lazy("To"), required=False, widget=forms.DateInput(**DAY))

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        start, end = answers.get("day_from"), answers.get("day_to")
        if start and end and end < start:
            self.add_error("day_to", _("The last day is before the first."))
        if not self.errors and not any(answers.get(name) for name in ("lot", "agent", "material")):
            self.add_error("lot", _("Enter a lot, or choose an agent or a material."))
        return answers
