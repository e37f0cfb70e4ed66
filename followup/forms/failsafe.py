"""The signature under the failsafe sheet of a month."""

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.forms import dated
from patients.forms.register import helper


class SignSheetForm(forms.Form):
    """What is done about those on the list; `seen` is the mark of the list that was read."""

    note = dated.text(
        gettext_lazy("What is done about it"),
        most=300,
        help_text=gettext_lazy("Needed while somebody stands on the list: who does what, by when."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, is_list_empty: bool, **keywords) -> None:
        super().__init__(*args, **keywords)
        self.is_list_empty = is_list_empty
        self.fields["note"].required = not is_list_empty
        self.fields["note"].error_messages["required"] = _("Say what is done about those on the list.")
        if is_list_empty:
            self.fields["note"].label = _("Note")
            self.fields["note"].help_text = ""
        self.helper = helper(Fieldset(_("Signature"), "note", "seen"))

    def take_list(self, seen: str) -> None:
        """Go on from the list as it is now: whoever sends the form again has read this one."""
        self.data = {**{name: self.data.get(name) for name in self.data}, "seen": seen}
