"""The form that signs a record: the revision that was read, and the reason of an amendment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SignForm(forms.Form):
    """What goes with the signature; a record that was signed before needs the reason of the change."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = forms.CharField(
        label=_("Why it is amended"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stays with the new version; the version before it stays readable."),
        error_messages={"required": _("Write why the signed record is amended.")},
    )

    def __init__(self, *args: Any, is_amendment: bool, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        if not is_amendment:
            del self.fields["reason"]
