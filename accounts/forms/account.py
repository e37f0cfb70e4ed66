"""What a person chooses for themselves."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class PreferencesForm(forms.ModelForm):
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As the team")), *settings.LANGUAGES],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = User
        fields = ["name", "theme", "language"]
        widgets = {"theme": forms.RadioSelect}


class ThemeForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["theme"]
