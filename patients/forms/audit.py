"""What the audit page can be narrowed to."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, Team, User

# Without a choice the page shows this many days, today included.
DAYS_SHOWN = 7


class AuditFilterForm(forms.Form):
    person = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), required=False, empty_label=_("Everybody")
    )
    day_from = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    day_to = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    mrn = forms.CharField(
        label=_("Record number (MRN)"),
        required=False,
        max_length=40,
        help_text=_("Typed exactly."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, answers, *, team: Team | None, on: date) -> None:
        super().__init__(answers or {"day_from": f"{on - timedelta(days=DAYS_SHOWN - 1):%Y-%m-%d}"})
        people = User.objects.all() if team is None else User.objects.filter(memberships__team=team)
        self.fields["person"].queryset = people.order_by("name", "email")
        self.fields["kind"].choices = [("", _("Everything")), *AuditEntry.Kind.choices]

    def clean(self) -> dict:
        answers = super().clean()
        start, end = answers.get("day_from"), answers.get("day_to")
        if start and end and end < start:
            self.add_error("day_to", _("The last day is before the first."))
        return answers
