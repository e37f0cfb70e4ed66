"""What an export is to hold, as a person asks for it."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pathway.registry.rows import RegistryExport
from pathway.registry.subjects import Asked
from procedures.models import Modality

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200


class ExportForm(forms.Form):
    """Nothing has to be answered: then everybody with a procedure or an imported case leaves, signed records only."""

    since = forms.DateField(label=_("Patients with a procedure from"), required=False)
    until = forms.DateField(label=_("to"), required=False)
    modality = forms.ChoiceField(
        label=_("Modality"), required=False, choices=[("", _("Any")), *Modality.choices]
    )
    dates = forms.ChoiceField(
        label=_("Write dates"),
        choices=RegistryExport.Dates,
        initial=RegistryExport.Dates.DAYS,
        widget=forms.RadioSelect,
    )
    only_signed = forms.BooleanField(
        label=_("Signed records only"),
        required=False,
        initial=True,
        help_text=_("Without the tick, drafts and what is not graded yet leave too."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(
                attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"
            )
        self.fields["modality"].widget.attrs["class"] = "form-select"

    @property
    def asked_fields(self) -> list[forms.BoundField]:
        """The fields that say of whom."""
        return [self[name] for name in ("since", "until", "modality")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        for name, day in (("since", since), ("until", until)):
            if day and not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
                self.add_error(name, gettext("There is no procedure of this year."))
        if since and until and until < since:
            self.add_error("until", gettext("The last day lies before the first."))
        return cleaned

    def asked(self) -> Asked:
        """Return what was asked for; only of a valid form."""
        given = self.cleaned_data
        return Asked(
            since=given["since"],
            until=given["until"],
            modality=given["modality"],
            only_signed=given["only_signed"],
            in_days=given["dates"] == RegistryExport.Dates.DAYS,
        )
