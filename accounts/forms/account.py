"""What a person chooses for themselves."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# On the row an empty language means the team's; a form needs a word for it.
AS_THE_TEAM = "team"


class PreferencesForm(forms.ModelForm):
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[(AS_THE_TEAM, _("As the team")), *settings.LANGUAGES],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = User
        fields = ["name", "theme", "language"]
        widgets = {"theme": forms.RadioSelect}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["language"] = self.initial["language"] or AS_THE_TEAM

    def clean_language(self) -> str:
        chosen = self.cleaned_data["language"]
        return "" if chosen == AS_THE_TEAM else chosen


class ThemeForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["theme"]
